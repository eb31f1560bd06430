"""robots.txt after RFC 9309: requested once per host, and a host whose robots.txt does not come is closed.

Scrapy's own middleware crawls a site whose robots.txt fails, and lets the third of several waiting requests through.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, replace
from time import monotonic
from urllib.parse import urlsplit, urlunsplit

from protego import Protego
from scrapy import Request, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import StopDownload

from archive import Reason, Refusal, phrase
from crawler.fetch.failures import refusal_of
from crawler.fetch.guard import Closed, Forbidden
from crawler.fetch.politeness import Postponed
from crawler.fetch.robots_txt import AGENT, LARGEST, rules_of_answer
from crawler.fetch.run import Meta, Run, carrying, meta_of, run_of
from crawler.urls import host_of

PRIORITY = 1000
"""Before all other requests: they wait until it is read."""
MOST_HOPS = 5
"""Redirects that are followed to a robots.txt, as in section 2.3.1.2."""
GOOD_FOR = 24 * 3600.0
"""Seconds after which it is requested again, as in section 2.4."""


@dataclass(frozen=True, slots=True)
class _Asked:
    at: float
    """Monotonic clock, seconds."""
    answer: "asyncio.Future[Protego]"
    """The rules; Forbidden if there are none that can be obeyed, Postponed if the host gets no request now."""


class RobotsMiddleware:
    """Refuse what robots.txt disallows, and everything on a host whose robots.txt does not come."""

    def __init__(self, crawler: Crawler, run: Run, *, clock: Callable[[], float] = monotonic) -> None:
        self._crawler = crawler
        self._run = run
        self._clock = clock
        self._asked: dict[str, _Asked] = {}

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> "RobotsMiddleware":
        middleware = cls(crawler, run_of(crawler))
        crawler.signals.connect(middleware.stop_at_limit, signals.bytes_received)
        return middleware

    async def process_request(self, request: Request) -> None:
        """Note in `meta` the delay that the host asks for. Raises Forbidden, and Postponed as `_fetch` does."""
        meta = meta_of(request)
        if meta.is_robots_txt:
            return
        parts = urlsplit(request.url)
        address = urlunsplit((parts.scheme, parts.netloc, "/robots.txt", "", ""))
        asked = self._asked.get(address)
        if asked is None or self._clock() - asked.at >= GOOD_FOR:
            asked = _Asked(self._clock(), asyncio.ensure_future(self._fetch(address)))
            self._asked[address] = asked
        # shielded: if one request is cancelled, the others must still get the answer
        try:
            rules = await asyncio.shield(asked.answer)
        except Forbidden as error:
            raise self._close(request.url, error) from error
        if not rules.can_fetch(request.url, AGENT):
            raise Forbidden(Refusal(Reason.ROBOTS, phrase("disallowed by robots.txt")), request.url)
        meta.crawl_delay = rules.crawl_delay(AGENT) or 0.0

    def _close(self, url: str, error: Forbidden) -> Forbidden:
        """Return the error of a request to a host that is closed.

        If the site needs the host, its pages wait for the next run. The outlet may have given up any other host: pages
        there fail one by one, and are tried less and less often.
        """
        site, why = self._run.site, error.refusal
        if host_of(url) not in {host_of(site.home), *site.api_hosts}:
            return Forbidden(why, url, is_private=error.is_private)
        name = urlsplit(url).hostname or ""
        self._run.leave_host(name, why.detail)
        return Closed(why, url, is_private=error.is_private)

    def stop_at_limit(self, data: bytes, request: Request) -> None:
        """End the download of a robots.txt after the bytes that are read; the rest may have no end."""
        meta = meta_of(request)
        if meta.is_robots_txt:
            meta.received += len(data)
            if meta.received > LARGEST:
                raise StopDownload(fail=False)

    async def _fetch(self, address: str) -> Protego:
        """Return the rules of a host. Raises Forbidden if the host is closed, Postponed if it gets no request now."""
        meta = Meta(asked=address)
        request = Request(
            address,
            headers={"Accept-Encoding": "identity"},  # because it is cut at a number of bytes
            priority=PRIORITY,
            # without a limit of size: a longer file is not refused, but read only up to LARGEST
            meta={**carrying(meta), "redirect_ttl": MOST_HOPS, "download_maxsize": 0},
            dont_filter=True,
        )
        try:
            response = await self._crawler.engine.download_async(request)
        except Postponed:
            raise
        except Exception as error:  # whatever the reason, the host is closed
            refusal = refusal_of(error)
            is_private = isinstance(error, Forbidden) and error.is_private
            why = replace(refusal, detail=phrase("robots.txt did not come: {detail}", detail=refusal.detail))
            raise Forbidden(why, address, is_private=is_private) from error
        finally:
            self._run.keep_raw(meta.take_exchanges())
        rules = rules_of_answer(response.status, response.body)
        if isinstance(rules, Refusal):
            raise Forbidden(rules, address)
        return rules
