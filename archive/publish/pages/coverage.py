"""The coverage calendar: all outlets by day, and one outlet's year with its gaps."""

import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from itertools import groupby

from datasette.utils.asgi import Response

from archive.errors import BadQuery
from archive.publish.calendar import BANDS, Strip, month_marks, months, strips, width_of
from archive.publish.pages.states import no_such_outlet
from archive.publish.pages.years import years_asked
from archive.publish.visit import Visit
from archive.reading.coverage import coverage, days_of_year
from archive.reading.day_states import Coverage, DayState
from archive.reading.gaps import Gap, gaps
from archive.record import VIETNAM


@dataclass(frozen=True, slots=True)
class Row:
    """The year of one outlet, as it is drawn."""

    site: str
    name: str
    counts: dict[DayState, int]
    strips: tuple[Strip, ...]


@dataclass(frozen=True, slots=True)
class Calendar:
    """Reads the rows of a year by region, up to a day. Equal ones read the same: the rows are kept by it."""

    year: int
    today: date

    def __call__(self, connection: sqlite3.Connection) -> list[tuple[str | None, list[Row]]]:
        """Return the regions and their rows."""
        first, last = days_of_year(self.year)
        at = datetime.combine(self.today, time(), VIETNAM)
        return [
            (region, [Row(each.site, each.name, each.counts, tuple(strips(each))) for each in outlets])
            for region, outlets in by_region(coverage(connection, first, last=last, at=at))
        ]


async def calendar(visit: Visit) -> Response:
    """Return a page with a row for each outlet and a mark for each day."""
    now = datetime.now(VIETNAM)

    def read(connection: sqlite3.Connection) -> tuple[range, int, list[tuple[str | None, list[Row]]]]:
        years, year = years_asked(connection, visit, now)
        return years, year, visit.database.kept(connection, Calendar(year, now.date()))

    years, year, regions = await visit.read(read)
    return visit.show(
        "coverage.html",
        years=years,
        year=year,
        regions=regions,
        outlets=sum(len(rows) for _, rows in regions),
        states=list(DayState),
        bands=BANDS,
        width=width_of(year),
        marks=month_marks(year),
    )


async def year_of_outlet(visit: Visit) -> Response:
    """Return a page with the days of one outlet, its gaps, and how to fill them."""
    now, site = datetime.now(VIETNAM), visit.variables["site"]

    def read(connection: sqlite3.Connection) -> tuple[range, int, Coverage, tuple[Gap, ...]]:
        years, year = years_asked(connection, visit, now)
        first, last = days_of_year(year)
        (found,) = coverage(connection, first, last=last, at=now, site=site)
        return years, year, found, gaps(connection, found)

    try:
        years, year, found, holes = await visit.read(read)
    except BadQuery:
        return no_such_outlet(visit, site)
    return visit.show(
        "coverage_outlet.html",
        years=years,
        year=year,
        found=found,
        gaps=holes,
        months=list(months(found)),
        states=list(DayState),
    )


def by_region(found: Sequence[Coverage]) -> Iterator[tuple[str | None, list[Coverage]]]:
    """Yield the outlets of each region, in the order in which the provinces come."""
    regions = list(dict.fromkeys(each.region for each in found))
    in_order = sorted(found, key=lambda each: regions.index(each.region))
    return ((region, list(outlets)) for region, outlets in groupby(in_order, key=lambda each: each.region))
