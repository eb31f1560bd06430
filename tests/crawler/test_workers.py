"""Pages that are read in other processes: one that ends its reader costs itself and nothing else."""

import asyncio
import multiprocessing
import os
import signal
from collections.abc import Awaitable
from datetime import UTC, datetime
from pathlib import Path

from archive import Reason
from crawler.extract.article import Extraction, extract
from crawler.page import Page
from crawler.site_files import load_site
from crawler.workers import page_reader
from tests.crawler.odd_pages import PAGES
from tests.crawler.wire import article, site_file

NOW = datetime(2025, 11, 14, tzinfo=UTC)
LONG = "7,000 authors"
"""Takes half a second: time enough to end the process that reads it."""


def page(body: str | bytes) -> Page:
    return Page("http://bao-thu.example/bai/1.html", body.encode() if isinstance(body, str) else body, NOW)


def read_beside(tmp_path: Path, *, seconds: float, is_killed: bool = False) -> tuple[Extraction, Extraction]:
    """Read a long page in another process, which is killed meanwhile if so told; then a short one."""
    (tmp_path / "bao.toml").write_text(site_file("http://bao-thu.example"), encoding="utf-8")
    site = load_site(tmp_path / "bao.toml")

    async def read_both() -> tuple[Extraction, Extraction]:
        await read(page(article()), site)  # until the process is there
        (reader,) = multiprocessing.active_children()
        long: Awaitable[Extraction] = asyncio.ensure_future(read(page(PAGES[LONG].make()), site))
        await asyncio.sleep(0.1)
        if is_killed:
            assert reader.pid
            os.kill(reader.pid, signal.SIGKILL)
        return await long, await read(page(article()), site)

    with page_reader([site], processes=1, seconds=seconds) as read:
        return asyncio.run(read_both())


def test_a_process_that_dies_costs_the_page_that_it_read(tmp_path: Path) -> None:
    long, short = read_beside(tmp_path, seconds=60, is_killed=True)
    assert (long.refusal and long.refusal.reason, short.article) == (Reason.EXTRACTOR, extract(page(article())).article)


def test_a_page_that_takes_too_long_is_given_up(tmp_path: Path) -> None:
    long, short = read_beside(tmp_path, seconds=0.1)
    assert (long.refusal and long.refusal.reason, short.article) == (Reason.EXTRACTOR, extract(page(article())).article)
    assert multiprocessing.active_children() == []
