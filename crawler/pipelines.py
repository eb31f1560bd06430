"""The one pipeline: it stores captures in the archive and counts the outcomes."""

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from typing import Any

from scrapy import signals
from scrapy.crawler import Crawler
from scrapy.exceptions import DropItem

from archive import NO_LINKS, ArchiveError, Capture, Outcome, RunStatus, as_record, phrase
from crawler import __version__
from crawler.fetch.proxy import SETTING, proxy_of
from crawler.fetch.run import run_of

RECORDED_SETTINGS = (
    "DOWNLOAD_DELAY",
    "USER_AGENT",
    "BAOTINH_ALLOW_PRIVATE",
    "DOWNLOAD_VERIFY_CERTIFICATES",
    "DOWNLOAD_TLS_MIN_VERSION",
)
"""Settings on which the result of a run depends; they are stored with it, beside the digest of its site's rules."""
MEMORY = "memusage_exceeded"
"""Scrapy's reason for the end of a crawl whose process exceeds MEMUSAGE_LIMIT_MB."""
COMMIT_SECONDS = 0.2
"""Seconds without a new page after which the open group is committed: a polite crawl releases the archive before its
next page, so that other processes can write. A crawl without pauses fills its groups, and commits them by their size
and age."""

LINKS_AT_ONCE = 1_000
"""Links of a source that are stored in one go: they take 0.05 s."""


class ArchivePipeline:
    """Opens the run of its spider, stores its captures, and closes the run."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._run = run_of(crawler)
        self._timer: asyncio.TimerHandle | None = None
        self._closing: asyncio.Future[None] | None = None
        self._faults = 0

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> "ArchivePipeline":
        pipeline = cls(crawler)
        crawler.signals.connect(pipeline.close_run, signals.spider_closed)
        crawler.signals.connect(pipeline.note_fault, signals.spider_error)
        crawler.signals.connect(pipeline.note_fault, signals.item_error)
        return pipeline

    def open_spider(self) -> None:
        """Open the run. If another process crawls the site, the run notes that as its trouble and requests nothing."""
        settings = {name: self._crawler.settings.get(name) for name in RECORDED_SETTINGS}
        if proxy := proxy_of(self._crawler.settings):
            settings[SETTING] = str(proxy)
        settings |= {name: day.isoformat() for name, day in self._days() if day}
        self._run.open(
            version=__version__, settings={**settings, "rules": self._run.site.rules_sha256, "raw": self._run.keeps_raw}
        )

    async def process_item(self, capture: Capture) -> dict[str, Any]:
        """Store a capture, and return the record of a new or changed article for Scrapy's feed exports."""
        try:
            outcome = await self._store(capture)
        except ArchiveError as error:
            self._end_crawl()
            raise DropItem(str(error)) from error
        if capture.article is None or outcome not in (Outcome.ADDED, Outcome.REVISED):
            raise DropItem(f"{capture.url}: {outcome}", log_level="DEBUG")
        return as_record(capture.article)

    async def _store(self, capture: Capture) -> Outcome:
        """Store a capture; the links of a long list in pieces, between which other answers are received."""
        named = NO_LINKS
        while len(capture.links) > LINKS_AT_ONCE:
            piece = replace(capture, links=capture.links[:LINKS_AT_ONCE])
            capture = replace(capture, links=capture.links[LINKS_AT_ONCE:])
            named = self._run.name_links(piece, before=named)
            self._commit_later()
            await asyncio.sleep(0)
        self._commit_later()
        return self._run.store(capture, before=named)

    def close_run(self, reason: str) -> None:
        """Close the run with its counts."""
        if self._timer:
            self._timer.cancel()
        self._run.close(self._status(reason), cut_short=list(self._why_cut_short(reason)))

    def note_fault(self) -> None:
        """Count an answer that was lost because the program failed on it; Scrapy's log has the traceback."""
        self._faults += 1

    def _days(self) -> Iterator[tuple[str, datetime | None]]:
        """Yield the bounds of the wanted days: since (included) and until (not included)."""
        spider = self._crawler.spider
        yield from ((name, getattr(spider, name, None)) for name in ("since", "until"))

    def _status(self, reason: str) -> RunStatus:
        if reason == "finished":
            return RunStatus.FAULTY if self._faults else RunStatus.FINISHED
        return RunStatus.STOPPED if reason == MEMORY else RunStatus.INTERRUPTED

    def _why_cut_short(self, reason: str) -> Iterator[str]:
        """Yield why the run did not request everything that it wanted, apart from reasons of the hosts."""
        if reason == MEMORY:
            limit = self._crawler.settings.getint("MEMUSAGE_LIMIT_MB")
            yield phrase(
                "the process took more than {limit} MiB of memory; what is left waits for the next run", limit=limit
            )
        if self._faults:
            yield phrase("answers lost to a fault of the program: {n}; please report what the log says", n=self._faults)

    def _commit_later(self) -> None:
        if self._timer:
            self._timer.cancel()
        self._timer = asyncio.get_running_loop().call_later(COMMIT_SECONDS, self._commit)

    def _commit(self) -> None:
        self._run.commit()
        if self._run.trouble:
            self._end_crawl()

    def _end_crawl(self) -> None:
        """End the crawl, once: with a full disk or a damaged file, further answers would be lost."""
        if self._closing is None:
            # kept, because Python may collect a task without a reference
            self._closing = asyncio.ensure_future(self._crawler.engine.close_spider_async(reason="archive"))
