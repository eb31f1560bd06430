"""Writing one article: its row, text, index, authors, tags and pictures, and the revision that it replaces."""

import json
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from archive.outcomes import Outcome, Reason
from archive.record import Article, ArticleStatus, Capture, TextCause
from archive.rows import Row, rows_of
from archive.times import to_text, to_text_or_none
from archive.writing.addresses import copied_at, find_copied, find_same, forget_address, keep_addresses
from archive.writing.changes import change_article, next_change
from archive.writing.index import index_later, unindex_text
from archive.writing.links import find_section, link_authors, link_images, link_tags
from archive.writing.sites import is_merged_into, provinces_of
from archive.writing.tombstones import touch_article

SHRUNKEN_SHARE = 0.2
"""A body with less than this share of the stored words is a broken or walled page, not an edit."""
LAYOUT = "layout:"
"""Beginning of provenances that are rules of a layout."""

TEXT = ("title", "lead", "byline")
"""Columns of `articles` that a reader reads; the body is in `article_texts`."""


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
    may_be_cut: bool


def write_article(
    connection: sqlite3.Connection,
    article: Article,
    capture: Capture,
    *,
    capture_id: int,
    site_id: int | None,
) -> Verdict:
    """Store `article`: ADDED, REVISED, UNCHANGED, or REFUSED as shrunken; a copy of another one is UNCHANGED."""
    seen = _Sighting(to_text(capture.fetched_at), capture_id, capture.may_be_cut)
    known = find_same(connection, article, capture, site_id=site_id)
    copied = find_copied(connection, article, capture, site_id=site_id) if known is None else None
    if known is not None:
        row = _row(connection, article, capture, site_id=site_id, outlet_id=_outlet(connection, known, site_id))
        verdict = _meet_again(connection, article, row, article_id=known, seen=seen)
    elif copied is not None:
        verdict = _meet_copy(connection, copied, site_id=site_id, seen=seen)
    else:
        row = _row(connection, article, capture, site_id=site_id, outlet_id=site_id)
        verdict = _meet_first(connection, article, row, seen=seen)
    if verdict.article_id is not None:
        keep_addresses(connection, verdict.article_id, article, capture, site_id=site_id, is_copy=copied is not None)
    return verdict


