"""Writing one article: its row, its text, the index, its authors, tags and pictures, and the text before it.

Every function works inside the transaction of its caller.
"""

import json
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from archive.fold import normalise
from archive.index import index_text, unindex_text
from archive.links import find_section, link_authors, link_images, link_tags
from archive.places import province_then_and_now
from archive.record import Article, Capture, Outcome, Reason
from archive.times import to_text, to_text_or_none

SHRUNKEN_SHARE = 0.2
"""A body with less than this share of the stored words is a broken or walled page, not an edit."""

GONE_STATUS = (404, 410)

TEXT = ("title", "lead", "byline")
"""Columns of `articles` that a reader reads; the body stands in `article_texts`."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of a capture."""

    outcome: Outcome
    reason: Reason | None = None
    detail: str | None = None
    article_id: int | None = None


@dataclass(frozen=True, slots=True)
class _Sighting:
    """When an article was seen, and the capture that shows it."""

    at: str
    capture_id: int


def find_by_url(connection: sqlite3.Connection, url: str | None) -> int | None:
    """Return the id of the article at `url`, its own address or another one of it."""
    row = connection.execute(
        "SELECT id FROM articles WHERE url = :url "
        "UNION ALL SELECT article_id FROM article_urls WHERE url = :url LIMIT 1",
        {"url": url},
    ).fetchone()
    return None if row is None else int(row[0])


def write_article(
    connection: sqlite3.Connection,
    article: Article,
    capture: Capture,
    *,
    capture_id: int,
    site_id: int | None,
) -> Verdict:
    """Store `article`: ADDED, REVISED, UNCHANGED, or REFUSED as shrunken."""
    article_id = _find(connection, article, capture)
    row = _row(connection, article, site_id=site_id)
    seen = _Sighting(to_text(capture.fetched_at), capture_id)
    if article_id is None:
        verdict = Verdict(Outcome.ADDED, article_id=_add(connection, article, row, seen=seen))
    else:
        verdict = _meet_again(connection, article, row, article_id=article_id, seen=seen)
    if verdict.article_id is not None:
        _keep_addresses(connection, verdict.article_id, article, capture)
    return verdict


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
    """Set a tombstone if the refused `capture` says that the article was taken away; the text stays."""
    refusal = capture.refusal
    if refusal is None or (capture.status not in GONE_STATUS and refusal.reason is not Reason.GONE):
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


def _find(connection: sqlite3.Connection, article: Article, capture: Capture) -> int | None:
    """Return the stored article that this one is: same address, or the same page at a new address."""
    known = find_by_url(connection, article.url)
    if known is not None:
        if _is_own_address(connection, known, article.url) or _is_same_text(connection, known, article):
            return known
        # a redirect that has passed: the address serves an article of its own again
        connection.execute("DELETE FROM article_urls WHERE url = ? AND article_id = ?", (article.url, known))
        return None
    asked = find_by_url(connection, capture.url)
    if asked is None or capture.final_url in (None, capture.url):
        return asked
    # a redirect may also lead from a dead article to a living one: two texts are never merged
    return asked if _is_same_text(connection, asked, article) else None


def _is_own_address(connection: sqlite3.Connection, article_id: int, url: str) -> bool:
    return (
        connection.execute("SELECT 1 FROM articles WHERE id = ? AND url = ?", (article_id, url)).fetchone() is not None
    )


def _is_same_text(connection: sqlite3.Connection, article_id: int, article: Article) -> bool:
    sql = "SELECT title, text_sha256 FROM articles WHERE id = ?"
    title, text_sha256 = connection.execute(sql, (article_id,)).fetchone()
    return text_sha256 == article.text_sha256 or normalise(title) == normalise(article.title)


def _row(connection: sqlite3.Connection, article: Article, *, site_id: int | None) -> dict[str, Any]:
    published_at = to_text_or_none(article.published_at)
    published_date = published_at[:10] if published_at else None
    old_province = connection.execute("SELECT province_id FROM sites WHERE id = ?", (site_id,)).fetchone()
    then, now = province_then_and_now(
        connection, old_province[0] if old_province else None, published_date=published_date
    )
    return {
        "site_id": site_id,
        "section_id": find_section(connection, article.section, site_id=site_id),
        "province_then_id": then,
        "province_now_id": now,
        "title": article.title,
        "lead": article.lead,
        "lead_mark": article.lead_mark,
        "byline": ", ".join(article.byline) or None,
        "byline_raw": article.byline_raw,
        "source_credit": article.source_credit,
        "published_at": published_at,
        "published_precision": article.published_precision,
        "published_raw": article.published_raw,
        "published_date": published_date,
        "year": int(published_date[:4]) if published_date else None,
        "modified_at": to_text_or_none(article.modified_at),
        "language": article.language,
        "word_count": len(article.body.split()),
        "sources": json.dumps(dict(article.sources), ensure_ascii=False, sort_keys=True),
        "proposed": json.dumps(sorted(article.proposed), ensure_ascii=False),
        "text_sha256": article.text_sha256,
    }


