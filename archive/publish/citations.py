"""Citations as output formats of Datasette: `.bibtex`, `.ris`, `.csljson` and `.plain` of rows that have a `uid`."""

import sqlite3
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from datasette import Response, hookimpl

from archive.citing import CITATION_FORMATS, Citation
from archive.errors import ArticleWithheld, NoSuchArticle
from archive.reading.lookup import get_article
from archive.schema.opening import APPLICATION_ID

CONTENT_TYPES = {
    "bibtex": "application/x-bibtex; charset=utf-8",
    "ris": "application/x-research-info-systems; charset=utf-8",
    "csl-json": "application/vnd.citationstyles.csl+json; charset=utf-8",
    "plain": "text/plain; charset=utf-8",
}


@hookimpl  # type: ignore[untyped-decorator]
def register_output_renderer() -> list[dict[str, Any]]:
    """Return a renderer for each format: of a row, a page of a table or view, or a query."""
    return [
        {"extension": name.replace("-", ""), "render": _renderer(name), "can_render": _can_cite}  # no hyphen in paths
        for name in CITATION_FORMATS
    ]


async def _can_cite(datasette: Any, database: str, columns: Sequence[str]) -> bool:
    """Return whether the rows name articles of an archive."""
    if "uid" not in columns:
        return False
    found = await datasette.get_database(database).execute("PRAGMA application_id")
    return bool(found.first()[0] == APPLICATION_ID)


def _renderer(name: str) -> Any:
    async def render(datasette: Any, database: str, columns: Sequence[str], rows: Sequence[Any]) -> Response:
        if not await _can_cite(datasette, database, columns):
            return Response.text("only rows with the uid of articles of an archive can be cited\n", status=400)
        opened = datasette.get_database(database)
        uids = list(dict.fromkeys(row["uid"] for row in rows))
        called = Path(opened.path).resolve().parent.name
        citations = await opened.execute_fn(lambda connection: _cite(connection, uids, archive=called))
        return Response(CITATION_FORMATS[name](citations), content_type=CONTENT_TYPES[name])

    return render


def _cite(connection: sqlite3.Connection, uids: Sequence[str], *, archive: str) -> list[Citation]:
    """Return the citations of the articles that may be shown."""
    found = []
    for uid in uids:
        try:
            found.append(Citation.of(get_article(connection, uid), archive=archive))
        except (NoSuchArticle, ArticleWithheld):
            continue
    return found
