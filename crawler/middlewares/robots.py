"""robots.txt as RFC 9309 has it: asked once per host, and a host that does not say what it allows allows nothing.

Scrapy's own middleware crawls a site whose robots.txt fails, and lets the third of several waiting requests
through unasked.
"""

import asyncio
from dataclasses import replace
from urllib.parse import urlsplit, urlunsplit

from protego import Protego
from scrapy import Request
from scrapy.crawler import Crawler

from archive import Reason, Refusal
from crawler.middlewares.guard import Forbidden
from crawler.spiders.failures import refusal_of

AGENT = "baotinh"
"""The product token that robots.txt files address."""
PRIORITY = 1000
"""Before everything else: nothing may be asked of the host until it is read."""
LARGEST = 500 * 1024
"""Bytes that are read of a robots.txt; what RFC 9309 section 2.5 demands at the least."""

Rules = Protego | Refusal
"""What a robots.txt allows, or why nothing is allowed in this run."""


class RobotsMiddleware:
    """Refuse what robots.txt disallows, and everything on a host whose robots.txt cannot be had."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._asked: dict[str, asyncio.Future[Rules]] = {}

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> "RobotsMiddleware":
        return cls(crawler)

    async def process_request(self, request: Request) -> None:
        """Raises Forbidden."""
        if request.meta.get("is_robots_txt"):
            return
        parts = urlsplit(request.url)
        address = urlunsplit((parts.scheme, parts.netloc, "/robots.txt", "", ""))
        if address not in self._asked:
            self._asked[address] = asyncio.ensure_future(self._fetch(address))
        # shielded: one request that is cancelled must not take the answer from the others
        rules = await asyncio.shield(self._asked[address])
        if isinstance(rules, Refusal):
            raise Forbidden(rules)
        if not rules.can_fetch(request.url, AGENT):
            raise Forbidden(Refusal(Reason.ROBOTS, "disallowed by robots.txt"))

    async def _fetch(self, address: str) -> Rules:
        request = Request(address, priority=PRIORITY, meta={"is_robots_txt": True}, dont_filter=True)
        try:
            response = await self._crawler.engine.download_async(request)
        except Exception as error:  # whatever kept it from coming: the host has not said what it allows
            refusal = refusal_of(error)
            return replace(refusal, detail=f"robots.txt did not come: {refusal.detail}")
        if response.status >= 500 or response.status == 429:
            return Refusal(Reason.ROBOTS, f"robots.txt answered {response.status}: closed for this run")
        if response.status >= 400:  # there is none, so everything is allowed
            return Protego.parse("")
        return Protego.parse(response.body[:LARGEST].decode("utf-8-sig", "replace"))