def _add(connection: sqlite3.Connection, article: Article, row: Mapping[str, Any], *, seen: _Sighting) -> int:
    values = {
        **row,
        "uid": article.uid,
        "url": article.url,
        "status": "live",
        "first_seen_at": seen.at,
        "last_seen_at": seen.at,
        "last_changed_at": seen.at,
        "cause": "published",
        "capture_id": seen.capture_id,
        "revision_count": 1,
        "change_seq": _next_change(connection),
    }
    columns = ", ".join(values)
    marks = ", ".join(f":{column}" for column in values)
    cursor = connection.execute(f"INSERT INTO articles ({columns}) VALUES ({marks})", values)
    article_id = int(cursor.lastrowid or 0)
    connection.execute("INSERT INTO article_texts (article_id, body) VALUES (?,?)", (article_id, article.body))
    index_text(connection, article_id, (article.title, article.lead, article.body))
    link_authors(connection, article_id, article.byline)
    link_tags(connection, article_id, article.tags)
    link_images(connection, article_id, article.images)
    return article_id


def _meet_again(
    connection: sqlite3.Connection, article: Article, row: dict[str, Any], *, article_id: int, seen: _Sighting
) -> Verdict:
    stored = _stored(connection, article_id)
    reread = _same_bytes(connection, stored["capture_id"], seen.capture_id)
    if not reread:
        share = row["word_count"] / max(stored["word_count"], 1)
        if share < SHRUNKEN_SHARE:
            detail = f"{row['word_count']} words, and {stored['word_count']} are stored"
            return Verdict(Outcome.REFUSED, Reason.SHRUNKEN, detail, article_id)
        _keep_what_is_missing(row, stored)
    touch_article(connection, article_id, seen_at=seen.at)
    relinked = [
        (article.tags or reread) and link_tags(connection, stored["id"], article.tags),
        (article.images or reread) and link_images(connection, stored["id"], article.images),
    ]
    if row["text_sha256"] == stored["text_sha256"]:
        changes = {column: value for column, value in row.items() if value != stored[column]}
        if changes or any(relinked):
            _update(connection, article_id, changes)
        return Verdict(Outcome.UNCHANGED, article_id=article_id)
    _replace_text(connection, article, stored)
    cause = "re-extracted" if reread else "edited"
    revision = {"last_changed_at": seen.at, "cause": cause, "capture_id": seen.capture_id}
    _update(connection, article_id, {**row, **revision, "revision_count": stored["revision_count"] + 1})
    return Verdict(Outcome.REVISED, article_id=article_id)


def _replace_text(connection: sqlite3.Connection, article: Article, stored: Mapping[str, Any]) -> None:
    """Put the text of `article` in the place of the stored one, which becomes a revision."""
    connection.execute(
        "INSERT INTO article_revisions"
        " (article_id, n, title, lead, body, byline, text_sha256, seen_at, cause, capture_id) "
        "VALUES (:id, :revision_count, :title, :lead, :body, :byline, :text_sha256, :last_changed_at, :cause,"
        " :capture_id)",
        stored,
    )
    unindex_text(connection, stored["id"], (stored["title"], stored["lead"], stored["body"]))
    connection.execute("UPDATE article_texts SET body = ? WHERE article_id = ?", (article.body, stored["id"]))
    index_text(connection, stored["id"], (article.title, article.lead, article.body))
    link_authors(connection, stored["id"], article.byline)


def _stored(connection: sqlite3.Connection, article_id: int) -> dict[str, Any]:
    cursor = connection.execute(
        "SELECT a.*, t.body FROM articles a JOIN article_texts t ON t.article_id = a.id WHERE a.id = ?",
        (article_id,),
    )
    return dict(zip((column[0] for column in cursor.description), cursor.fetchone(), strict=True))


def _same_bytes(connection: sqlite3.Connection, old: int | None, new: int) -> bool:
    """Whether both captures brought the same page: then a difference is our rules', not the newspaper's."""
    sql = "SELECT count(DISTINCT body_sha256), count(body_sha256) FROM captures WHERE id IN (?, ?)"
    return bool(connection.execute(sql, (old, new)).fetchone() == (1, 2))


def _keep_what_is_missing(row: dict[str, Any], stored: Mapping[str, Any]) -> None:
    """Let a page that shows less than before erase nothing but text."""
    if row["published_at"] is None and stored["published_at"] is not None:
        row["published_raw"] = stored["published_raw"]
        row["province_then_id"] = stored["province_then_id"]
    for column, value in row.items():
        if value is None and column not in TEXT:
            row[column] = stored[column]


def _update(connection: sqlite3.Connection, article_id: int, changes: Mapping[str, Any]) -> None:
    """Set the columns of `changes`, and move the article to the end of the order of changes."""
    values = {**changes, "change_seq": _next_change(connection)}
    assignments = ", ".join(f"{column} = :{column}" for column in values)
    connection.execute(f"UPDATE articles SET {assignments} WHERE id = :id", {**values, "id": article_id})


def _next_change(connection: sqlite3.Connection) -> int:
    return int(connection.execute("SELECT ifnull(max(change_seq), 0) + 1 FROM articles").fetchone()[0])


def _keep_addresses(connection: sqlite3.Connection, article_id: int, article: Article, capture: Capture) -> None:
    for url in {article.url, capture.url, capture.final_url} - {None}:
        if find_by_url(connection, url) is None:
            connection.execute(
                "INSERT INTO article_urls VALUES (?,?,?)", (url, article_id, to_text(capture.fetched_at))
            )
