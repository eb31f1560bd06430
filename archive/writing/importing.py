"""Storing a capture that somebody else made, once.

Every function works inside the transaction of its caller.
"""

import sqlite3
from dataclasses import dataclass
from datetime import datetime

from archive.outcomes import Outcome, Reason
from archive.record import NO_LINKS, Capture
from archive.times import to_text
from archive.writing.captures import store_capture
from archive.writing.raw_pages import RawPages

_LAST = "SELECT outcome, reason, detail FROM captures ORDER BY id DESC LIMIT 1"


@dataclass(frozen=True, slots=True)
class Imported:
    """What became of an imported capture."""

    outcome: Outcome
    reason: Reason | None = None
    detail: str | None = None


def has_capture(connection: sqlite3.Connection, url: str, *, at: datetime) -> bool:
    """Return whether there is a capture of this address at this moment."""
    sql = "SELECT 1 FROM captures WHERE url = ? AND fetched_at = ?"
    return connection.execute(sql, (url, to_text(at))).fetchone() is not None


def import_capture(connection: sqlite3.Connection, capture: Capture, *, raw: RawPages | None) -> Imported:
    """Store a capture, and say what became of it."""
    store_capture(connection, capture, before=NO_LINKS, raw=raw)
    outcome, reason, detail = connection.execute(_LAST).fetchone()
    return Imported(Outcome(outcome), Reason(reason) if reason else None, detail)
