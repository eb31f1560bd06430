"""Requests that are answered in full only if something has changed.

Scrapy's own HTTP cache does not ask a server again that sends "no-cache", and answers from its store for weeks.
"""

from scrapy import Request
from scrapy.crawler import Crawler

from crawler.spiders.news import NewsSpider


class ConditionalMiddleware:
    """Send with each request the validators of the last answer that was read whole."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> "ConditionalMiddleware":
        return cls(crawler)

    def process_request(self, request: Request) -> None:
        """Note in `meta` that the answer may be a 304; one that nobody asked for is an error of the server."""
        spider = self._crawler.spider
        if not isinstance(spider, NewsSpider) or spider.agenda is None or "asked" not in request.meta:
            return
        validators = spider.agenda.validators(request.meta["asked"], at=spider.now())
        if validators is None:
            return
        if validators.etag:
            request.headers["If-None-Match"] = validators.etag
        if validators.last_modified:
            request.headers["If-Modified-Since"] = validators.last_modified
        request.meta["is_conditional"] = True
