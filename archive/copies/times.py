"""Which of two articles was printed first, when the pages show a minute, a day, or nothing."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Self

from archive.record import Precision

MOST = 0.7
"""Share of a span in which the print is taken for likely."""
_DAY = timedelta(days=1)
_MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Printed:
    """When an article was printed: not before `start`, and not after `end`."""

    start: datetime | None
    """Aware; None if its page shows no date."""
    end: datetime
    """Aware: the minute or the end of the day that it shows, or its first capture if that was before."""

    @classmethod
    def of(cls, published_at: datetime | None, precision: Precision | None, first_seen_at: datetime) -> Self:
        """Return what the page and the first capture say. Midnight is a day without a time of day."""
        if published_at is None:
            return cls(None, first_seen_at)
        if precision is Precision.MINUTE and published_at.time() != time():
            return cls(published_at, published_at)
        return cls(published_at, max(published_at, min(published_at + _DAY, first_seen_at)))

    @property
    def is_exact(self) -> bool:
        """Whether the page shows a minute."""
        return self.start == self.end

    def is_before(self, other: Self) -> bool:
        """Whether it was printed before the other one for certain."""
        return other.start is not None and self.end < other.start

    def is_likely_before(self, other: Self) -> bool:
        """Whether the most of the time at which it may have been printed is before that of the other one."""
        if self.start is None or other.start is None:
            return False
        return self.start + MOST * (self.end - self.start) < other.start + (1 - MOST) * (other.end - other.start)

    def minutes_after(self, other: Self) -> int | None:
        """Return how many minutes it was printed after the other one; None if one of them shows no minute."""
        if self.start is None or other.start is None or not (self.is_exact and other.is_exact):
            return None
        return (self.start - other.start) // _MINUTE