def _row(
    connection: sqlite3.Connection,
    article: Article,
    capture: Capture,
    *,
    site_id: int | None,
    outlet_id: int | None,
) -> dict[str, Any]:
    published_at = to_text_or_none(article.published_at)
    published_date = published_at[:10] if published_at else None
    then, now = provinces_of(connection, outlet_id, published_date=published_date)
    return {
        "site_id": site_id,
        "outlet_id": outlet_id,
        "cms_id": capture.cms_id,
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


def _meet_first(
    connection: sqlite3.Connection, article: Article, row: Mapping[str, Any], *, seen: _Sighting
) -> Verdict:
    """Add an article; one whose address showed a copy of another until now, parts from it."""
    detail = None
    if copy := copied_at(connection, article.url):
        article_id, url, words = copy
        if shrunken := _shrunken(row["word_count"], words, may_be_cut=seen.may_be_cut):
            return Verdict(Outcome.REFUSED, Reason.SHRUNKEN, shrunken, article_id)
        detail = f"its text is no longer that of {url}"
    forget_address(connection, article.url)
    return Verdict(Outcome.ADDED, detail=detail, article_id=_add(connection, article, row, seen=seen))


def _meet_copy(connection: sqlite3.Connection, article_id: int, *, site_id: int | None, seen: _Sighting) -> Verdict:
    """Note that another site, or another address, carries an article; its own site alone can change it."""
    touch_article(connection, article_id, seen_at=seen.at)
    stored = _stored(connection, article_id)
    if stored["outlet_id"] == stored["site_id"] and is_merged_into(connection, site_id, stored["site_id"]):
        # it was seen first at the outlet that continues this one: this one published it
        then, now = provinces_of(connection, site_id, published_date=stored["published_date"])
        home = {"outlet_id": site_id, "province_then_id": then, "province_now_id": now}
        change_article(connection, article_id, home)
    return Verdict(Outcome.UNCHANGED, detail=f"same text as {stored['url']}", article_id=article_id)


def _outlet(connection: sqlite3.Connection, article_id: int, site_id: int | None) -> int | None:
    """Return the outlet of a stored article: that of its site, unless one that was merged into it published it."""
    sql = "SELECT iif(outlet_id IS site_id, ?, outlet_id) FROM articles WHERE id = ?"
    outlet_id: int | None = connection.execute(sql, (site_id, article_id)).fetchone()[0]
    return outlet_id


def _add(connection: sqlite3.Connection, article: Article, row: Mapping[str, Any], *, seen: _Sighting) -> int:
    values = {
        **row,
        "uid": article.uid,
        "url": article.url,
        "status": ArticleStatus.LIVE,
        "first_seen_at": seen.at,
        "last_seen_at": seen.at,
        "last_changed_at": seen.at,
        "cause": TextCause.PUBLISHED,
        "capture_id": seen.capture_id,
        "revision_count": 1,
        "change_seq": next_change(connection),
    }
    columns = ", ".join(values)
    marks = ", ".join(f":{column}" for column in values)
    cursor = connection.execute(f"INSERT INTO articles ({columns}) VALUES ({marks})", values)
    article_id = int(cursor.lastrowid or 0)
    connection.execute("INSERT INTO article_texts (article_id, body) VALUES (?,?)", (article_id, article.body))
    index_later(connection, article_id)
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
        if shrunken := _shrunken(row["word_count"], stored["word_count"], may_be_cut=seen.may_be_cut):
            return Verdict(Outcome.REFUSED, Reason.SHRUNKEN, shrunken, article_id)
        if redesigned := _redesigned(row, stored):
            return Verdict(Outcome.REFUSED, Reason.REDESIGNED, redesigned, article_id)
        _keep_what_is_missing(row, stored)
    touch_article(connection, article_id, seen_at=seen.at)
    relinked = [
        (article.tags or reread) and link_tags(connection, stored["id"], article.tags),
        (article.images or reread) and link_images(connection, stored["id"], article.images),
    ]
    if row["text_sha256"] == stored["text_sha256"]:
        changes = {column: value for column, value in row.items() if value != stored[column]}
        if changes or any(relinked):
            change_article(connection, article_id, changes)
        return Verdict(Outcome.UNCHANGED, article_id=article_id)
    _replace_text(connection, article, stored)
    cause = TextCause.RE_EXTRACTED if reread else TextCause.EDITED
    revision = {"last_changed_at": seen.at, "cause": cause, "capture_id": seen.capture_id}
    changes = {**row, **revision, "revision_count": stored["revision_count"] + 1}
    change_article(connection, article_id, changes)
    return Verdict(Outcome.REVISED, article_id=article_id)


def _shrunken(words: int, stored: int, *, may_be_cut: bool) -> str | None:
    """Return why a text of so many words must not replace one of `stored` words; None if it may."""
    if may_be_cut and words < stored:
        return f"the page has no </html>, and {words} words where {stored} are stored"
    if words / max(stored, 1) >= SHRUNKEN_SHARE:
        return None
    return f"{words} words, and {stored} are stored"


def _redesigned(row: Mapping[str, Any], stored: Mapping[str, Any]) -> str | None:
    """Return what is wrong with a body found without a layout where a layout read the stored one; None if nothing is.

    The texts then differ by how they were read, and that would pass for an edit by the outlet.
    """
    before, now = (str(json.loads(each["sources"]).get("body", "")) for each in (stored, row))
    if not before.startswith(LAYOUT) or now.startswith(LAYOUT):
        return None
    return f"no layout of the site reads it any more; the text of {before} stays"


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
    index_later(connection, stored["id"])
    link_authors(connection, stored["id"], article.byline)


def _stored(connection: sqlite3.Connection, article_id: int) -> Row:
    sql = "SELECT a.*, t.body FROM articles a JOIN article_texts t ON t.article_id = a.id WHERE a.id = ?"
    return next(rows_of(connection.execute(sql, (article_id,))))


def _same_bytes(connection: sqlite3.Connection, old: int | None, new: int) -> bool:
    """Whether both captures brought the same page: then our rules made the difference, not the outlet."""
    sql = "SELECT count(DISTINCT body_sha256), count(body_sha256) FROM captures WHERE id IN (?, ?)"
    return bool(connection.execute(sql, (old, new)).fetchone() == (1, 2))


def _keep_what_is_missing(row: dict[str, Any], stored: Mapping[str, Any]) -> None:
    """Keep stored metadata that the page no longer shows; only text may disappear."""
    if row["published_at"] is None and stored["published_at"] is not None:
        row["published_raw"] = stored["published_raw"]
        row["province_then_id"] = stored["province_then_id"]
    for column, value in row.items():
        if value is None and column not in TEXT:
            row[column] = stored[column]
