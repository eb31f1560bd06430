"""What a crawl would request, by the archive and the site file alone: nothing is sent and nothing is written."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from archive import Archive, ArchiveNotFound, Kind, SiteHealth, phrase
from crawler.crawl.order import Order, settings_for
from crawler.fetch.quiet import quiet_until
from crawler.site import Site

ROBOTS = 1
"""Requests; a site with several hosts has one more for each."""
SHOWN = 5
"""Most addresses in `first_due`: enough to see what the crawl would fetch."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """A crawl of one site that could begin now."""

    site: str
    sources: tuple[str, ...]
    """Addresses of the feeds, sitemaps, section pages and lists of the site file."""
    due: int
    """Articles that are due: left by an earlier run, failed before, or to be read again."""
    pages: int
    """Pages of lists that earlier crawls did not read."""
    news: int | None
    """Average number of new articles in a run of the last eight weeks; None if there was no run."""
    first_due: tuple[str, ...]
    """Addresses that would be requested first."""
    delay: float
    """Seconds between two requests; the outlet's robots.txt may ask for more."""
    quiet_until: datetime | None
    """End of the quiet hours in which the crawl would begin; None outside of them."""
    requests: int
    """Estimate: robots.txt, the sources, what is due, and the usual number of new articles."""
    seconds: float
    """Estimate: the delays of these requests, without the time that the answers take."""

    def as_record(self) -> dict[str, Any]:
        """Return the plan as JSON knows it."""
        return {**asdict(self), "quiet_until": self.quiet_until and self.quiet_until.isoformat()}


def plan_crawls(sites: Sequence[Site], folder: Path, *, order: Order, at: datetime) -> list[Plan]:
    """Return what a crawl at `at` would do. Raises what the crawl would raise: PrivateAddress, NoContact, ArchiveError.

    A missing archive counts as empty, and is not made.
    """
    delay = settings_for(sites, order).getfloat("DOWNLOAD_DELAY")
    try:
        with Archive.open(folder, read_only=True) as archive:
            return [_plan(site, archive, order=order, delay=delay, at=at) for site in sites]
    except ArchiveNotFound:
        return [_plan(site, None, order=order, delay=delay, at=at) for site in sites]


def lines_of(plan: Plan) -> Iterator[str]:
    """Yield the plan for people."""
    news = phrase("an unknown number of") if plan.news is None else phrase("some {n}", n=plan.news)
    yield phrase(
        "{site}: {due} articles and {pages} pages of lists are due, {news} new ones to be found",
        site=plan.site,
        due=plan.due,
        pages=plan.pages,
        news=news,
    )
    yield from (phrase("  first {url}", url=url) for url in plan.first_due)
    yield from (phrase("  source {url}", url=url) for url in plan.sources)
    if plan.quiet_until:
        yield phrase("  quiet hours until {end:%H:%M}", end=plan.quiet_until)
    yield phrase(
        "  {requests} requests, {delay:g} s between two: {minutes:.1f} minutes at least",
        requests=plan.requests,
        delay=plan.delay,
        minutes=plan.seconds / 60,
    )


def _plan(site: Site, archive: Archive | None, *, order: Order, delay: float, at: datetime) -> Plan:
    links = archive.due_urls(site.name, at=at) if archive else []
    health = archive.health(site.name, at=at) if archive else None
    due = [link.url for link in links if link.kind is Kind.ARTICLE]
    pages = len(links) - len(due)
    news = _usual_news(archive, health) if archive and health else None
    articles = len(due) + (news or 0)
    requests = ROBOTS + len(site.sources) + pages + min(articles, articles if order.limit is None else order.limit)
    return Plan(
        site=site.name,
        sources=tuple(source.url for source in site.sources),
        due=len(due),
        pages=pages,
        news=news,
        first_due=tuple(due[:SHOWN]),
        delay=delay,
        quiet_until=quiet_until(site.quiet_hours, at=at),
        requests=requests,
        seconds=requests * delay,
    )


def _usual_news(archive: Archive, health: SiteHealth) -> int | None:
    history = archive.history(health.last_run.run)
    return round(len(history.arrivals) / len(history.starts)) if history.starts else None
