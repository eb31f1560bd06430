"""How often words are used through time, or by outlet or province: the share of articles that a search finds.

The share is that of the articles that the newspapers *listed*, not of those that happen to be stored. For each month of
each outlet, the articles found are counted among those stored. These shares are put together by what is expected of
each outlet (`listed.py`). So the line stays where it is if an outlet that uses the word often is missing for ten days.
A month of which too little is known has no share. docs/research.md explains it, with its limits.
"""

import sqlite3
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from itertools import groupby
from typing import Any

from archive.errors import BadQuery
from archive.months import end_of_month, first_day_of
from archive.phrases import phrase
from archive.places import Era, find_provinces
from archive.reading.choice import Choice
from archive.reading.day_states import DayState
from archive.reading.filters import Filters, site_id_of
from archive.reading.listed import ListedOutlet, Listing, MissingDays, OutletMonth
from archive.reading.query import Query, read_query
from archive.reading.search import TEXTS
from archive.reading.tiers import all_words
from archive.writing.index import first_id_after, first_id_of

ENOUGH = 0.95
"""Part of the articles expected in a month whose outlets must be known. An outlet that is missing for the whole month
then moves the share by 2 % at most if it uses the word 0.6 to 1.4 times as often as the others."""
_FOUND = "SELECT group_concat(f.rowid), group_concat(ifnull(a.outlet_id, ''))"
"""The ids of all articles as one text, and their outlets: they are counted in half the time that rows would take."""


class By(StrEnum):
    """What the rows of a trend are."""

    MONTH = "month"
    OUTLET = "outlet"
    PROVINCE_THEN = "province-then"
    """The province of the day of publication."""
    PROVINCE_NOW = "province-now"
    """Today's province of the same land."""
    MONTH_AND_OUTLET = "month-outlet"


