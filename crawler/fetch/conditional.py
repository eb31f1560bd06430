"""Requests that are answered in full only if something has changed.

Scrapy's own HTTP cache does not ask a server again that sends "no-cache", and answers from its store for weeks.
"""

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

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
        now = self._run.now()
        validators = self._run.agenda.validators(meta.asked, at=now)
        if validators is None:
            return
        if validators.etag:
            request.headers["If-None-Match"] = validators.etag
            meta.is_conditional = True
        if validators.last_modified and not is_later(validators.last_modified, at=now):
            request.headers["If-Modified-Since"] = validators.last_modified
            meta.is_conditional = True


def is_later(last_modified: str, *, at: datetime) -> bool:
    """Return whether a Last-Modified is later than `at`: it would make a server say "unchanged" until then."""
    try:
        moment = parsedate_to_datetime(last_modified)
    except (ValueError, OverflowError):  # no date: the server knows what it means
        return False
    return moment.replace(tzinfo=moment.tzinfo or UTC) > at
