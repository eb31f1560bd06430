"""An archive as a database of Datasette: opened as `archive` opens it, whatever its folder is called or allows."""

import re
import sqlite3
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from datasette.app import Datasette
from datasette.database import Database, connections

from archive.publish.view_facets import by_index
from archive.reading.holdings import state
from archive.schema.connections import FrozenConnection, connect_to_read
from archive.schema.opening import APPLICATION_ID

KEPT_SECONDS = 30.0
"""Counts of a million articles take most of a second; a reader does not see that they are half a minute old."""

_OF_COLUMN = re.compile(
    r"\browid in \((select rowid from articles_fts where) (title|lead|body) match (escape_fts\(:\w+\))\)"
)
"""How it filters by a search of one column (`_search_title`)."""
_OF_BOTH_FORMS = r"id in (\1 articles_fts match '{\2 f_\2} : (' || \3 || ')')"
"""The same with the folded column, which words without marks are found in, and with a key that views have too."""
_SEARCH = re.compile(
    r"(?<![\w.])id in \(select rowid from articles_fts where articles_fts match "
    r"(?P<words>(?:'[^']*' \|\| )?escape_fts\(:\w+\)(?: \|\| '[^']*')?)\)"
)
"""How it filters by a search. A statement of a user may have the name of a table before the key: it stays as it is."""
_COUNT = re.compile(rf"select count\(\*\) from articles(?:_full)? where {_SEARCH.pattern}\s*")
_HITS = "SELECT count(*) FROM (SELECT 1 FROM texts_fts WHERE texts_fts MATCH {words} LIMIT {most} + 1)"
_ALL_HITS = "SELECT count(*) FROM texts_fts WHERE texts_fts MATCH {words}"
_AMONG_HITS = """(SELECT search_id FROM search_rows WHERE article_id = id)
    IN (SELECT rowid FROM texts_fts WHERE texts_fts MATCH {words})"""
_FIRST_PAGE = re.compile(
    r"(select id, [\w, ]+ from articles(?:_full)? (?:where .+ )?order by \w+(?: desc)?)( +limit \d+ *)", re.DOTALL
)
"""How it sorts a first page. The next one follows `id` too: of articles of one day, some would be on neither."""
MOST_SORTED = 5_000
"""Hits that are looked up and sorted: some 50 ms. Of more, the articles are read in their order until the page is full:
a page of 600,000 hits takes a sixth of the time, because no list of articles is made."""

_Found = TypeVar("_Found")


class ArchiveDatabase(Database):  # type: ignore[misc]
    """Reads `news.db` beside its writer and other users; Datasette itself cannot open "a#b/news.db"."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        """Make it as Datasette makes its own."""
        super().__init__(*arguments, **options)
        self._kept: dict[Callable[..., Any], tuple[tuple[int | None, ...], float, Any]] = {}

    def kept(self, connection: sqlite3.Connection, read: Callable[[sqlite3.Connection], _Found]) -> _Found:
        """Return what `read` returns of the whole archive: it is read again when the archive has changed since.

        During a crawl, which changes it every few seconds, the answer may be KEPT_SECONDS old.
        """
        now, at = state(connection), time.monotonic()
        known = self._kept.get(read)
        if known is None or (known[0] != now and at - known[1] > KEPT_SECONDS):
            known = now, at, read(connection)
            fresh = {key: each for key, each in self._kept.items() if each[0] == now or at - each[1] <= KEPT_SECONDS}
            self._kept = {**fresh, read: known}
        return known[2]

    def connect(self, write: bool = False) -> sqlite3.Connection:  # noqa: ARG002  (Datasette gives it)
        """Return a new connection, always for reading."""
        connection = connect_to_read(Path(self.path), in_any_thread=True)
        self._all_file_connections.append(connection)
        return connection

    async def execute(self, sql: str, params: Any = None, **options: Any) -> Any:
        """Return the rows of a statement; a search with many hits takes no longer than a page of them."""
        sql = by_index(in_both_forms(sql))
        if page := _FIRST_PAGE.fullmatch(sql):
            sql = f"{page[1]}, id{page[2]}"
        if search := _SEARCH.search(sql):
            sql = await self._with_hits(sql, search, params)
        return await super().execute(sql, params, **options)

    async def _with_hits(self, sql: str, search: re.Match[str], params: Any) -> str:
        """Return a statement that finds the same: it counts hits in the index, and does not look up each of many."""
        if _COUNT.fullmatch(sql):
            return _ALL_HITS.format(words=search["words"])
        hits = await super().execute(_HITS.format(words=search["words"], most=MOST_SORTED), params)
        if hits.single_value() <= MOST_SORTED:
            return sql
        return _SEARCH.sub(lambda each: _AMONG_HITS.format(words=each["words"]), sql)

    async def execute_fn(self, fn: Callable[[sqlite3.Connection], _Found]) -> _Found:
        """Return what `fn` returns for a connection of this thread: a new one once the archive was written."""

        def current(connection: sqlite3.Connection) -> _Found:
            if not _is_outdated(connection):
                found = fn(connection)
                if not _is_outdated(connection):
                    return found
            connection = self.prepared()
            setattr(connections, self.name, connection)
            return fn(connection)

        return await super().execute_fn(current)  # type: ignore[no-any-return]

    def prepared(self) -> sqlite3.Connection:
        """Return a new connection with the SQL functions of all plugins."""
        connection = self.connect()
        self.ds._prepare_connection(connection, self.name)
        return connection


def in_both_forms(sql: str) -> str:
    """Return a statement of Datasette whose search of one column finds words that were typed without marks too."""
    return _OF_COLUMN.sub(_OF_BOTH_FORMS, sql)


def archives_of(datasette: Datasette) -> dict[str, Any]:
    """Return the databases that are archives, by name."""
    return {name: database for name, database in datasette.databases.items() if is_archive(database)}


def is_archive(database: Any) -> bool:
    """Return whether a database of Datasette is the file of an archive."""
    return isinstance(database, ArchiveDatabase) or bool(database.path and _is_ours(Path(database.path)))


def take_over(datasette: Datasette) -> None:
    """Open the archives of Datasette as `archive` does."""
    for name, database in archives_of(datasette).items():
        ours = ArchiveDatabase(datasette, path=database.path, is_mutable=database.is_mutable)
        datasette.remove_database(name)
        datasette.add_database(ours, name=name, route=database.route)


def _is_ours(path: Path) -> bool:
    """Read the header of the file: a connection would make files beside it."""
    with path.open("rb") as file:
        return file.read(72)[68:] == APPLICATION_ID.to_bytes(4)


def _is_outdated(connection: sqlite3.Connection) -> bool:
    return isinstance(connection, FrozenConnection) and connection.is_outdated
