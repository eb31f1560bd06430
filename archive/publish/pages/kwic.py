"""The page of words in context: each place where a search finds its words, with the text around it."""

import sqlite3

from datasette.utils.asgi import Response

from archive.publish.pages.asked import Asked
from archive.publish.visit import Visit
from archive.reading.concordance import Concordance, Sort, concordance

MOST = 60
"""Lines on the page: with the words around them some 50 KB."""
CONTEXT = 8
"""Words on each side: with the place in the middle, one line on a desk and four on a phone."""


async def kwic(visit: Visit) -> Response:
    """Return the page; without words, the form alone."""
    asked = Asked.of(visit, "/kwic")
    sort = visit.argument("sort")
    order = Sort(sort) if sort in list(Sort) else Sort.DATE
    if asked.typed and not asked.query:
        return visit.show("search_problem.html", status=400, problem=asked.problem, typed=asked.typed)

    def read(connection: sqlite3.Connection) -> Concordance | None:
        if not asked.typed:
            return None
        return concordance(
            connection, asked.typed, filters=asked.filters, sort=order, context=CONTEXT, limit=MOST, skipped=[]
        )

    found = await visit.read(read)
    return visit.show("kwic.html", asked=asked, typed=asked.typed, order=order, found=found, most=MOST)
