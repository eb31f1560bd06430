"""Stored articles: one by its address or id, all in a fixed order, what changed, and earlier texts."""

import json
import shlex
import sqlite3
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from archive.errors import NoSuchArticle
from archive.plain import as_record
from archive.reading.addresses import known_address
from archive.reading.damage import Rest, Skipped, each_record, mapping_in, named_damage, places, texts_in
from archive.reading.filters import Filters
from archive.reading.joins import NAMES
from archive.reading.selection import EVERYTHING, Selection, select
from archive.reading.withholdings import check_shown
from archive.record import (
    UID_HEX_DIGITS,
    VIETNAM,
    AliasCause,
    Article,
    ArticleStatus,
    Doubt,
    Image,
    Precision,
    TextCause,
)
from archive.rows import Row, row_of, rows_of
from archive.times import from_text, from_text_or_none, to_text
from archive.writing.addresses import find_by_url
from archive.writing.doubts import doubts_from_text

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
    (SELECT json_group_array(doubt) FROM article_doubts WHERE article_id = a.id) AS doubts
FROM articles a
JOIN article_texts t ON t.article_id = a.id
LEFT JOIN sections c ON c.id = a.section_id
{NAMES}"""
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


@dataclass(frozen=True, slots=True)
class Alias:
    """Another address of an article."""

    url: str
    site: str | None
    """Name of the site file; it differs from the article's if a merged outlet shows the article too."""
    cause: AliasCause | None
    """None if an older program stored the address."""
    first_seen_at: datetime

    def as_record(self) -> dict[str, Any]:
        """Return it as JSON knows it."""
        return {**asdict(self), "first_seen_at": to_text(self.first_seen_at)}


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredArticle:
    """An article, and what the archive knows of it."""

    id: int
    """Key inside this archive; `article.uid` is the same in every archive."""
    article: Article
    site: str | None
    """Name of the site file whose address is its own; None for a text without an outlet."""
    outlet: str | None
    """Name of the outlet that published it: that of `site`, or one that was merged into it."""
    province_then: str | None
    """On the day of publication."""
    province_now: str | None
    aliases: tuple[Alias, ...]
    """In the order of their addresses."""
    status: ArticleStatus
    first_seen_at: datetime
    last_seen_at: datetime
    last_changed_at: datetime
    """When the text in force was first seen."""
    revision_count: int
    """Texts seen so far, including the one in force."""
    change_seq: int
    """Number of the last change of the article in this archive; give the last one that you saw to `Archive.changes`. No
    export has it, because another archive has other numbers."""
    text_sha256: str
    """The digest that was stored with the text."""

    @property
    def fits_digest(self) -> bool:
        """Whether the text is the one of which the digest was stored."""
        return self.text_sha256 == self.article.text_sha256

    @property
    def published_date(self) -> date | None:
        """The day of publication in Vietnam; None when the page shows no date."""
        published_at = self.article.published_at
        return None if published_at is None else published_at.astimezone(VIETNAM).date()

    def as_record(self) -> dict[str, Any]:
        """Return it as JSON knows it: the article's own fields, then what the archive adds."""
        return {
            **as_record(self.article),
            "text_sha256": self.text_sha256,
            "published_date": self.published_date and self.published_date.isoformat(),
            "site": self.site,
            "outlet": self.outlet,
            "province_then": self.province_then,
            "province_now": self.province_now,
            "status": self.status,
            "first_seen_at": to_text(self.first_seen_at),
            "last_seen_at": to_text(self.last_seen_at),
            "last_changed_at": to_text(self.last_changed_at),
            "revision_count": self.revision_count,
            "urls": [alias.url for alias in self.aliases],
            "aliases": [alias.as_record() for alias in self.aliases],
        }


