"""The sketch of each text, by which copies in other newspapers are found.

This code keeps it equal to the text, inside the transaction of the article. A text that is new, changed or dated anew
is put on the list of those that `archive/copies/update.py` compares; an article that says something else of its origin
is put on the list of those that it groups. Groups and origins are made there; here they only end, when the text that
they speak of is gone.
"""

import sqlite3
import struct
from collections.abc import Iterable, Sequence
from enum import IntEnum
from itertools import chain

from archive.fold import folded_words
from archive.rows import Row, rows_of
from archive.shingles import LEAST_SYLLABLES, digest, shingles, sketch
from archive.story_text import story_text
from archive.times import FIRST_DAY
from archive.writing.changes import note_changes

_DAY = (
    f"CAST(julianday(ifnull(a.published_date, substr(a.first_seen_at, 1, 10))) - julianday('{FIRST_DAY}') AS INTEGER)"
)
_CHANGED = f"""
SELECT a.id, a.lead, a.lead_mark, t.body, {_DAY} AS day,
    c.day AS old_day, c.syllables AS old_syllables, c.digest AS old_digest, c.sketch AS old_sketch
FROM to_index i JOIN articles a ON a.id = i.article_id JOIN article_texts t ON t.article_id = a.id
LEFT JOIN copy_texts c ON c.article_id = a.id
WHERE NOT (i.has_words OR i.has_sketch) OR c.day IS NOT {_DAY}
"""
"""The texts on the list of the index that are new and came without a sketch, and those whose day changed."""
_MISSING = f"""
SELECT a.id, a.lead, a.lead_mark, t.body, {_DAY} AS day,
    NULL AS old_day, NULL AS old_syllables, NULL AS old_digest, NULL AS old_sketch
FROM articles a JOIN article_texts t ON t.article_id = a.id
WHERE a.id > ? AND a.id NOT IN (SELECT article_id FROM copy_texts) ORDER BY a.id LIMIT ?
"""


class Todo(IntEnum):
    """What is to be done with a text; a later step has a smaller number."""

    COMPARE = 2
    GROUP = 1
    NOTHING = 0


_SAYS_ORIGIN = (
    *("text_sha256", "byline_raw", "lead_mark", "source_credit", "site_id"),
    *("published_at", "published_precision", "first_seen_at"),
)
"""Columns of `articles` that change where a text is from, also if its syllables stay."""
_PREPARE = f"""
CREATE TEMP TRIGGER origin_changed AFTER UPDATE OF {", ".join(_SAYS_ORIGIN)} ON main.articles
WHEN {" OR ".join(f"old.{column} IS NOT new.{column}" for column in _SAYS_ORIGIN)}
BEGIN UPDATE copy_texts SET todo = max(todo, {Todo.GROUP}) WHERE article_id = new.id; END
"""


def prepare_sketches(connection: sqlite3.Connection) -> None:
    """Make the trigger of this connection that has an article grouped anew, whoever changes what it says."""
    connection.execute(_PREPARE)


def sketch_changed(connection: sqlite3.Connection) -> None:
    """Sketch every text on the list of the index: before a transaction ends."""
    _sketch_all(connection, list(rows_of(connection.execute(_CHANGED))))


def sketch_missing(connection: sqlite3.Connection, *, after: int, limit: int) -> int | None:
    """Sketch texts that have no sketch, of articles above an id; return the id of the last one, None if there is none.

    An older program stored them, or a repair has removed all sketches.
    """
    rows = list(rows_of(connection.execute(_MISSING, (after, limit))))
    _sketch_all(connection, rows)
    return rows[-1]["id"] if rows else None


def sketch_of(row: Row) -> tuple[int, int | None, list[int]]:
    """Return the size, the digest and the sketch of a text, of which the row has lead, lead_mark and body.

    A short text has no digest, and nothing in its sketch.
    """
    words = folded_words(story_text(row["lead"], row["body"], lead_mark=row["lead_mark"]).text)
    if len(words) < LEAST_SYLLABLES:
        return len(words), None, []
    return len(words), digest(words), sketch(shingles(words))


def forget_copies(connection: sqlite3.Connection, article_id: int) -> None:
    """Remove all that is kept of an article for finding copies; its copies have no group until they are made anew."""
    row = connection.execute("SELECT day, sketch FROM copy_texts WHERE article_id = ?", (article_id,)).fetchone()
    if row is None:
        return
    _unlist(connection, article_id, row[0], unpack_sketch(row[1]))
    connection.execute("DELETE FROM copy_texts WHERE article_id = ?", (article_id,))
    unlink(connection, article_id)
    note_changes(connection, leave_groups(connection, [article_id]) - {article_id})
    connection.execute("DELETE FROM article_origins WHERE article_id = ?", (article_id,))


