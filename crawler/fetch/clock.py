"""The time of day of a crawl: its run has the clock.

Durations (delays, rests, timeouts) are those of the monotonic clock: one that is set back must not make them longer.
"""

from collections.abc import Callable
from datetime import UTC, datetime

Clock = Callable[[], datetime]
"""Says what time it is: an aware moment."""


def utc_now() -> datetime:
    """Return what time it is by the clock of this machine."""
    return datetime.now(UTC)