@dataclass(frozen=True, slots=True)
class Revision:
    """One text of an article, present or past."""

    n: int
    """1 is the first text seen."""
    seen_at: datetime
    cause: TextCause
    title: str
    lead: str | None
    body: str
    byline: str | None
    """Names joined by ", "."""
    doubts: tuple[Doubt, ...]
    """What its page said against it."""

    def as_record(self) -> dict[str, Any]:
        """Return it as JSON knows it."""
        return {
            "n": self.n,
            "seen_at": to_text(self.seen_at),
            "cause": self.cause,
            "title": self.title,
            "lead": self.lead,
            "body": self.body,
            "byline": self.byline,
            "doubts": list(self.doubts),
        }


def get_article(connection: sqlite3.Connection, key: str | int) -> StoredArticle:
    """Return the article with this id, uid, beginning of a uid (6 digits or more), or address.

    Raises NoSuchArticle, whose message says what is known of an address that gave no article, ArticleWithheld, and
    DamagedRecord.
    """
    article_id = find_article(connection, key)
    check_shown(connection, article_id)
    with named_damage(f"article {key}"):
        row = row_of(connection.execute(f"{_SELECT} WHERE a.id = ?", (article_id,)))
        if row is None:
            raise ValueError("its text is missing")
        return _stored_article(row)


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
            yield f"text {n} of article {article_id}", one, {**values, "n": n}

    return list(
        each_record(
            connection,
            lambda: list(rows_of(connection.execute(f"{_TEXTS} ORDER BY n", values))),
            _revision,
            name=lambda row: f"text {row['n']} of article {article_id}",
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
                yield f"article {name}", f"{_SELECT} WHERE a.id = ? AND {where}", (article_id, *values)

    return each_record(
        connection,
        lambda: rows_of(connection.execute(f"{_SELECT} WHERE {where} ORDER BY a.{order}", values)),
        _stored_article,
        name=lambda row: f"article {row['uid']} ({row['url']})",
        rest=rest,
        skipped=skipped,
    )


def _revision(row: Row) -> Revision:
    return Revision(
        n=row["n"],
        seen_at=from_text(row["seen_at"]),
        cause=TextCause(row["cause"]),
        title=row["title"],
        lead=row["lead"],
        body=row["body"],
        byline=row["byline"],
        doubts=doubts_from_text(row["doubts"]),
    )


def _stored_article(row: Row) -> StoredArticle:
    precision = row["published_precision"]
    article = Article(
        url=row["url"],
        title=row["title"],
        lead=row["lead"],
        lead_mark=row["lead_mark"],
        body=row["body"],
        byline=texts_in(row["names"]),
        byline_raw=row["byline_raw"],
        source_credit=row["source_credit"],
        published_at=from_text_or_none(row["published_at"]),
        published_precision=Precision(precision) if precision else None,
        published_raw=row["published_raw"],
        modified_at=from_text_or_none(row["modified_at"]),
        section=texts_in(row["path"]),
        tags=texts_in(row["tags"]),
        images=tuple(Image(url, caption) for url, caption in json.loads(row["images"])),
        language=row["language"],
        sources=mapping_in(row["sources"]),
        proposed=frozenset(texts_in(row["proposed"])),
        doubts=doubts_from_text(row["doubts"]),
    )
    return StoredArticle(
        id=row["id"],
        article=article,
        site=row["site"],
        outlet=row["outlet"],
        province_then=row["province_then"],
        province_now=row["province_now"],
        aliases=tuple(
            Alias(url, site, AliasCause(cause) if cause else None, from_text(seen_at))
            for url, site, cause, seen_at in json.loads(row["aliases"])
        ),
        status=ArticleStatus(row["status"]),
        first_seen_at=from_text(row["first_seen_at"]),
        last_seen_at=from_text(row["last_seen_at"]),
        last_changed_at=from_text(row["last_changed_at"]),
        revision_count=row["revision_count"],
        change_seq=row["change_seq"],
        text_sha256=row["text_sha256"],
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
            raise NoSuchArticle(key, known=f"{len(rows)} articles begin so; give more digits")
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
        return "the address is known and was not fetched yet; the next crawl of its site fetches it"
    if reason is None:
        return f"the address was read on {fetched_at} and is no article"
    command = shlex.join(("baotinh", "extract", url))
    return f"{outcome} on {fetched_at}: {reason} ({detail}); see how it is read with `{command}`"
