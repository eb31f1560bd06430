"""Copies what can be read of a damaged database into a new one, table by table; ids stay."""

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path

from archive.phrases import phrase
from archive.schema.opening import MAGIC

MOST_IDS = 1_000_000
"""Rows behind a damaged page that are looked for one by one."""
_SKIPPED = ("provinces", "_sqlite_migrations")
"""A new database has their rows already."""

_TABLES = """
SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'
    AND name NOT LIKE '%\\_fts%' ESCAPE '\\' AND name NOT IN ('search_rows', 'outlet_months', 'origin_months')
ORDER BY rowid
"""
"""Without what searches and counts read: it is made again of the rows."""


def salvage(damaged: Path, into: sqlite3.Connection, *, workplace: Path) -> Iterator[str]:
    """Copy the rows of `damaged` into the tables of a new database; yield what was lost, one sentence each.

    `workplace` takes a copy of the damaged file: SQLite writes to what it opens, and the original must stay as it is.
    """
    copy = workplace / "damaged.db"
    for path, name in ((damaged, copy), (_wal(damaged), _wal(copy))):
        name.unlink(missing_ok=True)
        if path.is_file():
            shutil.copyfile(path, name)
    if not copy.exists():
        yield phrase("{damaged} is no file: nothing of it can be read", damaged=damaged)
        return
    with copy.open("r+b") as file:
        file.write(MAGIC)  # which may be all that is damaged
    with closing(sqlite3.connect(copy, isolation_level=None)) as connection:
        connection.text_factory = lambda data: data.decode("utf-8", "replace")
        try:
            connection.execute("PRAGMA cell_size_check = ON")
            connection.execute("PRAGMA writable_schema = ON")  # SQLite then reads a file that is cut, too
            found = {name for (name,) in connection.execute(_TABLES)}
        except sqlite3.DatabaseError as error:
            yield phrase("nothing of {damaged} can be read: {error}", damaged=damaged, error=error)
            return
        if not found:
            yield phrase("nothing of {damaged} can be read: it has no table", damaged=damaged)
            return
        for (table,) in into.execute(_TABLES).fetchall():
            if table not in _SKIPPED:
                yield from _copy_table(connection, into, table)
    with suppress(FileNotFoundError):
        copy.unlink()


def _wal(path: Path) -> Path:
    return path.with_name(f"{path.name}-wal")


def _copy_table(damaged: sqlite3.Connection, into: sqlite3.Connection, table: str) -> Iterator[str]:
    into.execute(f"DELETE FROM {table}")
    columns = [row[1] for row in into.execute(f"PRAGMA table_info({table})")]
    keys = [row[1] for row in sorted(into.execute(f"PRAGMA table_info({table})"), key=lambda row: row[5]) if row[5]]
    names = ", ".join(f'"{column}"' for column in columns)
    insert = f"INSERT OR IGNORE INTO {table} ({names}) VALUES ({', '.join('?' * len(columns))})"
    lost = 0
    for row in _rows(damaged, table, names, keys):
        try:
            lost += row is None or into.execute(insert, row).rowcount == 0
        except sqlite3.Error:  # a value that no table of ours takes
            lost += 1
    if lost:
        yield phrase("table {table}: {lost:,} rows or more cannot be read", table=table, lost=lost)


def _rows(
    connection: sqlite3.Connection, table: str, names: str, keys: list[str]
) -> Iterator[tuple[object, ...] | None]:
    """Yield the rows that can be read; None for each that cannot, or for several that have no number."""
    order = ", ".join(keys)
    down = ", ".join(f"{key} DESC" for key in keys)
    place = [name.strip('"') for name in names.split(", ")].index(keys[0])
    try:
        last = None
        for row in connection.execute(f"SELECT {names} FROM {table} ORDER BY {order}"):
            yield row
            last = row
    except sqlite3.DatabaseError:
        pass
    else:
        return
    first = None
    with suppress(sqlite3.DatabaseError):
        for row in connection.execute(f"SELECT {names} FROM {table} ORDER BY {down}"):
            if last is not None and row == last:
                return
            yield row
            first = row
    if keys not in (["id"], ["article_id"]) or first is None:
        yield None
        return
    start, end = (last[place] if last else 0), first[place]
    for number in range(start + 1, min(end, start + MOST_IDS)):
        yield from _row(connection, f"SELECT {names} FROM {table} WHERE {keys[0]} = ?", number)


def _row(connection: sqlite3.Connection, sql: str, number: int) -> Iterator[tuple[object, ...] | None]:
    try:
        yield from connection.execute(sql, (number,)).fetchall()
    except sqlite3.DatabaseError:
        yield None
