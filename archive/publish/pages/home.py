"""The first page: search, what is new, edited and taken away."""

import sqlite3
from datetime import datetime, timedelta

from datasette.utils.asgi import Response

from archive.publish.pages.glance import DAYS, Region, regions
from archive.publish.visit import Visit
from archive.reading.day_states import DayState
from archive.reading.recent import Recent, recent
from archive.record import VIETNAM

MOST = 5
"""Happenings of each kind."""
WEEK = timedelta(days=7)


async def home(visit: Visit) -> Response:
    """Return the first page."""
    now = datetime.now(VIETNAM)

    def read(connection: sqlite3.Connection) -> tuple[Recent, list[Region]]:
        return recent(connection, since=now - WEEK, most=MOST), list(regions(connection, at=now))

    happened, found = await visit.read(read)
    return visit.show(
        "home.html", happened=happened, regions=found, days=DAYS, states=list(DayState), has_big_search=True
    )
