"""The page of words through time, or by newspaper or province: shares of what the newspapers listed, with the gaps."""

import shlex
import sqlite3
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from datasette.utils.asgi import Response

from archive.errors import BadQuery
from archive.months import first_day_of
from archive.publish.charts import LineChart, line_chart
from archive.publish.pages.asked import FILTERS, Asked, searches_of
from archive.publish.visit import Visit
from archive.reading.day_states import Unknown
from archive.reading.filters import Filters
from archive.reading.listed import ListedMonths, MissingDays
from archive.reading.trend import By, Trend, trend
from archive.record import VIETNAM

SEARCHES = 4
"""Searches side by side: as many lines can be told apart by their dashes."""
BYS = (By.MONTH, By.OUTLET, By.PROVINCE_THEN, By.PROVINCE_NOW)
"""What the page has rows of."""
MOST_ROWS = 180
"""Rows of the table: with four searches some 70 KB. They are the last ones; the chart has all months."""
GAPS = 12
"""Gaps that are named, the longest ones, those before the first crawl last."""
HEIGHT = 200
"""Pixels of the highest value of the chart."""
USED = ("outlet", "province", "era", "since", "until")
"""Filters that choose newspapers and days. The others choose among the articles of a newspaper: nobody knows them of an
article that was missed."""


async def words_over_time(visit: Visit) -> Response:
    """Return the page; without words, the form alone."""
    typed = searches_of(visit)[:SEARCHES]
    by = next((each for each in BYS if each == visit.argument("by")), By.MONTH)
    further = [*(("q", words) for words in typed[1:]), *([("by", by.value)] if by is not By.MONTH else [])]
    asked = replace(Asked.of(visit, "/trend"), further=tuple(further))
    given = asked.filters
    listed = ListedMonths(datetime.now(VIETNAM).date())

    def read(connection: sqlite3.Connection) -> tuple[Trend | None, str | None]:
        site = _site_of(connection, given.outlet)
        if not typed:
            return None, site
        filters = Filters(site=site, province=given.province, era=given.era, since=given.since, until=given.until)
        listing = visit.database.kept(connection, listed)
        return trend(connection, typed, by=by, filters=filters, listing=listing), site

    try:
        found, site = await visit.read(read)
    except BadQuery as error:
        return visit.show("search_problem.html", status=400, problem=error.args[0], typed=typed[0])
    return visit.show(
        "trend.html",
        asked=asked,
        unused=[name for name in asked.arguments if name in FILTERS and name not in USED],
        typed=asked.typed,
        searches=[*typed, *[""] * (SEARCHES - len(typed))],
        by=by,
        bys=BYS,
        found=found,
        rows=list(zip(*(line.rows for line in found.lines), strict=True))[-MOST_ROWS:] if found else [],
        highest=_highest(found) if found else 0,
        chart=_chart(found) if found and found.has_denominator and by is By.MONTH else None,
        gaps=_longest(found.missing) if found else [],
        command=_command(typed, by, asked, site=site),
        first_day_of=first_day_of,
    )


def _site_of(connection: sqlite3.Connection, outlet: str | None) -> str | None:
    """Return the site of an outlet; its name if there is none, which is refused then."""
    row = connection.execute("SELECT site FROM sites WHERE name = ?", (outlet,)).fetchone()
    return row[0] if row else outlet


def _highest(found: Trend) -> float:
    return max((row.share or 0 for line in found.lines for row in line.rows), default=0)


def _chart(found: Trend) -> LineChart:
    years = [(row.month or "")[:4] for row in found.lines[0].rows]
    return line_chart([[row.share for row in line.rows] for line in found.lines], years, height=HEIGHT)


def _longest(missing: Sequence[MissingDays]) -> list[MissingDays]:
    return sorted(missing, key=lambda each: (each.unknown is Unknown.NEVER_CRAWLED, -each.days))[:GAPS]


def _command(typed: Sequence[str], by: By, asked: Asked, *, site: str | None) -> str:
    """Return the command that gives the same numbers."""
    known = {"site": site, "since": asked.filters.since, "until": asked.filters.until}
    names = ("site", "province", "era", "since", "until")
    given = {name: known.get(name) or asked.arguments.get(name) for name in names}
    options = [part for name, value in given.items() if value for part in (f"--{name}", str(value))]
    end = ["--"] if any(words.startswith("-") for words in typed) else []
    return shlex.join(["baotinh", "trend", "--by", by, *options, "--json", *end, *typed])
