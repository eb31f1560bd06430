"""Takes articles out of sight, and shows them again.

`news.db` is published, and anybody may query all of it. So the text of a withheld article is not in it: it moves to
`withheld/UID.json`, and a row without text stays in `articles`. The file is written and on the disk before the
transaction that removes the text commits, and it is deleted after the one that puts the text back has committed. A
program that is killed in between leaves a file too many, never a text too few; `sweep` deletes such files.
Every function works inside the transaction of its caller.
"""

import json
import re
import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

from archive.errors import DamagedRecord
from archive.files import OWNER_ONLY, whole_file
from archive.outcomes import Reason
from archive.phrases import phrase
from archive.record import UID_HEX_DIGITS, VIETNAM, ArticleStatus, Capture, Image
from archive.rows import Row, rows_of
from archive.sameness import words_of
from archive.times import to_text
from archive.writing.addresses import find_by_url
from archive.writing.changes import change_article
from archive.writing.index import index_later, unindex_text
from archive.writing.links import link_authors, link_images, link_tags
from archive.writing.sites import lineage_of, provinces_of
from archive.writing.sketches import forget_copies

FOLDER = "withheld"
FORM = 1
"""Of the files: another one tells a later program what to convert."""
_OWNER_FOLDER = 0o700
_UID = re.compile(rf"[0-9a-f]{{{UID_HEX_DIGITS}}}")
TABLES = ("article_texts", "article_revisions", "article_doubts", "doubtful_readings", "article_parts", "corrections")
"""Tables with text of an article, or words about it; their rows move with it."""
EMPTY: dict[str, Any] = {
    **dict.fromkeys(("section_id", "province_then_id", "province_now_id", "lead", "lead_mark", "byline", "byline_raw")),
    **dict.fromkeys(("source_credit", "published_at", "published_precision", "published_raw", "published_date")),
    **dict.fromkeys(("year", "modified_at")),
    **{"title": "", "word_count": 0, "sources": "{}", "proposed": "[]", "text_sha256": ""},
}
"""Columns of `articles` that are read from its page, with what the row without text has in them."""
NAMED = {
    "authors": "SELECT name FROM article_authors JOIN authors ON id = author_id WHERE article_id = ? ORDER BY position",
    "tags": "SELECT name FROM article_tags JOIN tags ON id = tag_id WHERE article_id = ? ORDER BY position",
    "images": "SELECT url, caption FROM article_images JOIN images ON id = image_id WHERE article_id = ?"
    " ORDER BY position",
}
"""What is linked with an article by name."""
LINKED = (
    ("authors", "article_authors", "author_id"),
    ("tags", "article_tags", "tag_id"),
    ("images", "article_images", "image_id"),
)
"""Tables of what articles share, and the table and column that link it."""


@dataclass(frozen=True, slots=True)
class InForce:
    """What a capture of a withheld article needs to know of its withholding."""

    article_id: int
    detail: str


def withhold_article(
    connection: sqlite3.Connection,
    article_id: int,
    folder: Path,
    *,
    reason: str,
    until: date | None,
    at: datetime,
    by: str,
) -> None:
    """Move the text of an article into its file, and note who took it out of sight and why."""
    connection.execute("PRAGMA secure_delete = ON")  # the freed bytes become zeros
    record = _record(connection, article_id)
    content = json.dumps(record, ensure_ascii=False, indent=1).encode()
    write_record(record_path(folder, record["uid"]), content)
    connection.execute(
        "INSERT INTO withholdings (article_id, reason, withheld_at, withheld_by, until, record_sha256, titles)"
        " VALUES (?,?,?,?,?,?,?)",
        (
            *(article_id, reason, to_text(at), by, until and until.isoformat()),
            *(sha256(content).hexdigest(), json.dumps(_titles(record))),
        ),
    )
    article, (text,) = record["article"], record["article_texts"]
    unindex_text(connection, article_id, (article["title"], article["lead"], text["body"]))
    forget_copies(connection, article_id)
    for table in TABLES:
        connection.execute(f"DELETE FROM {table} WHERE article_id = ?", (article_id,))
    for table, link, key in LINKED:
        connection.execute(f"DELETE FROM {link} WHERE article_id = ?", (article_id,))
        # an earlier text may have left a name that nothing uses any more
        connection.execute(f"DELETE FROM {table} WHERE NOT EXISTS (SELECT 1 FROM {link} WHERE {key} = {table}.id)")
    change_article(connection, article_id, {**EMPTY, "status": ArticleStatus.WITHHELD})


