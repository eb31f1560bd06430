"""Crawls of several sites in one process, with one writer: what `baotinh crawl` and `baotinh demo` run."""

import asyncio
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from scrapy.crawler import AsyncCrawlerProcess, AsyncCrawlerRunner, Crawler
from scrapy.settings import Settings

from archive import Archive, ArchiveError, RunReport, RunStatus
from crawler.contact import CONTACT, read_contact, user_agent
from crawler.fetch.clock import Clock, utc_now
from crawler.fetch.guard import check_start
from crawler.operate.expect import Shortfall, judge_run
from crawler.site import Site
from crawler.site_files.outlets import register_outlets
from crawler.spiders.loader import spider_for
from crawler.spiders.news import NewsSpider
from crawler.workers import ReadPage, page_reader, processes_for, read_here

GRAVEST_FIRST = (5, 1, 2, 4, 3, 130, 6, 0)
"""Exit codes of crawls side by side: the state of the archive, then of the program, then of the outlets."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What a crawl is asked to do."""

    since: date | None = None
    until: date | None = None
    limit: int | None = None
    """Articles to fetch per site."""
    backfill: bool = False
    """Walk lists to their end, or to the first page that is older than `since`."""
    stop_after: timedelta | None = None
    """Ask for nothing more after this time; None is never."""
    delay: float | None = None
    """Seconds between two requests to a host; None is the setting's."""
    allow_private: bool = False
    contact: str | None = None
    """Mail or web address of who runs the crawl; None is the setting's."""
    workers: int | None = None
    """Processes that read pages beside the one that fetches and stores; None is as many as it takes."""
    verbosity: str = "WARNING"
    """Level of Scrapy's own log, which goes to stderr."""

    @property
    def is_for_all(self) -> bool:
        """Whether all that is new is asked for."""
        return self.since is None and self.until is None and self.limit is None


@dataclass(frozen=True, slots=True)
class Crawled:
    """A crawl of one site that came to an end."""

    report: RunReport
    shortfalls: tuple[Shortfall, ...]
    """What it should have brought besides."""

    def as_record(self) -> dict[str, Any]:
        """Return the report as JSON knows it, and what it fell short of."""
        return {**self.report.as_record(), "shortfalls": [each.as_record() for each in self.shortfalls]}


@dataclass(frozen=True, slots=True)
class Crawl:
    """A crawl of one site that was begun."""

    crawler: Crawler
    task: "asyncio.Task[None]"
    """Done when the run is closed; never, if the crawl was told twice to stop."""
    order: Order

    def result(self) -> Crawled | ArchiveError:
        """Return what became of it, or what stopped it: another process has the site, or the disk is full."""
        spider = self.crawler.spider
        assert isinstance(spider, NewsSpider)
        if spider.trouble:
            return spider.trouble
        if self.task.done() and not self.task.cancelled() and (error := self.task.exception()):
            raise error
        try:
            report = spider.report or _cut_off(spider)
            is_cut = bool(self.order.stop_after and report.left)
            is_owed = self.order.is_for_all and spider.site.owes_news and not is_cut
            history = spider.archive.history(report.run)
            return Crawled(report, judge_run(report, history, spider.site.expect, in_full=is_owed))
        except ArchiveError as error:
            return error


def crawl_sites(
    sites: Sequence[Site], folder: Path, *, order: Order, watch: Callable[[Crawler], None]
) -> list[Crawled | ArchiveError]:
    """Crawl `sites` side by side into the archive in `folder`; return what became of each in the same order.

    `watch` is called with each crawler before it starts, to connect to its signals. Twisted's reactor starts
    once in a process, and so can this. Raises PrivateAddress before anything is fetched, and ArchiveError when
    the archive cannot be opened.
    """
    process = new_process(sites, order)
    workers = processes_for(len(sites)) if order.workers is None else order.workers
    with Archive.open(folder, create=True) as archive, page_reader(sites, processes=workers) as read:
        register_outlets(archive, sites)
        crawls = [begin_crawl(process, site, archive, order=order, read=read, watch=watch) for site in sites]
        process.start()
        return [crawl.result() for crawl in crawls]


