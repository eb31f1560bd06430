"""What is known of the days of an outlet of which there is no article, stored or missed.

Days in a row are the bits of a number: bit 0 is the first one. So all days of an outlet are judged at once.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from archive.reading.day_states import DayState, Unknown


@dataclass(frozen=True, slots=True)
class Evidence:
    """What was seen on the days of an outlet, and on the day behind them; one bit for each day."""

    crawled: int
    """A crawl ran."""
    read: int
    """A crawl began that could read a source."""
    down: int
    """One began that could read none, and a server was at fault."""
    undated: int
    """An article or an address without a day was found."""


def states_of(silent: int, seen: Evidence, *, over: int) -> Iterator[tuple[DayState, Unknown | None, int]]:
    """Yield each state of the `silent` days, why it is unknown, and the days in it. `over` are days that have ended.

    docs/coverage.md explains the rule; the first state that is true of a day counts.
    """
    left = silent

    def taken(days: int) -> int:
        nonlocal left
        found = left & days
        left ^= found
        return found

    yield DayState.CRAWLER_DOWN, None, taken(over & ~seen.crawled)
    yield DayState.SITE_DOWN, None, taken(seen.crawled & ~seen.read & seen.down)
    yield DayState.UNKNOWN, Unknown.UNREAD, taken(seen.crawled & ~seen.read)
    yield DayState.UNKNOWN, Unknown.NOT_OVER, taken(~(over & seen.read >> 1))
    yield DayState.UNKNOWN, Unknown.UNDATED, taken(seen.undated | seen.undated >> 1)
    yield DayState.NOTHING_PUBLISHED, None, left


def numbers_of(days: int) -> Iterator[int]:
    """Yield the numbers of days, the first one first."""
    while days:
        lowest = days & -days
        yield lowest.bit_length() - 1
        days ^= lowest


def stretches_of(days: int) -> Iterator[tuple[int, int]]:
    """Yield the numbers of the first and the last of days in a row."""
    start = 0
    while days:
        before = (days & -days).bit_length() - 1
        days >>= before
        length = (~days & days + 1).bit_length() - 1
        yield start + before, start + before + length - 1
        days >>= length
        start += before + length
