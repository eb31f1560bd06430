"""Visits that store nothing: they request addresses of a site one after the other, as a crawl does.

`baotinh probe`, `new-site` and `extract URL` fetch with it, with the same limits and rules as a crawl.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any, Self

import scrapy
from scrapy import Request, signals
from scrapy.crawler import AsyncCrawlerProcess, Crawler
from scrapy.http import Response
from scrapy.settings import BaseSettings

from archive import Kind, Reason, Refusal
from crawler.errors import Interrupted, PageUnreachable, PrivateAddress
from crawler.extract.captured import status_refusal
from crawler.fetch.failures import refusal_of
from crawler.fetch.guard import Forbidden
from crawler.fetch.requests import page_of, request_for
from crawler.fetch.run import Run, meta_of
from crawler.fetch.transfer import tls_settings
from crawler.page import Page
from crawler.site import Site

ROBOTS = "robots"
"""Kind of an answer that is a robots.txt; all others are members of Kind."""
SETTINGS = {"ITEM_PIPELINES": {}, "RETRY_ENABLED": False}
"""Nothing is stored, and each address is requested only once: a person should see what fails, even now and then."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """The answer for one address: a page, or the reason why there is none."""

    url: str
    """As it was requested."""
    kind: str
    status: int | None = None
    page: Page | None = None
    """The page, whatever its status is; its url is the one after redirects."""
    refusal: Refusal | None = None
    """Why no page came, or what its status means."""
    led_to: str | None = None
    """Target of a redirect that a crawl does not follow."""
    is_private: bool = False
    """True if the request was refused because its host, or that of a redirect, is on a private network."""

    @property
    def size(self) -> int:
        """Bytes, decompressed."""
        return len(self.page.body) if self.page else 0

    def good_page(self) -> Page:
        """Return the page. Raises PrivateAddress, or PageUnreachable with the refusal."""
        if self.is_private:
            raise PrivateAddress(self.led_to or self.url)
        if self.page is None or self.refusal:
            assert self.refusal, "without a page there is a reason"
            raise PageUnreachable(self.url, self.refusal, led_to=self.led_to)
        return self.page


Ask = Callable[[str, Kind], Awaitable[Answer]]
"""Requests one address, as soon as the delay of its host is over."""
Script = Callable[[Ask], Awaitable[None]]
"""Requests the addresses of a visit one after the other; each may depend on the answers before it."""


@dataclass(frozen=True, slots=True)
class Visit:
    """What is requested of one site."""

    site: Site
    """Its hosts and its exceptions for TLS."""
    script: Script


class VisitSpider(scrapy.Spider):
    """One visit; `visit_sites` makes a class of it for each site."""

    name = "visit"
    site: Site
    custom_settings = SETTINGS

    def __init__(self, *, script: Script, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.run = Run(self.site)
        self.answers: list[Answer] = []
        self.fault: Exception | None = None
        """What the script raised."""
        self._script = script

    @classmethod
    def update_settings(cls, settings: BaseSettings) -> None:
        super().update_settings(settings)
        settings.setdict(tls_settings(cls.site), priority="spider")

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> Self:
        spider = super().from_crawler(crawler, *args, **kwargs)
        crawler.signals.connect(spider.note_robots, signals.response_received)
        return spider

    async def start(self) -> AsyncIterator[Request]:
        """Run the script, which sends its requests itself; the scheduler gets none."""
        try:
            await self._script(self._ask)
        except Exception as error:
            self.fault = error
        nothing: tuple[Request, ...] = ()
        for request in nothing:  # makes this the generator that Scrapy needs
            yield request

    def note_robots(self, response: Response, request: Request) -> None:
        """Keep the robots.txt that the middleware has requested."""
        if meta_of(request).is_robots_txt:
            page = page_of(response, self.run.now())
            self.answers.append(Answer(url=request.url, kind=ROBOTS, status=response.status, page=page))

    async def _ask(self, url: str, kind: Kind) -> Answer:
        answer = await self._answer_of(url, kind)
        self.answers.append(answer)
        return answer

    async def _answer_of(self, url: str, kind: Kind) -> Answer:
        request = request_for(url, kind, site=self.site)
        try:
            response = await self.crawler.engine.download_async(request)
        except Exception as error:  # an answer too: it says why no page came
            refusal = refusal_of(error)
            target = error.url if isinstance(error, Forbidden) and refusal.reason is Reason.OFF_SITE else request.url
            led_to = target if target != request.url else None
            is_private = isinstance(error, Forbidden) and error.is_private
            return Answer(url=url, kind=kind, refusal=refusal, led_to=led_to, is_private=is_private)
        status = response.status
        page = page_of(response, self.run.now())
        return Answer(url=url, kind=kind, status=status, page=page, refusal=status_refusal(status))


def visit_sites(visits: Sequence[Visit], process: AsyncCrawlerProcess) -> list[list[Answer]]:
    """Visit sites side by side, and return the answers of each, in order, those of robots.txt included.

    `process` is a new one, made by `new_process`. Call this once in a process: Twisted's reactor starts only once.
    Raises Interrupted, and what a script raises.
    """
    crawlers = []
    for visit in visits:
        crawler = process.create_crawler(type("SiteVisit", (VisitSpider,), {"site": visit.site}))
        process.crawl(crawler, script=visit.script)
        crawlers.append(crawler)
    process.start()
    return [_answers_of(crawler) for crawler in crawlers]


def _answers_of(crawler: Crawler) -> list[Answer]:
    spider, reason = crawler.spider, crawler.stats.get_value("finish_reason") if crawler.stats else None
    if reason == "shutdown":
        raise Interrupted
    assert isinstance(spider, VisitSpider), "the visit began"
    if spider.fault:
        raise spider.fault
    return spider.answers