@dataclass(frozen=True, slots=True, kw_only=True)
class TrendRow:
    """The articles of one month, outlet or province; what the rows are not of is None."""

    month: str | None
    """YYYY-MM."""
    outlet: str | None
    """Name; None too for articles whose outlet is not known."""
    province: str | None
    """Name; None too for outlets without one."""
    found: int
    stored: int
    listed: int
    """The denominator: articles stored, and addresses that the newspapers named and that are not stored."""
    expected: float
    """`listed`, and what is to be expected of days without evidence."""
    evidence: float | None
    """Part of `expected` whose outlets have enough stored to say how often they use the words; None if nothing is
    expected."""
    share: float | None
    """Share of `expected` that has the words, 0 to 1; None if too little is known."""
    gap_days: Mapping[DayState, int]
    """Days of an outlet in each state in which articles are missing, added up over the outlets."""

    def as_record(self) -> dict[str, Any]:
        """Return it as JSON knows it."""
        return {
            "month": self.month,
            "outlet": self.outlet,
            "province": self.province,
            "found": self.found,
            "stored": self.stored,
            "listed": self.listed,
            "expected": round(self.expected, 1),
            "evidence": None if self.evidence is None else round(self.evidence, 4),
            "share": None if self.share is None else round(self.share, 6),
            "gap_days": dict(self.gap_days),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class TrendLine:
    """One search through all rows."""

    query: str
    """As typed."""
    read_as: str | None
    """What of it has a meaning that a person may not expect; None for words that must all be there."""
    found: int
    """Articles in the rows."""
    undated: int
    """Articles found that have no date, of all outlets: they are in no row."""
    rows: tuple[TrendRow, ...]

    def as_record(self) -> dict[str, Any]:
        """Return it as JSON knows it."""
        return {
            "query": self.query,
            "read_as": self.read_as,
            "found": self.found,
            "undated": self.undated,
            "rows": [row.as_record() for row in self.rows],
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Trend:
    """Searches side by side: all have the same rows, with the same denominators."""

    by: By
    lines: tuple[TrendLine, ...]
    missing: tuple[MissingDays, ...] = field(repr=False)
    """The gaps of the chosen outlets and months."""
    has_denominator: bool
    """Whether one of the chosen outlets was ever crawled. If not, the articles were imported: nobody knows what the
    newspapers listed, and no row has a share."""

    def as_record(self) -> dict[str, Any]:
        """Return it as JSON knows it."""
        return {
            "by": self.by,
            "lines": [line.as_record() for line in self.lines],
            "missing": [each.as_record() for each in self.missing],
            "has_denominator": self.has_denominator,
        }


def trend(
    connection: sqlite3.Connection, queries: Sequence[str], *, by: By, filters: Filters, listing: Listing
) -> Trend:
    """Return the trend of searches in `listing`.

    The filters that choose outlets and months apply. Raises BadQuery for a search without a word, and for other
    filters: nobody knows author, section or tag of an article that was missed.
    """
    read = [(typed, read_query(typed)) for typed in queries]
    _refuse(filters)
    cells = list(_chosen(connection, filters, listing.cells))
    months = [month for month in listing.months if _is_within(month, filters)]
    groups: dict[_Name, list[OutletMonth]] = {(month, None, None): [] for month in months} if by is By.MONTH else {}
    for cell in cells:
        groups.setdefault(_name(cell, by), []).append(cell)
    sites = {cell.outlet.site for cell in cells}
    has_denominator = any(cell.outlet.is_crawled for cell in cells)
    lines = (_line(connection, typed, query, groups, months=months) for typed, query in read)
    return Trend(
        by=by,
        lines=tuple(lines if has_denominator else map(_without_shares, lines)),
        missing=tuple(_clipped((each for each in listing.missing if each.site in sites), months)),
        has_denominator=has_denominator,
    )


def _refuse(filters: Filters) -> None:
    """Raise BadQuery for filters that choose among the articles of an outlet."""
    others = Filters(
        site=filters.site, province=filters.province, era=filters.era, since=filters.since, until=filters.until
    )
    if filters != others:
        raise BadQuery(
            phrase(
                "a trend is of whole newspapers: filter by site, province and days. Nobody knows author, section or "
                "tag of an article that was missed"
            )
        )


def _chosen(connection: sqlite3.Connection, filters: Filters, cells: Iterable[OutletMonth]) -> Iterator[OutletMonth]:
    if filters.site is not None:
        site_id_of(connection, filters.site)  # raises BadQuery for an unknown one
    provinces = set()
    if filters.province is not None:
        provinces = {each.name for each in find_provinces(filters.province, era=filters.era)}
    for cell in cells:
        if filters.site not in (None, cell.outlet.site) or not _is_within(cell.month, filters):
            continue
        if not provinces or provinces & _provinces(cell.outlet, cell.month, filters.era):
            yield cell


def _is_within(month: str, filters: Filters) -> bool:
    """Return whether a month has one of the days that the filters choose."""
    since, until = filters.since, filters.until
    return (since is None or month >= since.isoformat()[:7]) and (until is None or month <= until.isoformat()[:7])


def _provinces(outlet: ListedOutlet, month: str, era: Era) -> set[str | None]:
    then, now = {outlet.province_then(month)}, {outlet.province_now}
    return then if era is Era.THEN else now if era is Era.NOW else then | now


_Name = tuple[str | None, str | None, str | None]
"""Month, outlet and province of a row."""


def _name(cell: OutletMonth, by: By) -> _Name:
    if by is By.MONTH:
        return cell.month, None, None
    if by is By.OUTLET:
        return None, cell.outlet.name, None
    if by is By.MONTH_AND_OUTLET:
        return cell.month, cell.outlet.name, None
    return None, None, cell.outlet.province_now if by is By.PROVINCE_NOW else cell.outlet.province_then(cell.month)


def _line(
    connection: sqlite3.Connection,
    typed: str,
    query: Query,
    groups: Mapping[_Name, Sequence[OutletMonth]],
    *,
    months: Sequence[str],
) -> TrendLine:
    match = all_words(query)
    found = _found(connection, match, months)
    rows = tuple(_row(name, cells, found) for name, cells in groups.items())
    bounds = f" AND f.rowid < {first_id_of(date.min)}"
    (undated,) = connection.execute(
        f"SELECT count(*) {Choice('', (), bounds).found(TEXTS, only=False)}", (match,)
    ).fetchone()
    return TrendLine(
        query=typed, read_as=query.read_as, found=sum(row.found for row in rows), undated=undated, rows=rows
    )


def _without_shares(line: TrendLine) -> TrendLine:
    return replace(line, rows=tuple(replace(row, share=None) for row in line.rows))


def _found(connection: sqlite3.Connection, match: str, months: Sequence[str]) -> dict[str, Counter[str]]:
    """Return how many articles of each month and outlet an expression finds, by the outlet's id; "" is no outlet.

    Year after year takes half of the time of a query for each month, and a tenth of the memory of one for all.
    """
    found: dict[str, Counter[str]] = {}
    for _, of_year in groupby(months, key=lambda month: month[:4]):
        year = list(of_year)
        bounds = f" AND f.rowid >= {first_id_of(first_day_of(year[0]))} AND f.rowid < {_first_id_behind(year[-1])}"
        sql = f"{_FOUND} {Choice('', (), bounds).found(TEXTS)}"
        ids, outlets = connection.execute(sql, (match,)).fetchone()
        found_ids = ids.split(",") if ids else []
        of = (outlets or "").split(",")  # "" alone is one article without an outlet
        begin = 0
        for month in year:  # the index gives its ids in order
            end = bisect_left(found_ids, _first_id_behind(month), begin, key=int)
            found[month] = Counter(of[begin:end])
            begin = end
    return found


def _first_id_behind(month: str) -> int:
    return first_id_after(end_of_month(first_day_of(month)))


def _row(name: _Name, cells: Sequence[OutletMonth], found: Mapping[str, Counter[str]]) -> TrendRow:
    articles = {id(cell): found[cell.month][str(cell.outlet.id or "")] for cell in cells}
    expected = sum(cell.expected for cell in cells)
    speaking = [cell for cell in cells if cell.can_speak]
    known = sum(cell.expected for cell in speaking)
    evidence = known / expected if expected else None
    is_enough = bool(known) and evidence is not None and (evidence >= ENOUGH or name[0] is None)
    with_words = sum(cell.expected * articles[id(cell)] / cell.stored for cell in speaking)
    gap_days: Counter[DayState] = Counter()
    for cell in cells:
        gap_days.update(cell.gap_days)
    month, outlet, province = name
    return TrendRow(
        month=month,
        outlet=outlet,
        province=province,
        found=sum(articles.values()),
        stored=sum(cell.stored for cell in cells),
        listed=sum(cell.listed for cell in cells),
        expected=expected,
        evidence=evidence,
        share=with_words / known if is_enough else None,
        gap_days=dict(+gap_days),
    )


def _clipped(missing: Iterable[MissingDays], months: Sequence[str]) -> Iterator[MissingDays]:
    """Yield the gaps as far as they are in the months."""
    if not months:
        return
    first, last = first_day_of(months[0]), end_of_month(first_day_of(months[-1]))
    for each in missing:
        if first <= each.first and each.last <= last:
            yield each
        elif each.first <= last and each.last >= first:
            yield replace(each, first=max(each.first, first), last=min(each.last, last))
