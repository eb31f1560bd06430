"""Rows of SQLite by the names of their columns."""

import sqlite3
from collections.abc import Iterator
from typing import Any

Row = dict[str, Any]


def rows_of(cursor: sqlite3.Cursor) -> Iterator[Row]:
    """Yield each row of a query as a dict, column name → value."""
    names = [column[0] for column in cursor.description]
    return (dict(zip(names, values, strict=True)) for values in cursor)


def row_of(cursor: sqlite3.Cursor) -> Row | None:
    """Return the next row of a query; None if there is no more."""
    return next(rows_of(cursor), None)
