"""Finds the copies of a text among those of the days around it, and links them with it.

Candidates share a hash of their sketches, or all syllables. Each is compared syllable by syllable, the likeliest first:
a text with 60 copies is compared with three of them, and one that shares a template with hundreds with a few.
Every function works inside the transaction of its caller.
"""

import json
import sqlite3
from collections import defaultdict
from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass, field
from functools import cache

from archive.copies.candidates import Around, likeliest
from archive.copies.overlap import NEARLY_ALL, Overlap, is_copy, overlap, version_of
from archive.copies.texts import Texts
from archive.rows import Row, rows_of
from archive.writing.sketches import Todo, unlink, unpack_sketch

ENOUGH_COPIES = 3
"""Copies that a hash has to lead to: the others are linked with these."""
ENOUGH_STRANGERS = 3
"""Texts that share a hash and are no copies, after which it is not followed any more."""
MOST_VERSIONS = 1
"""Other versions of a text among those most like it, each with its own name or number: a story is corrected once or
twice, and a form has another value in each text."""
LOOKED_AT = 8
"""Texts most like one, of any outlet, among which a form shows: most newspapers print it on many days."""

_TO_COMPARE = f"""
SELECT c.article_id, c.day, c.digest, c.sketch, a.site_id, a.published_date IS NULL AS is_undated,
    EXISTS (SELECT 1 FROM copy_links WHERE article_id = c.article_id) AS has_links,
    EXISTS (SELECT 1 FROM copy_texts WHERE digest = c.digest AND article_id <> c.article_id) AS has_equal
FROM json_each(?) d JOIN copy_texts c ON c.article_id = d.value JOIN articles a ON a.id = c.article_id
WHERE c.todo = {Todo.COMPARE} ORDER BY d.key
"""
_EQUAL = """
SELECT c.article_id FROM copy_texts c JOIN articles a ON a.id = c.article_id
WHERE c.digest = :digest AND c.todo < :todo AND a.site_id IS NOT :site
    AND (c.day BETWEEN :first AND :last OR a.published_date IS NULL OR :is_undated)
ORDER BY c.article_id LIMIT :limit
"""
_LINK = "INSERT OR REPLACE INTO copy_links (article_id, other_id, cover) VALUES (?,?,?)"


@dataclass(slots=True)
class _Search:
    """The search for the copies of one text."""

    row: Row
    sharing: Sequence[frozenset[int]]
    """Of each hash, the articles with it."""
    copies: dict[int, int] = field(default_factory=lambda: defaultdict(int))
    """Number of a hash → copies that it has led to."""
    strangers: dict[int, int] = field(default_factory=lambda: defaultdict(int))
    followed: set[int] = field(init=False)
    """Numbers of the hashes that may lead to another copy."""
    reached: frozenset[int] = field(init=False)
    """Articles to which these lead."""

    def __post_init__(self) -> None:
        """Follow all hashes."""
        self.followed = set(range(len(self.sharing)))
        self._reach()

    def numbers_of(self, other: int) -> list[int]:
        """Return the numbers of the hashes that an article shares."""
        return [number for number, articles in enumerate(self.sharing) if other in articles]

    def note(self, numbers: Sequence[int], *, is_copy: bool) -> None:
        """Count a text to which these hashes led; the last one that a hash needs ends it."""
        counts, enough = (self.copies, ENOUGH_COPIES) if is_copy else (self.strangers, ENOUGH_STRANGERS)
        for number in numbers:
            counts[number] += 1
        ended = {number for number in numbers if counts[number] >= enough}
        if not self.followed.isdisjoint(ended):
            self.followed -= ended
            self._reach()

    def _reach(self) -> None:
        self.reached = frozenset().union(*(self.sharing[number] for number in self.followed))


