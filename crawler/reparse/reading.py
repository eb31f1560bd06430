"""Reads raw pages again: places in WARC files in, lines of JSON out. No database is needed: any process can do it."""

import json
from collections.abc import Sequence
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

from archive import Capture, DamagedWarc, Kind, Manner, PageToReread, RawPage, Reason, Refusal, as_line
from archive import read_answer as read_raw
from crawler.extract.article import extract
from crawler.extract.captured import refuse_unread, with_reading
from crawler.page import Page
from crawler.site import Layout, Site
from crawler.workers import known_site

_DAMAGE = '{"damage"'


def digest_of(site: Site | None, layouts: Sequence[Layout], version: str) -> str:
    """Return the digest of the rules that read the pages of a site; without one, those of no site."""
    rules = site.rules_sha256 if site else repr(tuple(layouts))
    return sha256(f"{rules} {version}".encode()).hexdigest()


def read_pages(folder: Path, pages: Sequence[PageToReread]) -> list[str]:
    """Return a line for each page, in a process of `reading_pool`; the archive or `damage_in` reads it."""
    return [_read(folder, page) for page in pages]


def damage_in(line: str) -> str | None:
    """Return why a raw page could not be read, if this is the line of such a page."""
    return str(json.loads(line)["damage"]) if line.startswith(_DAMAGE) else None


def failed_line(page: PageToReread, why: str) -> str:
    """Return the line of a page that could not be read to its end."""
    return as_line(_refused(page, Refusal(Reason.EXTRACTOR, why)), page.number)


def _read(folder: Path, page: PageToReread) -> str:
    try:
        raw = read_raw(folder, page.answer)
    except (DamagedWarc, OSError) as error:
        said = {"damage": str(error), "number": page.number, "site": page.site, "url": page.url}
        return json.dumps({**said, "fetched_at": page.fetched_at.isoformat()}, ensure_ascii=False)
    return as_line(_reading(page, raw), page.number)


def _reading(page: PageToReread, raw: RawPage) -> Capture:
    site, layouts = known_site(page.site)
    capture = _capture(page)
    content = raw.content
    refusal = content if isinstance(content, Refusal) else refuse_unread(capture, site)
    if refusal or isinstance(content, Refusal):
        return _refused(page, refusal)
    found = extract(page_of(page, raw, content), site, layouts=layouts)
    return with_reading(capture, found, site, page=content)


def page_of(page: PageToReread, raw: RawPage, content: bytes) -> Page:
    """Return the page as it was read first; a JSON answer has the address of its article."""
    url = raw.url if raw.url in (page.url, page.final_url) else page.url
    content_type = raw.header("content-type")
    return Page(url, content, page.fetched_at, content_type[-1] if content_type else None)


def _capture(page: PageToReread) -> Capture:
    return Capture(
        url=page.url,
        kind=Kind.ARTICLE,
        manner=Manner.REREAD,
        fetched_at=page.fetched_at,
        site=page.site,
        found_on=page.imported_from,
        final_url=page.final_url,
        status=page.status,
    )


def _refused(page: PageToReread, refusal: Refusal | None) -> Capture:
    return replace(_capture(page), refusal=refusal)
