"""Who reprints whom, and how much of each newspaper is its own text. docs/research.md explains each number."""

import sqlite3
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from statistics import median_low
from typing import Any, NamedTuple

from archive.errors import BadQuery
from archive.phrases import phrase
from archive.reading.filters import Filters, conditions
from archive.record import Origin
from archive.rows import Row, rows_of
from archive.shingles import LEAST_SYLLABLES

_CELLS = f"""
SELECT a.outlet_id, substr(a.published_date, 1, 7) AS month,
    iif(c.todo = 0, ifnull(o.origin, '{Origin.UNKNOWN}'), NULL) AS origin, o.from_site_id,
    iif(o.origin IS '{Origin.FROM}' AND o.from_site_id IS NULL, o.source, NULL) AS source, count(*) AS articles,
    sum(c.syllables < {LEAST_SYLLABLES}) AS too_short
FROM articles a NOT INDEXED LEFT JOIN copy_texts c ON c.article_id = a.id
LEFT JOIN article_origins o ON o.article_id = a.id
WHERE {{where}} GROUP BY 1, 2, 3, 4, 5
"""
"""One pass over the articles: everything is summed up from these cells. Those that wait have no origin. In the order of
the table it takes half the time that it takes in that of an index."""
_LAGS = f"""
SELECT a.outlet_id, substr(a.published_date, 1, 7) AS month, o.from_site_id, min(m.lag_minutes) AS lag
FROM copy_members m JOIN articles f ON f.id = m.from_id
JOIN article_origins o ON o.article_id = m.article_id AND o.origin = '{Origin.FROM}' AND o.from_site_id = f.site_id
JOIN copy_texts c ON c.article_id = m.article_id AND c.todo = 0 JOIN articles a ON a.id = m.article_id
WHERE m.lag_minutes IS NOT NULL AND {{where}} GROUP BY m.article_id
"""
_NAMES = "SELECT id, site, name FROM sites"


@dataclass(frozen=True, slots=True, kw_only=True)
class OutletOrigins:
    """Where the articles of an outlet and a year are from."""

    site: str | None
    outlet: str | None
    """Name; None for articles whose outlet is not known."""
    year: int | None
    """Of publication; None for articles without a date."""
    compared: int
    """Articles whose origin was looked for: the denominator. They are own, agency, from others or unknown."""
    own: int
    agency: int
    from_others: int
    """From another outlet, or from an office."""
    unknown: int
    too_short: int
    """Of `compared`: too short to be compared. Without a credit their origin is unknown."""
    waiting: int
    """Articles that are new or changed, beside `compared`: `baotinh copies update` looks for their origin."""
    own_share: float | None
    """own / compared, 0 to 1; None if none is compared."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reprinted:
    """Articles that one outlet has from another."""

    articles: int
    compared: int
    """All articles of the printing outlet whose origin was looked for, of the same time: the denominator."""
    share: float
    """articles / compared, 0 to 1."""
    timed: int
    """Of `articles`: both pages print a minute."""
    median_lag_minutes: int | None
    """Half of those came after so many minutes or fewer; None without any. It is negative if a credit contradicts the
    printed times."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReprintMonth(Reprinted):
    """Those of one month."""

    month: str | None
    """Of publication by the printing outlet, YYYY-MM; None for articles without a date."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReprintPair(Reprinted):
    """What one outlet has from another."""

    from_site: str | None
    """None for an outlet that the archive does not have, and for an office."""
    from_outlet: str
    """Name; of what the archive does not have as it is printed."""
    site: str | None
    outlet: str | None
    """The printing one; None if it is not known."""
    months: tuple[ReprintMonth, ...]
    """Only those with an article of the pair."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reprints:
    """Who reprints whom, and how much of each outlet is its own text."""

    outlets: tuple[OutletOrigins, ...]
    """By the name of the outlet, then by year."""
    pairs: tuple[ReprintPair, ...]
    """The most frequent first."""

    def as_record(self) -> dict[str, Any]:
        """Return it as JSON knows it."""
        return asdict(self)


class _Name(NamedTuple):
    site: str | None = None
    outlet: str | None = None


_Source = tuple[int | None, str | None]
"""Id of an outlet, or else a name as it is printed."""
_Month = str | None


