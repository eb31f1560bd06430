"""The corrections of articles that both archives have: all of both, and of two in force for a field the later one."""

import sqlite3
from collections.abc import Mapping
from typing import Any

from archive.rows import Row, rows_of

_COLUMNS = (
    *("article_id", "field", "old_value", "new_value", "page_value", "page_source", "page_proposed"),
    *("corrected_at", "corrected_by", "reason", "ended_at", "ended_by"),
)
_END = "UPDATE main.corrections SET ended_at = ?, ended_by = ? WHERE id = ?"
DATE_COLUMNS = ("published_at", "published_precision", "published_raw", "published_date", "year")


def join_corrections(connection: sqlite3.Connection, their_id: int, our_id: int) -> bool:
    """Add their corrections of an article to ours, and return whether one came or ended."""
    ours, theirs = _rows(connection, "main", our_id), _rows(connection, "other", their_id)
    known = {_key(row): row for row in ours}
    in_force = {row["field"]: row for row in ours if row["ended_at"] is None}
    changed = False
    for row in theirs:
        mine = known.get(_key(row))
        if mine is None:
            _add(connection, {**row, "article_id": our_id}, in_force.get(row["field"]))
        elif mine["ended_at"] is None and row["ended_at"]:
            connection.execute(_END, (row["ended_at"], row["ended_by"], mine["id"]))
        else:
            continue
        changed = True
    return changed


def _add(connection: sqlite3.Connection, row: Row, rival: Row | None) -> None:
    """Add a correction; it ends the one of ours that is in force for its field, or is ended by it."""
    if row["ended_at"] is None and rival:
        if rival["corrected_at"] >= row["corrected_at"]:
            row = {**row, "ended_at": rival["corrected_at"], "ended_by": rival["corrected_by"]}
        else:
            connection.execute(_END, (row["corrected_at"], row["corrected_by"], rival["id"]))
    marks = ", ".join(f":{column}" for column in _COLUMNS)
    connection.execute(f"INSERT INTO main.corrections ({', '.join(_COLUMNS)}) VALUES ({marks})", row)


def _rows(connection: sqlite3.Connection, schema: str, article_id: int) -> list[Row]:
    sql = f"SELECT * FROM {schema}.corrections WHERE article_id = ? ORDER BY id"
    return list(rows_of(connection.execute(sql, (article_id,))))


def _key(row: Mapping[str, Any]) -> tuple[Any, ...]:
    return tuple(row[column] for column in ("field", "new_value", "corrected_at", "corrected_by"))
