"""What a source sent, before it is read: unpacked, in UTF-8, and bounded."""

from collections.abc import Iterator

from crawler.extract.charset import recode
from crawler.extract.compressed import unpack_start
from crawler.page import Page

MAX_BYTES = 16 * 1024 * 1024
"""Of a sitemap or feed, unpacked. The protocol allows 50 MB; the largest real one seen has 1 MB, and 50,000 entries
without pictures have 8."""
MAX_ENTRIES = 50_000
"""Of one document, as in the protocol; more is a trap or a mistake."""
MAX_TAGS = 1_000_000
"""Of a sitemap or feed, those of its entries' texts included: twenty for each of the most entries."""
_PIECE = 64 * 1024


def open_document(page: Page, *, most_bytes: int = MAX_BYTES, most_tags: int = MAX_TAGS) -> tuple[bytes, str | None]:
    """Return the document in UTF-8, from its first sign, as far as it may be read; and why no more, if so.

    This is the bound before every reader of tags: the time of a reader grows with bytes and tags, and with nothing else.
    """
    unpacked, problem = unpack(page.body, most_bytes=most_bytes)
    document = recode(unpacked, page.content_type)
    end = _end_of_tags(document, most_tags)
    if end < len(document):
        problem = problem or f"more than {most_tags:,} tags: the rest was not read"
    document = document[:end].lstrip(b"\xef\xbb\xbf \t\r\n")
    return document, problem or (None if document else "the answer is empty")


def unpack(body: bytes, *, most_bytes: int = MAX_BYTES) -> tuple[bytes, str | None]:
    """Return the bytes that a body holds, as far as they may be read; and why no more, if so."""
    found, fault = unpack_start(body)
    if fault:
        return found[:most_bytes], fault.detail
    if len(found) > most_bytes:
        return found[:most_bytes], f"more than {most_bytes // 1024 // 1024} MiB: the rest was not read"
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
