"""Answers that are slow to read or large in memory: how long they hold the process of a crawl, and what it takes.

The crawl runs in a process of its own, where a timer on its event loop notes how much processor time passed between
two of its turns.
"""

import gzip
import os
import subprocess
import sys
import time
from collections.abc import Mapping
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from pathlib import Path

import pytest

from archive import Archive, RunReport
from tests.command import SECONDS
from tests.crawler.wire import BAD, GOOD, Answer, Wire, article, listing, page, serve, site_file

pytestmark = pytest.mark.drill
MOST_HOLD = 0.25
"""Seconds of processor time between two turns of the loop."""
MOST_MEMORY = 300 * 1024
"""KiB of all processes together, pages that they share counted once."""
MIB = 1 << 20
SOURCE = "/nguon"
HOLD = """
import asyncio, atexit, sys, time
from crawler.fetch.transfer import TransferHandler
longest, last = 0.0, None
def tick(loop):
    global longest, last
    now = time.thread_time()
    longest, last = max(longest, now - last), now
    loop.call_later(0.01, tick, loop)
async def download_request(self, request):
    global last
    if last is None:  # what comes before the first request is the start of the program
        last = time.thread_time()
        tick(asyncio.get_running_loop())
    return await asked(self, request)
asked, TransferHandler.download_request = TransferHandler.download_request, download_request
atexit.register(lambda: print("hold", longest, file=sys.stderr))
from crawler.cli import main
main()
"""


def sitemap(body: bytes) -> bytes:
    return b"<urlset>" + body + f"<url><loc>{GOOD}</loc></url>".encode() + b"</urlset>"


def robots(*rules: str) -> bytes:
    return "\n".join(("User-agent: *", *rules)).encode()


@dataclass(frozen=True, slots=True)
class Hostile:
    """One outlet whose source, article or robots.txt is hostile; every other answer is well."""

    body: bytes
    kind: str = "section"
    """Of the source; "article" and "robots" for the others."""
    stored: int = 0
    """Articles of the outlet that are stored all the same."""


LARGE = {
    "deep-section-16-mib": Hostile(b"<div>" * (16 * MIB // 5)),
    "links-16-mib": Hostile(b"<p><a href=/bai/1.html>x</a>" * (16 * MIB // 28)),
    "deep-sitemap": Hostile(b"<div>" * (16 * MIB // 5), "sitemap"),
    "empty-elements": Hostile(sitemap(b"<a/>" * (4 * MIB - 100)), "sitemap"),
}
"""Each of these is crawled alone, for its memory."""
SMALL = {
    "deep-section": Hostile(b"<div>" * 64_000),
    "attributes": Hostile(b"<div " + b" ".join(b"a%d=1" % n for n in range(100_000)) + b">"),
    "title": Hostile(sitemap(b"<title>" * 200 + b"a<b/>" * (MIB // 5) + b"</title>" * 200), "sitemap", 1),
    "members": Hostile(gzip.compress(gzip.compress(b"", mtime=0) * 100_000), "sitemap"),
    "objects": Hostile(gzip.compress(b'{"data":[' + b"{}," * (13 * MIB) + b"{}]}"), "json"),
    "deep-article": Hostile(b"<title>x</title><h1>x</h1>" + b"<div class=title>" * 3_900 + b"<p>x</p>", "article", 1),
    "text-article": Hostile(article(paragraphs=3_500), "article", 2),
    "wildcards": Hostile(robots(*["Disallow: /*a*b"] * 20_000), "robots"),
    "few-wildcards": Hostile(robots(*["Disallow: /*a*b"] * 2_000), "robots", 2),
    "agents": Hostile(robots(*(f"User-agent: a{n}" for n in range(12_000)), *["Disallow: /x"] * 20_000), "robots"),
}


@dataclass(frozen=True, slots=True)
class Measured:
    """What a crawl took."""

    hold: float
    """Seconds."""
    memory: int
    """KiB at the peak."""
    reports: Mapping[str, RunReport]


def crawl(folder: Path, cases: Mapping[str, Hostile], *options: str) -> Measured:
    """Crawl the outlets in one process of their own."""
    with ExitStack() as stack:
        for name, case in cases.items():
            wire = stack.enter_context(serve(Wire(answers_of(case))))
            (folder / f"{name}.toml").write_text(site_of(wire, case), encoding="utf-8")
        files = [word for name in cases for word in ("--site-file", f"{name}.toml")]
        process = stack.enter_context(
            subprocess.Popen(
                [sys.executable, "-c", HOLD, "crawl", "--create", *files, "--allow-private", "--delay", "0", *options],
                cwd=folder,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
                env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
            )
        )
        memory = 0
        while process.poll() is None:
            memory = max(memory, memory_of(process.pid))
            time.sleep(0.05)
        _, said = process.communicate(timeout=SECONDS)
    assert "Traceback" not in said, said
    with Archive.open(folder / "news-archive", read_only=True) as archive:
        reports = {report.site: report for report in archive.runs(limit=len(cases))}
    return Measured(float(said.rpartition("hold ")[2]), memory, reports)


def answers_of(case: Hostile) -> dict[str, tuple[Answer, ...]]:
    """Return what the outlet's server answers."""
    place = {"article": BAD, "robots": "/robots.txt"}.get(case.kind, SOURCE)
    well = {"/": (page(listing(BAD, GOOD)),), GOOD: (page(article()),), BAD: (page(article("Bài thứ hai")),)}
    return {**well, place: (page(case.body),)}


def site_of(wire: Wire, case: Hostile) -> str:
    """Return the site file of the outlet."""
    if case.kind in ("article", "robots"):
        return site_file(wire.origin)
    lines = ['next_page = ["a.next@href"]'] if case.kind == "section" else []
    text = site_file(wire.origin, *lines, kind=case.kind, source=SOURCE)
    return text + ('items = "data"\naddress = "/bai/{id}.html"\n' if case.kind == "json" else "")


def memory_of(pid: int) -> int:
    """Return the KiB of a process and its children, with shared pages counted once."""
    total = 0
    with suppress(OSError):
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="utf-8").splitlines():
            if line.startswith("Pss:"):
                total += int(line.split()[1])
        for child in Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="utf-8").split():
            total += memory_of(int(child))
    return total


@pytest.mark.parametrize("cases", [*({name: case} for name, case in LARGE.items()), SMALL], ids=", ".join)
def test_no_answer_holds_the_crawl_or_fills_the_memory(tmp_path: Path, cases: Mapping[str, Hostile]) -> None:
    measured = crawl(tmp_path, cases)
    assert 0 < measured.hold < MOST_HOLD
    assert measured.memory < MOST_MEMORY
    assert all(report.balances for report in measured.reports.values())
    stored = {name: report.stored for name, report in measured.reports.items()}
    assert stored == {name: cases[name].stored for name in cases}


def test_the_links_of_a_long_sitemap_are_stored_in_pieces(tmp_path: Path) -> None:
    count = 20_000  # in one go they would take 0.8 s
    entries = "".join(f"<url><loc>/bai/tin-so-{n}.html</loc><lastmod>2026-01-08</lastmod></url>" for n in range(count))
    measured = crawl(tmp_path, {"long": Hostile(sitemap(entries.encode()), "sitemap")}, "--limit", "1")
    assert 0 < measured.hold < MOST_HOLD
    assert measured.memory < MOST_MEMORY
    report = measured.reports["long"]
    assert (report.troubles, report.left, report.balances) == ((), count, True)
