"""Answers that are read in other processes: one that ends its reader costs itself and nothing else."""

import asyncio
import gzip
import multiprocessing
import os
import signal
from datetime import UTC, datetime
from pathlib import Path

import pytest

from archive import Kind, Reason
from crawler.discover import Found, discover
from crawler.extract.article import extract
from crawler.extract.extraction import Extraction
from crawler.page import Page
from crawler.site import Site
from crawler.site_files.load import load_site
from crawler.workers import LIGHT_MARKS, AnswerReader, answer_reader, is_light
from tests.crawler.odd_pages import PAGES
from tests.crawler.wire import article, site_file

NOW = datetime(2025, 11, 14, tzinfo=UTC)
LONG = "4,500 rows"
"""Takes a quarter of a second: time enough to meet the process while it reads."""
TRIES = 20
"""Of which one meets it; on a machine that does little else the first one does."""


def page(body: str | bytes) -> Page:
    return Page("http://bao-thu.example/bai/1.html", body.encode() if isinstance(body, str) else body, NOW)


async def meet(reader: AnswerReader, site: Site, *, sent: signal.Signals) -> Extraction:
    """Send a signal to the process that reads a long page, until one meets it at that; return what became of it."""
    for _ in range(TRIES):
        await reader.article(page(article()), site)  # until a process is there
        (child,) = multiprocessing.active_children()
        assert child.pid
        long = asyncio.ensure_future(reader.article(page(PAGES[LONG].make()), site))
        await asyncio.sleep(0.05)
        os.kill(child.pid, sent)
        done, _ = await asyncio.wait([long], timeout=10)
        if not done:  # it was stopped before it took the page
            os.kill(child.pid, signal.SIGCONT)
        if (extraction := await long).refusal:
            return extraction
    raise AssertionError("no signal met the process at work")


@pytest.mark.parametrize(
    ("sent", "detail"), [(signal.SIGKILL, "the process that read it died"), (signal.SIGSTOP, "within 3 s")]
)
def test_a_page_that_ends_its_reader_costs_itself_alone(tmp_path: Path, sent: signal.Signals, detail: str) -> None:
    (tmp_path / "bao.toml").write_text(site_file("http://bao-thu.example"), encoding="utf-8")
    site = load_site(tmp_path / "bao.toml")

    async def read_both(reader: AnswerReader) -> tuple[Extraction, Extraction]:
        return await meet(reader, site, sent=sent), await reader.article(page(article()), site)

    with answer_reader([site], processes=1, seconds=3) as reader:
        long, short = asyncio.run(read_both(reader))
    assert long.refusal
    assert long.refusal.reason is Reason.EXTRACTOR
    assert detail in long.refusal.detail
    assert short.article == extract(page(article())).article
    assert multiprocessing.active_children() == []


@pytest.mark.parametrize(
    ("body", "is_small"),
    [
        (article(), True),
        (b"<p>" * (LIGHT_MARKS + 1), False),
        (b"{}," * (LIGHT_MARKS + 1), False),
        (b"http://a.vn/1\n" * (LIGHT_MARKS + 1), False),
        (b"a" * 1_000_000, False),
        (gzip.compress(b"", mtime=0), False),
        (b"", True),
    ],
)
def test_what_the_process_of_a_crawl_reads_itself(tmp_path: Path, body: bytes, is_small: bool) -> None:
    (tmp_path / "bao.toml").write_text(site_file("http://bao-thu.example"), encoding="utf-8")
    site = load_site(tmp_path / "bao.toml")
    assert is_light(body) is is_small
    with answer_reader([site], processes=0) as reader:

        async def read_all() -> tuple[Extraction, Found]:
            return await reader.article(page(body), site), await reader.source(page(body), Kind.SECTION, site)

        assert asyncio.run(read_all()) == (extract(page(body), site), discover(page(body), Kind.SECTION, site))
        assert len(multiprocessing.active_children()) == (0 if is_small else 1)
    assert multiprocessing.active_children() == []
