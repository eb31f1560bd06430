"""The days of one outlet by month: what it listed, what is expected of it, and the days whose articles are missing."""

from calendar import monthrange
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from statistics import fmean
from typing import NamedTuple

from archive.reading.day_states import CoverageDay, DayState, Unknown, in_one_state

Month = tuple[str, int, int, float, Mapping[DayState, int]]
"""The month (2026-01), articles stored and missed, articles expected, days in each state in which some are missing."""
Missing = tuple[date, date, DayState, Unknown | None, int]
"""The first and the last of days in a row, their state, why it is unknown, addresses without an article."""


class StoredMonth(NamedTuple):
    """The articles of an outlet's month that are stored."""

    articles: int
    days: int
    """Bit 1 is set if an article of the first day is stored, and so on to bit 31."""


@dataclass(frozen=True, slots=True)
class OutletDays:
    """What is known of the days of one outlet."""

    first: date
    """Of the archive, as the next field."""
    last: date
    first_crawl: date
    """Of the outlet; the day after `last` if no crawl ran until then."""
    stored: Mapping[str, StoredMonth]
    missed: Mapping[date, int]
    """Addresses without an article."""
    gaps: tuple[CoverageDay, ...]
    """The days in which articles are missing; of the days before the first crawl only those with missed articles."""

    def months(self, *, is_alive: bool) -> Iterator[Month]:
        """Yield the months from the first one with an article to the last.

        An outlet that is alive and was crawled has all months to the last day.
        """
        stored = Counter({month: each.articles for month, each in self.stored.items()})
        missed = Counter[str]()
        for day, addresses in self.missed.items():
            missed[_month_of(day)] += addresses
        listed = stored + missed
        if not listed:
            return
        gaps, unseen = self._gaps_by_month()
        rates = {month: listed[month] / (self._days_of(month) - unseen[month]) for month in sorted(listed)}
        goes_on = is_alive and self.first_crawl <= self.last
        for month in months_between(first_day_of(min(listed)), self.last if goes_on else first_day_of(max(listed))):
            if month in rates:
                expected = rates[month] * self._days_of(month)
            else:
                expected = _nearest(rates, month) * gaps[month].total()
            yield month, stored[month], missed[month], expected, dict(gaps[month])

    def missing(self) -> Iterator[Missing]:
        """Yield the days of which articles are missing; those before the first crawl are one stretch."""
        before = min(self.first_crawl - timedelta(1), self.last)
        if before >= self.first:
            missed = sum(addresses for day, addresses in self.missed.items() if day <= before)
            yield self.first, before, DayState.UNKNOWN, Unknown.NEVER_CRAWLED, missed
        for days in in_one_state(each for each in self.gaps if each.day > before):
            yield days[0].day, days[-1].day, days[0].state, days[0].unknown, sum(each.missed for each in days)

    def _gaps_by_month(self) -> tuple[Mapping[str, Counter[DayState]], Counter[str]]:
        """Return the days in each state in which articles are missing, and how many of these have no evidence.

        A month before the first crawl, or most of whose days are before it, is what a backfill found of it: none of
        these days counts as without evidence.
        """
        gaps: defaultdict[str, Counter[DayState]] = defaultdict(Counter)
        unseen = Counter[str]()
        for day in self.gaps:
            month = _month_of(day.day)
            gaps[month][day.state] += 1
            unseen[month] += day.state is not DayState.MISSED
        before = min(self.first_crawl - timedelta(1), self.last)
        for month in months_between(self.first, before):
            days = self._days_of(month, until=before)
            without = days - self._known(month, until=before)
            gaps[month][DayState.UNKNOWN] += without
            if days <= self._days_of(month) / 2:
                unseen[month] += without
        return gaps, unseen

    def _known(self, month: str, *, until: date) -> int:
        """Return how many days of a month, to `until`, have an article that is stored or missed."""
        days = self.stored[month].days if month in self.stored else 0
        for day in self.missed:
            if _month_of(day) == month:
                days |= 1 << day.day
        last = until.day if month == _month_of(until) else 31
        return (days & ((2 << last) - 1)).bit_count()

    def _days_of(self, month: str, *, until: date = date.max) -> int:
        """Return how many days of a month there are, to `until` at most."""
        return _days_within(month, self.first, min(self.last, until))


def months_between(first: date, last: date) -> Iterator[str]:
    """Yield the months (2026-01) of these days and all between them; none if `last` is before `first`."""
    for number in range(first.year * 12 + first.month - 1, last.year * 12 + last.month if last >= first else 0):
        yield f"{number // 12:04}-{number % 12 + 1:02}"


def end_of_month(day: date) -> date:
    """Return the last day of its month."""
    return day.replace(day=monthrange(day.year, day.month)[1])


def first_day_of(month: str) -> date:
    """Return the first day of a month (2026-01)."""
    return date.fromisoformat(f"{month}-01")


@cache
def _days_within(month: str, first: date, last: date) -> int:
    """Return how many days of a month are between two days; kept, because all outlets have the same months."""
    begin = first_day_of(month)
    return (min(end_of_month(begin), last) - max(begin, first)).days + 1


def _month_of(day: date) -> str:
    return day.isoformat()[:7]


def days_of(month: str, days: int) -> Iterator[date]:
    """Yield the days of a month whose bits are set."""
    return (date.fromisoformat(f"{month}-{day:02}") for day in range(1, 32) if days >> day & 1)


def _nearest(rates: Mapping[str, float], month: str) -> float:
    """Return the mean of the last rate before a month and of the first one after it."""
    before, after = (
        max((each for each in rates if each < month), default=None),
        min((each for each in rates if each > month), default=None),
    )
    return fmean(rates[each] for each in (before, after) if each is not None)
