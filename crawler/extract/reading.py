"""One path through a page: each field is chosen among what was found for it."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from archive import Article, Image, Refusal
from crawler.extract import gate
from crawler.extract.anatomy import Anatomy, Path, dissect
from crawler.extract.authors import find_bylines, is_doubtful
from crawler.extract.candidates import candidates_of, values
from crawler.extract.document import Document
from crawler.extract.doubts import Evidence, evidence_of
from crawler.extract.extraction import Extraction
from crawler.extract.lead import find_lead, marks_of, split_mark
from crawler.extract.paragraphs import is_text
from crawler.extract.pictures import find_images
from crawler.extract.published import find_modified, find_published
from crawler.extract.rules import LaidOutPage
from crawler.extract.text import is_vietnamese
from crawler.extract.titles import find_headlines
from crawler.site import Site
from crawler.urls import article_address, shorter_address

_LANGUAGE_SAMPLE = 2000
"""Characters; a paragraph or four tell the language."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What one path through the page gave."""

    found: Extraction
    anatomy: Anatomy | None
    """None for a page without a headline, and for one that is refused by its address."""
    is_byline_doubtful: bool = False

    def evidence_on(self, document: Document) -> Evidence:
        """Return what speaks for it on its page."""
        return evidence_of(self.found.article, document) if self.found.article else Evidence()


def read(laid_out: LaidOutPage, site: Site | None, path: Path = Path.FIRST) -> Reading:
    """Read the page once: the record of its article, or the refusal that says why there is none."""
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
    candidates = candidates_of(laid_out, headlines, leads, bylines=bylines, dates=dates)
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
        section=values(candidates["section"]),
        tags=values(candidates["tags"]),
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
    return Reading(found, anatomy, is_byline_doubtful=is_doubtful(bylines))


def _refuse(laid_out: LaidOutPage, refusal: Refusal | None, anatomy: Anatomy | None) -> Reading:
    return Reading(Extraction(refusal=refusal, layout=laid_out.name), anatomy)


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
