"""Read an article page with the rules of its site, and find faults of the rules."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from archive import Kind, phrase
from crawler.crawl.visit import Answer
from crawler.extract.article import extract
from crawler.extract.extraction import Extraction
from crawler.extract.report import answer as record_of
from crawler.probe.faults import fix_of, new_site_command, pattern_fix, too_old
from crawler.probe.record import ArticleCheck, FieldCheck, Finding, fault, remark
from crawler.site import Layout, Site
from crawler.urls import classify

SHOWN = 160
"""Characters of a field's value in the report."""
SHOWN_TEXT = 400
"""Characters of the body in the report: usually its first paragraph."""

_FIELDS = ("title", "published", "byline", "lead", "section", "tags")
_NEEDED = ("title", "body")
"""Fields that are guessed if the layout's rules for them find nothing."""


def read_article(answer: Answer, site: Site) -> Extraction | None:
    """Extract the page as a crawl does; None if no page came."""
    return None if answer.page is None or answer.refusal else extract(answer.page, site)


def check_article(answer: Answer, extraction: Extraction | None) -> ArticleCheck:
    """Return the article's part of the report."""
    refusal = answer.refusal or (extraction.refusal if extraction else None)
    record = record_of(extraction) if extraction and extraction.article else None
    return ArticleCheck(
        url=answer.url,
        status=answer.status,
        size=answer.size,
        layout=extraction.layout if extraction else None,
        reason=refusal.reason if refusal else None,
        detail=refusal.detail if refusal else None,
        fields=tuple(_fields(record)) if record else (),
        text=_short(record["body"], SHOWN_TEXT) if record else None,
        doubts=tuple(record["doubts"]) if record else (),
    )


def judge_article(
    answer: Answer, extraction: Extraction | None, site: Site, *, layouts: Sequence[Layout], at: datetime
) -> Iterator[Finding]:
    """Yield what is wrong with the page or with the rules. layouts: those of all platforms."""
    url = answer.url
    refusal = answer.refusal or (extraction.refusal if extraction else None)
    if refusal:
        fix = fix_of(refusal, url, status=answer.status)
        yield fault(
            url, phrase("no article ({reason}: {detail})", reason=refusal.reason, detail=refusal.detail), fix=fix
        )
    if site.article_url and classify(url, site) is not Kind.ARTICLE:
        yield fault(url, phrase("article_url does not match this address, or not_article does"), fix=pattern_fix([url]))
    if extraction is None or extraction.article is None:
        return
    article, layout = extraction.article, _layout_of(extraction, site)
    yield from _judge_layout(answer, layout, site, layouts=layouts, today=at.date())
    for name in _NEEDED:
        source = article.sources.get(name, phrase("nowhere"))
        if layout and name in layout.rules and not source.startswith("layout:"):
            seen = phrase(
                "the rules for {name} of layout {layout} find nothing; it came from {source}",
                name=name,
                layout=layout.name,
                source=source,
            )
            yield fault(
                url,
                seen,
                fix=phrase(
                    "mend {name} of that layout, or let {command} propose one", name=name, command=new_site_command(url)
                ),
            )
    if article.published_at is None:
        printed = (
            phrase(', though "{printed}" is printed', printed=article.published_raw) if article.published_raw else ""
        )
        yield fault(
            url,
            phrase("no date was read{printed}", printed=printed),
            fix=phrase("add a rule for published to the layout"),
        )
    else:
        yield from too_old(url, article.published_at, site=site, at=at)
    for name in ("byline", "lead"):
        if not article.sources.get(name):
            yield remark(
                url,
                phrase("no {name} was found", name=name),
                fix=phrase("look at the page: if it has a {name}, add a rule for it", name=name),
            )


def _layout_of(extraction: Extraction, site: Site) -> Layout | None:
    return next((each for each in site.layouts if each.name == extraction.layout), None)


def _judge_layout(
    answer: Answer, layout: Layout | None, site: Site, *, layouts: Sequence[Layout], today: date
) -> Iterator[Finding]:
    """Yield a fault if no layout of the site file recognises the page, a remark if the file names no layout."""
    claimed = [each for each in site.layouts if site.platform or each not in layouts]
    if layout in claimed:
        return
    propose = phrase("{command} proposes a layout", command=new_site_command(answer.url))
    in_force = [each.name for each in claimed if (each.valid_until or date.max) >= today]
    if in_force:
        other = extract(answer.page, site, layouts=layouts).layout if answer.page else None
        fix = (
            phrase("it now has the layout {other}: name its platform, or copy that layout", other=other)
            if other
            else propose
        )
        yield fault(
            answer.url,
            phrase("the layout changed: the page is not recognised by {layouts}", layouts=", ".join(in_force)),
            fix=fix,
        )
    elif layout is None:
        yield remark(answer.url, phrase("no layout recognises the page: each field is a guess"), fix=propose)


def _fields(record: Mapping[str, Any]) -> Iterator[FieldCheck]:
    for name in _FIELDS:
        source = record["sources"].get("published_at" if name == "published" else name)
        yield FieldCheck(name, _short(record[name], SHOWN), source)


def _short(value: str | list[str] | None, most: int) -> str | None:
    text = ", ".join(value) if isinstance(value, list) else value
    return text[: most - 1] + "…" if text and len(text) > most else text or None
