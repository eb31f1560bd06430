"""One page in, one article out, or the reason why there is none.

Crawl, re-parse, probe and tests all take this path. Each field is chosen among named candidates; the record
keeps the source of the winner, and the extraction keeps the losers too.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from urllib.parse import urlsplit

from archive import Article, Doubt, Image, Part, Reason, Refusal
from crawler.extract import gate
from crawler.extract.anatomy import Anatomy, Path, dissect
from crawler.extract.authors import Signed, find_bylines, is_doubtful
from crawler.extract.blocks import is_running
from crawler.extract.body import TextTooLong
from crawler.extract.document import Document, parse, tidy_markup
from crawler.extract.doubts import Evidence, doubts_of, evidence_of, is_little
from crawler.extract.further_pages import MOST_PARTS, find_further_pages
from crawler.extract.json_articles import MadePage, make_page
from crawler.extract.lead import SAME, find_lead, marks_of, split_mark
from crawler.extract.paragraphs import is_text
from crawler.extract.pictures import find_images
from crawler.extract.published import Dated, find_modified, find_published
from crawler.extract.remains import is_declared_article
from crawler.extract.rules import LaidOutPage, recognise
from crawler.extract.scripts import find_script_text, place_streamed, write_text
from crawler.extract.text import is_vietnamese, overlap, tidy
from crawler.extract.titles import Headline, find_headlines
from crawler.extract.weights import weigh
from crawler.page import Page
from crawler.site import Layout, Site
from crawler.urls import article_address, shorter_address

Candidates = tuple[tuple[str, str], ...]
"""(value as text, source) of everything that was found for a field, the winner first."""

_WITHOUT_TEXT = frozenset({Reason.SHELL, Reason.NO_TEXT, Reason.LISTING, Reason.MEDIA_ONLY})
"""Refusals of pages whose text may stand in a script; without it the menus or a picture are all that is left."""
_HOME = frozenset({"trang chủ", "trang nhất", "home"})
"""First step of a breadcrumb, which is no section."""
_TAGS = ".onecms__tags a, .detail-tag a, .detail-tags a, a[rel=tag]"
"""Where pages without a rule of their own show their tags."""
LINES_PER_LINK = 4
"""Running lines to each linked headline, at least, in a text of many parts."""
_LIST = re.compile(r"\s*[,;]\s*|\s+>\s+")
_LANGUAGE_SAMPLE = 2000
"""Characters; a paragraph or four tell the language."""


@dataclass(frozen=True, slots=True)
class Extraction:
    """What a page gave: exactly one of `article` and `refusal`, and the layout that recognised it."""

    article: Article | None = None
    refusal: Refusal | None = None
    layout: str | None = None
    candidates: Mapping[str, Candidates] = field(default_factory=dict)
    """By name of the field; fields that were not looked for are left out."""
    published: str | None = None
    """ISO 8601, as precise as the page shows it, in the zone of the page; `article` has it in +07:00."""
    shorter_url: str | None = None
    """Address with less in its query, if the page declares that as its own: the archive compares the texts."""
    part: Part | None = None
    """None for an article that is whole on one page."""
    part_urls: tuple[str, ...] = ()
    """Canonical addresses of the other pages of the article, in their order, at most `MOST_PARTS`."""


@dataclass(frozen=True, slots=True)
class _Reading:
    """What one path through the page gave."""

    found: Extraction
    anatomy: Anatomy | None
    is_byline_doubtful: bool = False

    def evidence_on(self, document: Document) -> Evidence:
        return evidence_of(self.found.article, document) if self.found.article else Evidence()


def extract(page: Page, site: Site | None = None, *, layouts: Sequence[Layout] = ()) -> Extraction:
    """Read the article of a page. `layouts` are tried after the site's own; no layout at all is the generic path.

    Never raises for anything that a server can send: a page that breaks the program is one refused page.
    """
    try:
        made = make_page(page, site) if site else None
        if isinstance(made, Refusal):
            return Extraction(refusal=made)
        if made:
            return _name_keys(_read_page(made.page, site, (made.layout,)), made)
        return _read_page(page, site, (*(site.layouts if site else ()), *layouts))
    except TextTooLong as error:
        return Extraction(refusal=Refusal(Reason.MALFORMED, str(error)))
    except Exception as error:  # the crawl of a thousand other pages goes on
        return Extraction(refusal=Refusal(Reason.EXTRACTOR, f"{type(error).__name__}: {error}"))


def _read_page(page: Page, site: Site | None, layouts: Sequence[Layout]) -> Extraction:
    markup = gate.receive(page)
    if isinstance(markup, Refusal):
        return Extraction(refusal=markup)
    document = parse(page, markup)
    place_streamed(document)
    laid_out = recognise(document, layouts, today=page.fetched_at.date())
    first = _read(laid_out, site)
    if _lacks_text(first.found, laid_out.document) and (
        written := _read_script(laid_out, site, shown=first.found.article)
    ):
        return written
    return _with_part(_look_again(laid_out, site, first), laid_out.document, site)


def _look_again(laid_out: LaidOutPage, site: Site | None, first: _Reading) -> Extraction:
    """Hold a reading against its page: in doubt the page is read by other paths too, and the best reading wins."""
    if first.anatomy is None or (first.found.refusal and first.found.refusal.reason not in _WITHOUT_TEXT):
        return first.found
    ours = first.evidence_on(laid_out.document)
    if ours.is_plain and first.anatomy.weights is None:
        return _with_doubts(first, laid_out, site)
    weights = first.anatomy.weights or weigh(laid_out.document.root, first.anatomy.headline)
    is_doubted = is_little(ours, weights, first.anatomy.containers)
    if not (is_doubted or ours.needs_another(weights)):
        return _with_doubts(first, laid_out, site)
    second = _read(laid_out, site, Path.UNNAMED if first.anatomy.weights else Path.GENERIC)
    found = _better(first, second, laid_out.document)
    if found is first and is_doubted and _is_of_one_piece(whole := _read(laid_out, site, Path.WHOLE)):
        found = _better(first, whole, laid_out.document)
    theirs = second.evidence_on(laid_out.document)
    doubts = []
    if found.anatomy and is_little(found.evidence_on(laid_out.document), weights, found.anatomy.containers):
        doubts.append(Doubt.LITTLE_TEXT)
    if found is first and ours.is_outweighed(theirs.running):
        doubts.append(Doubt.OTHER_TEXT)
    return _with_doubts(found, laid_out, site, *doubts)


def _is_of_one_piece(reading: _Reading) -> bool:
    """True for text from end to end: a list of teasers below it has a linked headline to every few lines."""
    blocks = reading.anatomy.text if reading.anatomy else ()
    teasers = len(reading.anatomy.between) - 1 if reading.anatomy else 0
    return teasers * LINES_PER_LINK <= sum(map(is_running, blocks))


def _better(found: _Reading, other: _Reading, document: Document) -> _Reading:
    is_better = other.evidence_on(document).is_better(found.evidence_on(document))
    return other if is_better and _may_replace(found.found.refusal, document) else found


def _may_replace(refusal: Refusal | None, document: Document) -> bool:
    """A list of teasers has running text too: only a page that calls itself one article is none."""
    return refusal is None or refusal.reason is not Reason.LISTING or is_declared_article(document)


def _with_doubts(reading: _Reading, laid_out: LaidOutPage, site: Site | None, *doubts: Doubt) -> Extraction:
    article, anatomy = reading.found.article, reading.anatomy
    if article is None or anatomy is None:
        return reading.found
    found = {*doubts, *doubts_of(article, laid_out, anatomy, site)}
    if reading.is_byline_doubtful:
        found.add(Doubt.OTHER_BYLINE)
    return replace(reading.found, article=_doubted(article, found)) if found else reading.found


def _doubted(article: Article, doubts: set[Doubt]) -> Article:
    return replace(article, doubts=tuple(doubt for doubt in Doubt if doubt in {*article.doubts, *doubts}))


def _with_part(found: Extraction, document: Document, site: Site | None) -> Extraction:
    """Say which page of its article this one is, if links name others."""
    pages = find_further_pages(document) if found.article else None
    if pages is None or found.article is None:
        return found
    article = _doubted(found.article, {Doubt.FURTHER_PAGES})
    first = article_address(pages.first, declared=None, site=site)
    urls = tuple(url for number, url in sorted(pages.others.items()) if number <= MOST_PARTS)
    return replace(found, article=article, part=Part(pages.n, pages.named, first), part_urls=urls)


def _name_keys(found: Extraction, made: MadePage) -> Extraction:
    """Say which key of the JSON answer gave a field, in place of the layout that was made around the answer."""
    if found.article is None:
        return found
    sources = {name: made.source_of(name, source) for name, source in found.article.sources.items()}
    candidates = {
        name: tuple((text, made.source_of(name, source)) for text, source in values)
        for name, values in found.candidates.items()
    }
    return replace(found, article=replace(found.article, sources=sources), candidates=candidates)


def _read(laid_out: LaidOutPage, site: Site | None, path: Path = Path.FIRST) -> _Reading:
    document, headlines = laid_out.document, find_headlines(laid_out)
    titles = [each.text for each in headlines]
    if refusal := gate.judge_address(document):
        return _refuse(laid_out, refusal, None)
    anatomy = dissect(laid_out, headlines, path) if headlines else None
    if anatomy is None or not anatomy.containers:
        return _refuse(laid_out, gate.judge_text(document, anatomy, titles, lines=(), lead=None), anatomy)
    leads, text = find_lead(laid_out, anatomy)
    if not any(map(is_text, text)):  # all of the text is one bold paragraph
        leads, text = [], anatomy.text
    bylines, text = find_bylines(laid_out, anatomy, text, publishers=_publishers(document, site))
    lines = [block for block in text if is_text(block)]
    lead_text = leads[0][0] if leads else None
    if refusal := gate.judge_text(document, anatomy, titles, lines=lines, lead=lead_text):
        return _refuse(laid_out, refusal, anatomy)
    body = "\n".join(block.line for block in lines)
    language = _language(document, body)
    is_home = site is not None or _is_vietnamese(document, language)
    dates, unread = find_published(laid_out, anatomy, is_home=is_home)
    candidates = _candidates(laid_out, headlines, leads, bylines=bylines, dates=dates)
    mark, lead = split_mark(leads[0][0], _lead_marks(laid_out.document, site)) if leads else (None, None)
    byline = bylines[0].byline if bylines else None
    moment = dates[0][0] if dates else None
    article = Article(
        url=article_address(laid_out.document.page.url, declared=_declared_address(laid_out.document), site=site),
        title=headlines[0].text,
        lead=lead,
        lead_mark=mark,
        body=body,
        byline=byline.names if byline else (),
        byline_raw=byline.raw if byline else None,
        source_credit=byline.source_credit if byline else None,
        published_at=moment.at if moment else None,
        published_precision=moment.precision if moment else None,
        published_raw=moment.raw if moment else unread,
        modified_at=find_modified(laid_out, anatomy),
        section=_values(candidates["section"]),
        tags=_values(candidates["tags"]),
        images=_images(laid_out.document, anatomy),
        language=language,
        sources={"body": anatomy.source, **{name: found[0][1] for name, found in candidates.items() if found}},
    )
    found = Extraction(
        article,
        layout=laid_out.name,
        candidates=candidates,
        published=moment.text(is_home=is_home) if moment else None,
        shorter_url=shorter_address(document.page.url, declared=_declared_address(document), site=site),
    )
    return _Reading(found, anatomy, is_byline_doubtful=is_doubtful(bylines))


def _lacks_text(found: Extraction, document: Document) -> bool:
    """True for a page that was refused for want of text, or whose text is its description: the lead and no more."""
    if found.article is None:
        return found.refusal is not None and found.refusal.reason in _WITHOUT_TEXT
    body, description = found.article.body, document.first_meta("og:description", "description") or ""
    return len(body) <= 2 * len(description) and overlap(body, description) >= SAME


def _read_script(laid_out: LaidOutPage, site: Site | None, *, shown: Article | None) -> Extraction | None:
    """Read a page without text again, with the text of a script; None if none has any, or only what the page shows."""
    headlines = find_headlines(laid_out)
    text = find_script_text(laid_out.document, headlines[0].text) if headlines else None
    if text is None or (shown and overlap(tidy_markup(text.markup), shown.body) >= SAME):
        return None
    place = next(iter(laid_out.places("body")), None)
    headline = next((each.node for each in headlines if each.node is not None), None)
    write_text(text, place, headline=headline, root=laid_out.document.root)
    found = _read(
        LaidOutPage(laid_out.document, laid_out.layout), site
    ).found  # the page is another now, and its rules find more
    if found.article is None:
        return None
    sources = {**found.article.sources, "body": f"script:{text.name}"}
    return replace(found, article=replace(found.article, sources=sources))


def _candidates(
    laid_out: LaidOutPage,
    headlines: Sequence[Headline],
    leads: Sequence[tuple[str, str]],
    *,
    bylines: Sequence[Signed],
    dates: Sequence[Dated],
) -> dict[str, Candidates]:
    return {
        "title": tuple((each.text, each.source) for each in headlines),
        "lead": tuple(leads),
        "byline": tuple((each.byline.raw, each.source) for each in bylines),
        "published_at": tuple((moment.raw, source) for moment, source in dates),
        "section": _listed(laid_out, "section", laid_out.document.ld_texts("articleSection")),
        "tags": _listed(laid_out, "tags", []),
    }


def _refuse(laid_out: LaidOutPage, refusal: Refusal | None, anatomy: Anatomy | None) -> _Reading:
    return _Reading(Extraction(refusal=refusal, layout=laid_out.name), anatomy)


def _publishers(document: Document, site: Site | None) -> list[str]:
    """Names under which the newspaper itself appears as an author."""
    names = [*document.ld_texts("publisher"), *document.meta.get("og:site_name", ())]
    if site:
        names += [site.outlet, *site.domains]
    return [*names, urlsplit(document.page.url).hostname or ""]


def _lead_marks(document: Document, site: Site | None) -> tuple[str, ...]:
    """Marks that begin a lead of this newspaper: those of its site file, and those that its name gives."""
    outlet = site.outlet if site else document.first_meta("og:site_name")
    return (*(site.lead_marks if site else ()), *(marks_of(outlet) if outlet else ()))


def _listed(laid_out: LaidOutPage, name: str, ld: list[str]) -> Candidates:
    """Return the values of a list field from the first that has any: layout, metadata, JSON-LD.

    Metadata may hold the whole list in one value; an element of the page is one value, commas included.
    """
    meta = f"article:{name.removesuffix('s')}"
    if texts := [text for text in laid_out.texts(name) if text.lower() not in _HOME]:
        return tuple((text, laid_out.source) for text in dict.fromkeys(texts))
    for texts, source in ((list(laid_out.document.meta.get(meta, ())), f"meta:{meta}"), (ld, "ld:articleSection")):
        if texts:
            parts = _LIST.split(texts[0]) if len(texts) == 1 else texts
            return tuple((part, source) for part in dict.fromkeys(parts) if part and part.lower() not in _HOME)
    shown = laid_out.document.tree.css(_TAGS) if name == "tags" else []
    return tuple(
        (text, "generic:tags") for text in dict.fromkeys(tidy(node.text()).lstrip("#") for node in shown) if text
    )


def _values(candidates: Candidates) -> tuple[str, ...]:
    return tuple(value for value, _ in candidates)


def _images(document: Document, anatomy: Anatomy) -> tuple[Image, ...]:
    """A picture above the text belongs to the article if it has a caption; others there are buttons."""
    above = find_images(anatomy.above, document.page.url)
    inside = find_images(anatomy.text, document.page.url)
    return (*(image for image in above if image.caption), *inside)


def _declared_address(document: Document) -> str | None:
    node = document.tree.css_first("link[rel=canonical]")
    return (node.attributes.get("href") if node else None) or document.first_meta("og:url")


def _is_vietnamese(document: Document, language: str) -> bool:
    """True for a page whose dates without a zone are Vietnam's: by its text, its own word or its host."""
    host = urlsplit(document.page.url).hostname or ""
    root = document.tree.css_first("html")
    declared = (root.attributes.get("lang") if root else None) or ""
    return language == "vi" or declared.lower().partition("-")[0] == "vi" or host.endswith(".vn")


def _language(document: Document, body: str) -> str:
    """Vietnamese if its letters are there; else what the page says of itself."""
    if is_vietnamese(body[:_LANGUAGE_SAMPLE]):
        return "vi"
    root = document.tree.css_first("html")
    declared = ((root.attributes.get("lang") if root else None) or "und").lower()
    return declared.partition("-")[0] or "und"
