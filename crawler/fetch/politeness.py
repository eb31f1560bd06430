"""When a host gets a request: one at a time, with a delay between two, and with rests for a host in trouble.

Scrapy's own slots have a fixed delay only. They do not obey Crawl-delay and Retry-After, and never give up a host.
"""

import asyncio
import math
import re
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from random import random
from time import monotonic
from urllib.parse import urlsplit

from scrapy import Request, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response

from archive import VIETNAM, HostRest, phrase
from crawler.fetch.failures import refusal_of
from crawler.fetch.run import meta_of, run_of

JITTER = 0.1
"""Largest random part of the delay that is added to it, so that crawls that began together drift apart."""
LONGEST_REST = 60.0
"""Longest rest after a failed request, in seconds; it begins with twice the delay and doubles with each failure."""
LONGEST_REST_KEPT = 7 * 24 * 3600.0
"""Longest rest, in seconds, that is kept for later runs: a wrong number must not close a site for ever."""
MOST_FAILURES = 10
"""Failures in a row after which the other addresses of a host wait for the next run."""
STEP = 0.5
"""Seconds after which a waiting request checks whether the crawl is being stopped."""
BUSY = (429, 503)
"""Statuses of answers in which Retry-After may say when to send the next request."""
BROKEN = (500, 502, 504)
"""Statuses that may be the fault of the page alone: only the first try of an address counts against the host."""


class Postponed(IgnoreRequest):
    """A request that this run does not send. Raised by the middlewares; its address stays due."""

    def __init__(self, detail: str, *, is_failure: bool) -> None:
        super().__init__(detail)
        self.is_failure = is_failure
        """True if the host is the cause: it failed, or asked for too long a rest."""


@dataclass
class _Host:
    """The state of one host; times are seconds of the monotonic clock."""

    turn: asyncio.Lock = field(default_factory=asyncio.Lock)
    """Held from before the request until its answer is complete."""
    asked_at: float = -math.inf
    """When its last answer began; before that, when the request was sent."""
    rests_until: float = -math.inf
    failures: int = 0
    """Failures in a row."""
    waited: float = 0.0
    """Seconds of rest that the host has asked for in this run."""
    stopped: str | None = None
    """Why this run sends it no more requests; None while it does."""


