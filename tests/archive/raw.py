"""Captures of articles with raw pages, for tests."""

import gzip
import hashlib
from typing import Any

from archive import Capture, Exchange
from tests.archive.build import after, article, capture

HEAD = b"HTTP/1.1 200 OK\r\nServer: nginx\r\nset-cookie: a=1\r\nSet-Cookie: b=2\r\nContent-Encoding: gzip\r\n\r\n"


def page_of(number: int) -> bytes:
    """Return a page of more than 1 KiB, also when it is compressed; each number has its own."""
    noise = " ".join(hashlib.sha256(b"%d %d" % (number, each)).hexdigest() for each in range(40))
    return f"<html><body><h1>Tin số {number}</h1><p>Sáng 2/7, Ban Chỉ đạo tỉnh họp.</p>{noise}</body></html>".encode()


def exchange(number: int = 1, hours: float = 0, **changes: Any) -> Exchange:
    """Return the request for an article, and its answer."""
    values: dict[str, Any] = {
        "url": article(number).url,
        "at": after(hours=hours),
        "request": b"GET /tin/%d.html HTTP/1.1\r\nHost: baohagiang.example\r\n\r\n" % number,
        "head": HEAD,
        "body": gzip.compress(page_of(number), mtime=0),
        "address": "203.0.113.5",
    }
    return Exchange(**{**values, **changes})


def fetched(number: int = 1, hours: float = 0, *, exchanges: tuple[Exchange, ...] = (), **changes: Any) -> Capture:
    """Return a capture of an article with its raw page."""
    given = exchanges or (exchange(number, hours),)
    return capture(article(number), after(hours=hours), **{"body": page_of(number), "exchanges": given, **changes})
