"""The time of day of a crawl, which its run takes from a clock.

Durations (delays, rests, timeouts) are measured with the monotonic clock: a clock that is set back must not
lengthen them.
"""

from collections.abc import Callable
from datetime import UTC, datetime

Clock = Callable[[], datetime]
"""Returns the time of day, an aware datetime."""


def utc_now() -> datetime:
    """Return the time of day by the clock of this machine."""
    return datetime.now(UTC)
