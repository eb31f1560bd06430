"""Crawls of several sites in one process, with one writer: what `baotinh crawl` and `baotinh demo` run."""

import asyncio
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from scrapy.crawler import AsyncCrawlerProcess, Crawler
from scrapy.settings import Settings

from archive import Archive, ArchiveError, RunReport
from crawler.contact import CONTACT, read_contact, user_agent
from crawler.middlewares.guard import check_start
from crawler.site import Site
from crawler.spiders.loader import spider_for
from crawler.spiders.news import NewsSpider

RECORDED_ELSEWHERE = ("scrapy.downloadermiddlewares.robotstxt", "scrapy.downloadermiddlewares.retry")
"""Loggers that print a traceback for what the report says in a line: a host that does not answer."""
MOST_FAILED = 0.1
"""Share of the pages of a run; a busy server fails some requests, a broken one more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What a crawl is asked to do."""

    since: date | None = None
    until: date | None = None
    limit: int | None = None
    """Articles to fetch per site."""
    delay: float | None = None
    """Seconds between two requests to a host; None is the setting's."""
    allow_private: bool = False
    contact: str | None = None
    """Mail or web address of who runs the crawl; None is the setting's."""
    verbosity: str = "WARNING"
    """Level of Scrapy's own log, which goes to stderr."""


def crawl_sites(
    sites: Sequence[Site], folder: Path, *, order: Order, watch: Callable[[Crawler], None]
) -> list[RunReport | ArchiveError]:
    """Crawl `sites` side by side into the archive in `folder`; return their reports in the same order.

    In place of a report stands what stopped that crawl: another process has the site, or the disk is full.

    `watch` is called with each crawler before it starts, to connect to its signals. Twisted's reactor starts
    once in a process, and so can this. Raises PrivateAddress before anything is fetched, and ArchiveError when
    the archive cannot be opened.
    """
    process = new_process(sites, order)
    crawlers = [process.create_crawler(spider_for(site)) for site in sites]
    with Archive.open(folder, create=True) as archive:
        crawls: list[asyncio.Task[None]] = []
        for crawler in crawlers:
            watch(crawler)
            crawls.append(
                process.crawl(crawler, archive=archive, limit=order.limit, since=order.since, until=order.until)
            )
        process.start()
    return [_result_of(crawler, crawl) for crawler, crawl in zip(crawlers, crawls, strict=True)]


def new_process(sites: Sequence[Site], order: Order) -> AsyncCrawlerProcess:
    """Return a process that goes to these sites as politely as a crawl. Raises PrivateAddress, NoContact."""
    settings = _settings(order)
    for site in sites:
        check_start(site, settings)
    if order.verbosity not in ("DEBUG", "INFO"):
        for name in RECORDED_ELSEWHERE:
            logging.getLogger(name).setLevel(logging.CRITICAL)
    return AsyncCrawlerProcess(settings)


def exit_code(reports: Sequence[RunReport]) -> int:
    """Return 0 if all due sources worked; 3 if a site fell short; 4 if no source of one answered; 130 interrupted."""
    if any(report.status == "interrupted" for report in reports):
        return 130
    if any(report.sources_failed and not report.sources_ok for report in reports):
        return 4
    if any(report.sources_failed or report.cut_short or not _is_as_expected(report) for report in reports):
        return 3
    return 0


def summary(report: RunReport) -> str:
    """The counts of a run as a sum that balances, with the reasons behind it."""
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
    if not report.balances:
        lines.append("  the counts do not agree with the captures; please report this")
    if report.status != "finished":
        lines.append(f"  {report.status}: run the same command again to go on")
    return "\n".join(lines)


def _is_as_expected(report: RunReport) -> bool:
    """A run that brought nothing at all, or could not read many of its pages, has met a redesign or a wall."""
    tried = report.found - report.left
    good = report.stored + report.revised + report.unchanged
    failed = sum(report.failed.values())
    if tried == 0:
        return report.found + report.known > 0
    return good > 0 and failed <= tried * MOST_FAILED


def _settings(order: Order) -> Settings:
    settings = Settings()
    settings.setmodule("crawler.settings", priority="project")
    settings.set("BAOTINH_ALLOW_PRIVATE", order.allow_private, priority="cmdline")
    settings.set("LOG_LEVEL", order.verbosity, priority="cmdline")
    if contact := read_contact(order.contact or settings[CONTACT]):
        settings.set(CONTACT, contact, priority="cmdline")
        settings.set("USER_AGENT", user_agent(contact), priority="cmdline")
    if order.delay is not None:
        settings.set("DOWNLOAD_DELAY", order.delay, priority="cmdline")
    return settings


def _result_of(crawler: Crawler, crawl: "asyncio.Task[None]") -> RunReport | ArchiveError:
    spider = crawler.spider
    assert isinstance(spider, NewsSpider)
    if spider.trouble:
        return spider.trouble
    if crawl.done() and not crawl.cancelled() and (error := crawl.exception()):
        raise error
    assert spider.report is not None, "a crawl without trouble closes its run"
    return spider.report
