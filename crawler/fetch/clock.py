"""The time of day of a crawl: its spider has the clock, and its pipeline and middlewares go by that.

Durations (delays, rests, timeouts) are those of the monotonic clock: one that is set back must not make them longer.
"""

from collections.abc import Callable
from datetime import UTC, datetime

from scrapy.crawler import Crawler

Clock = Callable[[], datetime]
"""Says what time it is: an aware moment."""


def utc_now() -> datetime:
    """Return what time it is by the clock of this machine."""
    return datetime.now(UTC)


def moment_of(crawler: Crawler) -> datetime:
    """Return what time it is for a crawl."""
    now: datetime = crawler.spider.now()  # type: ignore[union-attr]
    return now
