"""What a capture says of its article once its page is read: the same for a crawl, a reparse and an import."""

import re
from dataclasses import replace

from archive import GONE_STATUS, Capture, Kind, Link, Reason, Refusal, phrase
from crawler.extract.extraction import Extraction
from crawler.site import Site
from crawler.urls import article_id_of, canonical, classify

_LAST_TAG = re.compile(rb"</html", re.IGNORECASE)
_LAST_BYTES = 1024
"""Nearly every page has its last tag within these bytes; the whole page is searched only if it is not there."""


def refuse_unread(capture: Capture, site: Site | None) -> Refusal | None:
    """Return why an answer is not read as an article: its status, or that it is a list of the site; None for others."""
    if capture.status is not None and (refusal := status_refusal(capture.status)):
        return refusal
    if capture.final_url is None or site is None:
        return None
    lists = map(canonical, (site.home, *(source.url for source in site.sources)))
    if canonical(capture.final_url) not in lists:
        return None
    return Refusal(Reason.LISTING, phrase("it leads to {url}, a list of articles", url=capture.final_url))


def with_reading(capture: Capture, found: Extraction, site: Site | None, *, page: bytes) -> Capture:
    """Return the capture of a page with what was read in it; without a site, with the article alone."""
    read = replace(capture, article=found.article, refusal=found.refusal, part=found.part, may_be_cut=has_no_end(page))
    if site is None:
        return read
    return replace(
        read,
        cms_id=article_id_of(found.article.url, site) if found.article else None,
        shorter_url=found.shorter_url,
        links=tuple(Link(url, Kind.ARTICLE) for url in found.part_urls if classify(url, site)),
        refusal=found.refusal and _redirected(capture, found.refusal, site),
    )


def status_refusal(status: int) -> Refusal | None:
    """Return why an answer with this HTTP status holds no article, None if it may hold one."""
    if status < 300:
        return None
    return Refusal(
        Reason.GONE if status in GONE_STATUS else Reason.HTTP_ERROR, phrase("status {status}", status=status)
    )


def has_no_end(body: bytes) -> bool:
    """True for an HTML page without its last tag: HTTP cannot tell that a Content-Length was too short."""
    return b"<html" in body[:4096].lower() and not (_LAST_TAG.search(body[-_LAST_BYTES:]) or _LAST_TAG.search(body))


def _redirected(capture: Capture, refusal: Refusal, site: Site) -> Refusal:
    """Return the refusal of a page, as LISTING if the page has no text and its address redirects to a section."""
    is_section = capture.final_url is not None and classify(capture.final_url, site) is Kind.SECTION
    return Refusal(Reason.LISTING, refusal.detail) if is_section and refusal.reason.lacks_text else refusal
