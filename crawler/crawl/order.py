"""What a crawl is to do, and the Scrapy settings that follow from it."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from urllib.parse import urlsplit

from scrapy.crawler import AsyncCrawlerProcess
from scrapy.settings import Settings

from crawler.contact import CONTACT, read_contact, user_agent
from crawler.fetch.guard import check_start
from crawler.fetch.proxy import SETTING, Proxy
from crawler.site import Site


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What a crawl is to do."""

    since: date | None = None
    until: date | None = None
    urls: tuple[str, ...] = ()
    """Canonical addresses of the only articles to fetch, each from its site; empty for everything that is due."""
    limit: int | None = None
    """Most articles to fetch per site."""
    backfill: bool = False
    """Walk lists to their end, or to the first page that is older than `since`."""
    refetch: bool = False
    """Read stored articles again, as whole pages: all, or those of the days from since to until."""
    stop_after: timedelta | None = None
    """Request nothing more after this time; None means no end."""
    delay: float | None = None
    """Seconds between two requests to a host; None means DOWNLOAD_DELAY of the settings."""
    allow_private: bool = False
    create: bool = False
    """Make the archive if it is missing. Without it a disk that is not mounted would get a new, empty archive."""
    keep_raw: bool = True
    """Keep raw pages in the archive's WARC files."""
    contact: str | None = None
    """Mail or web address of the person who runs the crawl; None means BAOTINH_CONTACT of the settings."""
    proxy: Proxy | None = None
    """What all requests go through."""
    workers: int | None = None
    """Processes that read pages, beside the one that fetches and stores; None means as many as the sites need."""
    verbosity: str = "WARNING"
    """Level of Scrapy's own log, which goes to stderr."""

    @property
    def is_for_all(self) -> bool:
        """Whether the crawl is to fetch all that is new."""
        return self.since is None and self.until is None and self.limit is None and not self.urls

    def urls_of(self, site: Site) -> tuple[str, ...]:
        """Return the addresses on the hosts of a site."""
        return tuple(url for url in self.urls if urlsplit(url).netloc in site.domains)


def new_process(sites: Sequence[Site], order: Order) -> AsyncCrawlerProcess:
    """Return a process with the settings of a crawl of these sites. Raises PrivateAddress, NoContact."""
    process = AsyncCrawlerProcess(settings_for(sites, order))
    # else Scrapy writes three lines for each page, which its handler drops
    logging.getLogger("scrapy").setLevel(order.verbosity)
    return process


def settings_for(sites: Sequence[Site], order: Order) -> Settings:
    """Return Scrapy's settings for a crawl of these sites. Raises PrivateAddress, NoContact."""
    settings = Settings()
    settings.setmodule("crawler.settings", priority="project")
    settings.set("BAOTINH_ALLOW_PRIVATE", order.allow_private, priority="cmdline")
    settings.set("LOG_LEVEL", order.verbosity, priority="cmdline")
    settings.set(SETTING, order.proxy, priority="cmdline")
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
