"""The days of one outlet: what it listed in each month, what is expected of it, and which days lack articles.

Days are the bits of a number: bit 0 is set for the first day of the archive.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from statistics import fmean
from typing import NamedTuple

from archive.months import end_of_month, first_day_of, months_between
from archive.reading.day_states import DayState, Unknown
from archive.reading.silent_days import Evidence, states_of, stretches_of

Month = tuple[str, int, int, float, Mapping[DayState, int]]
"""The month (2026-01), articles stored and missed, articles expected, days in each state in which some are missing."""
Missing = tuple[date, date, DayState, Unknown | None, int]
"""The first and the last of days in a row, their state, why it is unknown, addresses without an article."""


class KeptMonth(NamedTuple):
    """What the archive keeps of an outlet's month; in numbers of days, bit 1 is the first day of the month."""

    articles: int
    stored: int
    missed: Sequence[tuple[int, int, int]]
    """The day of the month, addresses without an article, and articles."""
    crawled: int
    read: int
    down: int
    undated: int


class MonthOfSpan(NamedTuple):
    """A month of a span of days."""

    month: str
    offset: int
    """The number of its first day in the span; below 0 if the span begins later in it."""
    days: int
    """Those that are in the span, one bit each."""
    length: int
    """How many these are."""
    is_whole: bool
    """Whether these are all."""


@dataclass(frozen=True)
class Span:
    """The days of an archive."""

    first: date
    last: date
    today: date

    @cached_property
    def days(self) -> int:
        """All of them, one bit each."""
        return self.before(self.last + timedelta(1))

    @cached_property
    def over(self) -> int:
        """Those that have ended."""
        return self.before(self.today)

    @cached_property
    def months(self) -> tuple[MonthOfSpan, ...]:
        """Its months, without a hole."""
        return tuple(map(self._month, months_between(self.first, self.last)))

    @cached_property
    def shifts(self) -> tuple[tuple[str, int], ...]:
        """Each month, and by how much its days are shifted in the span; that of the day behind the last one too."""
        seen = map(self._month, months_between(self.first, self.last + timedelta(1)))
        return tuple((each.month, each.offset - 1) for each in seen)

    def before(self, day: date) -> int:
        """Return the days before a day, the first one of which is in the span."""
        return (1 << max((day - self.first).days, 0)) - 1

    def day(self, number: int) -> date:
        """Return the day with a number."""
        return self.first + timedelta(number)

    def _month(self, month: str) -> MonthOfSpan:
        begin, end = first_day_of(month), end_of_month(first_day_of(month))
        days = self.before(min(end, self.last) + timedelta(1)) & ~self.before(begin)
        is_whole = self.first <= begin and end <= self.last
        return MonthOfSpan(month, (begin - self.first).days, days, days.bit_count(), is_whole)


