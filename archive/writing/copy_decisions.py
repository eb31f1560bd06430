"""What persons decide of copies: an article is, or is not, one story with others.

The rows name articles by uid: a decision stays when groups are made anew, in a rebuild and in a merge.
Every function works inside the transaction of its caller.
"""

import sqlite3
from collections.abc import Iterable, Sequence
from datetime import datetime
from enum import StrEnum

from archive.times import to_text
from archive.writing.sketches import Todo


class Verdict(StrEnum):
    """What was decided; stored in `copy_decisions`."""

    JOINED = "joined"
    SPLIT = "split"


_END = """
UPDATE copy_decisions SET ended_at = ?, ended_by = ?
WHERE ended_at IS NULL AND ((uid = ? AND other_uid = ?) OR (uid = ? AND other_uid = ?))
"""
_LIFT = """
UPDATE copy_decisions SET ended_at = ?1, ended_by = ?2 WHERE ended_at IS NULL AND (uid = ?3 OR other_uid = ?3)
RETURNING uid, other_uid
"""
_LATER = "UPDATE copy_texts SET todo = max(todo, ?) WHERE article_id = (SELECT id FROM articles WHERE uid = ?)"


def decide_copies(
    connection: sqlite3.Connection,
    uid: str,
    others: Sequence[str],
    verdict: Verdict,
    *,
    at: datetime,
    by: str,
    reason: str | None,
) -> None:
    """Note that an article is, or is not, one story with each of the others; the last decision on a pair counts."""
    moment = to_text(at)
    for other in others:
        connection.execute(_END, (moment, by, uid, other, other, uid))
        connection.execute(
            "INSERT INTO copy_decisions (uid, other_uid, what, decided_at, decided_by, reason) VALUES (?,?,?,?,?,?)",
            (uid, other, verdict, moment, by, reason),
        )
    group_later(connection, (uid, *others))


def lift_copy_decisions(connection: sqlite3.Connection, uid: str, *, at: datetime, by: str) -> bool:
    """End all decisions on an article, and return whether there was any."""
    ended = connection.execute(_LIFT, (to_text(at), by, uid)).fetchall()
    group_later(connection, {each for pair in ended for each in pair})
    return bool(ended)


def group_later(connection: sqlite3.Connection, uids: Iterable[str]) -> None:
    """Put articles on the list of those that are grouped anew."""
    connection.executemany(_LATER, [(Todo.GROUP, uid) for uid in uids])
