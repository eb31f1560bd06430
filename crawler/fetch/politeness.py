"""When a host may be asked: one request at a time, a delay between two, and rest for a host in trouble.

Scrapy's own slots know a fixed delay only: neither Crawl-delay nor Retry-After, and no end of patience.
"""

import asyncio
import math
import re
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from random import random
from time import monotonic
from urllib.parse import urlsplit

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response

from crawler.fetch.failures import refusal_of
from crawler.fetch.run import meta_of, run_of

JITTER = 0.1
"""Share of the delay that is added at most, by chance: crawls that began together drift apart."""
LONGEST_REST = 60.0
"""Seconds after a failed request; the delay, doubled with each further failure, up to this."""
MOST_FAILURES = 10
"""Times in a row that a host is down; then the rest of its addresses waits for the next run."""
STEP = 0.5
"""Seconds after which a request that waits looks whether the crawl is being stopped."""
BUSY = (429, 503)
"""Status of an answer that may say with Retry-After when to come again."""
BROKEN = (500, 502, 504)
"""Status that may be the fault of the page as well: only the first try of an address counts against the host."""


class Postponed(IgnoreRequest):
    """A request that this run does not send. Raised by the middlewares; its address stays due."""

    def __init__(self, detail: str, *, is_failure: bool) -> None:
        super().__init__(detail)
        self.is_failure = is_failure
        """True if the host gave cause for it."""


@dataclass
class _Host:
    """How it stands with one host; times are those of the monotonic clock, in seconds."""

    turn: asyncio.Lock = field(default_factory=asyncio.Lock)
    """Held from before the request until its answer is complete."""
    asked_at: float = -math.inf
    rests_until: float = -math.inf
    failures: int = 0
    """Times in a row that it was down."""
    waited: float = 0.0
    """Seconds of rest that the host has asked for in this run."""
    stopped: str | None = None
    """Why it is not asked any more."""


class PolitenessMiddleware:
    """Let each request wait for the turn of its host; the last before the network, the first behind it."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._run = run_of(crawler)
        self._delay = crawler.settings.getfloat("DOWNLOAD_DELAY")
        self._patience = crawler.settings.getfloat("BAOTINH_PATIENCE")
        self._ends_at = monotonic() + (crawler.settings.getfloat("BAOTINH_STOP_AFTER") or math.inf)
        self._hosts: dict[str, _Host] = {}

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> "PolitenessMiddleware":
        return cls(crawler)

    async def process_request(self, request: Request) -> None:
        """Raises Postponed."""
        host = self._hosts.setdefault(_name(request), _Host())
        meta = meta_of(request)
        delay = max(self._delay, meta.crawl_delay)
        await self._take_turn(host)
        try:
            await self._wait(host, delay * (1 + JITTER * random()))
        except BaseException:
            host.turn.release()
            raise
        meta.turn_delay = delay

    def process_response(self, request: Request, response: Response) -> Response:
        """Note how the host is; an answer that says when to come again is obeyed for all its addresses."""
        self._run.answers += 1
        status = response.status
        trouble = f"status {status}" if status >= 500 or status == 429 else None
        is_first_try = not request.meta.get("retry_times")
        try:
            if status in BUSY and meta_of(request).turn_delay is not None:
                header = (response.headers.get("Retry-After") or b"").decode("latin-1")
                self._rest(_name(request), seconds=retry_after(header, at=self._run.now()))
        finally:  # whatever a server writes there, a turn that does not end would end the crawl of its host
            self._end_turn(request, trouble, is_down=status in BUSY or (status in BROKEN and is_first_try))
        return response

    def process_exception(self, request: Request, exception: Exception) -> None:
        """No answer, or no whole one. What was refused before it was sent says nothing of the host."""
        if isinstance(exception, IgnoreRequest):
            self._end_turn(request, None, is_down=False)
        else:
            refusal = refusal_of(exception)
            self._end_turn(request, refusal.detail, is_down=refusal.reason.is_of_host)

    async def _take_turn(self, host: _Host) -> None:
        """Wait in steps: whatever holds up the request before, a crawl that is told to stop must come to its end."""
        while True:
            self._check(host)
            with suppress(TimeoutError):
                async with asyncio.timeout(STEP):
                    await host.turn.acquire()
                return

    def _check(self, host: _Host) -> None:
        if host.stopped:
            raise Postponed(host.stopped, is_failure=True)
        if not self._crawler.engine.running:
            raise Postponed("the crawl was stopped", is_failure=False)
        if monotonic() >= self._ends_at:
            self._run.is_over = True
            raise Postponed("the time of the run is over", is_failure=False)

    async def _wait(self, host: _Host, delay: float) -> None:
        while True:
            self._check(host)
            left = max(host.asked_at + delay, host.rests_until) - monotonic()
            if left <= 0:
                break
            await asyncio.sleep(min(left, STEP))
        host.asked_at = monotonic()

    def _end_turn(self, request: Request, trouble: str | None, *, is_down: bool) -> None:
        meta = meta_of(request)
        delay, meta.turn_delay = meta.turn_delay, None
        if delay is None:
            return
        host = self._hosts[_name(request)]
        host.turn.release()
        host.failures = host.failures + 1 if is_down else 0
        if trouble:
            doublings = max(request.meta.get("retry_times", 0) + 1, host.failures)
            host.rests_until = max(host.rests_until, monotonic() + min(delay * 2.0**doublings, LONGEST_REST))
        if host.failures >= MOST_FAILURES:
            self._stop(_name(request), host, f"{host.failures} requests in a row failed, the last with: {trouble}")

    def _rest(self, name: str, *, seconds: float) -> None:
        host = self._hosts[name]
        host.waited += seconds
        host.rests_until = max(host.rests_until, monotonic() + seconds)
        if host.waited > self._patience:
            self._stop(name, host, f"it asks for {host.waited:.0f} s of rest, a run waits {self._patience:.0f} s")

    def _stop(self, name: str, host: _Host, why: str) -> None:
        host.stopped = f"{name} is left for the next run: {why}"
        self._run.stop_host(name, host.stopped)


def retry_after(header: str, *, at: datetime) -> float:
    """Return how many seconds after `at` a Retry-After header names: a count or a date; 0 if it names nothing."""
    if re.fullmatch(r"[0-9]+", header.strip()):
        return float(header)
    try:
        moment = parsedate_to_datetime(header)
    except (ValueError, OverflowError):  # no date, or one that no calendar has
        return 0.0
    return max(0.0, (moment.replace(tzinfo=moment.tzinfo or UTC) - at).total_seconds())


def _name(request: Request) -> str:
    """Return what shares a connection: the host, whatever the scheme and port."""
    return urlsplit(request.url).hostname or ""
