"""Whether the outlet still shows an article: it was seen again, or it is gone."""

import sqlite3

from archive.outcomes import GONE_STATUS
from archive.record import ArticleStatus, Capture
from archive.times import to_text
from archive.writing.changes import change_article

_CARRIED_ELSEWHERE = """
SELECT 1 FROM urls u JOIN sites s ON s.id = u.site_id
WHERE u.article_id = ? AND s.site <> ? AND u.outcome IN ('added', 'revised', 'unchanged', 'failed')
"""
"""Addresses at other sites whose last answer was the article, or did not come."""


def touch_article(connection: sqlite3.Connection, article_id: int, *, seen_at: str) -> None:
    """Note that the outlet still shows the article; one that was gone is live again."""
    sql = "SELECT last_seen_at, status FROM articles WHERE id = ?"
    last_seen_at, status = connection.execute(sql, (article_id,)).fetchone()
    if seen_at <= last_seen_at and status == ArticleStatus.LIVE:
        return
    change_article(connection, article_id, {"last_seen_at": max(seen_at, last_seen_at), "status": ArticleStatus.LIVE})
    if status == ArticleStatus.GONE:
        connection.execute(
            "UPDATE tombstones SET back_at = ? WHERE article_id = ? AND back_at IS NULL",
            (seen_at, article_id),
        )


def bury_article(connection: sqlite3.Connection, article_id: int, capture: Capture, *, capture_id: int) -> None:
    """Set a tombstone if the refused `capture` says that the article was taken away; the text stays.

    As long as another site carries a copy of it, it is not gone.
    """
    refusal = capture.refusal
    if refusal is None or not (capture.status in GONE_STATUS or refusal.reason.says_gone):
        return
    if connection.execute(_CARRIED_ELSEWHERE, (article_id, capture.site)).fetchone():
        return
    (status,) = connection.execute("SELECT status FROM articles WHERE id = ?", (article_id,)).fetchone()
    if status == ArticleStatus.GONE:
        return
    change_article(connection, article_id, {"status": ArticleStatus.GONE})
    connection.execute(
        "INSERT INTO tombstones (article_id, seen_at, status, reason, detail, capture_id) VALUES (?,?,?,?,?,?)",
        (article_id, to_text(capture.fetched_at), capture.status, refusal.reason, refusal.detail, capture_id),
    )
