"""Whether a newspaper still shows an article: it was seen again, or it is gone.

Every function works inside the transaction of its caller.
"""

import sqlite3

from archive.record import Capture, Reason
from archive.times import to_text

GONE_STATUS = (404, 410)
TAKEN_AWAY = (Reason.GONE, Reason.SOFT_404)
"""What a page says that is no longer there: by its status, or in words."""

_CARRIED_ELSEWHERE = """
SELECT 1 FROM urls u JOIN sites s ON s.id = u.site_id
WHERE u.article_id = ? AND s.site <> ? AND u.outcome IN ('added', 'revised', 'unchanged', 'failed')
"""
"""Addresses at other sites whose last answer was the article, or was none at all."""


def touch_article(connection: sqlite3.Connection, article_id: int, *, seen_at: str) -> None:
    """Note that the newspaper still shows the article; one that was gone is live again."""
    connection.execute("UPDATE articles SET last_seen_at = max(last_seen_at, ?) WHERE id = ?", (seen_at, article_id))
    revived = connection.execute(
        "UPDATE articles SET status = 'live', change_seq = (SELECT max(change_seq) + 1 FROM articles) "
        "WHERE id = ? AND status = 'gone'",
        (article_id,),
    )
    if revived.rowcount:
        connection.execute(
            "UPDATE tombstones SET back_at = ? WHERE article_id = ? AND back_at IS NULL",
            (seen_at, article_id),
        )


def bury_article(connection: sqlite3.Connection, article_id: int, capture: Capture, *, capture_id: int) -> None:
    """Set a tombstone if the refused `capture` says that the article was taken away; the text stays.

    As long as another site carries a copy of it, it is not gone.
    """
    refusal = capture.refusal
    if refusal is None or (capture.status not in GONE_STATUS and refusal.reason not in TAKEN_AWAY):
        return
    if connection.execute(_CARRIED_ELSEWHERE, (article_id, capture.site)).fetchone():
        return
    buried = connection.execute(
        "UPDATE articles SET status = 'gone', change_seq = (SELECT max(change_seq) + 1 FROM articles) "
        "WHERE id = ? AND status = 'live'",
        (article_id,),
    )
    if buried.rowcount:
        connection.execute(
            "INSERT INTO tombstones (article_id, seen_at, status, reason, detail, capture_id) VALUES (?,?,?,?,?,?)",
            (
                article_id,
                to_text(capture.fetched_at),
                capture.status,
                refusal.reason,
                refusal.detail,
                capture_id,
            ),
        )
