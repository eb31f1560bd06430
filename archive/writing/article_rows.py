"""The row of an article with all that hangs on it: made of a reading, added, changed, its text replaced.

Every function works inside the transaction of its caller.
"""

import json
import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from archive.record import Article, ArticleStatus, Doubt, Image, Manner, TextCause
from archive.rows import Row, rows_of
from archive.times import to_text_or_none
from archive.writing.changes import Change, change_article, next_change, note_change
from archive.writing.doubts import doubts_from_text, link_doubts
from archive.writing.index import index_later, unindex_text
from archive.writing.judging import lost_layout
from archive.writing.links import find_section, link_authors, link_images, link_tags
from archive.writing.sites import provinces_of

TEXT = ("title", "lead", "byline")
"""Columns of `articles` that are text; the body is in `article_texts`."""
OF_THE_TEXT = frozenset((*TEXT, "lead_mark", "byline_raw", "word_count", "sources", "text_sha256"))
"""Columns that change only with the text."""
_FILLED = ("title", "lead", "lead_mark", "body", "byline", "byline_raw", "tags", "images", "sources", "doubts")
"""Fields of an article: what lies in other tables, and the text with its provenance."""

_STORED = """
SELECT a.*, t.body,
    (SELECT json_group_array(name) FROM (SELECT name FROM article_authors JOIN authors ON id = author_id
        WHERE article_id = a.id ORDER BY position)) AS names,
    (SELECT json_group_array(name) FROM (SELECT name FROM article_tags JOIN tags ON id = tag_id
        WHERE article_id = a.id ORDER BY position)) AS tags,
    (SELECT json_group_array(json_array(url, caption)) FROM (SELECT images.url, caption FROM article_images
        JOIN images ON id = image_id WHERE article_id = a.id ORDER BY position)) AS images,
    (SELECT json_group_array(doubt) FROM article_doubts WHERE article_id = a.id) AS doubts
FROM articles a JOIN article_texts t ON t.article_id = a.id WHERE a.id = ?
"""


@dataclass(frozen=True, slots=True)
class Sighting:
    """When an article was seen, and the capture that shows it."""

    at: str
    capture_id: int | None
    may_be_cut: bool = False
    page_capture_id: int | None = None
    """The capture that gave the stored text of this page, for an article that lies on several; None: for all of it."""
    manner: Manner = Manner.FETCHED


@dataclass(frozen=True, slots=True)
class Stored:
    """An article as the archive has it."""

    row: Row
    article: Article
    """With its address and the fields of `_FILLED`; no other one is filled."""


def row_of(
    connection: sqlite3.Connection,
    article: Article,
    *,
    cms_id: str | None,
    site_id: int | None,
    outlet_id: int | None,
) -> dict[str, Any]:
    """Return the columns of `articles` that come from a reading, without those that the archive adds."""
    return {
        "title": article.title,
        "lead": article.lead,
        "lead_mark": article.lead_mark,
        "byline": ", ".join(article.byline) or None,
        "byline_raw": article.byline_raw,
        "word_count": len(article.body.split()),
        "sources": json.dumps(dict(article.sources), ensure_ascii=False, sort_keys=True),
        "text_sha256": article.text_sha256,
        **_columns_beside_text(connection, article, cms_id=cms_id, site_id=site_id, outlet_id=outlet_id),
    }


def _columns_beside_text(
    connection: sqlite3.Connection,
    article: Article,
    *,
    cms_id: str | None,
    site_id: int | None,
    outlet_id: int | None,
) -> dict[str, Any]:
    return {
        "site_id": site_id,
        "outlet_id": outlet_id,
        "cms_id": cms_id,
        "section_id": find_section(connection, article.section, site_id=site_id),
        "source_credit": article.source_credit,
        "published_raw": article.published_raw,
        **columns_of_date(connection, article, outlet_id=outlet_id),
        "modified_at": to_text_or_none(article.modified_at),
        "language": article.language,
        "proposed": json.dumps(sorted(article.proposed), ensure_ascii=False),
    }


def columns_of_date(connection: sqlite3.Connection, article: Article, *, outlet_id: int | None) -> dict[str, Any]:
    """Return the columns that follow from the date of a reading, those of the provinces of its outlet too."""
    published_at = to_text_or_none(article.published_at)
    published_date = published_at[:10] if published_at else None
    then, now = provinces_of(connection, outlet_id, published_date=published_date)
    return {
        "published_at": published_at,
        "published_precision": article.published_precision,
        "published_date": published_date,
        "year": int(published_date[:4]) if published_date else None,
        "province_then_id": then,
        "province_now_id": now,
    }


def add_article(connection: sqlite3.Connection, article: Article, row: Mapping[str, Any], *, seen: Sighting) -> int:
    """Add an article with its text, authors, tags, pictures and doubts; return its id."""
    number = next_change(connection)
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
        "change_seq": number,
    }
    columns = ", ".join(values)
    marks = ", ".join(f":{column}" for column in values)
    cursor = connection.execute(f"INSERT INTO articles ({columns}) VALUES ({marks})", values)
    article_id = int(cursor.lastrowid or 0)
    note_change(connection, article_id, Change.NEW, number=number)
    connection.execute("INSERT INTO article_texts (article_id, body) VALUES (?,?)", (article_id, article.body))
    index_later(connection, article_id)
    link_authors(connection, article_id, article.byline)
    link_tags(connection, article_id, article.tags)
    link_images(connection, article_id, article.images)
    link_doubts(connection, article_id, article.doubts)
    return article_id


