"""One pipeline: hand the capture to the archive, count what it did."""

import asyncio
from collections.abc import Iterator
from typing import Any

from scrapy import signals
from scrapy.crawler import Crawler
from scrapy.exceptions import DropItem
from scrapy.utils.asyncio import create_looping_call

from archive import ArchiveError, Capture, Outcome, as_record
from crawler import __version__
from crawler.middlewares.politeness import STOPPED
from crawler.spiders.news import NewsSpider

RECORDED_SETTINGS = (
    "DOWNLOAD_DELAY",
    "USER_AGENT",
    "BAOTINH_ALLOW_PRIVATE",
    "DOWNLOAD_VERIFY_CERTIFICATES",
    "DOWNLOAD_TLS_MIN_VERSION",
)
"""What a run was told that decides what it could see; stored with it, and with the rules of its site."""
MEMORY = "memusage_exceeded"
"""Scrapy's reason to end a crawl whose process has grown beyond MEMUSAGE_LIMIT_MB."""
COMMIT_SECONDS = 2.0
"""What is stored is on disk after this time, even if nothing more comes that would end its group."""


class ArchivePipeline:
    """Opens the run of its spider, stores its captures, closes the run."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._commits = create_looping_call(self._commit)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> "ArchivePipeline":
        pipeline = cls(crawler)
        crawler.signals.connect(pipeline.close_run, signals.spider_closed)
        return pipeline

    def open_spider(self) -> None:
        """Open the run; a site that another process crawls is told as trouble, and nothing of it is asked for."""
        spider = self._spider
        try:
            spider.run = spider.archive.begin_run(
                spider.site.name,
                started_at=spider.now(),
                version=__version__,
                settings={
                    **{name: self._crawler.settings.get(name) for name in RECORDED_SETTINGS},
                    "rules": spider.site.rules_sha256,
                },
            )
            spider.agenda = spider.archive.agenda(spider.run)
        except ArchiveError as error:
            spider.trouble = error
            return
        self._commits.start(COMMIT_SECONDS, now=False)

    def process_item(self, capture: Capture) -> dict[str, Any]:
        """Store, and return the flat record of an article that is new or changed, for Scrapy's feed exports."""
        try:
            outcome = self._spider.archive.store(capture)
        except ArchiveError as error:
            self._stop(error)
            raise DropItem(str(error)) from error
        self._spider.budget.note(capture, outcome)
        self._crawler.stats.inc_value(f"archive/{capture.kind}/{outcome}")
        if capture.article is None or outcome not in (Outcome.ADDED, Outcome.REVISED):
            raise DropItem(f"{capture.url}: {outcome}", log_level="DEBUG")
        return as_record(capture.article)

    def close_run(self, reason: str) -> None:
        """Close the run with its counts; a run that the archive itself stopped keeps the first error."""
        spider = self._spider
        if self._commits.running:
            self._commits.stop()
        if spider.run is None:
            return
        try:
            spider.report = spider.archive.finish_run(
                spider.run,
                finished_at=spider.now(),
                status={"finished": "finished", MEMORY: "stopped"}.get(reason, "interrupted"),
                cut_short=list(self._limits_met(reason)),
            )
            if not spider.is_archive_shared:
                spider.archive.close()
        except ArchiveError as error:
            spider.trouble = spider.trouble or error

    def _limits_met(self, reason: str) -> Iterator[str]:
        """Yield why the run has not asked for everything that it wanted."""
        yield from (why for key, why in self._crawler.stats.get_stats().items() if key.startswith(STOPPED))
        if reason == MEMORY:
            limit = self._crawler.settings.getint("MEMUSAGE_LIMIT_MB")
            yield f"the process took more than {limit} MiB of memory; what is left waits for the next run"

    @property
    def _spider(self) -> NewsSpider:
        spider = self._crawler.spider
        assert isinstance(spider, NewsSpider)
        return spider

    def _commit(self) -> None:
        try:
            self._spider.archive.commit()
        except ArchiveError as error:
            self._stop(error)

    def _stop(self, error: ArchiveError) -> None:
        """A full disk or a damaged file: fetching more would only lose more."""
        if self._spider.trouble is None:
            self._spider.trouble = error
            closing = self._crawler.engine.close_spider_async(reason="archive")
            self._closing = asyncio.ensure_future(closing)  # a task that nobody holds may be collected
