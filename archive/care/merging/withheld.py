"""Articles that are out of sight in one of the archives: they are so in the merged one, and no text of them comes back.

This archive keeps of such an article what it has. What the other one has of it is left out, but for an article that is
withheld there and unknown here: its file comes along. The raw pages of both are in their WARC files.
"""

import json
import sqlite3
from collections.abc import Mapping
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any

from archive.care.merging.warc_files import PlacedFiles
from archive.errors import DamagedRecord
from archive.phrases import phrase
from archive.record import ArticleStatus
from archive.rows import Row, rows_of
from archive.times import from_text
from archive.writing.withholding import LINKED, TABLES, read_checked, record_path, withhold_article, write_record

_OUT_OF_SIGHT = f"""
CREATE TEMP TABLE out_of_sight AS SELECT m.old FROM temp.articles_ids m JOIN other.articles o ON o.id = m.old
LEFT JOIN main.articles a ON a.id = m.new AND NOT m.is_new
WHERE '{ArticleStatus.WITHHELD}' IN (o.status, a.status)
"""
_THEIRS = """
SELECT w.*, m.new, m.is_new, o.uid, a.uid AS our_uid FROM other.withholdings w
JOIN temp.articles_ids m ON m.old = w.article_id JOIN other.articles o ON o.id = m.old
JOIN main.articles a ON a.id = m.new
WHERE NOT EXISTS (SELECT 1 FROM main.withholdings k WHERE k.article_id = m.new
    AND (k.withheld_at, k.withheld_by, k.reason) = (w.withheld_at, w.withheld_by, w.reason))
ORDER BY w.id
"""
"""What this archive knows already is decided here: lifted or in force, whatever the other one says of it."""
_LATER_DAY = """
UPDATE main.withholdings SET until = :until
WHERE article_id = :new AND lifted_at IS NULL AND until IS NOT NULL AND (:until IS NULL OR until < :until)
"""
_KEYS = {"site_id": "sites", "outlet_id": "sites", "section_id": "sections", "capture_id": "captures"}
"""Columns in a file that name rows, with their tables."""


def find_out_of_sight(connection: sqlite3.Connection) -> None:
    """List in the table `out_of_sight` the articles of the other archive that are withheld there or here."""
    connection.execute(_OUT_OF_SIGHT)


def has_out_of_sight(connection: sqlite3.Connection) -> bool:
    """Whether there is any."""
    return connection.execute("SELECT 1 FROM temp.out_of_sight").fetchone() is not None


def carry_withholdings(connection: sqlite3.Connection, other: Path, placed: PlacedFiles) -> set[int]:
    """Carry the log and what it does, and return which articles of ours changed. Raises DamagedRecord."""
    changed = set()
    for row in list(rows_of(connection.execute(_THEIRS))):
        is_in_force = row["lifted_at"] is None
        if not is_in_force:
            _add(connection, row)
        elif row["is_new"]:
            _carry_file(connection, row, other, placed)
        elif _is_withheld(connection, row["new"]):
            changed |= {row["new"]} if connection.execute(_LATER_DAY, row).rowcount else set()
            continue
        else:
            _withhold(connection, row, placed)
        if not row["is_new"]:
            changed.add(row["new"])
    return changed


def forget_unlinked(connection: sqlite3.Connection) -> None:
    """Remove the names, tags and pictures that came with articles whose text was left out."""
    for table, link, key in LINKED:
        connection.execute(
            f"DELETE FROM main.{table} WHERE id IN (SELECT new FROM temp.{table}_ids WHERE is_new)"
            f" AND NOT EXISTS (SELECT 1 FROM main.{link} WHERE {key} = {table}.id)"
        )


def _is_withheld(connection: sqlite3.Connection, article_id: int) -> bool:
    sql = "SELECT 1 FROM main.articles WHERE id = ? AND status = ?"
    return connection.execute(sql, (article_id, ArticleStatus.WITHHELD)).fetchone() is not None


def _add(connection: sqlite3.Connection, row: Row) -> None:
    connection.execute(
        "INSERT INTO main.withholdings (article_id, reason, withheld_at, withheld_by, until, record_sha256, titles,"
        " lifted_at, lifted_by) VALUES (:new, :reason, :withheld_at, :withheld_by, :until, :record_sha256, :titles,"
        " :lifted_at, :lifted_by)",
        row,
    )


def _carry_file(connection: sqlite3.Connection, row: Row, other: Path, placed: PlacedFiles) -> None:
    """Bring the file of an article, with the numbers that its rows have here."""
    path = record_path(other, row["uid"])
    record = read_checked(path, row["record_sha256"])
    try:
        content = _renumbered(connection, json.loads(record), row["new"])
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise DamagedRecord(str(path), phrase("it has not the form of such a file: {error}", error=error)) from error
    target = record_path(placed.archive, row["uid"])
    placed.paths.append(target)
    write_record(target, content)
    _add(connection, {**row, "record_sha256": sha256(content).hexdigest()})


def _renumbered(connection: sqlite3.Connection, record: Mapping[str, Any], article_id: int) -> bytes:
    rows = [record["article"], *(row for table in TABLES for row in record[table])]
    for row in rows:
        for column in _KEYS.keys() & row.keys():
            sql = f"SELECT new FROM temp.{_KEYS[column]}_ids WHERE old = ?"
            found = connection.execute(sql, (row[column],)).fetchone()
            row[column] = found and found[0]
        row["id" if row is record["article"] else "article_id"] = article_id
    return json.dumps(record, ensure_ascii=False, indent=1).encode()


def _withhold(connection: sqlite3.Connection, row: Row, placed: PlacedFiles) -> None:
    """Take an article of ours out of sight, as the other archive says; its copies there are recognised too."""
    placed.paths.append(record_path(placed.archive, row["our_uid"]))
    withhold_article(
        connection,
        row["new"],
        placed.archive,
        reason=row["reason"],
        until=date.fromisoformat(row["until"]) if row["until"] else None,
        at=from_text(row["withheld_at"]),
        by=row["withheld_by"],
    )
    sql = "SELECT id, titles FROM main.withholdings WHERE article_id = ? AND lifted_at IS NULL"
    key, titles = connection.execute(sql, (row["new"],)).fetchone()
    known = sorted({*json.loads(titles), *json.loads(row["titles"])})
    connection.execute("UPDATE main.withholdings SET titles = ? WHERE id = ?", (json.dumps(known), key))