def lift_withholding(
    connection: sqlite3.Connection, article_id: int, folder: Path, *, at: datetime, by: str | None
) -> None:
    """Put the text of an article back from its file, which `sweep` deletes once this is committed.

    Its addresses are due again: what their pages showed meanwhile was not stored. Raises DamagedRecord for a file that
    is missing or was changed, and then nothing is lifted.
    """
    uid, digest = connection.execute(
        "SELECT a.uid, w.record_sha256 FROM articles a JOIN withholdings w ON w.article_id = a.id"
        " WHERE a.id = ? AND w.lifted_at IS NULL",
        (article_id,),
    ).fetchone()
    path = record_path(folder, uid)
    try:
        _restore(connection, article_id, json.loads(read_checked(path, digest)))
    except (KeyError, TypeError, ValueError, AttributeError, sqlite3.IntegrityError) as error:
        raise DamagedRecord(str(path), phrase("it has not the form of such a file: {error}", error=error)) from error
    index_later(connection, article_id)
    connection.execute(
        "UPDATE withholdings SET lifted_at = ?, lifted_by = ? WHERE article_id = ? AND lifted_at IS NULL",
        (to_text(at), by, article_id),
    )
    connection.execute(
        "UPDATE urls SET due_at = ?, etag = NULL, last_modified = NULL WHERE article_id = ? AND reason = ?",
        (to_text(at), article_id, Reason.WITHHELD),
    )


def sweep(connection: sqlite3.Connection, folder: Path) -> None:
    """Delete the files of articles that are not withheld: a program was killed, or one was just lifted."""
    for path in (folder / FOLDER).glob("*.json"):
        row = connection.execute("SELECT status FROM articles WHERE uid = ?", (path.stem,)).fetchone()
        if row != (ArticleStatus.WITHHELD,):
            path.unlink(missing_ok=True)


def due_to_lift(connection: sqlite3.Connection, *, at: datetime) -> list[int]:
    """Return the ids of withheld articles whose last day is over."""
    today = at.astimezone(VIETNAM).date().isoformat()
    rows = connection.execute("SELECT article_id FROM withholdings WHERE lifted_at IS NULL AND until < ?", (today,))
    return [article_id for (article_id,) in rows.fetchall()]


def find_withheld(connection: sqlite3.Connection, capture: Capture, *, site_id: int | None) -> InForce | None:
    """Return the withholding that a capture meets: at any address of the article, or as a copy of it.

    A copy has its CMS id and its title, now or before, and lies at an outlet of its lineage.
    """
    if connection.execute("SELECT 1 FROM withholdings WHERE lifted_at IS NULL LIMIT 1").fetchone() is None:
        return None
    first_url = capture.part.first_url if capture.part else None
    own_url = capture.article.url if capture.article else None
    for url in (capture.url, own_url, capture.final_url, capture.shorter_url, first_url):
        article_id = find_by_url(connection, url) if url else None
        if article_id is not None and (found := _in_force(connection, article_id)):
            return found
    return _copied(connection, capture, site_id=site_id)


def _copied(connection: sqlite3.Connection, capture: Capture, *, site_id: int | None) -> InForce | None:
    if capture.cms_id is None or capture.article is None:
        return None
    rows = connection.execute(
        "SELECT a.id, a.site_id, w.titles FROM withholdings w JOIN articles a ON a.id = w.article_id"
        " WHERE w.lifted_at IS NULL AND a.cms_id = ?",
        (capture.cms_id,),
    ).fetchall()
    lineage = lineage_of(connection, site_id) if rows else set()
    title = digest_of_title(capture.article.title)
    copied = (article_id for article_id, home, titles in rows if home in lineage and title in json.loads(titles))
    article_id = next(copied, None)
    return None if article_id is None else _in_force(connection, article_id)


