"""Answers that are slow to read or large in memory: how long they hold the process of a crawl, and what it takes.

The crawl runs in a process of its own, where a timer on its event loop notes how much processor time passed between
two of its turns.
"""

import gzip
import os
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import pytest

from archive import Archive, RunReport
from tests.command import SECONDS
from tests.crawler.wire import BAD, GOOD, Wire, article, listing, page, serve, site_file

MOST_HOLD = 0.25
"""Seconds of processor time between two turns of the loop."""
MOST_MEMORY = 300 * 1024
"""KiB of all processes together, pages that they share counted once."""
MIB = 1 << 20
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


CASES = {
    "deep-section": Hostile(b"<div>" * 64_000),
    "deep-section-16-mib": Hostile(b"<div>" * (16 * MIB // 5)),
    "links-16-mib": Hostile(b"<p><a href=/bai/1.html>x</a>" * (16 * MIB // 28)),
    "attributes": Hostile(b"<div " + b" ".join(b"a%d=1" % n for n in range(100_000)) + b">"),
    "deep-sitemap": Hostile(b"<div>" * (16 * MIB // 5), "sitemap"),
    "title": Hostile(sitemap(b"<title>" * 200 + b"a<b/>" * (MIB // 5) + b"</title>" * 200), "sitemap"),
    "empty-elements": Hostile(sitemap(b"<a/>" * (4 * MIB - 100)), "sitemap"),
    "members": Hostile(gzip.compress(gzip.compress(b"", mtime=0) * 100_000), "sitemap"),
    "objects": Hostile(gzip.compress(b'{"data":[' + b"{}," * (13 * MIB) + b"{}]}"), "json"),
    "deep-article": Hostile(b"<title>x</title><h1>x</h1>" + b"<div class=title>" * 3_900 + b"<p>x</p>", "article"),
    "text-article": Hostile(article(paragraphs=3_500), "article"),
    "wildcards": Hostile(robots(*["Disallow: /*a*b"] * 20_000), "robots"),
    "few-wildcards": Hostile(robots(*["Disallow: /*a*b"] * 2_000), "robots"),
    "agents": Hostile(robots(*(f"User-agent: a{n}" for n in range(12_000)), *["Disallow: /x"] * 20_000), "robots"),
}


@dataclass(frozen=True, slots=True)
class Measured:
    """What a crawl took."""

    hold: float
    """Seconds."""
    memory: int
    """KiB at the peak."""
    report: RunReport


def crawl(folder: Path, name: str, case: Hostile) -> Measured:
    """Crawl the outlet in a process of its own."""
    source = {"article": "section", "robots": "section"}.get(case.kind, case.kind)
    answers = {"/": (page(listing(BAD, GOOD)),), GOOD: (page(article()),), BAD: (page(article("Bài thứ hai")),)}
    place = {"article": BAD, "robots": "/robots.txt"}.get(case.kind, "/nguon")
    answers[place] = (page(case.body),)
    lines = ['next_page = ["a.next@href"]'] if source == "section" else []
    path = "/" if case.kind in ("article", "robots") else place
    with serve(Wire(answers)) as wire:
        text = site_file(wire.origin, *lines, kind=source, source=path)
        text += 'items = "data"\naddress = "/bai/{id}.html"\n' if source == "json" else ""
        (folder / f"{name}.toml").write_text(text, encoding="utf-8")
        with subprocess.Popen(
            [sys.executable, "-c", HOLD, "crawl", "--site-file", f"{name}.toml", "--allow-private", "--delay", "0"],
            cwd=folder,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
        ) as process:
            memory = 0
            while process.poll() is None:
                memory = max(memory, memory_of(process.pid))
                time.sleep(0.05)
            _, said = process.communicate(timeout=SECONDS)
    assert "Traceback" not in said, said
    with Archive.open(folder / "news-archive", read_only=True) as archive:
        (report,) = archive.runs(limit=1)
    return Measured(float(said.rpartition("hold ")[2]), memory, report)


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


@pytest.mark.parametrize("name", CASES)
def test_no_answer_holds_the_crawl_or_fills_the_memory(tmp_path: Path, name: str) -> None:
    measured = crawl(tmp_path, name, CASES[name])
    assert 0 < measured.hold < MOST_HOLD
    assert measured.memory < MOST_MEMORY
    assert measured.report.balances