class PolitenessMiddleware:
    """Lets each request wait for the turn of its host. It is the middleware next to the network."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._run = run_of(crawler)
        self._delay = crawler.settings.getfloat("DOWNLOAD_DELAY")
        self._patience = crawler.settings.getfloat("BAOTINH_PATIENCE")
        self._ends_at = monotonic() + (crawler.settings.getfloat("BAOTINH_STOP_AFTER") or math.inf)
        self._hosts: dict[str, _Host] = {}

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> "PolitenessMiddleware":
        middleware = cls(crawler)
        crawler.signals.connect(middleware.note_head, signals.headers_received)
        return middleware

    async def process_request(self, request: Request) -> None:
        """Raises Postponed."""
        host = self._host(_name(request))
        meta = meta_of(request)
        delay = max(self._delay, meta.crawl_delay)
        await self._take_turn(host)
        try:
            await self._wait(host, delay * (1 + JITTER * random()))
        except BaseException:
            host.turn.release()
            raise
        meta.turn_delay = delay

    def note_head(self, request: Request) -> None:
        """Count the delay from the head of the answer: a busy machine or a poor line may have sent the request late."""
        self._hosts[_name(request)].asked_at = monotonic()

    def process_response(self, request: Request, response: Response) -> Response:
        """Note whether the host is in trouble; Retry-After is obeyed for all addresses of the host."""
        self._run.answers += 1
        status = response.status
        trouble = phrase("status {status}", status=status) if status >= 500 or status == 429 else None
        is_first_try = not request.meta.get("retry_times")
        try:
            if status in BUSY and meta_of(request).turn_delay is not None:
                header = (response.headers.get("Retry-After") or b"").decode("latin-1")
                self._rest(_name(request), retry_after(header, at=self._run.now()), status=status)
        finally:  # a turn that does not end, for any Retry-After, would end the crawl of its host
            self._end_turn(request, trouble, is_down=status in BUSY or (status in BROKEN and is_first_try))
        return response

    def process_exception(self, request: Request, exception: Exception) -> None:
        """Note that no whole answer came. A request that was refused before it was sent says nothing about the host."""
        if isinstance(exception, IgnoreRequest):
            self._end_turn(request, None, is_down=False)
        else:
            refusal = refusal_of(exception)
            self._end_turn(request, refusal.detail, is_down=refusal.reason.is_of_host)

    def _host(self, name: str) -> _Host:
        """Return the state of a host; a rest that it asked an earlier run for lasts to its end."""
        host = self._hosts.get(name)
        if host is None:
            host = self._hosts[name] = _Host()
            if rest := self._run.rest_of(name):
                self._let_rest(name, rest, seconds=(rest.until - self._run.now()).total_seconds())
        return host

    async def _take_turn(self, host: _Host) -> None:
        """Wait in line, and look up in steps: however long the request before it takes, a stopped crawl must end."""
        turn = asyncio.ensure_future(host.turn.acquire())
        try:
            while not turn.done():
                self._check(host)
                await asyncio.wait((turn,), timeout=STEP)
        except BaseException:
            if not turn.cancel():
                host.turn.release()
            raise

    def _check(self, host: _Host) -> None:
        if host.stopped:
            raise Postponed(host.stopped, is_failure=True)
        if not self._crawler.engine.running:
            raise Postponed(phrase("the crawl was stopped"), is_failure=False)
        if monotonic() >= self._ends_at:
            self._run.is_over = True
            raise Postponed(phrase("the time of the run is over"), is_failure=False)

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
            self._stop(
                _name(request),
                host,
                phrase("{n} requests in a row failed, the last with: {trouble}", n=host.failures, trouble=trouble),
            )

    def _rest(self, name: str, seconds: float, *, status: int) -> None:
        """Let a host rest for `seconds` after an answer, in this run and in later ones."""
        if seconds > 0:
            until = self._run.now() + timedelta(seconds=min(seconds, LONGEST_REST_KEPT))
            detail = phrase("status {status} with Retry-After", status=status)
            self._run.keep_rest(name, until=until, detail=detail)
            self._let_rest(name, HostRest(name, until, detail), seconds=seconds)

    def _let_rest(self, name: str, rest: HostRest, *, seconds: float) -> None:
        host = self._hosts[name]
        host.waited += seconds
        host.rests_until = max(host.rests_until, monotonic() + seconds)
        if host.waited > self._patience:
            why = phrase(
                "it asks for {asked:.0f} s of rest, and a run waits {most:.0f} s at most: {detail}, "
                "until {until:%Y-%m-%d %H:%M}",
                asked=host.waited,
                most=self._patience,
                detail=rest.detail,
                until=rest.until.astimezone(VIETNAM),
            )
            self._stop(name, host, why)

    def _stop(self, name: str, host: _Host, why: str) -> None:
        host.stopped = self._run.leave_host(name, why)


def retry_after(header: str, *, at: datetime) -> float:
    """Return the seconds after `at` that a Retry-After header names, as a count or a date; 0 if it names none."""
    if re.fullmatch(r"[0-9]+", header.strip()):
        return float(header)
    try:
        moment = parsedate_to_datetime(header)
    except (ValueError, OverflowError):  # not a date, or one that no calendar has
        return 0.0
    return max(0.0, (moment.replace(tzinfo=moment.tzinfo or UTC) - at).total_seconds())


def _name(request: Request) -> str:
    """Return the name that shares a turn: the host, whatever the scheme and port."""
    return urlsplit(request.url).hostname or ""
