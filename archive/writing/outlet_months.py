"""What the archive knows of each month of each outlet: articles, missed addresses, and on which days it was crawled.

A trend divides by these numbers. To count them takes a second in an archive of a million articles, so the writer keeps
them in `outlet_months`: triggers of its connection note the months in which anything changes, whoever changes it, and
these are counted again before the transaction ends.

Days of a month are the bits of a number: bit 1 is set for the first day, and so on to bit 31.
"""

import json
import re
import sqlite3
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from archive.months import end_of_month, first_day_of, month_of, months_between
from archive.outcomes import SERVER_ERROR, Reason
from archive.record import Kind

SOURCES = ", ".join(f"'{kind}'" for kind in Kind if kind is not Kind.ARTICLE)
"""The kinds of captures of sources, as SQL."""
DAY_OF_ADDRESS = "substr(coalesce(hint_published_at, hint_modified_at), 1, 10)"
"""The day that a source gave for an address, spelled as in the index urls_unstored."""
UNSTORED = "kind = 'article' AND article_id IS NULL AND outcome IS NOT 'added' AND outcome IS NOT 'unchanged'"
"""An address without an article. One that was read is a further page of an article whose first page is missing."""
MAY_BE_ARTICLES = f"""(
    reason IS NULL OR reason NOT IN ({", ".join(f"'{reason}'" for reason in Reason if not reason.means_missed)})
)"""
NO_OUTLET = 0
"""The `outlet_id` of articles whose outlet is not known."""

_MAY_SAY_DOWN = ", ".join(f"'{each}'" for each in Reason if each.says_down(SERVER_ERROR))
_MONTH = re.compile(r"\d{4}-(?:0[1-9]|1[0-2])")
_DAY = re.compile(rf"{_MONTH.pattern}-(?:0[1-9]|[12]\d|3[01])")
"""What is no day, in a damaged archive, is in no month; `baotinh verify` names it."""

_CHANGED = """
CREATE TEMP TABLE months_changed (
    outlet_id INTEGER NOT NULL, since TEXT NOT NULL, until TEXT NOT NULL, PRIMARY KEY (outlet_id, since, until)
) WITHOUT ROWID
"""
_NOTE = "INSERT OR IGNORE INTO months_changed SELECT {outlet}, substr({since}, 1, 7), substr({until}, 1, 7) {rest};"


@dataclass(frozen=True, slots=True)
class _Watched:
    """A table whose changes change months; `x` is the row."""

    table: str
    columns: str
    """What is counted."""
    note: str
    """The statement that notes the months of a row."""
    counts: str = "1"
    """Whether a row is counted."""

    def triggers(self) -> Iterator[str]:
        """Yield the statements that make the triggers."""
        changed = " OR ".join(f"old.{column} IS NOT new.{column}" for column in self.columns.split(", "))
        counted = f"({changed}) AND (({self._of('old', self.counts)}) OR ({self._of('new', self.counts)}))"
        for event, when, rows in (
            ("INSERT", self._of("new", self.counts), ("new",)),
            ("DELETE", self._of("old", self.counts), ("old",)),
            (f"UPDATE OF {self.columns}", counted, ("old", "new")),
        ):
            notes = " ".join(self._of(row, self.note) for row in rows)
            name = f"months_of_{self.table}_{event.partition(' ')[0].lower()}"
            yield f"CREATE TEMP TRIGGER {name} AFTER {event} ON main.{self.table} WHEN {when} BEGIN {notes} END"

    @staticmethod
    def _of(row: str, sql: str) -> str:
        return re.sub(r"\bx\.", f"{row}.", sql)


_DAY_OF_ARTICLE = "ifnull(x.published_date, x.first_seen_at)"
_ANY_DAY_OF_ADDRESS = "coalesce(x.hint_published_at, x.hint_modified_at, x.found_at)"
_END_OF_RUN = "ifnull(x.finished_at, x.started_at)"
_WATCHED = (
    _Watched(
        "articles",
        "outlet_id, published_date, first_seen_at",
        _NOTE.format(outlet=f"ifnull(x.outlet_id, {NO_OUTLET})", since=_DAY_OF_ARTICLE, until=_DAY_OF_ARTICLE, rest=""),
    ),
    _Watched(
        "urls",
        "site_id, kind, article_id, outcome, reason, hint_published_at, hint_modified_at, found_at",
        _NOTE.format(outlet="x.site_id", since=_ANY_DAY_OF_ADDRESS, until=_ANY_DAY_OF_ADDRESS, rest=""),
        "x.kind = 'article' AND x.article_id IS NULL AND x.site_id IS NOT NULL",
    ),
    _Watched(
        "runs",
        "site_id, started_at, finished_at, sources_ok",
        _NOTE.format(outlet="x.site_id", since="x.started_at", until=_END_OF_RUN, rest=""),
    ),
    _Watched(
        "captures",
        "run_id, kind, reason, status",
        _NOTE.format(
            outlet="site_id", since="started_at", until="started_at", rest="FROM main.runs WHERE id = x.run_id"
        ),
        f"x.reason IS NOT NULL AND x.kind IN ({SOURCES})",
    ),
)

