"""The cells of Datasette's tables: headlines and uids lead to /article/UID, long texts are cut, moments are short."""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from datasette import hookimpl
from markupsafe import Markup

if TYPE_CHECKING:
    from datasette.app import Datasette

LONGEST = 200
"""Characters of a text in a table: about five lines of its column."""
_TITLES = frozenset(("title", "old_title", "waiting_title"))
_KEYS = ("uid", "article_id")
"""Columns that name an article."""
_OF_ARTICLES = frozenset(
    ("articles", "articles_full", "latest", "edited_articles", "gone_articles", "doubtful_articles", "search", None)
)
"""Tables, views and queries whose `id` is that of an article; None is a query."""
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+07:00")


@hookimpl  # type: ignore[untyped-decorator]
def render_cell(
    row: Any, value: Any, column: str, table: str | None, database: str, datasette: "Datasette"
) -> Markup | None:
    """Return the cell of a text of an archive; None for the one that Datasette makes."""
    from archive.publish.database import ArchiveDatabase

    if not isinstance(value, str) or not isinstance(datasette.databases.get(database), ArchiveDatabase):
        return None
    if column == "uid" or column in _TITLES:
        place = _article(row, table)
        return _link(datasette, place, value) if place else None
    if _MOMENT.fullmatch(value):
        shown = datetime.fromisoformat(value)
        return Markup('<time datetime="{}">{:%Y-%m-%d %H:%M}</time>').format(value, shown)
    if len(value) > LONGEST and not value.startswith(("http://", "https://")):
        place = _article(row, table)
        more = _link(datasette, place, "…") if place else "…"
        return Markup("{}{}").format(value[:LONGEST].rsplit(" ", 1)[0], more)
    return None


def _article(row: Any, table: str | None) -> str | None:
    """Return the address of the article that a row is about; None if it is about none."""
    named = _by_name(row)
    key = next((named[name] for name in _KEYS if named.get(name)), None)
    if key is None and table in _OF_ARTICLES:
        key = named.get("id")
    if key is None:
        return None
    version = named.get("n")
    return f"/article/{key}?version={version}" if version and "article_id" in named else f"/article/{key}"


def _by_name(row: Any) -> Mapping[str, Any]:
    """Return a row by its columns; in a table, Datasette has put labels beside some keys."""
    found = {name: row[name] for name in row.keys()}  # noqa: SIM118 -- a row of SQLite yields its values
    return {name: value["value"] if isinstance(value, dict) else value for name, value in found.items()}


def _link(datasette: "Datasette", place: str, text: str) -> Markup:
    return Markup('<a href="{}">{}</a>').format(datasette.urls.path(place), text)
