"""What each outlet listed in each month, as far as is known, and the days whose articles are missing.

What an outlet listed are its articles that are stored, and the addresses that its own feeds, sitemaps and lists named
and that are not. Of some days nothing is known: the crawler was down, or the newspaper's site, or the archive has no
evidence. They are taken to be like the other days of the outlet's month: that is what is *expected* of it. Of a month
without a known day, as much is expected for each day as in the nearest months of the outlet.
"""

import json
import sqlite3
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from archive.months import end_of_month
from archive.reading.day_states import DayState, Unknown
from archive.reading.outlet_days import KeptMonth, OutletDays, Span
from archive.writing.changed_months import NO_OUTLET

LEAST_STORED = 0.25
"""Part of what is expected of an outlet's month that must be stored. Below it, a few days would speak for all others,
or a few articles for the many that were missed."""

_SPAN = """
SELECT (SELECT min(published_date) FROM articles), (SELECT max(published_date) FROM articles),
    (SELECT substr(max(started_at), 1, 10) FROM runs)
"""
_SITES = """
SELECT (SELECT substr(min(started_at), 1, 10) FROM runs WHERE site_id = s.id), s.id, s.site, s.name,
    s.merged_into_id IS NOT NULL, p.name, p.valid_to, ifnull(n.name, p.name)
FROM sites s LEFT JOIN provinces p ON p.id = s.province_id LEFT JOIN provinces n ON n.id = p.successor_id
ORDER BY p.id IS NULL, p.id, s.name
"""
_KEPT = """
SELECT outlet_id, month, articles, stored_days, missed, crawled_days, read_days, down_days, undated_days
FROM outlet_months
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
    is_crawled: bool = field(default=False, kw_only=True)
    """Whether a crawl of it is in the archive."""

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
        return _between(connection, Span(first, last, self.today)) if first <= last else Listing()


def _between(connection: sqlite3.Connection, span: Span) -> Listing:
    kept = _kept(connection)
    cells: list[OutletMonth] = []
    missing: list[MissingDays] = []
    for first_crawl, *row in connection.execute(_SITES).fetchall():
        outlet = ListedOutlet(*row, is_crawled=first_crawl is not None)
        assert outlet.id is not None
        began = date.fromisoformat(first_crawl) if first_crawl else None
        known = OutletDays(span, kept[outlet.id], first_crawl=began)
        cells += (OutletMonth(outlet, *facts) for facts in known.months(is_alive=not outlet.is_merged))
        missing += (MissingDays(outlet.site or "", outlet.name or "", *facts) for facts in known.missing())
    unknown = ListedOutlet(None, None, None)
    months = tuple(each.month for each in span.months)
    for month in sorted(kept[NO_OUTLET].keys() & set(months)):
        if articles := kept[NO_OUTLET][month].articles:
            cells.append(OutletMonth(unknown, month, articles, 0, articles, {}))
    return Listing(months, tuple(cells), tuple(missing))


def _kept(connection: sqlite3.Connection) -> Mapping[int, Mapping[str, KeptMonth]]:
    """Return what is kept of each outlet's months."""
    kept: defaultdict[int, dict[str, KeptMonth]] = defaultdict(dict)
    for outlet_id, month, articles, stored, missed, *days in connection.execute(_KEPT):
        kept[outlet_id][month] = KeptMonth(articles, stored, json.loads(missed) if missed else (), *days)
    return kept
