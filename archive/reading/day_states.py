"""What is known of the days of an outlet: the states, the days of a year, and what its sources listed by month."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from itertools import groupby
from operator import itemgetter
from typing import Any, NamedTuple


class DayState(StrEnum):
    """What is known of the articles that an outlet published on a day."""

    STORED = "stored"
    MISSED = "missed"
    """Published, and not stored."""
    SITE_DOWN = "site-down"
    CRAWLER_DOWN = "crawler-down"
    NOTHING_PUBLISHED = "nothing-published"
    UNKNOWN = "unknown"

    @property
    def is_gap(self) -> bool:
        """Whether articles of such a day are missing, as far as is known."""
        return self not in (DayState.STORED, DayState.NOTHING_PUBLISHED)


class Unknown(StrEnum):
    """Why there is no evidence of a day."""

    NEVER_CRAWLED = "never-crawled"
    """The first crawl of the outlet was later, or there was none."""
    NOT_OVER = "not-over"
    """Of today, or no source was read since the day ended."""
    UNREAD = "unread"
    """Crawls ran and could read no source, and no server was at fault; or they asked for none."""
    UNDATED = "undated"
    """Something without a date was found: it may be of this day."""


class CoverageDay(NamedTuple):
    """One day of an outlet, in Vietnam; a tuple, because a year of all outlets has 23,000."""

    day: date
    state: DayState
    unknown: Unknown | None = None
    """Why there is no evidence; None for every other state."""
    stored: int = 0
    """Articles of the day, withheld ones left out."""
    missed: int = 0
    """Addresses of the day without an article."""


@dataclass(frozen=True, slots=True)
class Listed:
    """What the newspaper published in a month, as far as the archive saw it: the denominator of shares."""

    month: str
    """YYYY-MM."""
    stored: int
    missed: int

    @property
    def first(self) -> date:
        """Its first day."""
        return date.fromisoformat(f"{self.month}-01")

    @property
    def listed(self) -> int:
        """Articles that are stored, and addresses that the newspaper named and that are not."""
        return self.stored + self.missed


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """The days of one outlet, most often of a year, to today at the latest."""

    site: str
    name: str
    region: str | None
    """Of the province of the outlet."""
    days: tuple[CoverageDay, ...] = field(repr=False)
    undated: int
    """Addresses without an article and without a day that were found on these days."""

    @property
    def stretches(self) -> list[tuple[DayState, int]]:
        """Each state, and how many days it lasts, in the order of time."""
        return [(state, len(list(run))) for state, run in groupby(self.days, key=itemgetter(1))]

    @property
    def counts(self) -> dict[DayState, int]:
        """How many days are in each state."""
        days = dict.fromkeys(DayState, 0)
        for state, number in self.stretches:
            days[state] += number
        return days

    @property
    def months(self) -> tuple[Listed, ...]:
        """The articles that are stored and missed in each month."""
        by_month = groupby(self.days, key=lambda each: each.day.isoformat()[:7])
        return tuple(_listed(month, list(days)) for month, days in by_month)

    def as_record(self) -> dict[str, Any]:
        """Return it as JSON knows it."""
        return {
            "site": self.site,
            "name": self.name,
            "region": self.region,
            "counts": self.counts,
            "undated": self.undated,
            "months": [
                {"month": each.month, "listed": each.listed, "stored": each.stored, "missed": each.missed}
                for each in self.months
            ],
            "days": [
                {
                    "day": each.day.isoformat(),
                    "state": each.state,
                    "stored": each.stored,
                    "missed": each.missed,
                    "unknown": each.unknown,
                }
                for each in self.days
            ],
        }


def in_one_state(days: Iterable[CoverageDay]) -> Iterator[list[CoverageDay]]:
    """Yield runs of days that follow each other in one state in which articles are missing, for one cause."""
    run: list[CoverageDay] = []
    for day in days:
        if run and (
            day.day - run[-1].day != timedelta(1) or (day.state, day.unknown) != (run[-1].state, run[-1].unknown)
        ):
            yield run
            run = []
        if day.state.is_gap:
            run.append(day)
    if run:
        yield run


def _listed(month: str, days: Sequence[CoverageDay]) -> Listed:
    return Listed(month, sum(each.stored for each in days), sum(each.missed for each in days))
