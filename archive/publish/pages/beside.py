"""The texts of two newspapers, beside each other: what one cut and added."""

from datasette.utils.asgi import Response

from archive.publish.pages.article import read_dossier
from archive.publish.pages.comparison import compare
from archive.publish.visit import Visit


async def beside(visit: Visit) -> Response:
    """Return the comparison of the texts in force of two articles."""
    keys = visit.variables["key"], visit.variables["other"]
    one, other = await visit.read(lambda connection: [read_dossier(connection, key) for key in keys])
    comparison = compare(one.texts[-1], other.texts[-1])
    return visit.show("beside.html", one=one.stored, other=other.stored, comparison=comparison)
