"""Checks the tables that are computed of the texts: sketches, links and groups of copies, origins."""

import sqlite3
from collections.abc import Iterator, Sequence

from archive.care.findings import ANEW, Finding
from archive.phrases import phrase
from archive.record import Origin
from archive.rows import Row, rows_of
from archive.writing.sketches import Todo, sketch_of, unpack_sketch

_TEXTS = """
SELECT c.*, a.lead, a.lead_mark, t.body FROM copy_texts c
LEFT JOIN articles a ON a.id = c.article_id LEFT JOIN article_texts t ON t.article_id = a.id
"""
_LISTED = "SELECT article_id, min(day), max(day), count(*), sum(hash) FROM copy_sketches GROUP BY article_id"
_ORIGINS = ", ".join(f"'{origin}'" for origin in Origin)
_GROUPS = f"""
SELECT 'links of article ' || article_id, 'the other one has none, or one of them has no text' FROM copy_links l
WHERE NOT EXISTS (SELECT 1 FROM copy_links WHERE article_id = l.other_id AND other_id = l.article_id)
    OR article_id NOT IN (SELECT article_id FROM copy_texts)
UNION
SELECT 'group of copies ' || id, 'it has other members than it counts' FROM copy_groups g
WHERE articles <> (SELECT count(*) FROM copy_members WHERE group_id = g.id) OR articles < 2
    OR text_id NOT IN (SELECT article_id FROM copy_members WHERE group_id = g.id)
    OR (origin_id IS NOT NULL AND origin_id NOT IN (SELECT article_id FROM copy_members WHERE group_id = g.id))
UNION
SELECT 'group of copies ' || group_id, 'article ' || article_id || ' is a member, and has no text'
FROM copy_members WHERE article_id NOT IN (SELECT article_id FROM copy_texts)
UNION
SELECT 'members of group of copies ' || group_id, 'there is no such group'
FROM copy_members WHERE group_id NOT IN (SELECT id FROM copy_groups)
UNION
SELECT 'origin of article ' || article_id, 'the article has no text'
FROM article_origins WHERE article_id NOT IN (SELECT article_id FROM copy_texts)
UNION
SELECT 'origin of article ' || c.article_id, 'it is missing, or not that of one of its groups'
FROM copy_texts c LEFT JOIN article_origins o ON o.article_id = c.article_id
WHERE c.todo = {Todo.NOTHING} AND (o.origin IS NULL OR o.origin NOT IN ({_ORIGINS})
    OR (o.origin NOT IN (SELECT origin FROM copy_members m WHERE m.article_id = c.article_id)
        AND EXISTS (SELECT 1 FROM copy_members m WHERE m.article_id = c.article_id)))
"""
"""What is wrong in the tables that an update writes. Where a text waits for the next update they may be behind it."""


def check_copies(connection: sqlite3.Connection) -> Iterator[Finding]:
    """Yield what differs from what an update of copies would write; a text without a sketch waits for the next one."""
    listed = {article_id: tuple(values) for article_id, *values in connection.execute(_LISTED)}
    for row in rows_of(connection.execute(_TEXTS)):
        hashes = [*unpack_sketch(row["sketch"])] if len(row["sketch"]) % 4 == 0 else None
        expected = hashes and (row["day"], row["day"], len(hashes), sum(hashes))
        is_listed = listed.pop(row["article_id"], None) == (expected or None)
        if not (is_listed and _is_of_its_text(row, hashes) and row["todo"] in list(Todo)):
            what = phrase("sketch of article {article_id}", article_id=row["article_id"])
            yield Finding(what, phrase("it is not that of its text"), ANEW)
    for article_id in listed:
        what = phrase("sketch of article {article_id}", article_id=article_id)
        yield Finding(what, phrase("there is no such text"), ANEW)
    for what, finding in connection.execute(_GROUPS):
        yield Finding(what, finding, ANEW)


def _is_of_its_text(row: Row, hashes: Sequence[int] | None) -> bool:
    if row["body"] is None:
        return False
    try:
        return sketch_of(row) == (row["syllables"], row["digest"], hashes)
    except UnicodeEncodeError:  # bytes that are no text: the check of the articles names them
        return True