class OutletDays:
    """What is known of the days of one outlet."""

    def __init__(self, span: Span, kept: Mapping[str, KeptMonth], *, first_crawl: date | None) -> None:
        """Take the months of an outlet, and the day of its first crawl; None if there was none."""
        self._span = span
        self._stored = {each.month: kept[each.month].articles for each in span.months if each.month in kept}
        self._missed = {each.month: _within(each, kept[each.month]) for each in span.months if each.month in kept}
        self._before = span.days if first_crawl is None else span.before(first_crawl) & span.days
        """Days before the first crawl."""
        missed = {month: sum(1 << day for day, *_ in days) for month, days in self._missed.items() if days}
        self._known = self._joined({month: each.stored for month, each in kept.items()}) | self._joined(missed)
        self._gaps = tuple(each for each in self._gaps_in(kept) if each[2])
        """The days in each state in which articles are missing; of those before the first crawl only missed ones."""

    def months(self, *, is_alive: bool) -> Iterator[Month]:
        """Yield the months from the first one with an article to the last.

        An outlet that is alive and was crawled has all months to the last day.
        """
        missed = {month: sum(addresses for _, addresses, _ in days) for month, days in self._missed.items()}
        listed = {month: all_ for month, stored in self._stored.items() if (all_ := stored + missed[month])}
        if not listed:
            return
        goes_on = is_alive and self._before != self._span.days
        first, last = min(listed), self._span.months[-1].month if goes_on else max(listed)
        months = [each for each in self._span.months if first <= each.month <= last]
        gaps = [self._gaps_of(each) for each in months]
        rates = {
            each.month: listed[each.month] / max(each.length - unseen, 1)
            for each, (_, unseen) in zip(months, gaps, strict=True)
            if each.month in listed
        }
        for (month, _, _, length, _), (in_state, _) in zip(months, gaps, strict=True):
            if month in rates:
                yield month, self._stored[month], missed[month], rates[month] * length, in_state
            else:
                yield month, 0, 0, _nearest(rates, month) * sum(in_state.values()), in_state

    def missing(self) -> Iterator[Missing]:
        """Yield the days of which articles are missing; those before the first crawl are one stretch."""
        missed = {
            each.offset + day - 1: addresses
            for each in self._span.months
            for day, addresses, _ in self._missed.get(each.month, ())
        }
        if self._before:
            last = self._before.bit_length() - 1
            before = sum(addresses for number, addresses in missed.items() if number <= last)
            yield self._span.first, self._span.day(last), DayState.UNKNOWN, Unknown.NEVER_CRAWLED, before
        found = [
            (*ends, state, unknown)
            for state, unknown, days in self._gaps
            for ends in stretches_of(days & ~self._before)
        ]
        for first, last, state, unknown in sorted(found):
            days = range(first, last + 1) if state is DayState.MISSED else ()
            yield self._span.day(first), self._span.day(last), state, unknown, sum(map(missed.__getitem__, days))

    def _gaps_in(self, kept: Mapping[str, KeptMonth]) -> Iterator[tuple[DayState, Unknown | None, int]]:
        short = {
            month: sum((addresses > articles) << day for day, addresses, articles in days)
            for month, days in self._missed.items()
            if days
        }
        yield DayState.MISSED, None, self._joined(short)
        if silent := self._span.days & ~self._known & ~self._before:
            seen = Evidence(
                crawled=self._joined({month: each.crawled for month, each in kept.items()}),
                read=self._joined({month: each.read for month, each in kept.items()}),
                down=self._joined({month: each.down for month, each in kept.items()}),
                undated=self._joined({month: each.undated for month, each in kept.items()}),
            )
            yield from (each for each in states_of(silent, seen, over=self._span.over) if each[0].is_gap)

    def _joined(self, of_months: Mapping[str, int]) -> int:
        """Return the days of all months; bit 1 is the first day of each of them."""
        days = 0
        for month, by in self._span.shifts:
            if of_month := of_months.get(month):
                days |= of_month << by if by >= 0 else of_month >> -by
        return days

    def _gaps_of(self, each: MonthOfSpan) -> tuple[dict[DayState, int], int]:
        """Return the days of a month in each state in which articles are missing, and how many have no evidence.

        A month before the first crawl, or most of whose days are before it, is what a backfill found of it: none of
        these days counts as without evidence.
        """
        gaps: dict[DayState, int] = {}
        unseen = 0
        for state, _, days in self._gaps:
            if here := (days & each.days).bit_count():
                gaps[state] = gaps.get(state, 0) + here
                unseen += here if state is not DayState.MISSED else 0
        if before := self._before & each.days:
            without = (before & ~self._known).bit_count()
            gaps[DayState.UNKNOWN] = gaps.get(DayState.UNKNOWN, 0) + without
            if before.bit_count() <= each.length / 2:
                unseen += without
        return gaps, unseen


def _within(each: MonthOfSpan, kept: KeptMonth) -> Sequence[tuple[int, int, int]]:
    """Return what was missed on the days of a month that are in the span."""
    if not kept.missed or each.is_whole:
        return kept.missed
    return [
        missed for missed in kept.missed if each.offset + missed[0] > 0 and each.days >> each.offset + missed[0] - 1 & 1
    ]


def _nearest(rates: Mapping[str, float], month: str) -> float:
    """Return the mean of the last rate before a month and of the first one after it."""
    before, after = (
        max((each for each in rates if each < month), default=None),
        min((each for each in rates if each > month), default=None),
    )
    return fmean(rates[each] for each in (before, after) if each is not None)
