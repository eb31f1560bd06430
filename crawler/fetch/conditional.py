"""Requests that are answered in full only if something has changed.

Scrapy's own HTTP cache does not ask a server again that sends "no-cache", and answers from its store for weeks.
"""

from scrapy import Request
from scrapy.crawler import Crawler

from crawler.fetch.run import Run, meta_of, run_of


class ConditionalMiddleware:
    """Send with each request the validators of the last answer that was read whole."""

    def __init__(self, run: Run) -> None:
        self._run = run

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> "ConditionalMiddleware":
        return cls(run_of(crawler))

    def process_request(self, request: Request) -> None:
        """Note in the request's meta that the answer may be a 304; any other 304 is an error of the server."""
        meta = meta_of(request)
        if self._run.agenda is None or meta.is_robots_txt:
            return
        validators = self._run.agenda.validators(meta.asked, at=self._run.now())
        if validators is None:
            return
        if validators.etag:
            request.headers["If-None-Match"] = validators.etag
        if validators.last_modified:
            request.headers["If-Modified-Since"] = validators.last_modified
        meta.is_conditional = True