def forget_all_copies(connection: sqlite3.Connection) -> None:
    """Remove all that can be made again of the articles."""
    for table in ("copy_sketches", "copy_links", "copy_members", "copy_groups", "article_origins", "copy_texts"):
        connection.execute(f"DELETE FROM {table}")


def forget_sketches(connection: sqlite3.Connection) -> None:
    """Remove all sketches and links, and what is kept of texts that are not there; groups stay until theirs are made.

    So an export shows the same of an article, if the same is found again.
    """
    for table in ("copy_sketches", "copy_links", "copy_texts"):
        connection.execute(f"DELETE FROM {table}")
    for table in ("copy_members", "article_origins"):
        connection.execute(f"DELETE FROM {table} WHERE article_id NOT IN (SELECT article_id FROM article_texts)")
    whole = "SELECT g.id FROM copy_groups g JOIN copy_members m ON m.group_id = g.id AND m.article_id = g.text_id"
    connection.execute(f"DELETE FROM copy_members WHERE group_id NOT IN ({whole})")
    connection.execute("DELETE FROM copy_groups WHERE id NOT IN (SELECT group_id FROM copy_members)")


def unlink(connection: sqlite3.Connection, article_id: int) -> None:
    """Remove the links of an article; those that it was linked with are grouped anew."""
    gone = connection.execute("DELETE FROM copy_links WHERE article_id = ? RETURNING other_id", (article_id,))
    others = [other for (other,) in gone.fetchall()]
    if not others:
        return
    connection.executemany(
        "DELETE FROM copy_links WHERE article_id = ? AND other_id = ?", [(other, article_id) for other in others]
    )
    _group_later(connection, others)


def leave_groups(connection: sqlite3.Connection, article_ids: Iterable[int]) -> set[int]:
    """Dissolve the groups of these articles, and return the ids of all that were members: they are grouped anew."""
    left: set[int] = set()
    for article_id in article_ids:
        sql = "SELECT group_id FROM copy_members WHERE article_id = ?"
        for (group_id,) in connection.execute(sql, (article_id,)).fetchall():
            gone = connection.execute("DELETE FROM copy_members WHERE group_id = ? RETURNING article_id", (group_id,))
            left.update(member for (member,) in gone.fetchall())
            connection.execute("DELETE FROM copy_groups WHERE id = ?", (group_id,))
    if left:
        _group_later(connection, left)
    return left


def unpack_sketch(packed: bytes) -> Sequence[int]:
    """Return the hashes of a stored sketch."""
    return struct.unpack(f">{len(packed) // 4}I", packed)


def _group_later(connection: sqlite3.Connection, article_ids: Iterable[int]) -> None:
    connection.executemany(
        "UPDATE copy_texts SET todo = ? WHERE article_id = ? AND todo = ?",
        [(Todo.GROUP, each, Todo.NOTHING) for each in article_ids],
    )


def _sketch_all(connection: sqlite3.Connection, rows: Iterable[Row]) -> None:
    """Keep the sketches of texts. Their hashes are written in the order of the table: so each page of it once."""
    listed = sorted(chain.from_iterable(_sketch(connection, row) for row in rows))
    connection.executemany("INSERT INTO copy_sketches (hash, day, article_id) VALUES (?,?,?)", listed)


def _sketch(connection: sqlite3.Connection, row: Row) -> list[tuple[int, int, int]]:
    """Keep the sketch of a text, in the place of the one that it had; return what is to be listed of it."""
    article_id, day = row["id"], row["day"]
    size, number, hashes = sketch_of(row)
    if row["old_sketch"] is not None:
        if (day, size, number) == (row["old_day"], row["old_syllables"], row["old_digest"]):
            return []
        _unlist(connection, article_id, row["old_day"], unpack_sketch(row["old_sketch"]))
    connection.execute(
        "INSERT OR REPLACE INTO copy_texts (article_id, day, syllables, digest, sketch, todo) VALUES (?,?,?,?,?,?)",
        (article_id, day, size, number, struct.pack(f">{len(hashes)}I", *hashes), Todo.COMPARE),
    )
    return [(value, day, article_id) for value in hashes]


def _unlist(connection: sqlite3.Connection, article_id: int, day: int, hashes: Sequence[int]) -> None:
    connection.executemany(
        "DELETE FROM copy_sketches WHERE hash = ? AND day = ? AND article_id = ?",
        [(each, day, article_id) for each in hashes],
    )
