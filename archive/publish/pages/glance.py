"""Coverage at a glance, for the first page: the days of the outlets of each region by state."""

import sqlite3
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from archive.publish.pages.coverage import by_region
from archive.reading.coverage import coverage
from archive.reading.day_states import DayState

DAYS = 30
"""Up to yesterday: today is not over."""


@dataclass(frozen=True, slots=True)
class Region:
    """The outlets of a region."""

    name: str | None
    """None for outlets without a province."""
    outlets: int
    counts: Counter[DayState]
    """Days of all its outlets."""

    @property
    def share(self) -> float | None:
        """Share of stored days among those on which something was published, as far as is known; None without any."""
        published = self.counts.total() - self.counts[DayState.NOTHING_PUBLISHED]
        return self.counts[DayState.STORED] / published if published else None


def regions(connection: sqlite3.Connection, *, at: datetime) -> Iterator[Region]:
    """Yield the regions with the days of their outlets in the last DAYS."""
    yesterday = at.date() - timedelta(1)
    found = coverage(connection, yesterday - timedelta(DAYS - 1), last=yesterday, at=at)
    for name, outlets in by_region(found):
        counts = Counter(each.state for outlet in outlets for each in outlet.days)
        yield Region(name, len(outlets), counts)
