"""Crawls of several sites in one process, with one writer: what `baotinh crawl` and `baotinh demo` run."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from scrapy.crawler import AsyncCrawlerRunner

from archive import Archive, ArchiveError, RunStatus
from crawler.crawl.order import Order, new_process
from crawler.crawl.report import Crawled, missing_articles
from crawler.fetch.clock import Clock, utc_now
from crawler.fetch.run import Run
from crawler.operate.expect import judge_run
from crawler.site import Site
from crawler.site_files.outlets import register_outlets
from crawler.spiders.loader import spider_for
from crawler.workers import AnswerReader, answer_reader, processes_for


@dataclass(frozen=True, slots=True)
class Crawl:
    """A crawl of one site that has begun."""

    run: Run
    archive: Archive
    task: "asyncio.Task[None]"
    """Done when the run is closed; not done if Ctrl-C came twice."""
    order: Order

    def result(self) -> Crawled | ArchiveError:
        """Return the result of the crawl, or the error of the archive that stopped it."""
        run = self.run
        if self.task.done() and not self.task.cancelled() and (error := self.task.exception()):
            raise error
        run.close(RunStatus.INTERRUPTED)  # after two Ctrl-C the run is open: what was stored stays, the rest is left
        if run.trouble:
            return run.trouble
        assert run.report is not None, "a run without trouble has a report"
        try:
            history = self.archive.history(run.report.run)
        except ArchiveError as error:
            return error
        is_cut = bool(self.order.stop_after and run.report.left)
        is_owed = self.order.is_for_all and run.site.owes_news and not is_cut
        if urls := self.order.urls_of(run.site):
            return Crawled(run.report, tuple(missing_articles(run.report, urls)))
        return Crawled(run.report, judge_run(run.report, history, run.site.expect, in_full=is_owed))


def crawl_sites(
    sites: Sequence[Site], folder: Path, *, order: Order, watch: Callable[[Run], None]
) -> list[Crawled | ArchiveError]:
    """Crawl `sites` side by side into the archive in `folder`; return the result of each, in the same order.

    If the archive cannot be tidied at the end, that error is one more result.
    `watch` is called with each run before it begins. Call this once in a process: Twisted's reactor starts only once.
    Raises PrivateAddress and NoContact before anything is fetched, and ArchiveError if the archive cannot be
    opened.
    """
    process = new_process(sites, order)
    workers = processes_for(len(sites)) if order.workers is None else order.workers
    with (
        Archive.open(folder, create=order.create, keep_raw=order.keep_raw) as archive,
        answer_reader(sites, processes=workers) as reader,
    ):
        register_outlets(archive, sites)
        crawls = [begin_crawl(process, site, archive, order=order, reader=reader, watch=watch) for site in sites]
        process.start()
        results = [crawl.result() for crawl in crawls]
        if not any(crawl.run.report and crawl.run.report.status is RunStatus.INTERRUPTED for crawl in crawls):
            try:
                archive.tidy_at_end()
            except ArchiveError as error:
                results.append(error)
        return results


def begin_crawl(
    runner: AsyncCrawlerRunner,
    site: Site,
    archive: Archive,
    *,
    order: Order,
    reader: AnswerReader | None = None,
    watch: Callable[[Run], None] = lambda _: None,
    now: Clock = utc_now,
) -> Crawl:
    """Begin to crawl a site that `archive` knows; `runner` has the settings for it.

    `reader` reads its answers (default: all in this process). `now` is its clock.
    """
    crawler = runner.create_crawler(spider_for(site))
    run = Run(site, archive, now=now)
    watch(run)
    task = runner.crawl(
        crawler,
        run=run,
        reader=reader,
        urls=order.urls_of(site),
        limit=order.limit,
        since=order.since,
        until=order.until,
        backfill=order.backfill,
        refetch=order.refetch,
    )
    return Crawl(run, archive, task, order)
