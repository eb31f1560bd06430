"""The corrections of an article: what persons put in the place of what its page says."""

import json
import sqlite3
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from archive.phrases import phrase
from archive.reading.damage import named_damage
from archive.rows import Row, rows_of
from archive.times import from_text, from_text_or_none, to_text, to_text_or_none
from archive.writing.corrections import Field, Value


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """One field that a person corrected."""

    field: Field
    old_value: Value
    """What was in force before."""
    new_value: Value
    page_value: Value
    """What the newest reading of the page has: it returns when the correction is lifted."""
    corrected_at: datetime
    corrected_by: str
    reason: str | None
    ended_at: datetime | None
    """When it was lifted, or replaced by a later correction; None while it is in force."""
    ended_by: str | None

    def as_record(self) -> dict[str, Any]:
        """Return it as JSON knows it."""
        times = {"corrected_at": to_text(self.corrected_at), "ended_at": to_text_or_none(self.ended_at)}
        return {**asdict(self), **times}


def corrections(connection: sqlite3.Connection, article_id: int) -> list[Correction]:
    """Return the corrections of an article, the oldest first."""
    with named_damage(phrase("a correction of article {article_id}", article_id=article_id)):
        cursor = connection.execute("SELECT * FROM corrections WHERE article_id = ? ORDER BY id", (article_id,))
        return [_correction(row) for row in rows_of(cursor)]


def _correction(row: Row) -> Correction:
    return Correction(
        field=Field(row["field"]),
        old_value=json.loads(row["old_value"]),
        new_value=json.loads(row["new_value"]),
        page_value=json.loads(row["page_value"]),
        corrected_at=from_text(row["corrected_at"]),
        corrected_by=row["corrected_by"],
        reason=row["reason"],
        ended_at=from_text_or_none(row["ended_at"]),
        ended_by=row["ended_by"],
    )
