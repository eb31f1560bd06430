"""What the archive knows of each month of each outlet: articles, missed addresses, and on which days it was crawled.

A trend divides by these numbers. To count them takes a second in an archive of a million articles, so the writer keeps
them in the table `outlet_months`, and counts again what changes before a transaction ends.

Days of a month are the bits of a number: bit 1 is set for the first day, and so on to bit 31.
"""

import json
import re
import sqlite3
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from archive.months import end_of_month, first_day_of, month_of
from archive.outcomes import SERVER_ERROR, Reason
from archive.writing.changed_months import NO_OUTLET, Key, Part, changed_months, empty_list
from archive.writing.day_evidence import DAY_OF_ADDRESS, MAY_BE_ARTICLES, SOURCES, UNSTORED

_MAY_SAY_DOWN = ", ".join(f"'{each}'" for each in Reason if each.says_down(SERVER_ERROR))
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_COLUMNS = "outlet_id, month, articles, stored_days, missed, crawled_days, read_days, down_days, undated_days"
_OF_KEY = "WHERE outlet_id = ? AND month = ?"

_Values = tuple[int, int, str | None, int, int, int, int]
"""The columns behind the key."""


def _within(outlet: str, since: str, until: str | None = None) -> str:
    """Return the conditions of one month of an outlet."""
    return f" AND {outlet} IS :outlet AND {since} < :end AND {until or since} >= :since"


@dataclass(frozen=True, slots=True)
class _Evidence:
    """A query whose first two columns are an outlet and a day."""

    sql: str
    within: str
    """Conditions for one month of an outlet."""

    def rows(self, connection: sqlite3.Connection, key: Key | None) -> Iterator[tuple[Key, int, Sequence[Any]]]:
        """Yield outlet and month, the number of the day, and what else the query has; no row without a whole day."""
        sql, values = self.sql.format(within=""), dict[str, object]()
        if key is not None:
            first = first_day_of(key[1])
            end = end_of_month(first) + timedelta(1)
            sql = self.sql.format(within=self.within)
            values = {"outlet": key[0] or None, "since": first.isoformat(), "end": end.isoformat()}
        for outlet, day, *others in connection.execute(sql, values):
            if _day_of(day):
                yield (outlet or NO_OUTLET, day[:7]), int(day[8:]), others


_ARTICLES = _Evidence(
    """SELECT outlet_id, published_date, count(*) FROM articles
    WHERE published_date IS NOT NULL{within} GROUP BY outlet_id, published_date""",
    _within("outlet_id", "published_date"),
)
_UNDATED_ARTICLES = _Evidence(
    "SELECT DISTINCT outlet_id, substr(first_seen_at, 1, 10) FROM articles WHERE published_date IS NULL{within}",
    _within("outlet_id", "first_seen_at"),
)
_ADDRESSES = _Evidence(
    f"""SELECT site_id, {DAY_OF_ADDRESS}, count(*) FROM urls
    WHERE {UNSTORED} AND site_id IS NOT NULL AND {DAY_OF_ADDRESS} IS NOT NULL{{within}} AND {MAY_BE_ARTICLES}
    GROUP BY 1, 2""",
    _within("site_id", DAY_OF_ADDRESS),
)
_UNDATED_ADDRESSES = _Evidence(
    f"""SELECT DISTINCT site_id, substr(found_at, 1, 10) FROM urls
    WHERE {UNSTORED} AND site_id IS NOT NULL AND {DAY_OF_ADDRESS} IS NULL{{within}} AND {MAY_BE_ARTICLES}""",
    _within("site_id", "found_at"),
)
_RUNS = _Evidence(
    "SELECT site_id, substr(started_at, 1, 10), ifnull(sources_ok, 0) > 0 FROM runs WHERE 1{within}",
    _within("site_id", "started_at"),
)
_LONG_RUNS = _Evidence(
    """SELECT site_id, substr(started_at, 1, 10), substr(finished_at, 1, 10) FROM runs
    WHERE substr(finished_at, 1, 10) > started_at{within}""",
    _within("site_id", "started_at", "finished_at"),
)
"""Those that did not end on the day on which they began."""
_FAULTS = _Evidence(
    f"""SELECT DISTINCT r.site_id, substr(r.started_at, 1, 10), c.reason, c.status
    FROM runs r JOIN captures c ON c.run_id = r.id
    WHERE r.sources_ok = 0 AND c.kind IN ({SOURCES}) AND c.reason IN ({_MAY_SAY_DOWN}){{within}}""",
    _within("r.site_id", "r.started_at"),
)


