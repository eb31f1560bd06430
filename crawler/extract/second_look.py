"""A reading held against its page: in doubt the page is read by other paths too, and the best reading wins."""

from dataclasses import replace

from archive import Doubt, Reason, Refusal
from crawler.extract.anatomy import Path
from crawler.extract.blocks import is_running
from crawler.extract.document import Document
from crawler.extract.doubts import add_doubts, doubts_of, is_little
from crawler.extract.extraction import Extraction
from crawler.extract.reading import Reading, read
from crawler.extract.remains import is_declared_article
from crawler.extract.rules import LaidOutPage
from crawler.extract.weights import weigh
from crawler.site import Site

WITHOUT_TEXT = frozenset({Reason.SHELL, Reason.NO_TEXT, Reason.LISTING, Reason.MEDIA_ONLY})
"""Refusals of pages whose text may stand in a script; without it the menus or a picture are all that is left."""
LINES_PER_LINK = 4
"""Running lines to each linked headline, at least, in a text of many parts."""


def look_again(laid_out: LaidOutPage, site: Site | None, first: Reading) -> Extraction:
    """Return what the first reading gave, or a better one, with what speaks against it."""
    if first.anatomy is None or (first.found.refusal and first.found.refusal.reason not in WITHOUT_TEXT):
        return first.found
    ours = first.evidence_on(laid_out.document)
    if ours.is_plain and first.anatomy.weights is None:
        return _with_doubts(first, laid_out, site)
    weights = first.anatomy.weights or weigh(laid_out.document.root, first.anatomy.headline)
    is_doubted = is_little(ours, weights, first.anatomy.containers)
    if not (is_doubted or ours.needs_another(weights)):
        return _with_doubts(first, laid_out, site)
    second = read(laid_out, site, Path.UNNAMED if first.anatomy.weights else Path.GENERIC)
    found = _better(first, second, laid_out.document)
    if found is first and is_doubted and _is_of_one_piece(whole := read(laid_out, site, Path.WHOLE)):
        found = _better(first, whole, laid_out.document)
    theirs = second.evidence_on(laid_out.document)
    doubts = []
    if found.anatomy and is_little(found.evidence_on(laid_out.document), weights, found.anatomy.containers):
        doubts.append(Doubt.LITTLE_TEXT)
    if found is first and ours.is_outweighed(theirs.running):
        doubts.append(Doubt.OTHER_TEXT)
    return _with_doubts(found, laid_out, site, *doubts)


def _is_of_one_piece(reading: Reading) -> bool:
    """True for text from end to end: a list of teasers below it has a linked headline to every few lines."""
    blocks = reading.anatomy.text if reading.anatomy else ()
    teasers = len(reading.anatomy.between) - 1 if reading.anatomy else 0
    return teasers * LINES_PER_LINK <= sum(map(is_running, blocks))


def _better(found: Reading, other: Reading, document: Document) -> Reading:
    is_better = other.evidence_on(document).is_better(found.evidence_on(document))
    return other if is_better and _may_replace(found.found.refusal, document) else found


def _may_replace(refusal: Refusal | None, document: Document) -> bool:
    """A list of teasers has running text too: only a page that calls itself one article is none."""
    return refusal is None or refusal.reason is not Reason.LISTING or is_declared_article(document)


def _with_doubts(reading: Reading, laid_out: LaidOutPage, site: Site | None, *doubts: Doubt) -> Extraction:
    article, anatomy = reading.found.article, reading.anatomy
    if article is None or anatomy is None:
        return reading.found
    found = {*doubts, *doubts_of(article, laid_out, anatomy, site)}
    if reading.is_byline_doubtful:
        found.add(Doubt.OTHER_BYLINE)
    return replace(reading.found, article=add_doubts(article, found)) if found else reading.found
