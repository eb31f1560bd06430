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
from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from archive.outcomes import Reason
from archive.reading.day_states import Coverage, CoverageDay, DayState, Unknown
from archive.reading.filters import site_id_of
from archive.record import VIETNAM, Kind

SOURCES = ", ".join(f"'{kind}'" for kind in Kind if kind is not Kind.ARTICLE)
DAY_OF_ADDRESS = "substr(coalesce(hint_published_at, hint_modified_at), 1, 10)"
"""The day that a source gave for an address, spelled as in the index urls_unstored."""
UNSTORED = "kind = 'article' AND article_id IS NULL AND outcome IS NOT 'added' AND outcome IS NOT 'unchanged'"
"""An address without an article. One that was read is a further page of an article whose first page is missing."""

_MAY_BE_ARTICLES = f"""(
    reason IS NULL OR reason NOT IN ({", ".join(f"'{reason}'" for reason in Reason if not reason.means_missed)})
)"""
_FIRST_RUN = "SELECT min(started_at) FROM runs WHERE site_id = ?"
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
WHERE site_id = :site AND {UNSTORED} AND {DAY_OF_ADDRESS} BETWEEN :since AND :until AND {_MAY_BE_ARTICLES} GROUP BY 1
"""
_NAMED_WITHOUT_DAY = f"""
SELECT substr(found_at, 1, 10), count(*) FROM urls
WHERE site_id = :site AND {UNSTORED} AND {DAY_OF_ADDRESS} IS NULL AND substr(found_at, 1, 10) BETWEEN :since AND :until
    AND {_MAY_BE_ARTICLES} GROUP BY 1
"""
_LOOKS = """
SELECT substr(started_at, 1, 10), max(ifnull(sources_ok, 0)) > 0, max(ifnull(sources_failed, 0)) > 0,
    max(substr(ifnull(finished_at, started_at), 1, 10))
FROM runs WHERE site_id = :site AND started_at >= :since AND started_at < :end GROUP BY 1
"""
_LOOK_BEFORE = """
SELECT substr(ifnull(finished_at, started_at), 1, 10) FROM runs
WHERE site_id = :site AND started_at < :since ORDER BY started_at DESC LIMIT 1
"""
_FAULTS = f"""
SELECT substr(r.started_at, 1, 10), c.reason, c.status FROM runs r JOIN captures c ON c.run_id = r.id
WHERE r.site_id = :site AND r.started_at >= :since AND r.started_at < :end AND r.sources_ok = 0
    AND c.kind IN ({SOURCES}) AND c.reason IS NOT NULL GROUP BY 1, 2, 3
