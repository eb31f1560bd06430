"""What a source sent, before it is read: unpacked, in UTF-8, and bounded."""

from collections.abc import Iterator
from dataclasses import dataclass

from archive import phrase, unpack_start
from crawler import json_answers
from crawler.extract.charset import recode
from crawler.page import Page

_MIB = 1024 * 1024
_PIECE = 64 * 1024


@dataclass(frozen=True, slots=True)
class Bounds:
    """How much of a document is read. What is over is named as the problem of the source, and the rest is used."""

    size: int
    """Bytes, unpacked."""
    tags: int
    """All of them, known or not: what a "<" begins."""
    entries: int
    """Entries of a feed or sitemap, elements of a page that may be links."""


SITEMAP = Bounds(size=16 * _MIB, tags=1_000_000, entries=50_000)
"""The protocol allows 50,000 entries, which take 8 MiB and ten tags each; and 50 MB, which nobody was seen to need."""
FEED = Bounds(size=4 * _MIB, tags=200_000, entries=3_000)
"""The largest one seen has 1 MB and 100 entries."""
PAGE = Bounds(size=4 * _MIB, tags=100_000, entries=3_000)
"""The largest section page seen has 1 MB, 8,000 tags and 1,000 links."""
JSON = Bounds(size=json_answers.MOST_BYTES, tags=0, entries=3_000)
"""Lists have 10 to 500 entries; tags do not matter."""


def open_document(page: Page, bounds: Bounds) -> tuple[bytes, str | None]:
    """Return the document in UTF-8, from its first sign, as far as it may be read; and why no more, if so.

    This is the bound before every reader of tags: the time of a reader grows with bytes and tags only.
    """
    unpacked, problem = unpack(page.body, bounds)
    document = recode(unpacked, page.content_type)
    end = _end_of_tags(document, bounds.tags)
    if end < len(document):
        problem = problem or phrase("more than {tags:,} tags: the rest was not read", tags=bounds.tags)
    document = document[:end].lstrip(b"\xef\xbb\xbf \t\r\n")
    return document, problem or (None if document else phrase("the answer is empty"))


def unpack(body: bytes, bounds: Bounds) -> tuple[bytes, str | None]:
    """Return the bytes that a body holds, as far as they may be read; and why no more, if so."""
    found, fault = unpack_start(body)
    if fault:
        return found[: bounds.size], fault.detail
    if len(found) > bounds.size:
        return found[: bounds.size], phrase("more than {size} MiB: the rest was not read", size=bounds.size // _MIB)
    return found, None


def is_html(document: bytes) -> bool:
    """Return whether a web page was served in place of XML, as sites do for an address that is gone."""
    head = document[:1024].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    return head.startswith((b"<!doctype html", b"<html", b"<head", b"<body", b"<script"))


def _end_of_tags(document: bytes, most: int) -> int:
    """Return where a document has had its most tags, in steps of a piece; its length if it has fewer."""
    left = most
    for start in range(0, len(document), _PIECE):
        left -= document.count(b"<", start, start + _PIECE)
        if left < 0:
            return start
    return len(document)


def lines_of(document: bytes) -> Iterator[str]:
    """Yield the lines of a text that are not blank."""
    for line in document.splitlines():
        if text := line.decode("utf-8", "replace").strip():
            yield text
