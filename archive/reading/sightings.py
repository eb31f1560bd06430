"""When the archive saw an article: its captures, and the times at which its outlet had taken it away."""

import sqlite3
from dataclasses import dataclass
from datetime import datetime

from archive.outcomes import Outcome, Reason
from archive.phrases import phrase
from archive.reading.damage import named_damage
from archive.record import Manner
from archive.rows import Row, rows_of
from archive.times import from_text, from_text_or_none

MOST_SIGHTINGS = 50
"""Captures of an article that are listed, the last ones; most articles have about six."""

_SIGHTINGS = """
SELECT id, fetched_at, url, status, bytes, outcome, reason, reread_of, imported_from,
    raw_answer_id IS NOT NULL AS is_kept
FROM captures WHERE article_id = ? ORDER BY fetched_at DESC, id DESC LIMIT ?
"""
_ABSENCES = "SELECT seen_at, status, reason, detail, back_at FROM tombstones WHERE article_id = ? ORDER BY id"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sighting:
    """One capture of an address of an article."""

    id: int
    at: datetime
    url: str
    status: int | None
    """HTTP; None when no answer came."""
    bytes: int
    outcome: Outcome
    reason: Reason | None
    manner: Manner
    is_kept: bool
    """Whether its raw page is in the archive."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Absence:
    """A time in which the outlet did not show the article."""

    seen_at: datetime
    """When it was first missing."""
    status: int | None
    """HTTP."""
    reason: Reason
    detail: str
    back_at: datetime | None
    """When it was there again; None if it is still missing."""


def sightings(connection: sqlite3.Connection, article_id: int) -> list[Sighting]:
    """Return the last captures of an article, the newest first."""
    with named_damage(phrase("a capture of article {article_id}", article_id=article_id)):
        return [_sighting(row) for row in rows_of(connection.execute(_SIGHTINGS, (article_id, MOST_SIGHTINGS)))]


def absences(connection: sqlite3.Connection, article_id: int) -> list[Absence]:
    """Return when the outlet did not show an article, the oldest first."""
    with named_damage(phrase("a tombstone of article {article_id}", article_id=article_id)):
        return [_absence(row) for row in rows_of(connection.execute(_ABSENCES, (article_id,)))]


def _sighting(row: Row) -> Sighting:
    manner = Manner.REREAD if row["reread_of"] else Manner.IMPORTED if row["imported_from"] else Manner.FETCHED
    return Sighting(
        id=row["id"],
        at=from_text(row["fetched_at"]),
        url=row["url"],
        status=row["status"],
        bytes=row["bytes"],
        outcome=Outcome(row["outcome"]),
        reason=Reason(row["reason"]) if row["reason"] else None,
        manner=manner,
        is_kept=bool(row["is_kept"]),
    )


def _absence(row: Row) -> Absence:
    return Absence(
        seen_at=from_text(row["seen_at"]),
        status=row["status"],
        reason=Reason(row["reason"]),
        detail=row["detail"],
        back_at=from_text_or_none(row["back_at"]),
    )
