"""Finds stored articles: one by its address or id, all in a fixed order, what changed, and earlier texts."""

import shlex
import sqlite3
from collections.abc import Iterator
from typing import Any

from archive.errors import NoSuchArticle
from archive.phrases import phrase
from archive.reading import origins
from archive.reading.addresses import known_address
from archive.reading.damage import Rest, Skipped, each_record, named_damage, places
from archive.reading.filters import Filters
from archive.reading.joins import NAMES
from archive.reading.selection import EVERYTHING, Selection, select
from archive.reading.stored import Revision, StoredArticle, revision_of, stored_article_of
from archive.reading.withholdings import check_shown
from archive.recall import with_reason
from archive.record import (
    UID_HEX_DIGITS,
)
from archive.rows import Row, row_of, rows_of
from archive.writing.addresses import find_by_url

SHORTEST_UID = 6
"""Hex digits: of 16 million values, two articles rarely share one."""
LARGEST_ID = 2**63 - 1
"""SQLite refuses a larger number."""

_SELECT = f"""
SELECT a.*, t.body, s.site, o.name AS outlet, p.name AS province_then, q.name AS province_now, c.path,
    (SELECT json_group_array(name) FROM (SELECT name FROM article_authors JOIN authors ON id = author_id
        WHERE article_id = a.id ORDER BY position)) AS names,
    (SELECT json_group_array(name) FROM (SELECT name FROM article_tags JOIN tags ON id = tag_id
        WHERE article_id = a.id ORDER BY position)) AS tags,
    (SELECT json_group_array(json_array(url, caption)) FROM (SELECT images.url, caption FROM article_images
        JOIN images ON id = image_id WHERE article_id = a.id ORDER BY position)) AS images,
    (SELECT json_group_array(json_array(url, site, cause, first_seen_at)) FROM (SELECT u.*, n.site
        FROM article_urls u LEFT JOIN sites n ON n.id = u.site_id WHERE article_id = a.id ORDER BY url)) AS aliases,
    (SELECT json_group_array(doubt) FROM article_doubts WHERE article_id = a.id) AS doubts,
    {origins.COLUMNS}
FROM articles a
JOIN article_texts t ON t.article_id = a.id
LEFT JOIN sections c ON c.id = a.section_id
{NAMES}{origins.JOINS}"""
_TEXTS = """
SELECT n, seen_at, cause, title, lead, body, byline, ifnull(doubts, '[]') AS doubts FROM article_revisions
    WHERE article_id = :id
UNION ALL
SELECT a.revision_count, a.last_changed_at, a.cause, a.title, a.lead, t.body, a.byline,
    (SELECT json_group_array(doubt) FROM article_doubts WHERE article_id = a.id)
    FROM articles a JOIN article_texts t ON t.article_id = a.id WHERE a.id = :id
"""
"""As the view article_versions has them: with trusted_schema off, SQLite 3.40 refuses the JSON functions of a view."""
_PRESENT = "(SELECT revision_count FROM articles WHERE id = :id)"


def get_article(connection: sqlite3.Connection, key: str | int) -> StoredArticle:
    """Return the article with this id, uid, beginning of a uid (6 digits or more), or address.

    Raises NoSuchArticle, whose message says what is known of an address that gave no article, ArticleWithheld, and
    DamagedRecord.
    """
    article_id = find_article(connection, key)
    check_shown(connection, article_id)
    with named_damage(phrase("article {key}", key=key)):
        row = row_of(connection.execute(f"{_SELECT} WHERE a.id = ?", (article_id,)))
        if row is None:
            raise ValueError(phrase("its text is missing"))
        return stored_article_of(row)


def all_articles(connection: sqlite3.Connection, *, filters: Filters, skipped: Skipped) -> Iterator[StoredArticle]:
    """Yield the articles that match `filters` in the order of uid, which is the same in every archive."""
    selection = select(connection, filters, None)
    return read_articles(connection, selection, order="uid", after="", skipped=skipped)


def changed_articles(connection: sqlite3.Connection, *, after: int, skipped: Skipped) -> Iterator[StoredArticle]:
    """Yield the articles above a `change_seq`, the oldest change first."""
    return read_articles(connection, EVERYTHING, order="change_seq", after=after, skipped=skipped)


