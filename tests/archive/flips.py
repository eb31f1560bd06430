"""Flips one bit of an archive, at random places of a kind."""

import random
import sqlite3
from collections.abc import Callable
from pathlib import Path

TEXTS = (("articles", "title"), ("articles", "lead"), ("article_texts", "body"), ("articles", "text_sha256"))
REVISIONS = tuple(("article_revisions", column) for column in ("title", "lead", "body", "byline", "text_sha256"))
REFERENCES = (
    *(("articles", "capture_id"), ("article_revisions", "capture_id"), ("tombstones", "capture_id")),
    *(("captures", "raw_answer_id"), ("captures", "article_id"), ("raw_answers", "original_id")),
    *(("raw_answers", "warc_file_id"), ("raw_answers", "warc_offset"), ("raw_answers", "warc_length")),
)

ANYWHERE = ("",)
"""What a finding must name where any finding will do."""


def flip_warc(folder: Path, chance: random.Random) -> tuple[str, ...]:
    """Flip a bit of a WARC file, and return the names of which a finding must name one."""
    path = chance.choice(sorted((folder / "warc").iterdir()))
    flip_byte(path, chance.randrange(path.stat().st_size), chance)
    return (path.name,)


def flip_database(folder: Path, chance: random.Random) -> tuple[str, ...]:
    """Flip a bit of `news.db`."""
    path = folder / "news.db"
    flip_byte(path, chance.randrange(path.stat().st_size), chance)
    return ANYWHERE


def flip_byte(path: Path, at: int, chance: random.Random) -> None:
    with path.open("r+b") as file:
        file.seek(at)
        (byte,) = file.read(1)
        file.seek(at)
        file.write(bytes((byte ^ 1 << chance.randrange(8),)))


def flip_text(folder: Path, chance: random.Random) -> tuple[str, ...]:
    return _flip_value(folder, chance, TEXTS)


def flip_revision(folder: Path, chance: random.Random) -> tuple[str, ...]:
    return _flip_value(folder, chance, REVISIONS)


def flip_reference(folder: Path, chance: random.Random) -> tuple[str, ...]:
    return _flip_value(folder, chance, REFERENCES)


KINDS: dict[str, Callable[[Path, random.Random], tuple[str, ...]]] = {
    "warc": flip_warc,
    "text": flip_text,
    "revision": flip_revision,
    "reference": flip_reference,
}


def _flip_value(folder: Path, chance: random.Random, columns: tuple[tuple[str, str], ...]) -> tuple[str, ...]:
    """Flip a bit of a value; return the names of which a finding must name one."""
    connection = sqlite3.connect(folder / "news.db")
    found = [(table, column, rows) for table, column in columns if (rows := _values(connection, table, column))]
    if not found:
        raise LookupError("the archive has nothing of it")
    table, column, rows = chance.choice(found)
    key = "article_id" if table == "article_texts" else "id"
    row, value, kind = chance.choice(rows)
    if kind == "integer":
        new: object = int(value) ^ 1 << chance.randrange(int(value).bit_length())
        sql = f"UPDATE {table} SET {column} = ? WHERE {key} = ?"
    else:
        at = chance.randrange(len(value))
        new = value[:at] + bytes((value[at] ^ 1 << chance.randrange(8),)) + value[at + 1 :]
        sql = f"UPDATE {table} SET {column} = CAST(? AS TEXT) WHERE {key} = ?"
    names = (_name(connection, table, row), f"{table}, row {row}:")
    connection.execute(sql, (new, row))
    connection.commit()
    connection.close()
    return names


def _values(connection: sqlite3.Connection, table: str, column: str) -> list[tuple[int, bytes, str]]:
    """Return key, bytes and type of each value of a column."""
    key = "article_id" if table == "article_texts" else "id"
    sql = f"SELECT {key}, CAST({column} AS BLOB), typeof({column}) FROM {table} WHERE {column} <> '' ORDER BY 1"
    return connection.execute(sql).fetchall()


def _name(connection: sqlite3.Connection, table: str, row: int) -> str:
    sql = {
        "articles": "SELECT 'article ' || substr(uid, 1, 8) FROM articles WHERE id = ?",
        "article_texts": "SELECT 'article ' || substr(uid, 1, 8) FROM articles WHERE id = ?",
        "article_revisions": "SELECT 'text ' || n || ' of article ' FROM article_revisions WHERE id = ?",
        "tombstones": "SELECT 'tombstone ' || ?",
        "captures": "SELECT 'capture ' || ?",
        "raw_answers": "SELECT 'raw page ' || ?",
    }[table]
    return str(connection.execute(sql, (row,)).fetchone()[0])
