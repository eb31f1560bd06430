"""Conditional requests: a server answers them in full only if something has changed.

Scrapy's own HTTP cache follows Cache-Control: it may answer from its store for weeks, without asking the server.
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
        """Add validators, and note in the request's meta that a 304 may come; any other 304 is a server error."""
        meta = meta_of(request)
        if self._run.agenda is None or meta.kind is None:
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
    except (ValueError, OverflowError):  # not a date: it is sent back as it is
        return False
    return moment.replace(tzinfo=moment.tzinfo or UTC) > at
