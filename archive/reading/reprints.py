"""Who reprints whom, and how much of each newspaper is its own text. docs/research.md explains each number."""

import sqlite3
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from statistics import median_low
from typing import Any, NamedTuple

from archive.errors import BadQuery
from archive.months import end_of_month
from archive.phrases import phrase
from archive.places import Era
from archive.reading.filters import Filters, conditions
from archive.reading.houses import Houses
from archive.record import Origin
from archive.rows import Row, rows_of
from archive.writing.origin_months import COLUMNS, COUNTED

_KEPT = f"""
SELECT {COLUMNS}, articles FROM (SELECT *, month || '-01' AS published_date FROM origin_months) a WHERE {{where}}
"""
_SITES = "SELECT id, site, name FROM sites"


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
    is_same_house: bool
    """Whether the two have merged, one into the other or both into a third."""
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
    house: int | None = None
    """Equal for newspapers that have merged."""


_Source = tuple[int | None, str | None]
"""Id of an outlet, or else a name as it is printed."""
_Month = str | None


def reprints(connection: sqlite3.Connection, *, filters: Filters) -> Reprints:
    """Return where the articles that match `filters` are from; withheld ones do not count.

    Raises BadQuery for a filter of origin: a share needs all origins.
    """
    if filters.origin is not None:
        raise BadQuery(phrase("`baotinh stats reprints` counts all origins: leave out --origin"))
    counts = _counts(connection, filters)
    houses = Houses(connection)
    names = {number: _Name(site, name, houses.of(number)) for number, site, name in connection.execute(_SITES)}
    return Reprints(outlets=tuple(_outlets(counts, names)), pairs=tuple(_pairs(counts, names)))


def _counts(connection: sqlite3.Connection, filters: Filters) -> list[Row]:
    """Return how many articles have the same COLUMNS: what the writer keeps of whole months, or else counted now."""
    asked = conditions(connection, filters)
    where = " AND ".join(condition.sql for condition in asked) or "true"
    values = [value for condition in asked for value in condition.values]
    counted = _KEPT if _are_kept(filters) else COUNTED
    return list(rows_of(connection.execute(counted.format(where=where), values)))


def _are_kept(filters: Filters) -> bool:
    """Whether the filters choose by nothing but the outlet, its province and whole months."""
    is_begin = filters.since is None or filters.since.day == 1
    is_end = filters.until is None or filters.until == end_of_month(filters.until)
    others = replace(filters, outlet=None, province=None, era=Era.ANY, since=None, until=None)
    return is_begin and is_end and others == Filters()


def _outlets(counts: Iterable[Row], names: Mapping[int | None, _Name]) -> list[OutletOrigins]:
    groups: dict[tuple[int | None, str | None], list[Row]] = defaultdict(list)
    for count in counts:
        groups[count["outlet_id"], count["month"] and count["month"][:4]].append(count)
    rows = [_origins(names.get(outlet, _Name()), year, group) for (outlet, year), group in groups.items()]
    return sorted(rows, key=lambda row: (row.outlet is None, row.outlet or "", row.site or "", row.year or 0))


def _origins(name: _Name, year: str | None, counts: Iterable[Row]) -> OutletOrigins:
    articles: Counter[str | None] = Counter()
    too_short = 0
    for count in counts:
        articles[count["origin"]] += count["articles"]
        too_short += count["articles"] if count["is_too_short"] else 0
    waiting = articles.pop(None, 0)
    compared = articles.total()
    return OutletOrigins(
        site=name.site,
        outlet=name.outlet,
        year=int(year) if year else None,
        compared=compared,
        own=articles[Origin.OWN],
        agency=articles[Origin.AGENCY],
        from_others=articles[Origin.FROM],
        unknown=articles[Origin.UNKNOWN],
        too_short=too_short,
        waiting=waiting,
        own_share=round(articles[Origin.OWN] / compared, 4) if compared else None,
    )


def _pairs(counts: Iterable[Row], names: Mapping[int | None, _Name]) -> list[ReprintPair]:
    compared: dict[int | None, Counter[_Month]] = defaultdict(Counter)
    articles: dict[tuple[_Source, int | None], Counter[_Month]] = defaultdict(Counter)
    minutes: dict[tuple[_Source, int | None], dict[_Month, list[int]]] = defaultdict(lambda: defaultdict(list))
    for count in counts:
        outlet, month, source = count["outlet_id"], count["month"], (count["from_site_id"], count["source"])
        if count["origin"] is not None:
            compared[outlet][month] += count["articles"]
        if source != (None, None):
            articles[source, outlet][month] += count["articles"]
        if count["lag_minutes"] is not None:
            minutes[source, outlet][month] += [count["lag_minutes"]] * count["articles"]
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
        is_same_house=source.house is not None and source.house == printing.house,
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
