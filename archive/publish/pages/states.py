"""The pages that say why there is no page: busy, not found, withheld, and a fault of the archive."""

import sqlite3
from datetime import datetime

from datasette.utils.asgi import Response

from archive.errors import ArchiveError
from archive.publish.visit import RETRY_SECONDS, Visit
from archive.reading.lookup import find_article
from archive.reading.nearest import nearest_articles
from archive.reading.withholdings import Withholding, find_withholding
from archive.record import VIETNAM


def busy(visit: Visit, code: str) -> Response:
    """Return a page that says to try again."""
    headers = {"retry-after": str(RETRY_SECONDS)}
    return visit.show("busy.html", status=503, headers=headers, code=code, at=datetime.now(VIETNAM))


async def no_such_article(visit: Visit, key: str) -> Response:
    """Return a page with the articles whose ids are most like `key`."""
    near = await visit.read(lambda connection: nearest_articles(connection, key))
    return visit.show("no_such_article.html", status=404, key=key, near=near)


async def withheld(visit: Visit, key: str) -> Response:
    """Return a page that says since when and why an article is out of sight."""

    def read(connection: sqlite3.Connection) -> Withholding | None:
        return find_withholding(connection, find_article(connection, key))

    return visit.show("withheld.html", status=403, withholding=await visit.read(read))


def no_raw_page(visit: Visit, key: str) -> Response:
    """Return a page that says why an article has no such raw page."""
    return visit.show("no_raw_page.html", status=404, key=key)


def no_such_outlet(visit: Visit, site: str) -> Response:
    """Return a page that leads to the outlets that there are."""
    return visit.show("no_such_outlet.html", status=404, site=site)


def fault(visit: Visit, error: ArchiveError) -> Response:
    """Return a page with the message of an error, which names the next command."""
    return visit.show("fault.html", status=500, message=error.args[0])
