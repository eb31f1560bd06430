"""The page of reprints: how much of each newspaper is its own text in a year, and who reprints whom."""

import sqlite3
from dataclasses import dataclass
from datetime import datetime

from datasette.utils.asgi import Response

from archive.publish.pages.years import years_asked
from archive.publish.visit import Visit
from archive.reading.coverage import days_of_year
from archive.reading.filters import Filters
from archive.reading.reprints import Reprints, reprints
from archive.record import VIETNAM

PAIRS = 50
"""Pairs of newspapers on the page: the most frequent ones, on two or three screens."""


@dataclass(frozen=True, slots=True)
class ReprintsOfYear:
    """Reads the reprints of a year. Equal ones read the same: what they return is kept by it."""

    year: int

    def __call__(self, connection: sqlite3.Connection) -> Reprints:
        """Return them."""
        first, last = days_of_year(self.year)
        return reprints(connection, filters=Filters(since=first, until=last))


async def shares(visit: Visit) -> Response:
    """Return the page of a year."""

    def read(connection: sqlite3.Connection) -> tuple[range, int, Reprints]:
        years, year = years_asked(connection, visit, datetime.now(VIETNAM))
        return years, year, visit.database.kept(connection, ReprintsOfYear(year))

    years, year, found = await visit.read(read)
    return visit.show(
        "reprints.html",
        years=years,
        year=year,
        outlets=found.outlets,
        waiting=sum(row.waiting for row in found.outlets),
        pairs=found.pairs[:PAIRS],
        every=len(found.pairs),
    )
