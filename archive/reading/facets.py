"""What a search finds, counted by outlet, province, section, year and month."""

import sqlite3
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from typing import Any

from archive.reading.choice import choose
from archive.reading.filters import Filters
from archive.reading.query import read_query
from archive.reading.search import count
from archive.reading.tiers import all_words

MOST_EXACT = 50_000
"""Articles that are counted one by one: 0.1 s. Of more of them, about as many are counted, and the others estimated."""
_SPREAD = 40_503
"""Odd, and near 2**16 / 1.618: its multiples spread over all remainders, so articles of all days are counted."""
_FACTS = "a.outlet_id, a.province_then_id, a.province_now_id, a.section_id, substr(a.published_at, 1, 7)"
_NAMES = {
    "outlets": "SELECT id, name FROM sites",
    "provinces": "SELECT id, name FROM provinces",
    "sections": "SELECT id, name FROM sections",
}


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

    def as_record(self) -> dict[str, Any]:
        """Return it as JSON knows it."""
        return asdict(self)


def count_facets(connection: sqlite3.Connection, typed: str | None, *, filters: Filters) -> Facets:
    """Return the facets of a search; without words those of all articles that the filters choose."""
    choice, total = choose(connection, filters), count(connection, typed, filters=filters)
    rows, values = choice.rows, choice.values
    if typed is not None:
        rows, values = choice.found("texts_fts"), (all_words(read_query(typed)), *values)
    step = -(-total // MOST_EXACT)
    if step > 1:
        key = "a.search_id" if typed is None else "f.rowid"
        rows += f" AND ({key} * {_SPREAD} >> 16) % {step} = 0"
    found = Counter(connection.execute(f"SELECT {_FACTS} {rows}", values))
    scale = total / max(found.total(), 1)
    names = {facet: dict(connection.execute(sql).fetchall()) for facet, sql in _NAMES.items()}

    def counted(place: int, name: Callable[[Any], str | None] | None = None) -> Counter[str]:
        sums: Counter[str] = Counter()
        for facts, number in found.items():
            value = name(facts[place]) if name else facts[place]
            if value:
                sums[value] += number
        return Counter({value: round(number * scale) for value, number in sums.items()})

    months = counted(4)
    years: Counter[str] = Counter()
    for month, number in months.items():
        years[month[:4]] += number
    return Facets(
        total=total,
        estimated=step > 1,
        undated=total - months.total() if step <= 1 else max(total - months.total(), 0),
        outlets=_by_number(counted(0, names["outlets"].get)),
        provinces_then=_by_number(counted(1, names["provinces"].get)),
        provinces_now=_by_number(counted(2, names["provinces"].get)),
        sections=_by_number(counted(3, names["sections"].get)),
        years=_by_time(years),
        months=_by_time(months),
    )


def _by_number(counted: Counter[str]) -> tuple[Facet, ...]:
    return tuple(Facet(*pair) for pair in sorted(counted.items(), key=lambda pair: (-pair[1], pair[0])))


def _by_time(counted: Iterable[str] | Counter[str]) -> tuple[Facet, ...]:
    return tuple(Facet(*pair) for pair in sorted(Counter(counted).items()))
