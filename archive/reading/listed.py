"""What each outlet listed in each month, as far as is known, and the days whose articles are missing.

What an outlet listed are its articles that are stored, and the addresses that its own feeds, sitemaps and lists named
and that are not. Of some days nothing is known: the crawler was down, or the newspaper's site, or the archive has no
evidence. They are taken to be like the other days of the outlet's month: that is what is *expected* of it. Of a month
without a known day, as much is expected for each day as in the nearest months of the outlet.
"""

import sqlite3
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from archive.reading.coverage import days_without_articles, first_crawl_of, missed_days, stored_days
from archive.reading.day_states import CoverageDay, DayState, Unknown
from archive.reading.outlet_days import OutletDays, StoredMonth, days_of, end_of_month, months_between
from archive.record import VIETNAM

LEAST_STORED = 0.25
"""Part of what is expected of an outlet's month that must be stored. Below it, a few days would speak for all others,
or a few articles for the many that were missed."""

_SPAN = """
SELECT (SELECT min(published_date) FROM articles), (SELECT max(published_date) FROM articles),
    (SELECT substr(max(started_at), 1, 10) FROM runs)
"""
_SITES = """
SELECT s.id, s.site, s.name, s.merged_into_id IS NOT NULL, p.name, p.valid_to, ifnull(n.name, p.name)
FROM sites s LEFT JOIN provinces p ON p.id = s.province_id LEFT JOIN provinces n ON n.id = p.successor_id
ORDER BY p.id IS NULL, p.id, s.name
"""
_STORED = """
SELECT outlet_id, substr(day, 1, 7), sum(articles), sum(1 << CAST(substr(day, 9) AS INTEGER)) FROM (
    SELECT outlet_id, published_date AS day, count(*) AS articles FROM articles
    WHERE published_date IS NOT NULL GROUP BY 1, 2
) GROUP BY 1, 2 ORDER BY 1, 2
"""


@dataclass(frozen=True, slots=True)
class ListedOutlet:
    """An outlet, and the provinces of its land."""

    id: int | None
    """None for articles whose outlet is not known, as the next two fields."""
    site: str | None
    name: str | None
    is_merged: bool = False
    """Whether another outlet continues it."""
    old_province: str | None = None
    """One of the 63."""
    valid_to: str | None = None
    """The last day of that province, YYYY-MM-DD."""
    province_now: str | None = None

    def province_then(self, month: str) -> str | None:
        """Return its province in a month: provinces were merged between two months."""
        return self.province_now if self.valid_to and month > self.valid_to[:7] else self.old_province


@dataclass(frozen=True, slots=True)
class OutletMonth:
    """One month of one outlet."""

    outlet: ListedOutlet
    month: str
    """YYYY-MM."""
    stored: int
    missed: int
    expected: float
    """Articles that it published, as far as can be told."""
    gap_days: Mapping[DayState, int]
    """Days in each state in which articles are missing."""

    @property
    def listed(self) -> int:
        """Articles that are stored, and addresses that the newspaper named and that are not."""
        return self.stored + self.missed

    @property
    def can_speak(self) -> bool:
        """Whether enough is stored to tell how often the outlet used a word."""
        return self.stored > 0 and self.stored >= LEAST_STORED * self.expected


@dataclass(frozen=True, slots=True)
class MissingDays:
    """Days in a row of one outlet of which articles are missing, all in one state."""

    site: str
    outlet: str
    first: date
    last: date
    state: DayState
    unknown: Unknown | None
    """Why there is no evidence; None for every other state. A backfill may have stored articles of days of
    `never-crawled`."""
    missed: int
    """Addresses of these days without an article."""

    @property
    def days(self) -> int:
        """How many days it has."""
        return (self.last - self.first).days + 1

    def as_record(self) -> dict[str, Any]:
        """Return it as JSON knows it."""
        return {
            "site": self.site,
            "outlet": self.outlet,
            "first": self.first.isoformat(),
            "last": self.last.isoformat(),
            "state": self.state,
            "unknown": self.unknown,
            "missed": self.missed,
        }


@dataclass(frozen=True, slots=True)
class Listing:
    """What all outlets listed in some months."""

    months: tuple[str, ...] = ()
    """YYYY-MM, without a hole."""
    cells: tuple[OutletMonth, ...] = ()
    """Outlets in the order of their provinces, months in that of time. An outlet has no cell before its first article
    and, if it was merged into another or was never crawled, none behind its last."""
    missing: tuple[MissingDays, ...] = ()


@dataclass(frozen=True, slots=True)
class ListedMonths:
    """Reads what all outlets listed up to a day. Equal ones read the same: a server keeps it."""

    today: date
    until: date | None = None
    """A day of the last month; None: the day of the last article, or of the last crawl if that is later."""

    def __call__(self, connection: sqlite3.Connection) -> Listing:
        """Return the listing from the day of the first article on; an empty one without any."""
        first_day, *last_days = connection.execute(_SPAN).fetchone()
        if first_day is None:
            return Listing()
        first, last = date.fromisoformat(first_day), date.fromisoformat(max(filter(None, last_days)))
        last = min(end_of_month(self.until) if self.until else last, self.today)
        return self._between(connection, first, last) if first <= last else Listing()

    def _between(self, connection: sqlite3.Connection, first: date, last: date) -> Listing:
        stored: defaultdict[int | None, dict[str, StoredMonth]] = defaultdict(dict)
        for outlet_id, month, articles, days in connection.execute(_STORED):
            if month <= last.isoformat():
                stored[outlet_id][month] = StoredMonth(articles, days)
        cells: list[OutletMonth] = []
        missing: list[MissingDays] = []
        for row in connection.execute(_SITES).fetchall():
            outlet = ListedOutlet(*row)
            known = self._days(connection, outlet, stored[outlet.id], first=first, last=last)
            cells += (OutletMonth(outlet, *facts) for facts in known.months(is_alive=not outlet.is_merged))
            missing += (MissingDays(outlet.site or "", outlet.name or "", *facts) for facts in known.missing())
        for month, (articles, _) in stored[None].items():
            cells.append(OutletMonth(ListedOutlet(None, None, None), month, articles, 0, articles, {}))
        return Listing(tuple(months_between(first, last)), tuple(cells), tuple(missing))

    def _days(
        self,
        connection: sqlite3.Connection,
        outlet: ListedOutlet,
        stored: Mapping[str, StoredMonth],
        *,
        first: date,
        last: date,
    ) -> OutletDays:
        assert outlet.id is not None
        missed = missed_days(connection, outlet.id, first, last=last)
        first_crawl = first_crawl_of(connection, outlet.id, or_after=last)
        known = {*missed}
        for month, (_, days) in stored.items():
            if month >= first_crawl.isoformat()[:7]:
                known.update(days_of(month, days))
        at = datetime.combine(self.today, time(), VIETNAM)
        since = max(first, first_crawl)
        without = days_without_articles(connection, outlet.id, known=known, first=since, last=last, at=at)
        gaps = [each for each in without if each.state.is_gap]
        if missed:
            stored_of = stored_days(connection, outlet.id, first, last=last)
            for day, addresses in missed.items():
                articles = stored_of.get(day, 0)
                if addresses > articles:
                    gaps.append(CoverageDay(day, DayState.MISSED, None, articles, addresses))
        return OutletDays(first, last, first_crawl, stored, missed, tuple(sorted(gaps, key=lambda each: each.day)))
