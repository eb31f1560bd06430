"""The doubts of stored articles, and the doubtful readings that wait beside the text in force.

Every function works inside the transaction of its caller.
"""

import json
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from archive.outcomes import Reason
from archive.plain import as_record, from_record
from archive.record import Article, Doubt
from archive.writing.judging import Wait, in_order


class Taken(StrEnum):
    """Why a doubtful reading became the text in force; stored in `doubtful_readings`."""

    CONFIRMED = "confirmed"
    """A later capture gave the same words."""
    ACCEPTED = "accepted"
    """A person accepted it."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """A reading that waits."""

    id: int
    article: Article
    first_seen_at: str
    capture_id: int | None


def link_doubts(connection: sqlite3.Connection, article_id: int, doubts: Sequence[Doubt]) -> bool:
    """Make `doubts` those of the text in force; return whether that changed anything."""
    stored = connection.execute("SELECT doubt FROM article_doubts WHERE article_id = ?", (article_id,)).fetchall()
    if {doubt for (doubt,) in stored} == set(doubts):
        return False
    connection.execute("DELETE FROM article_doubts WHERE article_id = ?", (article_id,))
    connection.executemany("INSERT INTO article_doubts VALUES (?,?)", [(article_id, doubt) for doubt in doubts])
    return True


def doubts_from_text(text: str | None) -> tuple[Doubt, ...]:
    """Return the doubts of a JSON array in the order of a record; None holds none."""
    return in_order(map(Doubt, json.loads(text or "[]")))


def codes_to_text(codes: Sequence[str]) -> str | None:
    """Return codes as a JSON array; None if there are none, as nearly always."""
    return json.dumps(codes) if codes else None


def find_waiting(connection: sqlite3.Connection, article_id: int) -> Waiting | None:
    """Return the reading of an article that waits; None if none does."""
    row = connection.execute(
        "SELECT id, record, first_seen_at, capture_id FROM doubtful_readings WHERE article_id = ? AND taken_at IS NULL",
        (article_id,),
    ).fetchone()
    return None if row is None else Waiting(row[0], from_record(json.loads(row[1])), row[2], row[3])


def keep_waiting(
    connection: sqlite3.Connection,
    article_id: int,
    article: Article,
    wait: Wait,
    *,
    seen_at: str,
    capture_id: int | None,
) -> None:
    """Keep a reading beside the text in force; it replaces the one that waited before."""
    connection.execute("DELETE FROM doubtful_readings WHERE article_id = ? AND taken_at IS NULL", (article_id,))
    connection.execute(
        "INSERT INTO doubtful_readings (article_id, reason, detail, doubts, record, first_seen_at, last_seen_at,"
        " capture_id) VALUES (:article_id, :reason, :detail, :doubts, :record, :seen_at, :seen_at, :capture_id)",
        {**reading_columns(article, wait), "article_id": article_id, "seen_at": seen_at, "capture_id": capture_id},
    )


def reading_columns(article: Article, wait: Wait) -> dict[str, str]:
    """Return the columns of `doubtful_readings` that say what a reading was, and why it waits."""
    return {
        "reason": wait.reason,
        "detail": wait.detail,
        "doubts": json.dumps(list(article.doubts)),
        "record": json.dumps(as_record(article), ensure_ascii=False),
    }


def see_waiting(connection: sqlite3.Connection, reading: int, *, seen_at: str) -> None:
    """Note that a later capture gave the reading that waits again."""
    connection.execute("UPDATE doubtful_readings SET last_seen_at = ? WHERE id = ?", (seen_at, reading))


def drop_waiting(connection: sqlite3.Connection, article_id: int, *, seen_at: str) -> None:
    """Drop the reading that waits: the page gives the text in force again, or another text.

    A page that was seen before that reading says nothing about it.
    """
    connection.execute(
        "DELETE FROM doubtful_readings WHERE article_id = ? AND taken_at IS NULL AND last_seen_at <= ?",
        (article_id, seen_at),
    )


def note_taken(connection: sqlite3.Connection, reading: int, because: Taken, *, at: str) -> None:
    """Note that a reading became the text in force, and waits no more."""
    connection.execute(
        "UPDATE doubtful_readings SET taken_at = ?, taken_because = ? WHERE id = ?", (at, because, reading)
    )


def note_accepted(connection: sqlite3.Connection, article_id: int, doubts: Sequence[Doubt], *, at: str) -> None:
    """Note that a person accepted the text in force in spite of its doubts."""
    connection.execute(
        "INSERT INTO doubtful_readings (article_id, reason, detail, doubts, first_seen_at, last_seen_at, capture_id,"
        " taken_at, taken_because) SELECT id, ?, ?, ?, last_changed_at, last_seen_at, capture_id, ?, ? FROM articles"
        " WHERE id = ?",
        (Reason.DOUBTFUL, "the text in force", json.dumps(list(doubts)), at, Taken.ACCEPTED, article_id),
    )