def begin_crawl(
    runner: AsyncCrawlerRunner,
    site: Site,
    archive: Archive,
    *,
    order: Order,
    read: ReadPage = read_here,
    watch: Callable[[Crawler], None] = lambda _: None,
    now: Clock = utc_now,
) -> Crawl:
    """Begin to crawl a site that `archive` knows; `runner` has the settings for it.

    `read` reads its pages, `now` is its clock.
    """
    crawler = runner.create_crawler(spider_for(site))
    watch(crawler)
    task = runner.crawl(
        crawler,
        archive=archive,
        read=read,
        limit=order.limit,
        since=order.since,
        until=order.until,
        backfill=order.backfill,
        now=now,
    )
    return Crawl(crawler, task, order)


def new_process(sites: Sequence[Site], order: Order) -> AsyncCrawlerProcess:
    """Return a process that goes to these sites as politely as a crawl. Raises PrivateAddress, NoContact."""
    return AsyncCrawlerProcess(settings_for(sites, order))


def settings_for(sites: Sequence[Site], order: Order) -> Settings:
    """Return Scrapy's settings for a crawl of these sites. Raises PrivateAddress, NoContact."""
    settings = Settings()
    settings.setmodule("crawler.settings", priority="project")
    settings.set("BAOTINH_ALLOW_PRIVATE", order.allow_private, priority="cmdline")
    settings.set("LOG_LEVEL", order.verbosity, priority="cmdline")
    if contact := read_contact(order.contact or settings[CONTACT]):
        settings.set(CONTACT, contact, priority="cmdline")
        settings.set("USER_AGENT", user_agent(contact), priority="cmdline")
    if order.stop_after is not None:
        settings.set("BAOTINH_STOP_AFTER", order.stop_after.total_seconds(), priority="cmdline")
    if order.delay is not None:
        settings.set("DOWNLOAD_DELAY", order.delay, priority="cmdline")
    for site in sites:
        check_start(site, settings)
    return settings


def exit_code(report: RunReport, shortfalls: Sequence[Shortfall] = ()) -> int:
    """Return the exit code of one crawl.

    130 if it was interrupted, 1 if the program broke on an answer, 4 if no source answered, 3 if it fell short or
    was stopped, else 0.
    """
    if report.status is RunStatus.INTERRUPTED:
        return 130
    if report.status is RunStatus.FAULTY:
        return 1
    if report.is_without_answer:
        return 4
    return 3 if shortfalls or _fell_short(report) else 0


def gravest(codes: Iterable[int]) -> int:
    """Return the exit code that somebody must hear of most; a crawl that another one holds up is the least of them."""
    return min(codes, key=GRAVEST_FIRST.index)


def _fell_short(report: RunReport) -> bool:
    if report.sources_failed or report.status is RunStatus.STOPPED:
        return True
    # a run that fell into quiet hours asked for nothing, and owes nothing
    return bool(report.cut_short and report.sources_ok)


def summary(crawled: Crawled) -> str:
    """The counts of a run as a sum that balances, with the reasons behind it, and what it fell short of."""
    report = crawled.report
    refused, failed = sum(report.refused.values()), sum(report.failed.values())
    lines = [
        f"{report.site}: found {report.found} = stored {report.stored} + revised {report.revised} + unchanged "
        f"{report.unchanged} + refused {refused} + failed {failed} + left {report.left}"
    ]
    if report.known:
        lines.append(f"  {report.known} more were known already and are not due")
    lines += [f"  refused {count}: {reason}" for reason, count in sorted(report.refused.items())]
    lines += [f"  failed {count}: {reason}" for reason, count in sorted(report.failed.items())]
    if report.sources_failed:
        lines.append(f"  {report.sources_failed} of {report.sources_ok + report.sources_failed} sources failed:")
        lines += [f"    {each.url}: {each.reason} ({each.detail})" for each in report.troubles]
    lines += [f"  {why}" for why in report.cut_short]
    for shortfall in crawled.shortfalls:
        lines += [f"  below expectation: {shortfall.said}", *(f"    {page}" for page in shortfall.pages)]
    if crawled.shortfalls:
        lines.append(f"  see what the site gives now: `baotinh probe {report.site}`; what it gave: `baotinh health`")
    if not report.balances:
        lines.append("  the counts do not agree with the captures; please report this")
    if report.status is not RunStatus.FINISHED:
        lines.append(f"  {report.status}: run the same command again to go on")
    return "\n".join(lines)


def _cut_off(spider: NewsSpider) -> RunReport:
    """Close the run of a crawl that was told twice to stop: what was stored stays, the rest is left."""
    assert spider.run is not None, "a crawl without trouble has opened its run"
    return spider.archive.finish_run(spider.run, finished_at=spider.now(), status=RunStatus.INTERRUPTED)
