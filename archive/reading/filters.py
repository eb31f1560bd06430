"""Which articles are meant: the filters that a search, an export and every other query take."""

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from archive.errors import BadQuery
from archive.fold import fold, same_as_typed
from archive.places import Era, find_provinces

_PROVINCE_COLUMNS = {
    Era.THEN: ("province_then_id",),
    Era.NOW: ("province_now_id",),
    Era.ANY: ("province_then_id", "province_now_id"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """What an article must be; None leaves it open."""

    site: str | None = None
    """Name of the site file; an article that this site carries too, as a copy, is meant as well."""
    province: str | None = None
    """Name or code of a province, as `find_provinces` takes it."""
    era: Era = Era.ANY
    """Whether `province` is that of the day of publication, today's of the same land, or either."""
    author: str | None = None
    """Whole name, with marks exactly, without marks folded."""
    since: date | None = None
    until: date | None = None
    """Days of publication, both inclusive; with one of them a text without a date is left out."""


@dataclass(frozen=True, slots=True)
class Condition:
    """A condition of SQL on `articles a`, with the values of its question marks."""

    sql: str
    values: tuple[object, ...]


def conditions(connection: sqlite3.Connection, filters: Filters) -> list[Condition]:
    """Return what `filters` ask for; BadQuery if a site, a province or its era cannot be meant."""
    asked = []
    if filters.site is not None:
        site_id = _site(connection, filters.site)
        copied = "a.id IN (SELECT article_id FROM article_urls WHERE site_id = ?)"
        asked.append(Condition(f"(a.site_id = ? OR {copied})", (site_id, site_id)))
    if filters.province is not None:
        asked.append(_in_province(filters.province, filters.era))
    if filters.author is not None:
        authors = _authors(connection, filters.author)
        written = f"SELECT article_id FROM article_authors WHERE author_id {_one_of(authors)}"
        asked.append(Condition(f"a.id IN ({written})", tuple(authors)))
    if filters.since is not None:
        asked.append(Condition("a.published_date >= ?", (filters.since.isoformat(),)))
    if filters.until is not None:
        asked.append(Condition("a.published_date <= ?", (filters.until.isoformat(),)))
    return asked


def _in_province(typed: str, era: Era) -> Condition:
    ids = [province.id for province in find_provinces(typed, era=era)]
    columns = _PROVINCE_COLUMNS[era]
    either = " OR ".join(f"a.{column} {_one_of(ids)}" for column in columns)
    return Condition(f"({either})", (*ids,) * len(columns))


def _one_of(values: Sequence[object]) -> str:
    return f"IN ({', '.join('?' * len(values))})"


def _site(connection: sqlite3.Connection, site: str) -> int:
    rows = dict(connection.execute("SELECT site, id FROM sites").fetchall())
    if site not in rows:
        raise BadQuery(f'no site "{site}" in this archive; it has {", ".join(sorted(rows)) or "none"}')
    return int(rows[site])


def _authors(connection: sqlite3.Connection, typed: str) -> list[int]:
    rows = connection.execute("SELECT id, name FROM authors WHERE folded = ?", (fold(" ".join(typed.split())),))
    return [row[0] for row in rows if same_as_typed(typed, row[1])]