def reprints(connection: sqlite3.Connection, *, filters: Filters) -> Reprints:
    """Return where the articles that match `filters` are from; withheld ones do not count.

    Raises BadQuery for a filter of origin: a share needs all origins.
    """
    if filters.origin is not None:
        raise BadQuery(phrase("`baotinh stats reprints` counts all origins: leave out --origin"))
    asked = conditions(connection, filters)
    where = " AND ".join(["a.status <> 'withheld'", *(condition.sql for condition in asked)])
    values = [value for condition in asked for value in condition.values]
    cells = list(rows_of(connection.execute(_CELLS.format(where=where), values)))
    lags = rows_of(connection.execute(_LAGS.format(where=where), values))
    names = {number: _Name(site, name) for number, site, name in connection.execute(_NAMES)}
    return Reprints(outlets=tuple(_outlets(cells, names)), pairs=tuple(_pairs(cells, lags, names)))


def _outlets(cells: Iterable[Row], names: Mapping[int | None, _Name]) -> list[OutletOrigins]:
    groups: dict[tuple[int | None, str | None], list[Row]] = defaultdict(list)
    for cell in cells:
        groups[cell["outlet_id"], cell["month"] and cell["month"][:4]].append(cell)
    rows = [_origins(names.get(outlet, _Name()), year, group) for (outlet, year), group in groups.items()]
    return sorted(rows, key=lambda row: (row.outlet is None, row.outlet or "", row.site or "", row.year or 0))


def _origins(name: _Name, year: str | None, cells: Iterable[Row]) -> OutletOrigins:
    counts: Counter[str | None] = Counter()
    too_short = 0
    for cell in cells:
        counts[cell["origin"]] += cell["articles"]
        too_short += cell["too_short"] if cell["origin"] else 0
    waiting = counts.pop(None, 0)
    compared = counts.total()
    return OutletOrigins(
        site=name.site,
        outlet=name.outlet,
        year=int(year) if year else None,
        compared=compared,
        own=counts[Origin.OWN],
        agency=counts[Origin.AGENCY],
        from_others=counts[Origin.FROM],
        unknown=counts[Origin.UNKNOWN],
        too_short=too_short,
        waiting=waiting,
        own_share=round(counts[Origin.OWN] / compared, 4) if compared else None,
    )


def _pairs(cells: Iterable[Row], lags: Iterable[Row], names: Mapping[int | None, _Name]) -> list[ReprintPair]:
    compared: dict[int | None, Counter[_Month]] = defaultdict(Counter)
    articles: dict[tuple[_Source, int | None], Counter[_Month]] = defaultdict(Counter)
    minutes: dict[tuple[_Source, int | None], dict[_Month, list[int]]] = defaultdict(lambda: defaultdict(list))
    for cell in cells:
        outlet, month, source = cell["outlet_id"], cell["month"], (cell["from_site_id"], cell["source"])
        if cell["origin"] is not None:
            compared[outlet][month] += cell["articles"]
        if cell["origin"] == Origin.FROM and source != (None, None):
            articles[source, outlet][month] += cell["articles"]
    for row in lags:
        minutes[(row["from_site_id"], None), row["outlet_id"]][row["month"]].append(row["lag"])
    pairs = [
        _pair(_source(key[0], names), names.get(key[1], _Name()), months, compared[key[1]], minutes[key])
        for key, months in articles.items()
    ]
    return sorted(pairs, key=lambda pair: (-pair.articles, pair.from_outlet, pair.outlet or ""))


def _source(source: _Source, names: Mapping[int | None, _Name]) -> _Name:
    site_id, printed = source
    return names[site_id] if site_id is not None else _Name(None, printed)


def _pair(
    source: _Name,
    printing: _Name,
    months: Mapping[_Month, int],
    compared: Counter[_Month],
    minutes: Mapping[_Month, Sequence[int]],
) -> ReprintPair:
    return ReprintPair(
        **_reprinted(sum(months.values()), compared.total(), [lag for lags in minutes.values() for lag in lags]),
        from_site=source.site,
        from_outlet=source.outlet or "",
        site=printing.site,
        outlet=printing.outlet,
        months=tuple(
            ReprintMonth(month=month, **_reprinted(number, compared[month], minutes.get(month, ())))
            for month, number in sorted(months.items(), key=lambda each: each[0] or "")
        ),
    )


def _reprinted(articles: int, compared: int, minutes: Sequence[int]) -> dict[str, Any]:
    return {
        "articles": articles,
        "compared": compared,
        "share": round(articles / compared, 4),
        "timed": len(minutes),
        "median_lag_minutes": median_low(minutes) if minutes else None,
    }