"""


@dataclass(frozen=True, slots=True)
class _Look:
    """What the crawls of one day could read."""

    could_read: bool
    could_not_read: bool


_NO_LOOK = _Look(False, False)


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


def stored_days(connection: sqlite3.Connection, site_id: int, first: date, *, last: date) -> dict[date, int]:
    """Return how many articles of each day of an outlet are stored."""
    stored = _Outlet(connection, site_id, first_run=None, today=last).stored(first, last)
    return {date.fromisoformat(day): articles for day, articles in stored.items()}


def missed_days(connection: sqlite3.Connection, site_id: int, first: date, *, last: date) -> dict[date, int]:
    """Return how many articles of each day an outlet named of which the archive has none."""
    missed = _Outlet(connection, site_id, first_run=None, today=last).missed(first, last)
    return {date.fromisoformat(day): addresses for day, addresses in missed.items()}


def first_crawl_of(connection: sqlite3.Connection, site_id: int, *, or_after: date) -> date:
    """Return the day of the first crawl of an outlet; the day after `or_after` if none ran until then."""
    (first_run,) = connection.execute(_FIRST_RUN, (site_id,)).fetchone()
    after = or_after + timedelta(1)
    return min(date.fromisoformat(first_run[:10]), after) if first_run else after


def days_without_articles(
    connection: sqlite3.Connection, site_id: int, *, known: Container[date], first: date, last: date, at: datetime
) -> Iterator[CoverageDay]:
    """Yield the states of those days that are not `known` to have an article, stored or missed.

    `first` is not before the first crawl of the outlet.
    """
    today = at.astimezone(VIETNAM).date()
    outlet = _Outlet(connection, site_id, first_run=first.isoformat(), today=today)
    return outlet.without_articles([day for day in _days(first, last) if day not in known])


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
        known |= {each.day: each for each in self.without_articles([day for day in days.values() if day not in known])}
        undated = self._missed(_NAMED_WITHOUT_DAY, span).total()
        return Coverage(days=tuple(map(known.__getitem__, days.values())), undated=undated, **named)

    def stored(self, first: date, last: date) -> dict[str, int]:
        """Return how many articles of each day are stored."""
        return dict(self._connection.execute(_STORED, self._span(first, last)))

    def missed(self, first: date, last: date) -> Counter[str]:
        """Return how many addresses of each day have no article."""
        return self._missed(_NAMED, self._span(first, last))

    def without_articles(self, days: Sequence[date]) -> Iterator[CoverageDay]:
        """Yield the states of days of which no article is known."""
        if days:
            span = self._span(days[0], days[-1] + timedelta(1))
            articles = dict(self._connection.execute(_STORED_WITHOUT_DAY, span))
            undated = articles.keys() | self._missed(_NAMED_WITHOUT_DAY, span).keys()
            yield from self._without_articles(days, undated)

    def _missed(self, sql: str, span: Mapping[str, object]) -> Counter[str]:
        """Return how many addresses of each day may be of an article that is missing."""
        return Counter(dict(self._connection.execute(sql, span)))

    def _without_articles(self, days: Sequence[date], undated: Container[str]) -> Iterator[CoverageDay]:
        """Yield the states of days of which no article is known; `undated` are those on which something was found."""
        looks = self._looks(days[0], days[-1] + timedelta(1)) if days[-1] >= self._first_run else {}
        could_not_read = any(each.could_not_read for each in looks.values())
        faults = self._faults(days[0], days[-1]) if could_not_read else set()
        for day in days:
            look, next_look = looks.get(day), looks.get(day + timedelta(1), _NO_LOOK)
            is_over = day < self._today
            if day < self._first_run:
                yield CoverageDay(day, DayState.UNKNOWN, Unknown.NEVER_CRAWLED)
            elif look is None and is_over:
                yield CoverageDay(day, DayState.CRAWLER_DOWN)
            elif look and not look.could_read and day in faults:
                yield CoverageDay(day, DayState.SITE_DOWN)
            elif look and not look.could_read:
                yield CoverageDay(day, DayState.UNKNOWN, Unknown.UNREAD)
            elif not (is_over and next_look.could_read):
                yield CoverageDay(day, DayState.UNKNOWN, Unknown.NOT_OVER)
            elif day.isoformat() in undated or (day + timedelta(1)).isoformat() in undated:
                yield CoverageDay(day, DayState.UNKNOWN, Unknown.UNDATED)
            else:
                yield CoverageDay(day, DayState.NOTHING_PUBLISHED)

    def _looks(self, first: date, last: date) -> dict[date, _Look]:
        """Return the days on which a crawl ran; those too into which an earlier one ran."""
        values, looks = self._span(first, last), dict[date, _Look]()
        for day, read, failed, ran_until in self._connection.execute(_LOOKS, values):
            looks[date.fromisoformat(day)] = _Look(bool(read), bool(failed))
            if ran_until > day:
                for each in _days(date.fromisoformat(day), min(date.fromisoformat(ran_until), last)):
                    looks.setdefault(each, _NO_LOOK)
        if first not in looks:
            for (ran_until,) in self._connection.execute(_LOOK_BEFORE, values):
                for each in _days(first, min(date.fromisoformat(ran_until), last)):
                    looks.setdefault(each, _NO_LOOK)
        return looks

    def _faults(self, first: date, last: date) -> set[date]:
        """Return the days on which no source could be read because a server was at fault."""
        rows = self._connection.execute(_FAULTS, self._span(first, last))
        return {date.fromisoformat(day) for day, reason, status in rows if Reason(reason).says_down(status)}

    def _span(self, first: date, last: date) -> dict[str, object]:
        """Return the values of a query: days as text, a moment is at most `until` if it is less than `end`."""
        days = {"since": first.isoformat(), "until": last.isoformat(), "end": (last + timedelta(1)).isoformat()}
        return {"site": self._site_id, **days}


def _with_articles(day: date, stored: int, missed: int) -> CoverageDay:
    return CoverageDay(day, DayState.STORED if stored >= missed else DayState.MISSED, None, stored, missed)


def _days(first: date, last: date) -> Iterator[date]:
    return (first + timedelta(number) for number in range((last - first).days + 1))