def texts_to_compare(connection: sqlite3.Connection, article_ids: Iterable[int]) -> list[Row]:
    """Return what is known of those of these texts that are to be compared, with their `hashes`, in their order."""
    rows = rows_of(connection.execute(_TO_COMPARE, (json.dumps([*article_ids]),)))
    return [{**row, "hashes": unpack_sketch(row["sketch"])} for row in rows]


def compare_text(
    connection: sqlite3.Connection, row: Row, texts: Texts, *, around: Around, waiting: Container[int] = ()
) -> None:
    """Link a text with its copies among those that were compared before it; those known to be `waiting` were not."""
    article_id, day = row["article_id"], row["day"]
    if row["has_links"]:
        unlink(connection, article_id)
    if row["has_equal"] and (equal := _equal(connection, row, around.span(day))):
        for other in equal:
            link(connection, article_id, other, cover=1.0, cover_other=1.0)
        return
    search = _Search(row, around.sharing(row["hashes"]))
    is_form = cache(lambda: _is_form(connection, search, texts))
    for other in likeliest(article_id, search.sharing, waiting=waiting):
        if other not in search.reached or (other_day := _day_to_compare(connection, other, row)) is None:
            continue
        numbers = search.numbers_of(other)
        one, another = texts.prepared(article_id), texts.prepared(other)
        shared = overlap(one, another)
        has_wording = shared.is_enough and is_copy(
            one,
            another,
            shared,
            is_recurring=around.is_recurring([row["hashes"][number] for number in numbers]),
            days_apart=abs(other_day - day),
        )
        has_wording = has_wording and not (version_of(one, another, shared) and is_form())
        search.note(numbers, is_copy=has_wording)
        if has_wording:
            link_overlap(connection, article_id, other, shared)


def _equal(connection: sqlite3.Connection, row: Row, span: tuple[int, int]) -> list[int]:
    """Return articles with the same syllables; the day of one without a date is only that of its capture."""
    values = {"digest": row["digest"], "todo": Todo.COMPARE, "site": row["site_id"], "is_undated": row["is_undated"]}
    limits = {"first": span[0], "last": span[1], "limit": ENOUGH_COPIES}
    return [other for (other,) in connection.execute(_EQUAL, {**values, **limits})]


def link_overlap(connection: sqlite3.Connection, one: int, other: int, shared: Overlap) -> None:
    """Link two articles with what their texts share."""
    link(connection, one, other, cover=shared.cover_one, cover_other=shared.cover_other)


def link(connection: sqlite3.Connection, one: int, other: int, *, cover: float, cover_other: float) -> None:
    """Link two articles; the covers are the share of each text that the other one has."""
    connection.executemany(_LINK, [(one, other, round(cover, 3)), (other, one, round(cover_other, 3))])


def _is_form(connection: sqlite3.Connection, search: _Search, texts: Texts) -> bool:
    """Whether a text is one that newspapers fill in: texts of the days around are like it, each in another version."""
    article_id = search.row["article_id"]
    one, versions = texts.prepared(article_id), set()
    for other in likeliest(article_id, search.sharing)[:LOOKED_AT]:
        if connection.execute("SELECT 1 FROM copy_texts WHERE article_id = ?", (other,)).fetchone():
            another = texts.prepared(other)
            shared = overlap(one, another)
            if min(shared.cover_one, shared.cover_other) >= NEARLY_ALL:
                versions.add(version_of(one, another, shared))
    return len(versions - {frozenset()}) > MOST_VERSIONS


def _day_to_compare(connection: sqlite3.Connection, other: int, row: Row) -> int | None:
    """Return the day of an article of another site that was compared with those before it; None for other articles."""
    sql = "SELECT c.day, c.todo, a.site_id FROM copy_texts c JOIN articles a ON a.id = c.article_id WHERE a.id = ?"
    found = connection.execute(sql, (other,)).fetchone()
    is_compared = found is not None and found[1] < Todo.COMPARE and found[2] != row["site_id"]
    return int(found[0]) if is_compared else None
