"""Two versions of an article, compared word by word in one column or two."""

from datasette.utils.asgi import Response

from archive.publish.pages.article import read_dossier
from archive.publish.pages.comparison import chosen, compare
from archive.publish.visit import Visit


async def versions(visit: Visit) -> Response:
    """Return the comparison that the address names; of the last two versions if it names none."""
    key = visit.variables["key"]
    dossier = await visit.read(lambda connection: read_dossier(connection, key))
    pair = chosen(dossier.texts, visit.argument("a"), visit.argument("b"))
    return visit.show(
        "versions.html",
        article=dossier.stored.article,
        texts=dossier.texts,
        comparison=compare(*pair) if pair else None,
        view="two" if visit.argument("view") == "two" else "one",
    )
