"""Datasette plugin: find words and provinces as Vietnamese people type them."""

import json
import sqlite3
from functools import partial
from pathlib import Path
from typing import Any

from datasette import hookimpl

from archive.clean import clean
from archive.errors import BadQuery
from archive.places import Era, find_provinces
from archive.publish.cells import render_cell
from archive.publish.citations import register_output_renderer
from archive.publish.dress import extra_css_urls, extra_template_vars, handle_exception
from archive.publish.hooks import (
    asgi_wrapper,
    filters_from_request,
    get_metadata,
    prepare_jinja2_environment,
    register_facet_classes,
    register_routes,
    startup,
)
from archive.publish.metadata import MOST_ROWS
from archive.reading.filters import Filters
from archive.reading.query import read_query
from archive.reading.search import search
from archive.reading.tiers import all_words
from archive.schema.opening import APPLICATION_ID, FILE_NAME
from archive.schema.trust import check_pages

__all__ = (
    "asgi_wrapper",
    "extra_css_urls",
    "extra_template_vars",
    "filters_from_request",
    "get_metadata",
    "handle_exception",
    "prepare_connection",
    "prepare_jinja2_environment",
    "register_facet_classes",
    "register_mcp_tools",
    "register_output_renderer",
    "register_routes",
    "render_cell",
    "startup",
)
"""The hooks: Datasette looks for them in this module."""

NOTHING = '""'
"""An FTS5 phrase that matches no text."""


@hookimpl(trylast=True)  # type: ignore[untyped-decorator]
def prepare_connection(conn: sqlite3.Connection) -> None:
    """Add our SQL functions, and replace `escape_fts` by ours; only for databases that are archives.

    trusted_schema is on: with it off, SQLite 3.40 refuses JSON functions in the views of users, and in our
    view doubtful_articles. `serve` checks the schema before, and no function that is there writes or reads anything
    beside the file.
    """
    if conn.execute("PRAGMA application_id").fetchone()[0] == APPLICATION_ID:
        check_pages(conn)
        conn.execute("PRAGMA trusted_schema = ON")
        conn.create_function("escape_fts", 1, escape_fts)
        conn.create_function("found_articles", 2, partial(found_articles, conn))
        conn.create_function("province_ids", 2, province_ids)
        conn.create_function("province_problem", 2, province_problem)


@hookimpl(optionalhook=True)  # type: ignore[untyped-decorator]
def register_mcp_tools(datasette: Any, mcp: Any) -> None:
    """Add our tools to the server of datasette-mcp, where that is installed: for the first archive that is served."""
    from archive.publish.assistant import add_tools

    paths = [Path(each.path) for each in datasette.databases.values() if each.path]
    if folder := next((path.parent for path in paths if path.name == FILE_NAME), None):
        add_tools(mcp, folder)


def escape_fts(typed: str | None) -> str:
    """Return the FTS5 expression for what a person typed; one that finds nothing if it holds no word, or too many."""
    try:
        return all_words(read_query(clean(typed or "")))
    except BadQuery:
        return NOTHING


def found_articles(connection: sqlite3.Connection, typed: str | None, limit: int) -> str:
    """Return the first articles of a search as a JSON array of `uid` and `snippet`, in their order."""
    try:
        hits = search(connection, clean(typed or ""), filters=Filters(), limit=min(int(limit), MOST_ROWS))
    except BadQuery:
        hits = []
    return json.dumps([{"uid": hit.uid, "snippet": hit.snippet} for hit in hits], ensure_ascii=False)


def province_ids(typed: str, era: str) -> str:
    """Return the ids of the provinces that `typed` names in an era, as a JSON array; "" means any era."""
    try:
        return json.dumps([province.id for province in find_provinces(typed, era=Era(era or Era.ANY))])
    except (BadQuery, ValueError):
        return "[]"


def province_problem(typed: str, era: str) -> str | None:
    """Return why `province_ids` finds none, or None. It is a value, because SQLite hides the message of an error."""
    try:
        find_provinces(typed, era=Era(era or Era.ANY))
    except BadQuery as error:
        return str(error)
    except ValueError:
        return f'no era "{era}": it is then, now or any'
    return None
