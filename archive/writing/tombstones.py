"""Notes whether the outlet still shows an article: it was seen again, or it is gone."""

import sqlite3

from archive.outcomes import GONE_STATUS, Reason
from archive.phrases import phrase
from archive.record import ArticleStatus, Capture, Refusal
from archive.times import to_text
from archive.writing.changes import change_article

_CARRIED_ELSEWHERE = """
SELECT 1 FROM urls u JOIN sites s ON s.id = u.site_id
WHERE u.article_id = ? AND s.site <> ? AND u.outcome IN ('added', 'revised', 'unchanged', 'failed')
"""
"""Addresses at other sites whose last capture gave the article, or failed."""
_BEFORE = """
SELECT reason, final_url FROM captures WHERE url = ? AND id < ? AND outcome <> 'failed'
ORDER BY fetched_at DESC, id DESC LIMIT 1
"""
"""The last capture before this one that did not fail."""


def touch_article(connection: sqlite3.Connection, article_id: int, *, seen_at: str) -> None:
    """Note that the outlet showed the article at that time; one that was gone before is live again."""
    sql = (
        "SELECT last_seen_at, status, (SELECT max(seen_at) FROM tombstones WHERE article_id = id AND back_at IS NULL)"
        " FROM articles WHERE id = ?"
    )
    last_seen_at, status, gone_at = connection.execute(sql, (article_id,)).fetchone()
    is_back = status == ArticleStatus.GONE and not (gone_at and seen_at < gone_at)
    if seen_at <= last_seen_at and not is_back:
        return
    live = {"status": ArticleStatus.LIVE} if is_back else {}
    change_article(connection, article_id, {"last_seen_at": max(seen_at, last_seen_at), **live})
    if is_back:
        connection.execute(
            "UPDATE tombstones SET back_at = ? WHERE article_id = ? AND back_at IS NULL",
            (seen_at, article_id),
        )


def judge_absence(connection: sqlite3.Connection, capture: Capture, refusal: Refusal, *, capture_id: int) -> Refusal:
    """Return the refusal of a stored article: GONE after two redirects in a row to a list.

    One redirect is not enough: a server in trouble sends its readers to the home page too.
    """
    if not _leads_to_list(refusal.reason, capture.url, capture.final_url):
        return refusal
    before = connection.execute(_BEFORE, (capture.url, capture_id)).fetchone()
    if before is None or not (before[0] == Reason.GONE or _leads_to_list(before[0], capture.url, before[1])):
        return refusal
    return Refusal(
        Reason.GONE,
        phrase("it redirects to {url} for the second time: {detail}", url=capture.final_url, detail=refusal.detail),
    )


def bury_article(
    connection: sqlite3.Connection, article_id: int, capture: Capture, refusal: Refusal, *, capture_id: int
) -> None:
    """Set a tombstone if `refusal` says that the article was taken away; the text stays.

    While another site shows a copy of it, it is not gone.
    """
    if not (capture.status in GONE_STATUS or refusal.reason.says_gone):
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


def _leads_to_list(reason: str | None, url: str, final_url: str | None) -> bool:
    """Return whether the answer at an address was a redirect to a home or section page."""
    return reason == Reason.LISTING and final_url not in (None, url)
