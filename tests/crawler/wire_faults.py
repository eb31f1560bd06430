"""The faults of an outlet, one host each: what it answers, and what a crawl must make of it."""

import gzip
import sys
import time
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

import brotli

from archive import Reason
from tests.crawler.wire import BAD, GOOD, Answer, Send, article, listing, page

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

TIMEOUT = 3
"""Seconds for one request in the crawl of the hosts whose fault is that they do not answer in time."""
PATIENCE = 5
"""Seconds of rest that a host may ask for in these crawls."""
TRIES = 2
"""Of one address in these crawls."""
HUGE = 64 * 1024 * 1024
"""Bytes of a bomb, four times the limit."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One host: its home page links GOOD, and BAD, which is what `answers` make of it."""

    row: int
    """Of the fault table."""
    name: str
    answers: Mapping[str, tuple[Answer, ...]]
    reason: Reason | None = None
    """Why BAD is not stored; None if it is."""
    hits: int = 1
    """Requests for BAD."""
    good: bool = True
    """Whether GOOD is stored."""

    def routes(self) -> dict[str, tuple[Answer, ...]]:
        """Every path that the host knows."""
        usual: dict[str, tuple[Answer, ...]] = {"/": (page(listing(BAD, GOOD)),), GOOD: (page(article()),)}
        return {**usual, **self.answers}


def bad(row: int, name: str, *answers: Answer, reason: Reason | None = None, hits: int = 1) -> Fault:
    return Fault(row=row, name=name, answers={BAD: answers}, reason=reason, hits=hits)


def robots(row: int, name: str, answer: Answer, *, reason: Reason | None = Reason.ROBOTS, good: bool = False) -> Fault:
    """A host that is closed by its robots.txt, unless `good`."""
    answers = {"/robots.txt": (answer,), BAD: (page(article("Bài thứ hai", paragraphs=9)),)}
    return Fault(row=row, name=name, answers=answers, reason=reason, hits=int(reason is None), good=good)


def hang(send: Send) -> None:
    time.sleep(TIMEOUT * 2)


def drip(send: Send) -> None:
    send(page(length=10**6))
    for _ in range(TIMEOUT * 20):
        send(b"<p>")
        time.sleep(0.1)


def endless_bytes(send: Send, begin: bytes) -> None:
    send(begin)
    while True:
        send(b"a" * 0x10000)