def _in_force(connection: sqlite3.Connection, article_id: int) -> InForce | None:
    sql = "SELECT withheld_at FROM withholdings WHERE article_id = ? AND lifted_at IS NULL"
    row = connection.execute(sql, (article_id,)).fetchone()
    return row and InForce(article_id, f"withheld since {row[0][:10]}: what its page shows is not stored")


def _record(connection: sqlite3.Connection, article_id: int) -> dict[str, Any]:
    """Return all that the archive has of the text of an article, by table."""
    values = (article_id,)
    (article,) = rows_of(connection.execute("SELECT * FROM articles WHERE id = ?", values))
    rows = {
        table: list(rows_of(connection.execute(f"SELECT * FROM {table} WHERE article_id = ?", values)))
        for table in TABLES
    }
    named = {name: connection.execute(sql, values).fetchall() for name, sql in NAMED.items()}
    flat = {name: [name_of for (name_of,) in named[name]] for name in ("authors", "tags")}
    return {"form": FORM, "uid": article["uid"], "article": article, **rows, **flat, "images": named["images"]}


def _titles(record: Row) -> Sequence[str]:
    titles = {record["article"]["title"], *(text["title"] for text in record["article_revisions"])}
    pages = {json.loads(each["page_value"]) for each in record["corrections"] if each["field"] == "title"}
    return sorted(map(digest_of_title, titles | pages))


def digest_of_title(title: str) -> str:
    """Return the digest of the words of a title, by which a copy is recognised."""
    return sha256(" ".join(words_of(title)).encode()).hexdigest()


def _restore(connection: sqlite3.Connection, article_id: int, record: Mapping[str, Any]) -> None:
    """Put the rows of an article back; an error of Python or IntegrityError for what is no such record."""
    article = record["article"]
    for table in TABLES:
        known = {column for _, column, *_ in connection.execute(f"PRAGMA table_info({table})")}
        for kept in record[table]:
            row = {column: value for column, value in kept.items() if column != "id"}  # another row may have it now
            if not row.keys() <= known or row["article_id"] != article_id:
                raise ValueError(phrase("a row that is not one of {table}", table=table))
            columns, marks = ", ".join(row), ", ".join(f":{column}" for column in row)
            connection.execute(f"INSERT INTO {table} ({columns}) VALUES ({marks})", row)
    link_authors(connection, article_id, record["authors"])
    link_tags(connection, article_id, record["tags"])
    link_images(connection, article_id, [Image(*image) for image in record["images"]])
    (outlet_id,) = connection.execute("SELECT outlet_id FROM articles WHERE id = ?", (article_id,)).fetchone()
    # the outlet may have another province by now
    then, now = provinces_of(connection, outlet_id, published_date=article["published_date"])
    restored = {column: article[column] for column in (*EMPTY, "status")}
    change_article(connection, article_id, {**restored, "province_then_id": then, "province_now_id": now})


def record_path(folder: Path, uid: str) -> Path:
    """Return the file of an article. DamagedRecord if its uid is none: an archive may come from others."""
    if not _UID.fullmatch(uid):
        raise DamagedRecord(phrase("article {uid}", uid=uid), phrase("its uid is not 20 hex digits"))
    return folder / FOLDER / f"{uid}.json"


def write_record(path: Path, content: bytes) -> None:
    """Write the file of an article, which only its owner may read."""
    path.parent.mkdir(mode=_OWNER_FOLDER, exist_ok=True)
    with whole_file(path, OWNER_ONLY) as file:
        file.write(content)


def read_checked(path: Path, digest: str) -> bytes:
    """Return the bytes of the file of an article. Raises DamagedRecord if it is missing or has another digest."""
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        raise DamagedRecord(str(path), phrase("it is missing; put it back from a backup")) from None
    if sha256(content).hexdigest() != digest:
        raise DamagedRecord(str(path), phrase("its content does not fit the digest in `withholdings`"))
    return content