def revisions(connection: sqlite3.Connection, article_id: int, *, skipped: Skipped = None) -> list[Revision]:
    """Return all texts of an article, the oldest first."""
    values = {"id": article_id}

    def rest(_: Row | None) -> Rest:
        sql = f"SELECT n FROM article_revisions WHERE article_id = :id UNION SELECT {_PRESENT} ORDER BY n"
        for (n,) in connection.execute(sql, values).fetchall():
            one = f"SELECT * FROM ({_TEXTS}) WHERE n = :n"
            yield phrase("text {n} of article {article_id}", n=n, article_id=article_id), one, {**values, "n": n}

    return list(
        each_record(
            connection,
            lambda: list(rows_of(connection.execute(f"{_TEXTS} ORDER BY n", values))),
            revision_of,
            name=lambda row: phrase("text {n} of article {article_id}", n=row["n"], article_id=article_id),
            rest=rest,
            skipped=skipped,
        )
    )


def read_articles(
    connection: sqlite3.Connection,
    selection: Selection,
    *,
    order: str,
    after: Any,
    until: Any = None,
    skipped: Skipped,
) -> Iterator[StoredArticle]:
    """Yield selected articles in the order of a column that has an index of its own.

    Its values are above `after`, and not above `until` unless that is None.
    """
    bounds = f"a.{order} > ?" if until is None else f"a.{order} > ? AND a.{order} <= ?"
    where = f"{bounds} AND {selection.where}"
    values = (after, *(() if until is None else (until,)), *selection.values)

    def rest(last: Row | None) -> Rest:
        begin = after if last is None else last[order]
        for place, article_id in places(connection, order):
            if place is None or (place > begin and (until is None or place <= until)):
                name = place if order == "uid" and place else article_id
                yield (
                    phrase("article {name}", name=name),
                    f"{_SELECT} WHERE a.id = ? AND {where}",
                    (article_id, *values),
                )

    return each_record(
        connection,
        lambda: rows_of(connection.execute(f"{_SELECT} WHERE {where} ORDER BY a.{order}", values)),
        stored_article_of,
        name=lambda row: phrase("article {uid} ({url})", uid=row["uid"], url=row["url"]),
        rest=rest,
        skipped=skipped,
    )


def find_article(connection: sqlite3.Connection, key: str | int) -> int:
    """Return the id of the article that `get_article` would return, a withheld one too; NoSuchArticle for others."""
    if isinstance(key, int):
        if not _has_id(connection, key):
            raise NoSuchArticle(str(key))
        return key
    key = known_address(connection, key)
    by_url = find_by_url(connection, key)
    if by_url is not None:
        return by_url
    digits = key.lower()
    if key.isascii() and key.isdigit() and len(key) <= UID_HEX_DIGITS and _has_id(connection, int(key)):
        return int(key)
    if SHORTEST_UID <= len(digits) <= UID_HEX_DIGITS and set(digits) <= set("0123456789abcdef"):
        rows = connection.execute(
            "SELECT id FROM articles WHERE uid BETWEEN ? AND ?", (digits, digits + "g")
        ).fetchall()
        if len(rows) == 1:
            return int(rows[0][0])
        if rows:
            raise NoSuchArticle(key, known=phrase("{n} articles begin so; give more digits", n=len(rows)))
    raise NoSuchArticle(key, known=_fate(connection, key))


def _has_id(connection: sqlite3.Connection, article_id: int) -> bool:
    if article_id > LARGEST_ID:
        return False
    return connection.execute("SELECT 1 FROM articles WHERE id = ?", (article_id,)).fetchone() is not None


def _fate(connection: sqlite3.Connection, url: str) -> str | None:
    row = connection.execute("SELECT outcome, reason, detail, fetched_at FROM urls WHERE url = ?", (url,)).fetchone()
    if row is None:
        return None
    outcome, reason, detail, fetched_at = row
    if outcome is None:
        return phrase("the address is known and was not fetched yet; the next crawl of its site fetches it")
    if reason is None:
        return phrase("the address was read on {fetched_at} and is no article", fetched_at=fetched_at)
    command = shlex.join(("baotinh", "extract", url))
    return phrase(
        "{outcome} on {fetched_at}: {why}; see how it is read with `{command}`",
        outcome=outcome,
        fetched_at=fetched_at,
        why=with_reason(reason, detail),
        command=command,
    )