_COLUMNS = "outlet_id, month, articles, stored_days, missed, crawled_days, read_days, down_days, undated_days"

_Key = tuple[int, str]
"""Outlet and month."""
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

    def rows(self, connection: sqlite3.Connection, key: _Key | None) -> Iterator[tuple[_Key, int, Sequence[Any]]]:
        """Yield outlet and month, the number of the day, and what else the query has; no row without a whole day."""
        sql, values = self.sql.format(within=""), dict[str, object]()
        if key is not None:
            first = first_day_of(key[1])
            end = end_of_month(first) + timedelta(1)
            sql = self.sql.format(within=self.within)
            values = {"outlet": key[0] or None, "since": first.isoformat(), "end": end.isoformat()}
        for outlet, day, *others in connection.execute(sql, values):
            if _DAY.fullmatch(day):
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


def prepare_outlet_months(connection: sqlite3.Connection) -> None:
    """Make the list of the months that change, and the triggers of this connection that fill it."""
    connection.execute(_CHANGED)
    for watched in _WATCHED:
        for trigger in watched.triggers():
            connection.execute(trigger)


def count_changed_months(connection: sqlite3.Connection) -> None:
    """Count the months on the list again: before a transaction ends, and before a trend inside it."""
    changed = connection.execute("SELECT outlet_id, since, until FROM months_changed").fetchall()
    if not changed:
        return
    for key in {(outlet, month) for outlet, *span in changed for month in _months(span)}:
        connection.execute("DELETE FROM outlet_months WHERE outlet_id = ? AND month = ?", key)
        _keep(connection, {at: values for at, values in _counted(connection, key).items() if at == key})
    connection.execute("DELETE FROM months_changed")


def count_all_months(connection: sqlite3.Connection) -> None:
    """Count all months again."""
    connection.execute("DELETE FROM outlet_months")
    _keep(connection, _counted(connection))


def differing_months(connection: sqlite3.Connection) -> list[_Key]:
    """Return the outlets and months that are kept otherwise than they are counted, in order."""
    kept = {(row[0], row[1]): row[2:] for row in connection.execute(f"SELECT {_COLUMNS} FROM outlet_months")}
    right = _counted(connection)
    return sorted(key for key in kept.keys() | right.keys() if kept.get(key) != right.get(key))


def _keep(connection: sqlite3.Connection, months: Mapping[_Key, _Values]) -> None:
    marks = ", ".join("?" * (_COLUMNS.count(",") + 1))
    rows = ((*key, *values) for key, values in months.items())
    connection.executemany(f"INSERT INTO outlet_months ({_COLUMNS}) VALUES ({marks})", rows)


def _counted(connection: sqlite3.Connection, key: _Key | None = None) -> dict[_Key, _Values]:
    """Return what is known of all months, or of one; some of another month may be there, where a run began in it."""
    months: defaultdict[_Key, _Month] = defaultdict(_Month)
    for at, day, (number,) in _ARTICLES.rows(connection, key):
        months[at].articles[day] = number
    for at, day, (number,) in _ADDRESSES.rows(connection, key):
        months[at].addresses[day] = number
    for evidence in (_UNDATED_ARTICLES, _UNDATED_ADDRESSES):
        for at, day, _ in evidence.rows(connection, key):
            months[at].undated |= 1 << day
    for at, day, (could_read,) in _RUNS.rows(connection, key):
        months[at].crawled |= 1 << day
        months[at].read |= could_read << day
    for (outlet, month), day, (until,) in _LONG_RUNS.rows(connection, key):
        for each in _days(f"{month}-{day:02}", until):
            months[outlet, month_of(each)].crawled |= 1 << each.day
    for at, day, (reason, status) in _FAULTS.rows(connection, key):
        if Reason(reason).says_down(status):
            months[at].down |= 1 << day
    return {at: month.values for at, month in months.items()}


def _months(span: Sequence[str]) -> Iterator[str]:
    """Yield the months from the first to the last of two."""
    if all(map(_MONTH.fullmatch, span)):
        yield from months_between(*map(first_day_of, span))


def _days(first: str, last: str) -> Iterator[date]:
    """Yield the days from the first to the last."""
    if _DAY.fullmatch(last):
        begin = date.fromisoformat(first)
        yield from (begin + timedelta(n) for n in range((date.fromisoformat(last) - begin).days + 1))
