"""Answers that would stall a crawl or fill its memory: each limit is crossed by one, and what came before is used."""

import gzip
import sys
import tracemalloc
import zlib
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from types import ModuleType

import brotli
import pytest

from archive import Kind, Reason, Refusal
from archive.compressed import LARGEST_BODY, MOST_MEMBERS, unpack, unpack_start
from crawler.discover import Found, discover, feeds, listings, sitemaps
from crawler.discover.documents import FEED, PAGE, SITEMAP
from crawler.discover.tags import read_tags, tags_named
from crawler.page import Page
from crawler.site_files.load import packaged_sites

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

SITE = packaged_sites()["baocantho"]
HOME = "https://baocantho.com.vn"
MOT = f"{HOME}/mot-a10001.html".encode()
PACK = partial(gzip.compress, mtime=0)
SPACE = b" " * LARGEST_BODY
"""The same bytes at every call: they name the tests."""
MIB = 1024 * 1024
MOST_MEMORY = 100 * MIB
"""Of the answer and of all that is made of it."""


def found(body: bytes, kind: Kind) -> Found:
    return discover(Page(f"{HOME}/nguon", body, datetime(2026, 8, 1, tzinfo=UTC)), kind, SITE)


def feed(content: bytes, *, before: bytes = b"") -> bytes:
    return b"<rss><channel><item><link>" + MOT + b"</link></item>" + before + content + b"</channel></rss>"


def sitemap(content: bytes) -> bytes:
    return b"<urlset><url><loc>" + MOT + b"</loc></url>" + content + b"</urlset>"


def page(content: bytes) -> bytes:
    return b"<a href=" + MOT + b">x</a>" + content


