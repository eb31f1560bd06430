"""What a page itself says against the record that was read from it, and which of two readings is the better one.

A reading is held against the page's running text, its headline and its description. The limits were measured on
1,082 public pages: they tell four of five collapsed texts, and one right one in 350.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from selectolax.lexbor import LexborNode

from archive import Article, Doubt
from crawler.extract.anatomy import Anatomy
from crawler.extract.blocks import SHORTEST_RUNNING, ends_sentence
from crawler.extract.document import Document
from crawler.extract.gate import is_declared_sold
from crawler.extract.notices import is_offer
from crawler.extract.remains import hides_text, paywall_texts
from crawler.extract.rules import LaidOutPage
from crawler.extract.stories import may_be_several
from crawler.extract.text import distinct_words
from crawler.extract.weights import LONGEST_PARAGRAPH, Weights
from crawler.site import Site

FEWEST_RUNNING = 600
"""Characters of running text; with less on the page a short text is nothing odd."""
SMALL_SHARE = 0.35
"""Share of the page's running text below which a reading took little of it."""
HALF = 0.5
"""Share below which a heavier box beside the text is odd."""
MUCH_MORE = 1.5
"""Times its running text that another reading must have to speak against one."""
TWICE = 2.0
"""Times its running text that a page must show for another reading to be worth its time."""
FAR_MORE = 5.0
"""Times at which it speaks against one whose headline and description fit."""
HARDLY_DESCRIBED = 0.25
"""Share of the description's words below which a text that has none of the headline's is another one."""
PLAINLY_ENOUGH = 1_500
"""Characters of running text; hardly a page shows FAR_MORE times as much beside it."""
DESCRIBED, WELL_DESCRIBED = 0.6, 0.9
"""Share of the words of the page's description that a text has: below the first it may be another text, above the
second it hardly is."""
HEADED = 0.5
"""The same of the headline's words."""
LONG_WORD = 3
"""Letters; words of a headline that are no longer say nothing of its text."""
SAME_SHARE = 0.05
"""By how much a better reading may have less of headline or description."""
MORE_DESCRIBED, MORE_HEADED = 0.1, 0.2
"""By how much more of them makes it the better one."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What speaks for a reading; the evidence of no reading at all is the default."""

    running: int = 0
    """Characters of running text that it took."""
    described: float = 0.0
    """Share of the words of the description, 0 to 1, that it has; 1 without a description."""
    headed: float = 0.0
    """Share of the long words of the headline."""

    @property
    def fits(self) -> bool:
        return self.described >= WELL_DESCRIBED and self.headed >= HEADED

    @property
    def is_plain(self) -> bool:
        """True for a long text on the page's subject: what else the page shows need not be weighed."""
        return self.fits and self.running >= PLAINLY_ENOUGH

    def is_outweighed(self, running: float) -> bool:
        """True if `running` characters elsewhere speak against it."""
        return running >= FEWEST_RUNNING and running > self.running * (FAR_MORE if self.fits else MUCH_MORE)

    def needs_another(self, weights: Weights) -> bool:
        """True if the page shows so much more running text that another reading may have it."""
        page = weights.running
        return page >= FEWEST_RUNNING and page > self.running * (FAR_MORE if self.fits else TWICE)

    def is_better(self, other: "Evidence") -> bool:
        """True if it is to be taken in place of `other`: much more text, that is no less about the page's subject."""
        if self.running < max(FEWEST_RUNNING, other.running * MUCH_MORE):
            return False
        if self.described < other.described - SAME_SHARE or self.headed < other.headed - SAME_SHARE:
            return False
        return (
            self.described >= other.described + MORE_DESCRIBED
            or self.headed >= other.headed + MORE_HEADED
            or self.running > other.running * FAR_MORE
        )


def evidence_of(article: Article, document: Document) -> Evidence:
    """Hold the text of a record against the page's own headline and description."""
    lines = [article.lead or "", *article.body.split("\n")]
    running = sum(
        min(len(line), LONGEST_PARAGRAPH) for line in lines if len(line) >= SHORTEST_RUNNING and ends_sentence(line)
    )
    text = distinct_words("\n".join(lines))
    description = distinct_words(document.first_meta("og:description", "description") or "")
    headline = {word for word in distinct_words(article.title) if len(word) > LONG_WORD}
    return Evidence(running, _share(description, text), _share(headline, text))


def is_little(found: Evidence, weights: Weights, containers: Sequence[LexborNode]) -> bool:
    """True for a reading that took little of the page's running text, or less than stands in one box beside it."""
    page = weights.running
    if page < FEWEST_RUNNING:
        return False
    if found.headed == 0 and found.described < HARDLY_DESCRIBED:
        return True
    if found.running < page * SMALL_SHARE and (found.described < DESCRIBED or found.headed < HEADED):
        return True
    if found.running >= page * HALF:
        return False
    much = found.running * (FAR_MORE if found.described >= WELL_DESCRIBED else MUCH_MORE)
    return weights.heaviest_beside(containers) > max(much, FEWEST_RUNNING)


def doubts_of(article: Article, laid_out: LaidOutPage, anatomy: Anatomy, site: Site | None) -> list[Doubt]:
    """Return what speaks against a record beside the amount of its text."""
    document = laid_out.document
    is_cut = article.language == "vi" and article.body.endswith(("…", "..."))
    is_sold = anatomy.is_sold or any(map(is_offer, paywall_texts(document))) or hides_text(document)
    is_several = article.language == "vi" and may_be_several(anatomy.containers, anatomy.headline, anatomy.others)
    is_unknown = site is not None and bool(site.layouts) and laid_out.layout is None and _has_seen_layouts(site)
    is_dateless = laid_out.layout is not None and "published" in laid_out.layout.rules and article.published_at is None
    told = (
        (Doubt.PARTIAL, is_sold or (is_cut and is_declared_sold(document))),
        (Doubt.SEVERAL_ARTICLES, is_several),
        (Doubt.UNKNOWN_LAYOUT, is_unknown),
        (Doubt.MISSING_FIELD, is_dateless),
    )
    return [doubt for doubt, holds in told if holds]


def add_doubts(article: Article, doubts: Iterable[Doubt]) -> Article:
    """Return the record with further doubts, in the order of `Doubt`."""
    held = {*article.doubts, *doubts}
    return replace(article, doubts=tuple(doubt for doubt in Doubt if doubt in held))


def _has_seen_layouts(site: Site) -> bool:
    """True if somebody saw the site's layouts at work; others say nothing of a page that they do not recognise."""
    return not site.checked.startswith(("facts only", "second-hand"))


def _share(wanted: set[str], text: set[str]) -> float:
    return len(wanted & text) / len(wanted) if wanted else 1.0
