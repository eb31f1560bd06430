"""The pages of the outlets: all of them in a table, and one with its health, lineage, months, gaps and crawls."""

import sqlite3
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from datasette.utils.asgi import Response

from archive.publish.charts import BarChart, bar_chart
from archive.publish.pages.states import no_such_outlet
from archive.publish.visit import Visit
from archive.reading.coverage import coverage
from archive.reading.day_states import CoverageDay, Unknown
from archive.reading.health import SiteHealth, site_health
from archive.reading.outlets import OutletFacts, OutletLine, outlet_facts, outlets
from archive.record import VIETNAM
from archive.writing.runs import RunReport, latest_runs

MONTHS_SHOWN = 36
"""Bars of months: on a phone a bar is 9 pixels wide."""
HEIGHT = 90
"""Pixels of the highest bar."""
RUNS = 5


@dataclass(frozen=True, slots=True)
class MonthOfOutlet:
    """The articles of a month, and how many of its days are gaps."""

    first: date
    articles: int
    missing_days: int


async def every_outlet(visit: Visit) -> Response:
    """Return the table of all outlets."""
    found: list[OutletLine] = await visit.read(outlets)
    return visit.show("outlets.html", outlets=found)


async def outlet(visit: Visit) -> Response:
    """Return the page of one outlet."""
    now, site = datetime.now(VIETNAM), visit.variables["site"]

    def read(
        connection: sqlite3.Connection,
    ) -> tuple[OutletFacts, SiteHealth | None, list[MonthOfOutlet], list[RunReport]] | None:
        facts = outlet_facts(connection, site)
        if facts is None:
            return None
        months = list(_months(connection, facts, now))
        return (
            facts,
            site_health(connection, site, at=now),
            months,
            list(latest_runs(connection, limit=RUNS, site=site)),
        )

    answer = await visit.read(read)
    if answer is None:
        return no_such_outlet(visit, site)
    facts, health, months, runs = answer
    return visit.show(
        "outlet.html",
        facts=facts,
        outlet=facts.outlet,
        health=health,
        months=months,
        chart=_chart(months),
        hatched=[number for number, each in enumerate(months) if each.missing_days],
        runs=runs,
    )


def _months(connection: sqlite3.Connection, facts: OutletFacts, now: datetime) -> Iterator[MonthOfOutlet]:
    """Yield the last months up to the present one, without those before the first article or crawl."""
    last = now.year * 12 + now.month - 1
    numbers = range(last - MONTHS_SHOWN + 1, last + 1)
    gaps, known = Counter[str](), set(facts.months)
    first = date(numbers[0] // 12, numbers[0] % 12 + 1, 1)
    (found,) = coverage(connection, first, last=now.date(), at=now, site=facts.outlet.site)
    for each in found.days:
        month = f"{each.day:%Y-%m}"
        gaps[month] += _is_gap(each)
        if each.unknown is not Unknown.NEVER_CRAWLED:
            known.add(month)
    for number in numbers:
        first = date(number // 12, number % 12 + 1, 1)
        month = f"{first:%Y-%m}"
        if known and month >= min(known):
            yield MonthOfOutlet(first, facts.months.get(month, 0), gaps[month])


def _is_gap(day: CoverageDay) -> bool:
    return day.state.is_gap and day.unknown is not Unknown.NOT_OVER


def _chart(months: list[MonthOfOutlet]) -> BarChart:
    return bar_chart([each.articles for each in months], [str(each.first.year) for each in months], height=HEIGHT)
