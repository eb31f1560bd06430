"""The first page: search, what is new, edited and taken away."""

from datasette.utils.asgi import Response

from archive.publish.visit import Visit


async def home(visit: Visit) -> Response:
    """Return the first page."""
    await visit.read(lambda _: None)
    return visit.show("home.html")