HOSTILE = {
    "nested divs": (Kind.SECTION, page(b"<div>" * 64_000)),
    "attributes": (Kind.SECTION, page(b"<p " + b"".join(b"a%d=1 " % number for number in range(100_000)) + b">")),
    "formats": (Kind.SECTION, page(b"".join(b"<p><font a%d>" % number for number in range(20_000)))),
    "brackets": (Kind.SECTION, page(b"<" * 4 * MIB)),
    "comments": (Kind.SECTION, page(b"<!--" * MIB)),
    "scripts": (Kind.SECTION, page(b"<script>" * MIB)),
    "quotes": (Kind.SECTION, page(b"<a " + b'"' * 4 * MIB)),
    "items": (Kind.FEED, feed(b"<item/>" * (MIB // 2))),
    "links": (Kind.FEED, feed(b"<item>" + b"<link href=x a a a a/>" * 20_000)),
    "sections": (Kind.FEED, feed(b"<item><link>" + b"<![CDATA[" * 400_000)),
    "references": (Kind.FEED, feed((b"<item><link>" + b"&amp;" * 400 + b"</link></item>") * 1_000)),
    "elements": (Kind.SITEMAP, sitemap(b"<a/>" * MIB)),
    "nested titles": (Kind.SITEMAP, sitemap(b"<url>" + b"<title>" * 200 + b"x<b/>" * 200_000 + b"</title>" * 200)),
    "members": (Kind.SITEMAP, gzip.compress(sitemap(b"")) + gzip.compress(b"") * 100_000),
    "members, packed": (Kind.SITEMAP, gzip.compress(gzip.compress(sitemap(b"")) + gzip.compress(b"") * 100_000)),
    "bomb": (Kind.SITEMAP, gzip.compress(sitemap(b" " * 40 * MIB))),
    "charsets": (Kind.FEED, feed(b"<meta " * 400 + b"charset=" + b" " * 1_700 + b"\xff" * 2_000)),
}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_answer_gives_what_was_sound_of_it(name: str) -> None:
    kind, body = HOSTILE[name]
    tracemalloc.start()
    result = found(body, kind)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert [link.url for link in result.links] == [MOT.decode()]
    assert peak < MOST_MEMORY


@pytest.mark.parametrize(
    ("kind", "module", "bounds", "form"),
    [
        (Kind.FEED, feeds, "FEED", "<rss>%s</rss>|<item><link>%s</link></item>"),
        (Kind.SITEMAP, sitemaps, "SITEMAP", "<urlset>%s</urlset>|<url><loc>%s</loc></url>"),
        (Kind.SITEMAP, sitemaps, "SITEMAP", f"%s|{HOME}%s\n"),
        (Kind.SECTION, listings, "PAGE", "<p>%s</p>|<a href=%s>x</a>"),
    ],
)
def test_entries_are_read_to_the_bound(
    kind: Kind, module: ModuleType, bounds: str, form: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, bounds, replace(getattr(module, bounds), entries=20))
    outer, _, inner = form.partition("|")
    entries = [inner % f"/tin-a{number}.html" for number in range(10_000, 10_021)]
    whole = found((outer % "".join(entries[:-1])).encode(), kind)
    assert (len(whole.links), whole.problem) == (20, None)
    over = found((outer % "".join(entries)).encode(), kind)
    assert len(over.links) == 20
    assert (over.problem or "").startswith("more than 20 ")


@pytest.mark.parametrize(
    ("kind", "most"), [(Kind.FEED, FEED.size), (Kind.SITEMAP, SITEMAP.size), (Kind.SECTION, PAGE.size)]
)
def test_bytes_are_read_to_the_bound(kind: Kind, most: int) -> None:
    make = {Kind.FEED: feed, Kind.SITEMAP: sitemap, Kind.SECTION: page}[kind]
    body = make(b" " * (most - len(make(b""))))
    assert (len(body), found(body, kind).problem) == (most, None)
    over = found(body + b" ", kind)
    assert (len(over.links), over.problem) == (1, f"more than {most // MIB} MiB: the rest was not read")


@pytest.mark.parametrize(
    ("kind", "most"), [(Kind.FEED, FEED.tags), (Kind.SITEMAP, SITEMAP.tags), (Kind.SECTION, PAGE.tags)]
)
def test_tags_are_read_to_the_bound(kind: Kind, most: int) -> None:
    make = {Kind.FEED: feed, Kind.SITEMAP: sitemap, Kind.SECTION: page}[kind]
    assert found(make(b"<b>" * (most - make(b"").count(b"<"))), kind).problem is None
    over = found(make(b"<b>" * (most - make(b"").count(b"<") + 1)), kind)
    assert (len(over.links), over.problem) == (1, f"more than {most:,} tags: the rest was not read")


@pytest.mark.parametrize("opening", [b"<!--", b"<![CDATA[", b"<a href='", b"<script>"])
def test_what_has_no_end_ends_the_document(opening: bytes) -> None:
    pattern = tags_named(("a", "script"))
    assert len(list(read_tags(b"<a>" + opening * 1_000, pattern))) <= 2


def members(count: int, *, of: str) -> bytes:
    texts = (b"<p>%d" % number for number in range(count))
    return b"".join(gzip.compress(text) if of == "gzip" else zstd.compress(text) for text in texts)


@pytest.mark.parametrize("form", ["gzip", "zstd"])
def test_all_members_are_read_and_not_one_too_many(form: str) -> None:
    assert unpack(members(MOST_MEMBERS, of=form)) == b"".join(b"<p>%d" % number for number in range(MOST_MEMBERS))
    refusal = unpack(members(MOST_MEMBERS + 1, of=form))
    assert isinstance(refusal, Refusal)
    assert (refusal.reason, refusal.detail) == (Reason.TOO_LARGE, f"{form}: more than 1,000 members")


def test_what_follows_the_last_member_is_left() -> None:
    assert unpack(gzip.compress(b"<p>") + b"\0" * 100) == b"<p>"


@pytest.mark.parametrize(
    ("body", "start", "reason"),
    [
        (PACK(b"<p>" * 50_000, 0)[:100_000], b"<p><p>", Reason.TRUNCATED),
        (PACK(b"<p>") + PACK(b"<a>")[:12], b"<p>", Reason.TRUNCATED),
        (PACK(b"<p>") + PACK(b"<a>")[:-8] + b"\0" * 8, b"<p>", Reason.TRUNCATED),
        (lambda: PACK(b"<p>" + SPACE), b"<p> ", Reason.TOO_LARGE),
        (lambda: PACK(b"<p>" * 3) + PACK(SPACE), b"<p><p><p> ", Reason.TOO_LARGE),
        (lambda: zstd.compress(b"<p>" + SPACE), b"<p> ", Reason.TOO_LARGE),
        (lambda: brotli.compress(b"\x01<p>" + SPACE, quality=1), b"", None),
        (lambda: zlib.compress(b"<p>" + SPACE), b"<p> ", Reason.TOO_LARGE),
    ],
)
def test_of_a_body_that_is_not_whole_the_start_is_given(
    body: bytes | Callable[[], bytes], start: bytes, reason: Reason | None
) -> None:
    found, fault = unpack_start(body() if callable(body) else body)
    assert len(found) <= LARGEST_BODY
    assert found.startswith(start)
    assert (fault.reason if fault else None) is reason