@dataclass(slots=True)
class _Month:
    """What is known of one month of one outlet."""

    articles: Counter[int] = field(default_factory=Counter)
    """By day, as the next field."""
    addresses: Counter[int] = field(default_factory=Counter)
    crawled: int = 0
    read: int = 0
    down: int = 0
    undated: int = 0

    @property
    def values(self) -> _Values:
        """What is kept of it."""
        stored = sum(1 << day for day in self.articles)
        missed = [[day, number, self.articles[day]] for day, number in sorted(self.addresses.items())]
        missed_text = json.dumps(missed) if missed else None
        return self.articles.total(), stored, missed_text, self.crawled, self.read, self.down, self.undated

    def take(self, values: _Values, *, without: Set[Part]) -> None:
        """Take what is kept of it, without the articles and without the parts that are counted again."""
        _, _, missed, crawled, read, down, undated = values
        if missed and Part.ADDRESSES not in without:
            self.addresses.update({day: number for day, number, _ in json.loads(missed)})
        if Part.CRAWLS not in without:
            self.crawled, self.read, self.down = crawled, read, down
        if Part.UNDATED not in without:
            self.undated = undated


def count_changed_months(connection: sqlite3.Connection) -> None:
    """Count what is on the list again: before a transaction ends, and before a trend inside it."""
    for key, parts in changed_months(connection).items():
        months: defaultdict[Key, _Month] = defaultdict(_Month)
        for _, _, *values in connection.execute(f"SELECT {_COLUMNS} FROM outlet_months {_OF_KEY}", key).fetchall():
            months[key].take(tuple(values), without=parts)
        _count(connection, months, parts, key)
        connection.execute(f"DELETE FROM outlet_months {_OF_KEY}", key)
        _keep(connection, {key: months[key].values} if months[key] != _Month() else {})
    empty_list(connection)


def count_all_months(connection: sqlite3.Connection) -> None:
    """Count all months again."""
    connection.execute("DELETE FROM outlet_months")
    _keep(connection, _counted(connection))


def differing_months(connection: sqlite3.Connection) -> list[Key]:
    """Return the outlets and months that are kept otherwise than they are counted, in order."""
    kept = {(row[0], row[1]): row[2:] for row in connection.execute(f"SELECT {_COLUMNS} FROM outlet_months")}
    right = _counted(connection)
    return sorted(key for key in kept.keys() | right.keys() if kept.get(key) != right.get(key))


def _keep(connection: sqlite3.Connection, months: Mapping[Key, _Values]) -> None:
    marks = ", ".join("?" * (_COLUMNS.count(",") + 1))
    rows = ((*key, *values) for key, values in months.items())
    connection.executemany(f"INSERT INTO outlet_months ({_COLUMNS}) VALUES ({marks})", rows)


def _counted(connection: sqlite3.Connection) -> dict[Key, _Values]:
    """Return what is known of all months."""
    months: defaultdict[Key, _Month] = defaultdict(_Month)
    _count(connection, months, frozenset(Part))
    return {at: month.values for at, month in months.items()}


def _count(
    connection: sqlite3.Connection, months: defaultdict[Key, _Month], parts: Set[Part], key: Key | None = None
) -> None:
    """Count the articles of all months, or of one, and further parts; a run may bring the month in which it began."""
    for at, day, (number,) in _ARTICLES.rows(connection, key):
        months[at].articles[day] = number
    if Part.ADDRESSES in parts:
        for at, day, (number,) in _ADDRESSES.rows(connection, key):
            months[at].addresses[day] = number
    for evidence in (_UNDATED_ARTICLES, _UNDATED_ADDRESSES) if Part.UNDATED in parts else ():
        for at, day, _ in evidence.rows(connection, key):
            months[at].undated |= 1 << day
    if Part.CRAWLS in parts:
        _count_crawls(connection, months, key)


def _count_crawls(connection: sqlite3.Connection, months: defaultdict[Key, _Month], key: Key | None) -> None:
    for at, day, (could_read,) in _RUNS.rows(connection, key):
        months[at].crawled |= 1 << day
        months[at].read |= could_read << day
    for (outlet, month), day, (until,) in _LONG_RUNS.rows(connection, key):
        for each in _days(f"{month}-{day:02}", until):
            months[outlet, month_of(each)].crawled |= 1 << each.day
    for at, day, (reason, status) in _FAULTS.rows(connection, key):
        if Reason(reason).says_down(status):
            months[at].down |= 1 << day


def _days(first: str, last: str) -> Iterator[date]:
    """Yield the days from the first to the last; none if one of the two is no day."""
    begin, end = _day_of(first), _day_of(last)
    if begin and end:
        yield from (begin + timedelta(n) for n in range((end - begin).days + 1))


def _day_of(text: str) -> date | None:
    """Return a day; None for what is no day, in a damaged archive: it is in no month, and `baotinh verify` names it."""
    try:
        return date.fromisoformat(text) if _DAY.fullmatch(text) else None
    except ValueError:
        return None
