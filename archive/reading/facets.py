"""What a search finds, counted by outlet, province, section, year and month."""

import sqlite3
from collections import Counter
from dataclasses import asdict, dataclass
from typing import Any

from archive.reading.filters import EDITED, GONE, Filters
from archive.reading.search import count, rows_found
from archive.record import Origin

MOST_EXACT = 50_000
"""Articles that are counted one by one: 0.05 s. Of more, about as many are counted, and the others estimated."""
_SPREAD = 40_503
"""Odd, and near 2**16 / 1.618: its multiples spread over all remainders, so articles of all days are counted."""
_FACTS = ("a.outlet_id", "a.province_then_id", "a.province_now_id", "a.section_id", "substr(a.published_at, 1, 7)")
_LISTS = ", ".join(f"group_concat({fact})" for fact in _FACTS)
"""All values of each fact as one text. To count its parts takes two thirds of the time of a row for each article."""
_WITH_ORIGIN = " LEFT JOIN article_origins o ON o.article_id = a.article_id"
"""Costs three fifths of what a subquery for each article does."""
_TABLES = ("sites", "provinces", "provinces", "sections")
"""Where the names are of the first four facts."""
_AMONG = "article_id IN (SELECT value FROM json_each(?))"
_OF_LINKS = [
    f"SELECT n.name, count(*) FROM {table} c JOIN {names} n ON n.id = c.{key} WHERE c.{_AMONG}"
    " GROUP BY n.id ORDER BY 2 DESC, 1 LIMIT ?"
    for table, names, key in (("article_authors", "authors", "author_id"), ("article_tags", "tags", "tag_id"))
]
_OF_STATES = f"SELECT ifnull(sum(value IN ({GONE})), 0), ifnull(sum(value IN ({EDITED})), 0) FROM json_each(?)"


@dataclass(frozen=True, slots=True)
class Facet:
    """One value, and how many articles have it."""

    value: str
    articles: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Facets:
    """What a search finds, counted; the value that most articles have comes first."""

    total: int
    """Articles that the search finds: never estimated."""
    estimated: bool
    """Whether the other numbers are estimates, from a part of the articles."""
    undated: int
    """Articles without a date of publication."""
    outlets: tuple[Facet, ...]
    provinces_then: tuple[Facet, ...]
    """Of the day of publication."""
    provinces_now: tuple[Facet, ...]
    sections: tuple[Facet, ...]
    """Sections of one name at several outlets are one."""
    years: tuple[Facet, ...]
    """In the order of time, years without an article left out."""
    months: tuple[Facet, ...]
    """The same of months (2026-01)."""
    origins: tuple[Facet, ...]
    """`own`, `agency`, `from` and `unknown`."""

    def as_record(self) -> dict[str, Any]:
        """Return it as JSON knows it."""
        return asdict(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkedFacets:
    """What is counted for a search with few results: rows of other tables are looked up for each article."""

    authors: tuple[Facet, ...]
    """The most frequent ones."""
    tags: tuple[Facet, ...]
    gone: int
    """Articles that their outlet took away."""
    edited: int
    """Articles that their outlet edited."""


def count_facets(connection: sqlite3.Connection, typed: str | None, *, filters: Filters) -> Facets:
    """Return the facets of a search; without words those of all articles that the filters choose."""
    rows, values = rows_found(connection, typed, filters=filters, joined=_WITH_ORIGIN)
    total = count(connection, typed, filters=filters)
    step = -(-total // MOST_EXACT)
    if step > 1:
        key = "a.search_id" if typed is None else "f.rowid"
        rows += f" AND ({key} * {_SPREAD} >> 16) % {step} = 0"
    number, *lists = connection.execute(f"SELECT count(*), {_LISTS}, group_concat(o.origin) {rows}", values).fetchone()
    scale = total / max(number, 1)
    *ids, months, origins = (_scaled(Counter(values.split(",") if values else ()), scale) for values in lists)
    outlets, then, now, sections = (_named(connection, *each) for each in zip(_TABLES, ids, strict=True))
    years: Counter[str] = Counter()
    for month, articles in months.items():
        years[month[:4]] += articles
    origins[Origin.UNKNOWN] += max(total - origins.total(), 0)  # of those that no update has seen too
    return Facets(
        total=total,
        estimated=step > 1,
        undated=max(total - months.total(), 0),
        outlets=_by_number(outlets),
        provinces_then=_by_number(then),
        provinces_now=_by_number(now),
        sections=_by_number(sections),
        years=_by_time(years),
        months=_by_time(months),
        origins=_by_number(+origins),
    )


def count_linked(connection: sqlite3.Connection, typed: str | None, *, filters: Filters, most: int) -> LinkedFacets:
    """Return authors, tags and states of what a search finds, the `most` frequent values of each."""
    rows, values = rows_found(connection, typed, filters=filters)
    (ids,) = connection.execute(f"SELECT json_group_array(a.article_id) {rows}", values).fetchone()
    counts = (connection.execute(sql, (ids, most)).fetchall() for sql in _OF_LINKS)
    authors, tags = (tuple(Facet(*row) for row in found) for found in counts)
    gone, edited = connection.execute(_OF_STATES, (ids,)).fetchone()
    return LinkedFacets(authors=authors, tags=tags, gone=gone, edited=edited)


def count_months(connection: sqlite3.Connection, filters: Filters) -> dict[str, int]:
    """Return the number of articles that the filters choose in each month (2026-01), those without one left out."""
    rows, values = rows_found(connection, None, filters=filters)
    sql = f"SELECT substr(a.published_at, 1, 7), count(*) {rows} AND a.published_at IS NOT NULL GROUP BY 1"
    return dict(connection.execute(sql, values))


def _scaled(counted: Counter[str], scale: float) -> Counter[str]:
    return Counter({value: round(articles * scale) for value, articles in counted.items()})


def _named(connection: sqlite3.Connection, table: str, counted: Counter[str]) -> Counter[str]:
    """Return the counts of ids by name; of several ids with one name their sum."""
    sums: Counter[str] = Counter()
    for name, key in connection.execute(f"SELECT name, CAST(id AS TEXT) FROM {table}"):
        sums[name] += counted[key]
    return +sums


def _by_number(counted: Counter[str]) -> tuple[Facet, ...]:
    return tuple(Facet(*pair) for pair in sorted(counted.items(), key=lambda pair: (-pair[1], pair[0])))


def _by_time(counted: Counter[str]) -> tuple[Facet, ...]:
    return tuple(Facet(*pair) for pair in sorted(counted.items()))
