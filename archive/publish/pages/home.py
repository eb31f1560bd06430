"""The first page: search, what is new, edited and taken away, and coverage at a glance."""

import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from datasette.utils.asgi import Response

from archive.publish.pages.glance import DAYS, Region, regions
from archive.publish.visit import Visit
from archive.reading.day_states import DayState
from archive.reading.edits import Edit, EditKind, edits, last_headlines, still_gone
from archive.reading.recent import Recent, recent
from archive.record import VIETNAM

MOST = 5
"""Articles in each list."""
DAYS_COUNTED = 7
"""With today."""


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """What happened in the archive lately."""

    stored: Recent
    headlines: list[Edit]
    gone: list[Edit]
    counts: Mapping[EditKind, int]
    """Of the last days."""
    regions: list[Region]


async def home(visit: Visit) -> Response:
    """Return the first page."""
    now = datetime.now(VIETNAM)
    since = now.date() - timedelta(DAYS_COUNTED - 1)
    news = await visit.read(lambda connection: _news(connection, since=since, now=now))
    return visit.show("home.html", news=news, since=since, days=DAYS, states=list(DayState), has_big_search=True)


def _news(connection: sqlite3.Connection, *, since: date, now: datetime) -> News:
    return News(
        stored=recent(connection, since=since, most=MOST),
        headlines=last_headlines(connection, most=MOST),
        gone=still_gone(connection, most=MOST),
        counts=edits(connection, EditKind.TEXT, since=since, until=now.date(), limit=0).counts,
        regions=list(regions(connection, at=now)),
    )