def replace_article(
    connection: sqlite3.Connection,
    article: Article,
    row: Mapping[str, Any],
    stored: Stored,
    *,
    seen: Sighting,
    is_ours: bool,
) -> None:
    """Put a reading in the place of the text in force, which becomes a revision.

    `is_ours`: the difference is our rules', not the newspaper's.
    """
    article_id = stored.row["id"]
    replace_text(connection, article, stored.row)
    link_all(connection, article, article.doubts, article_id=article_id, is_ours=is_ours)
    is_re_extracted = is_ours or seen.manner is Manner.REREAD or lost_layout(article, stored.article)
    cause = TextCause.RE_EXTRACTED if is_re_extracted else TextCause.EDITED
    # a correction may have changed the text after the page was seen that is read again
    changed_at = max(seen.at, stored.row["last_changed_at"]) if seen.manner is Manner.REREAD else seen.at
    revision = {"last_changed_at": changed_at, "cause": cause, "capture_id": seen.capture_id}
    change_article(connection, article_id, {**row, **revision, "revision_count": stored.row["revision_count"] + 1})


def extend_article(
    connection: sqlite3.Connection, article: Article, row: Mapping[str, Any], stored: Stored, *, seen: Sighting
) -> None:
    """Let a text grow by pages that were missing. It is the text of before, and its cause stays: nobody edited it."""
    article_id = stored.row["id"]
    _write_text(connection, article, stored.row)
    link_all(connection, article, article.doubts, article_id=article_id, is_ours=False)
    change_article(connection, article_id, {**row, "last_changed_at": seen.at})


def link_all(
    connection: sqlite3.Connection, article: Article, doubts: Sequence[Doubt], *, article_id: int, is_ours: bool
) -> bool:
    """Link tags, pictures and doubts; return whether that changed any.

    A page without tags or pictures does not erase them, but newer rules on the same bytes (`is_ours`) do.
    """
    changed = [
        (article.tags or is_ours) and link_tags(connection, article_id, article.tags),
        (article.images or is_ours) and link_images(connection, article_id, article.images),
        link_doubts(connection, article_id, doubts),
    ]
    return any(changed)


def replace_text(connection: sqlite3.Connection, article: Article, stored: Mapping[str, Any]) -> None:
    """Put the text of `article` in the place of the stored one, which becomes a revision."""
    connection.execute(
        "INSERT INTO article_revisions"
        " (article_id, n, title, lead, body, byline, text_sha256, seen_at, cause, capture_id, doubts, modified_at) "
        "VALUES (:id, :revision_count, :title, :lead, :body, :byline, :text_sha256, :last_changed_at, :cause,"
        " :capture_id, nullif(:doubts, '[]'), :modified_at)",
        stored,
    )
    _write_text(connection, article, stored)


def _write_text(connection: sqlite3.Connection, article: Article, stored: Mapping[str, Any]) -> None:
    """Put the text of `article` in the place of the stored one, which is lost but for its revision."""
    unindex_text(connection, stored["id"], (stored["title"], stored["lead"], stored["body"]))
    connection.execute("UPDATE article_texts SET body = ? WHERE article_id = ?", (article.body, stored["id"]))
    index_later(connection, stored["id"])
    link_authors(connection, stored["id"], article.byline)


def find_stored(connection: sqlite3.Connection, article_id: int) -> Stored:
    """Return an article as it is stored."""
    stored = find_shown(connection, article_id)
    assert stored is not None, "an article that is not withheld has a text"
    return stored


def find_shown(connection: sqlite3.Connection, article_id: int | None) -> Stored | None:
    """Return an article as it is stored; None for no article, and for one that is withheld."""
    row = next(rows_of(connection.execute(_STORED, (article_id,))), None)
    if row is None:
        return None
    article = Article(
        url=row["url"],
        title=row["title"],
        lead=row["lead"],
        lead_mark=row["lead_mark"],
        body=row["body"],
        byline=tuple(json.loads(row["names"])),
        byline_raw=row["byline_raw"],
        tags=tuple(json.loads(row["tags"])),
        images=tuple(Image(*image) for image in json.loads(row["images"])),
        sources=json.loads(row["sources"]),
        doubts=doubts_from_text(row["doubts"]),
    )
    return Stored(row, article)


def is_stored(
    connection: sqlite3.Connection, article: Article, stored: Stored, *, cms_id: str | None, site_id: int | None
) -> bool:
    """Whether a reading says everything that is stored of its article, and nothing else."""
    if any(getattr(article, name) != getattr(stored.article, name) for name in _FILLED):
        return False
    outlet_id = stored.row["outlet_id"]
    said = _columns_beside_text(connection, article, cms_id=cms_id, site_id=site_id, outlet_id=outlet_id)
    return all(stored.row[column] == value for column, value in said.items())


def keep_what_is_missing(row: dict[str, Any], stored: Mapping[str, Any]) -> None:
    """Put stored values into `row` where the page shows none, except for the columns of TEXT."""
    if row["published_at"] is None and stored["published_at"] is not None:
        row["published_raw"] = stored["published_raw"]
        row["province_then_id"] = stored["province_then_id"]
    for column, value in row.items():
        if value is None and column not in TEXT:
            row[column] = stored[column]
