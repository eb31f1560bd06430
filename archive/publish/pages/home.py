"""The first page: search, what is new, edited and taken away."""

import sqlite3
from collections.abc import Mapping
from datetime import datetime, timedelta

from datasette.utils.asgi import Response

from archive.publish.pages.glance import DAYS, Region, regions
from archive.publish.visit import Visit
from archive.reading.day_states import DayState
from archive.reading.edits import EditKind, edits
from archive.reading.recent import Recent, recent
from archive.record import VIETNAM

MOST = 5
"""Happenings of each kind."""
DAYS_COUNTED = 7
"""With today."""


async def home(visit: Visit) -> Response:
    """Return the first page."""
    now = datetime.now(VIETNAM)
    today = now.date()
    since = today - timedelta(DAYS_COUNTED - 1)

    def read(connection: sqlite3.Connection) -> tuple[Recent, Mapping[EditKind, int], list[Region]]:
        changed = edits(connection, EditKind.TEXT, since=since, until=today, limit=0)
        return recent(connection, since=since, most=MOST), changed.counts, list(regions(connection, at=now))

    happened, counts, found = await visit.read(read)
    return visit.show(
        "home.html",
        happened=happened,
        since=since,
        edited=counts[EditKind.TEXT],
        gone=counts[EditKind.GONE],
        regions=found,
        days=DAYS,
        states=list(DayState),
        has_big_search=True,
    )
