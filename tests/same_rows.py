"""All rows of an archive, without what no two archives share: ids, times of capture, run ids, change numbers."""

import sqlite3
from collections import Counter
from contextlib import closing
from pathlib import Path
from typing import Any

KEYS = {
    "articles": "uid",
    "authors": "name",
    "images": "url",
    "provinces": "slug",
    "sections": "path",
    "sites": "site",
    "tags": "name",
}
"""Table → the column by which other tables name its rows here, in place of an id."""
OF_TIMES = {
    *("first_seen_at", "last_seen_at", "last_changed_at", "seen_at", "back_at", "found_at", "fetched_at", "due_at"),
    *("whole_at", "asked_at", "rests_until", "taken_at", "change_seq"),
}
"""Columns that a crawl at another time fills otherwise."""
OF_THE_CRAWL = {"captures", "urls", "hosts"}
"""Further tables that say how the articles came: a crawl that was killed fetches some twice."""
OF_ONE_ARCHIVE = {
    *("ledger", "fixity_checks", "search_rows", "archive_id", "article_changes", "runs", "raw_answers", "warc_files"),
    *("copy_links", "copy_groups", "copy_members", "copy_sketches", "article_origins"),
    *("outlet_months", "origin_months"),
    "_sqlite_migrations",
}
"""Tables about one archive alone, tables whose rows name each other only by ids, what an archive counts of the days of
its crawls, and the tables of copies, which depend on the order in which articles came."""


def same_rows(folder: Path, *, without: set[str] = OF_ONE_ARCHIVE) -> dict[str, Counter[tuple[Any, ...]]]:
    """Return table → its rows, each with how often it is there."""
    with closing(sqlite3.connect(folder / "news.db")) as connection:
        sql = "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table' AND name NOT LIKE 'sqlite%'"
        tables = {name for (name,) in connection.execute(sql)} - without
        return {table: Counter(connection.execute(_select(connection, table))) for table in sorted(tables)}


def _select(connection: sqlite3.Connection, table: str) -> str:
    """Return the SQL of the rows, with names in the place of ids."""
    parents = {row[3]: row[2] for row in connection.execute(f"PRAGMA foreign_key_list({table})")}
    columns = []
    for _, name, *_ in connection.execute(f"PRAGMA table_info({table})"):
        if key := KEYS.get(parents.get(name, "")):
            columns.append(f'(SELECT {key} FROM {parents[name]} WHERE id = t."{name}")')
        elif name != "id" and name not in parents and name not in OF_TIMES:
            columns.append(f't."{name}"')
    return f"SELECT {', '.join(columns)} FROM {table} t"
