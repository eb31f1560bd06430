"""What the archive has of each day of an outlet, and what it lacks, from recorded evidence alone.

The first line that is true of a day gives its state. docs/coverage.md explains the evidence.

1. `stored`: articles of the day are stored, at least as many as were missed.
2. `missed`: a source of the newspaper gave the day for an address, and there is no article of it.
3. `unknown`: the outlet was not crawled before.
4. `crawler-down`: the day is over, and no crawl of the outlet ran.
5. `site-down`: crawls ran, none could read a source, and a server was at fault. Without such a fault: `unknown`.
6. `nothing-published`: sources could be read on the day and on the next one, they named nothing of the day, and
   nothing without a date was found on these two days. Otherwise: `unknown`.
"""

import sqlite3
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from archive.outcomes import Reason
from archive.reading.day_states import Coverage, CoverageDay, DayState, Unknown
from archive.reading.filters import site_id_of
from archive.reading.silent_days import Evidence, numbers_of, states_of
from archive.record import VIETNAM
from archive.writing.day_evidence import DAY_OF_ADDRESS, MAY_BE_ARTICLES, SOURCES, UNSTORED

_SITES = """
SELECT s.id, s.site, s.name, p.region, (SELECT min(started_at) FROM runs WHERE site_id = s.id)
FROM sites s LEFT JOIN provinces p ON p.id = s.province_id WHERE :site IS NULL OR s.id = :site
ORDER BY p.id IS NULL, p.id, s.name
"""
_STORED = """
SELECT published_date, count(*) FROM articles
WHERE outlet_id = :site AND published_date BETWEEN :since AND :until GROUP BY 1
"""
"""A withheld article has no date."""
_STORED_WITHOUT_DAY = """
SELECT substr(first_seen_at, 1, 10), count(*) FROM articles
WHERE outlet_id = :site AND published_date IS NULL AND substr(first_seen_at, 1, 10) BETWEEN :since AND :until GROUP BY 1
"""
_NAMED = f"""
SELECT {DAY_OF_ADDRESS}, count(*) FROM urls
WHERE site_id = :site AND {UNSTORED} AND {DAY_OF_ADDRESS} BETWEEN :since AND :until AND {MAY_BE_ARTICLES} GROUP BY 1
"""
_NAMED_WITHOUT_DAY = f"""
SELECT substr(found_at, 1, 10), count(*) FROM urls
WHERE site_id = :site AND {UNSTORED} AND {DAY_OF_ADDRESS} IS NULL AND substr(found_at, 1, 10) BETWEEN :since AND :until
    AND {MAY_BE_ARTICLES} GROUP BY 1
"""
_LOOKS = """
SELECT substr(started_at, 1, 10), max(ifnull(sources_ok, 0)) > 0, max(ifnull(sources_failed, 0)) > 0,
    max(substr(max(ifnull(finished_at, started_at), started_at), 1, 10))
FROM runs WHERE site_id = :site AND started_at >= :since AND started_at < :end GROUP BY 1
"""
"""A run during which the clock was put back may have finished before it began: it has the day on which it began."""
_LOOK_BEFORE = """
SELECT substr(ifnull(finished_at, started_at), 1, 10) FROM runs
WHERE site_id = :site AND started_at < :since ORDER BY started_at DESC LIMIT 1
"""
_FAULTS = f"""
SELECT substr(r.started_at, 1, 10), c.reason, c.status FROM runs r JOIN captures c ON c.run_id = r.id
WHERE r.site_id = :site AND r.started_at >= :since AND r.started_at < :end AND r.sources_ok = 0
    AND c.kind IN ({SOURCES}) AND c.reason IS NOT NULL GROUP BY 1, 2, 3
"""


def coverage(
    connection: sqlite3.Connection, first: date, *, last: date, at: datetime, site: str | None = None
) -> tuple[Coverage, ...]:
    """Return the days from `first` to `last`, both included, of each outlet or of one, in the order of the provinces.

    No day after that of `at` is there. Raises BadQuery if the archive has no such site.
    """
    today = at.astimezone(VIETNAM).date()
    days = {day.isoformat(): day for day in _days(first, min(last, today))}
    site_id = None if site is None else site_id_of(connection, site)
    sites = connection.execute(_SITES, {"site": site_id}).fetchall() if days else []
    return tuple(
        _Outlet(connection, site_id, first_run=first_run, today=today).coverage(
            days, site=name_of_site, name=name, region=region
        )
        for site_id, name_of_site, name, region, first_run in sites
    )


