"""A visit that stores nothing: robots.txt, each source once, an article or two, over the wire of a crawl."""

from collections.abc import AsyncIterator
from typing import Any, Self

import scrapy
from scrapy import Request, signals
from scrapy.crawler import Crawler
from scrapy.http import Response
from scrapy.settings import BaseSettings

from archive import Kind, Reason
from crawler.crawl.order import Order, new_process
from crawler.fetch.failures import refusal_of, status_refusal
from crawler.fetch.guard import Forbidden
from crawler.fetch.requests import page_of, request_for
from crawler.fetch.run import Run, meta_of
from crawler.fetch.transfer import tls_settings
from crawler.probe.articles import read_article
from crawler.probe.judge import read_sources
from crawler.probe.record import ROBOTS, Answer
from crawler.probe.sources import articles_to_ask, nested_list
from crawler.site import Site

MOST_ARTICLES = 2
"""The second is asked for only if the first gives no record: one link of a section may lead to a video."""

SETTINGS = {"ITEM_PIPELINES": {}, "RETRY_ENABLED": False}
"""Nothing is stored, and each address is asked for once: a source that fails now and then should show it."""


class ProbeSpider(scrapy.Spider):
    """One visit; its only item is the list of the answers. `visit` makes a class of it for a site."""

    name = "probe"
    site: Site
    custom_settings = SETTINGS

    def __init__(self, *, article: str | None = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.run = Run(self.site)
        self._article = article
        self._answers: list[Answer] = []

    @classmethod
    def update_settings(cls, settings: BaseSettings) -> None:
        super().update_settings(settings)
        settings.setdict(tls_settings(cls.site), priority="spider")

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> Self:
        spider = super().from_crawler(crawler, *args, **kwargs)
        crawler.signals.connect(spider.note_robots, signals.response_received)
        return spider

    async def start(self) -> AsyncIterator[list[Answer]]:
        """Ask one address after the other; nothing is left to the scheduler."""
        for source in self.site.sources:
            await self._ask(source.url, Kind(source.kind))
        site, readings = read_sources(self._answers, self.site)
        addresses = articles_to_ask(readings)
        if not addresses and (nested := nested_list(readings)):
            await self._ask(nested.url, nested.kind)
            addresses = articles_to_ask(read_sources(self._answers, self.site)[1])
        for url in (self._article,) if self._article else addresses[:MOST_ARTICLES]:
            extraction = read_article(await self._ask(url, Kind.ARTICLE), site)
            if extraction and extraction.article:
                break
        yield self._answers

    def note_robots(self, response: Response, request: Request) -> None:
        """Keep the robots.txt that the middleware has asked for."""
        if meta_of(request).is_robots_txt:
            self._answers.append(
                Answer(url=request.url, kind=ROBOTS, status=response.status, page=page_of(response, self.run.now()))
            )

    async def _ask(self, url: str, kind: Kind) -> Answer:
        request = request_for(url, kind, site=self.site)
        try:
            response = await self.crawler.engine.download_async(request)
        except Exception as error:  # whatever kept the page from coming is what the report is about
            refusal = refusal_of(error)
            target = error.url if isinstance(error, Forbidden) and refusal.reason is Reason.OFF_SITE else request.url
            led_to = target if target != request.url else None
            answer = Answer(url=url, kind=kind, refusal=refusal, led_to=led_to)
        else:
            status = response.status
            page = page_of(response, self.run.now())
            answer = Answer(url=url, kind=kind, status=status, page=page, refusal=status_refusal(status))
        self._answers.append(answer)
        return answer


def visit(site: Site, *, article: str | None, order: Order) -> list[Answer] | None:
    """Visit a site now and return what came, in order; None if the visit was interrupted.

    `article` is asked for instead of one that the sources name; of `order` the days and the limit do not count.
    Raises PrivateAddress, NoContact. Twisted's reactor starts once in a process, and so can this.
    """
    found: list[list[Answer]] = []

    def keep(item: list[Answer]) -> None:
        found.append(item)

    process = new_process([site], order)
    crawler = process.create_crawler(type("SiteProbeSpider", (ProbeSpider,), {"site": site}))
    crawler.signals.connect(keep, signals.item_scraped)
    process.crawl(crawler, article=article)
    process.start()
    if not found and crawler.stats.get_value("finish_reason") != "shutdown":
        raise RuntimeError("the visit ended without its answers")  # the log has the traceback
    return found[0] if found else None