def endless(send: Send) -> None:
    endless_bytes(send, b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n")


def endless_headers(send: Send) -> None:
    send(b"HTTP/1.1 200 OK\r\n")
    while True:
        send(b"X-Filler: " + b"a" * 8000 + b"\r\n")


def endless_hints(send: Send) -> None:
    while True:
        send(b"HTTP/1.1 103 Early Hints\r\nLink: </a.css>\r\n\r\n")


def unfinished(send: Send) -> None:
    body = article()
    send(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\n\r\n")
    send(b"%x\r\n" % len(body) + body + b"\r\n")


def packed(encoding: str, body: bytes) -> bytes:
    return page(body, Content_Encoding=encoding)


@cache
def squeezed(encoding: str) -> bytes:
    """A bomb: HUGE bytes that are small on the wire."""
    if encoding == "br":
        return bytes(brotli.compress(bytes(HUGE), quality=1))
    if encoding == "zstd":
        return zstd.compress(bytes(HUGE))
    packer = zlib.compressobj(wbits=31 if encoding == "gzip" else 15)
    return packer.compress(bytes(HUGE)) + packer.flush()


def bomb(encoding: str) -> Answer:
    """It is packed when it is asked for: most runs of the tests only collect it."""
    return lambda send: send(packed(encoding, squeezed(encoding)))


def raw_deflate(body: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-15)
    return packer.compress(body) + packer.flush()


GZ = gzip.compress(article("Bài nén"))
BROTLI = brotli.compress(article("Bài nén"))
BAD_CRC = GZ[:-8] + bytes(4) + GZ[-4:]
MOVED = "/rules.txt"


def moved(target: str) -> bytes:
    return page(status=302, Location=target)


OK = page(article("Bài thứ hai", paragraphs=9))
RULES = b"User-agent: *\nDisallow: /bai/loi\n"

FAULTS = (
    *(bad(16, f"{n}", page(status=n), reason=Reason.HTTP_ERROR, hits=TRIES) for n in (500, 502, 503, 504)),
    bad(16, "500-then-well", page(status=500), OK, hits=2),
    bad(17, "seconds", page(status=503, Retry_After="2"), OK, hits=2),
    bad(17, "429", page(status=429), OK, hits=2),
    bad(17, "no-calendar", page(status=503, Retry_After="Fri, 31 Dec 99999999999999999999 23:59:59 GMT"), OK, hits=2),
    *(bad(18, f"{n}", page(article(), status=n), reason=Reason.HTTP_ERROR) for n in (401, 403)),
    *(bad(18, f"{n}", page(article(), status=n), reason=Reason.GONE) for n in (404, 410)),
    bad(19, "no-answer", hang, reason=Reason.TIMEOUT, hits=TRIES),
    bad(19, "drip", drip, reason=Reason.TIMEOUT, hits=TRIES),
    bad(19, "garbage", b"what do you want?\r\n\r\n", reason=Reason.CONNECTION, hits=TRIES),
    bad(20, "reset", b"", reason=Reason.CONNECTION, hits=TRIES),
    bad(20, "short-body", page(article(), length=10**5), reason=Reason.TRUNCATED, hits=TRIES),
    bad(20, "unfinished-chunk", unfinished, reason=Reason.TRUNCATED, hits=TRIES),
    bad(20, "short-then-whole", page(article(), length=10**5), OK, hits=2),
    bad(21, "gzip-cut", packed("gzip", GZ[: len(GZ) // 2]), reason=Reason.TRUNCATED, hits=TRIES),
    bad(21, "gzip-without-end", packed("gzip", GZ[:-4]), reason=Reason.TRUNCATED, hits=TRIES),
    bad(21, "gzip-crc", packed("gzip", BAD_CRC), reason=Reason.TRUNCATED, hits=TRIES),
    bad(21, "br-cut", packed("br", BROTLI[: len(BROTLI) // 2]), reason=Reason.TRUNCATED, hits=TRIES),
    bad(21, "deflate-cut", packed("deflate", zlib.compress(OK)[:-4]), reason=Reason.TRUNCATED, hits=TRIES),
    bad(21, "double-gzip", packed("gzip", gzip.compress(GZ))),
    bad(21, "double-named", packed("gzip, gzip", gzip.compress(GZ))),
    bad(21, "named-but-plain", packed("gzip", article("Bài không nén"))),
    bad(21, "br", packed("br", BROTLI)),
    bad(21, "raw-deflate", packed("deflate", raw_deflate(article("Bài nén")))),
    *(bad(23, f"{n}-bomb", bomb(n), reason=Reason.TOO_LARGE) for n in ("gzip", "br", "deflate", "zstd")),
    bad(23, "100-mb", page(length=100 * 1024 * 1024), reason=Reason.TOO_LARGE),
    bad(23, "endless", endless, reason=Reason.TOO_LARGE),
    bad(23, "endless-headers", endless_headers, reason=Reason.TOO_LARGE),
    bad(23, "endless-hints", endless_hints, reason=Reason.TOO_LARGE),
    bad(23, "endless-status", lambda send: endless_bytes(send, b"HTTP/1.1 200 "), reason=Reason.TOO_LARGE),
    bad(23, "endless-header", lambda send: endless_bytes(send, b"HTTP/1.1 200 OK\r\nX: "), reason=Reason.TOO_LARGE),
    bad(23, "short-headers", page(article()).replace(b"\r\n", b"\r\n" + b"a:\n" * 20_000, 1), reason=Reason.TOO_LARGE),
    bad(23, "many-headers", page(article()).replace(b"\r\n", b"\r\n" + b"X: 1\r\n" * 300, 1)),
    bad(24, "loop", moved(BAD), reason=Reason.HTTP_ERROR, hits=11),
    bad(25, "foreign-host", moved("http://bao-khac.example/bai/1.html"), reason=Reason.OFF_SITE),
    bad(25, "foreign-port", moved("http://127.0.0.1:9/bai/1.html"), reason=Reason.OFF_SITE),
    *(bad(27, n, moved(f"{n}:///etc/passwd"), reason=Reason.HTTP_ERROR) for n in ("file", "ftp", "s3")),
    bad(27, "data", moved("data:text/html,<h1>x</h1>"), reason=Reason.HTTP_ERROR),
    bad(28, "bad-address", moved("http://[::1/bai"), reason=Reason.HTTP_ERROR),
    *(robots(30, f"robots-{n}", page(status=n)) for n in (500, 503, 429)),
    robots(30, "robots-hangs", hang, reason=Reason.TIMEOUT),
    robots(30, "robots-resets", b"", reason=Reason.CONNECTION),
    *(robots(30, f"robots-{n}", page(b"User-agent: *\nDisallow: /", status=n), reason=None, good=True)
      for n in (401, 403, 404)),
    robots(31, "disallow", page(RULES), good=True),
    robots(31, "wildcard", page(b"User-agent: *\nDisallow: /*loi.html$"), good=True),
    robots(31, "own-group", page(b"User-agent: baotinh\nDisallow: /\n\nUser-agent: *\nAllow: /")),
    robots(31, "delay-too-long", page(b"User-agent: *\nCrawl-delay: 61")),
    robots(31, "20-mb", page(RULES + b"# x\n" * 5_000_000), good=True),
    robots(31, "html", page(article()), reason=None, good=True),
    robots(31, "empty", page(), reason=None, good=True),
    robots(31, "redirected", moved(MOVED), reason=None, good=True),  # which is not there
    robots(31, "redirect-abroad", moved("http://bao-khac.example/robots.txt"), reason=Reason.OFF_SITE),
    robots(31, "redirect-loop", moved("/robots.txt"), reason=Reason.HTTP_ERROR),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class BrokenSource:
    """One host whose only source names GOOD, and is broken."""

    row: int
    name: str
    kind: str
    answer: Answer
    good: bool = True
    """Whether GOOD is found all the same."""
    problem: bool = True
    """Whether the run tells of it."""

    def routes(self) -> dict[str, tuple[Answer, ...]]:
        """Every path that the host knows."""
        return {SOURCE: (self.answer,), SECRET: (page(b"a secret"),), GOOD: (page(article()),)}


SOURCE = "/nguon.xml"
SECRET = "/bi-mat"
URL = f"<url><loc>{GOOD}</loc></url>".encode()
ITEM = f"<item><title>Tin</title><link>{GOOD}</link></item>".encode()
NO_DATES = URL.replace(b"</loc>", b"</loc><lastmod>0001-01-01T00:00:00+07:00</lastmod>")
PREFIXED = ITEM.replace(b"</item>", b"<media:content url='/1.jpg'>x</media:content></item>")
FEED = b"<rss><channel>" + ITEM + b"</channel></rss>"
XXE = b'<!DOCTYPE urlset [<!ENTITY x SYSTEM "' + SECRET.encode() + b'">]>'
LAUGHS = b"".join(b'<!ENTITY a%d "%s">' % (n, b"&a%d;" % (n - 1) * 10) for n in range(1, 12))
LOOP = b"<sitemapindex>" + f"<sitemap><loc>{SOURCE}</loc></sitemap>".encode() * 3 + b"</sitemapindex>"
LAUGHTER = b'<!DOCTYPE urlset [<!ENTITY a0 "ha">' + LAUGHS + b"]>"


def urls(body: bytes, *, before: bytes = b"") -> bytes:
    return before + b"<urlset>" + body + b"</urlset>"


def padded(send: Send) -> None:
    """A sitemap that unpacks to more than the protocol allows, behind its first entry."""
    send(page(gzip.compress(b"<urlset>" + URL + b" " * HUGE)))


SOURCES = (
    BrokenSource(33, "bomb", "sitemap", padded),
    BrokenSource(33, "gzip-cut", "sitemap", page(gzip.compress(urls(URL * 2000))[:60])),
    BrokenSource(33, "cut", "sitemap", page(urls(URL)[:-12] + b"<url><lo")),
    BrokenSource(33, "external-entity", "sitemap", page(urls(b"&x;" + URL, before=XXE)), problem=False),
    BrokenSource(33, "laughs", "sitemap", page(urls(b"<url><loc>&a11;</loc></url>", before=LAUGHTER)), good=False),
    BrokenSource(33, "first-day-of-the-calendar", "sitemap", page(urls(NO_DATES)), problem=False),
    BrokenSource(33, "many", "sitemap", page(urls(URL * 50_001))),
    BrokenSource(33, "loop", "sitemap", page(LOOP), good=False, problem=False),
    BrokenSource(33, "html", "sitemap", page(listing(GOOD)), good=False),
    BrokenSource(34, "html", "feed", page(listing(GOOD)), good=False),
    BrokenSource(34, "mark", "feed", page("\ufeff".encode() + FEED), problem=False),
    BrokenSource(34, "undeclared-prefix", "feed", page(FEED.replace(ITEM, PREFIXED)), problem=False),
    BrokenSource(34, "cut", "feed", page(FEED[:-20])),
    BrokenSource(34, "empty", "feed", page(), good=False),
)
