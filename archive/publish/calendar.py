"""The days of an outlet as a template draws them: strips of a year by state, and months as weeks."""

from calendar import Calendar
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from archive.reading.day_states import Coverage, CoverageDay, DayState

DAY_WIDTH = 2
"""Units of a strip: an outlet's year is 730 of them."""
BANDS = {
    DayState.STORED: (3, 8),
    DayState.MISSED: (0, 14),
    DayState.SITE_DOWN: (0, 14),
    DayState.CRAWLER_DOWN: (0, 14),
    DayState.NOTHING_PUBLISHED: (11, 2),
    DayState.UNKNOWN: (0, 14),
}
"""Top and height of a state in a strip: states differ in shape, not only in colour."""

Week = tuple[CoverageDay | None, ...]
"""From Monday to Sunday; None for a day of another month, and for one that has not begun."""


@dataclass(frozen=True, slots=True)
class Strip:
    """One state in the year of an outlet."""

    state: DayState
    path: str
    """Of SVG: a rectangle for each run of days."""


@dataclass(frozen=True, slots=True)
class Month:
    """One month in weeks."""

    first: date
    weeks: tuple[Week, ...]


def strips(found: Coverage) -> Iterator[Strip]:
    """Yield each state that a year has."""
    paths: dict[DayState, str] = {}
    start = 0
    for state, days in found.stretches:
        top, height = BANDS[state]
        width = days * DAY_WIDTH
        paths[state] = f"{paths.get(state, '')}M{start * DAY_WIDTH} {top}h{width}v{height}h-{width}z"
        start += days
    return (Strip(state, path) for state, path in paths.items())


def months(found: Coverage) -> Iterator[Month]:
    """Yield the months of a year that have begun."""
    for _, group in groupby(found.days, key=lambda each: each.day.month):
        days = list(group)
        yield Month(days[0].day, tuple(_weeks(days)))


def width_of(year: int) -> int:
    """Return the units of the strips of a year."""
    return (date(year + 1, 1, 1) - date(year, 1, 1)).days * DAY_WIDTH


def month_marks(year: int) -> list[int]:
    """Return where each month begins in the strips of a year."""
    return [(date(year, month, 1) - date(year, 1, 1)).days * DAY_WIDTH for month in range(1, 13)]


def _weeks(days: Sequence[CoverageDay]) -> Iterator[Week]:
    by_day = {each.day: each for each in days}
    first, last = days[0].day, days[-1].day
    weeks = Calendar().monthdatescalendar(first.year, first.month)
    return (tuple(map(by_day.get, week)) for week in weeks if week[0] <= last)
