"""The first page: search, what is new, edited and taken away."""

from datetime import datetime, timedelta

from datasette.utils.asgi import Response

from archive.publish.visit import Visit
from archive.reading.recent import recent
from archive.record import VIETNAM

MOST = 5
"""Happenings of each kind."""
WEEK = timedelta(days=7)


async def home(visit: Visit) -> Response:
    """Return the first page."""
    since = datetime.now(VIETNAM) - WEEK
    happened = await visit.read(lambda connection: recent(connection, since=since, most=MOST))
    return visit.show("home.html", happened=happened, has_big_search=True)
