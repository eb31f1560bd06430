"""The coverage calendar: all outlets by day, and one outlet's year with its gaps."""

import sqlite3
from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import groupby

from datasette.utils.asgi import Response

from archive.publish.calendar import month_marks, months, strips, width_of
from archive.publish.pages.states import no_such_outlet
from archive.publish.visit import Visit
from archive.reading.coverage import Coverage, DayState, coverage, days_of_year, years_covered
from archive.reading.gaps import Gap, gaps
from archive.record import VIETNAM


async def calendar(visit: Visit) -> Response:
    """Return a page with a row for each outlet and a mark for each day."""
    now = datetime.now(VIETNAM)

    def read(connection: sqlite3.Connection) -> tuple[range, int, tuple[Coverage, ...]]:
        years, year = _years(connection, visit, now)
        first, last = days_of_year(year)
        return years, year, coverage(connection, first, last=last, at=now)

    years, year, found = await visit.read(read)
    return visit.show(
        "coverage.html",
        years=years,
        year=year,
        regions=list(by_region(found)),
        outlets=len(found),
        states=list(DayState),
        strips=strips,
        width=width_of(year),
        marks=month_marks(year),
    )


async def year_of_outlet(visit: Visit) -> Response:
    """Return a page with the days of one outlet, its gaps, and how to fill them."""
    now, site = datetime.now(VIETNAM), visit.variables["site"]

    def read(connection: sqlite3.Connection) -> tuple[range, int, Coverage, tuple[Gap, ...]] | None:
        if connection.execute("SELECT 1 FROM sites WHERE site = ?", (site,)).fetchone() is None:
            return None
        years, year = _years(connection, visit, now)
        first, last = days_of_year(year)
        (found,) = coverage(connection, first, last=last, at=now, site=site)
        return years, year, found, gaps(connection, found)

    answer = await visit.read(read)
    if answer is None:
        return no_such_outlet(visit, site)
    years, year, found, holes = answer
    return visit.show(
        "coverage_outlet.html",
        years=years,
        year=year,
        found=found,
        gaps=holes,
        months=list(months(found)),
        states=list(DayState),
    )


def _years(connection: sqlite3.Connection, visit: Visit, now: datetime) -> tuple[range, int]:
    """Return the years that can be chosen, and the one that was."""
    known = years_covered(connection)
    years = range(min(known.start, now.year), now.year + 1) if known else range(now.year, now.year + 1)
    typed = visit.argument("year")
    return years, int(typed) if typed.isascii() and typed.isdigit() and int(typed) in years else now.year


def by_region(found: Sequence[Coverage]) -> Iterator[tuple[str | None, list[Coverage]]]:
    """Yield the outlets of each region, in the order in which the provinces come."""
    regions = list(dict.fromkeys(each.region for each in found))
    in_order = sorted(found, key=lambda each: regions.index(each.region))
    return ((region, list(outlets)) for region, outlets in groupby(in_order, key=lambda each: each.region))