def days_of_year(year: int) -> tuple[date, date]:
    """Return the first and the last day of a year."""
    return date(year, 1, 1), date(year, 12, 31)


def years_covered(connection: sqlite3.Connection) -> range:
    """Return the years from the first to the last one of which the archive has an article or a crawl."""
    row = connection.execute(
        "SELECT (SELECT min(year) FROM articles), (SELECT max(year) FROM articles),"
        " (SELECT substr(min(started_at), 1, 4) FROM runs), (SELECT substr(max(started_at), 1, 4) FROM runs)"
    ).fetchone()
    known = [int(each) for each in row if each]
    return range(min(known), max(known) + 1) if known else range(0)


class _Outlet:
    """The evidence of one outlet."""

    def __init__(self, connection: sqlite3.Connection, site_id: int, *, first_run: str | None, today: date) -> None:
        self._connection = connection
        self._site_id = site_id
        self._first_run = date.fromisoformat(first_run[:10]) if first_run else date.max
        self._today = today

    def coverage(self, days: Mapping[str, date], **named: Any) -> Coverage:
        """Return the state of each of the days, which follow each other and are named as the archive spells them."""
        span = self._span(min(days.values()), max(days.values()))
        stored, missed = dict(self._connection.execute(_STORED, span)), self._missed(_NAMED, span)
        known = {
            day: _with_articles(day, stored.get(text, 0), missed.get(text, 0))
            for text, day in days.items()
            if text in stored or text in missed
        }
        known |= {each.day: each for each in self._without_articles([day for day in days.values() if day not in known])}
        undated = self._missed(_NAMED_WITHOUT_DAY, span).total()
        return Coverage(days=tuple(map(known.__getitem__, days.values())), undated=undated, **named)

    def _without_articles(self, days: Sequence[date]) -> Iterator[CoverageDay]:
        """Yield the states of days of which no article is known, in no order."""
        if not days:
            return
        first, last = days[0], days[-1]
        yield from (CoverageDay(day, DayState.UNKNOWN, Unknown.NEVER_CRAWLED) for day in days if day < self._first_run)
        if last >= self._first_run:
            silent = sum(1 << (day - first).days for day in days if day >= self._first_run)
            over = (1 << max((self._today - first).days, 0)) - 1
            for state, unknown, found in states_of(silent, self._seen(first, last), over=over):
                yield from (CoverageDay(first + timedelta(number), state, unknown) for number in numbers_of(found))

    def _missed(self, sql: str, span: Mapping[str, object]) -> Counter[str]:
        """Return how many addresses of each day may be of an article that is missing."""
        return Counter(dict(self._connection.execute(sql, span)))

    def _seen(self, first: date, last: date) -> Evidence:
        """Return what was seen from `first` to the day after `last`."""
        span = self._span(first, last + timedelta(1))

        def number(day: str) -> int:
            return (date.fromisoformat(day) - first).days

        crawled = read = down = undated = could_not_read = 0
        for (until,) in self._connection.execute(_LOOK_BEFORE, span):
            crawled = (2 << number(until)) - 1 if number(until) >= 0 else 0
        for day, could_read, failed, until in self._connection.execute(_LOOKS, span):
            crawled |= (2 << number(until)) - (1 << number(day))
            read |= could_read << number(day)
            could_not_read |= failed
        for day, reason, status in self._connection.execute(_FAULTS, span) if could_not_read else ():
            down |= Reason(reason).says_down(status) << number(day)
        for sql in (_STORED_WITHOUT_DAY, _NAMED_WITHOUT_DAY):
            for day, _ in self._connection.execute(sql, span):
                undated |= 1 << number(day)
        return Evidence(crawled, read, down, undated)

    def _span(self, first: date, last: date) -> dict[str, object]:
        """Return the values of a query: days as text, a moment is at most `until` if it is less than `end`."""
        days = {"since": first.isoformat(), "until": last.isoformat(), "end": (last + timedelta(1)).isoformat()}
        return {"site": self._site_id, **days}


def _with_articles(day: date, stored: int, missed: int) -> CoverageDay:
    return CoverageDay(day, DayState.STORED if stored >= missed else DayState.MISSED, None, stored, missed)


def _days(first: date, last: date) -> Iterator[date]:
    return (first + timedelta(number) for number in range((last - first).days + 1))
