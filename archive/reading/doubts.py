"""Articles that a person should look at: those with doubts, and those beside which a reading waits.

Every function works inside the transaction of its caller.
"""

import json
import sqlite3
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from archive.outcomes import Reason
from archive.phrases import phrase
from archive.plain import as_record, from_record
from archive.reading.damage import Rest, Skipped, each_record
from archive.reading.filters import site_id_of
from archive.record import Article, Doubt
from archive.rows import Row, rows_of
from archive.times import from_text, from_text_or_none, to_text, to_text_or_none
from archive.writing.doubts import doubts_from_text

_IDS = "SELECT article_id FROM article_doubts UNION SELECT article_id FROM doubtful_readings WHERE taken_at IS NULL"
_WHICH = f"""
a.id IN ({_IDS})
    AND (:site_id IS NULL OR a.site_id = :site_id)
"""
_DOUBTFUL = f"""
SELECT a.uid, a.url, s.site, a.title, a.published_at, a.word_count,
    (SELECT json_group_array(doubt) FROM article_doubts WHERE article_id = a.id) AS doubts,
    r.reason, r.detail, r.record, r.first_seen_at, r.last_seen_at
FROM articles a
LEFT JOIN sites s ON s.id = a.site_id
LEFT JOIN doubtful_readings r ON r.article_id = a.id AND r.taken_at IS NULL
WHERE {_WHICH}
"""


@dataclass(frozen=True, slots=True)
class WaitingReading:
    """A reading of a stored article that must not replace its text before a later capture or a person confirms it."""

    reason: Reason
    """REDESIGNED or DOUBTFUL."""
    detail: str
    """What was seen, in words."""
    article: Article
    """The whole reading; it has its own doubts."""
    first_seen_at: datetime
    last_seen_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class DoubtfulArticle:
    """An article with doubts, or with a reading that waits, or both."""

    uid: str
    url: str
    site: str | None
    title: str
    published_at: datetime | None
    word_count: int
    """Words of the body in force."""
    doubts: tuple[Doubt, ...]
    """Doubts of the text in force."""
    waiting: WaitingReading | None

    def as_record(self) -> dict[str, Any]:
        """Return it as JSON knows it."""
        waiting = self.waiting and {
            "reason": self.waiting.reason,
            "detail": self.waiting.detail,
            "first_seen_at": to_text(self.waiting.first_seen_at),
            "last_seen_at": to_text(self.waiting.last_seen_at),
            "article": as_record(self.waiting.article),
        }
        own = {**asdict(self), "published_at": to_text_or_none(self.published_at), "doubts": list(self.doubts)}
        return {**own, "waiting": waiting}


def doubtful_articles(
    connection: sqlite3.Connection, site: str | None, *, skipped: Skipped = None
) -> list[DoubtfulArticle]:
    """Return the doubtful articles by site, the newest first; BadQuery if the archive has no such site."""
    values = {"site_id": None if site is None else site_id_of(connection, site)}

    def all_rows() -> list[Row]:
        sql = f"{_DOUBTFUL} ORDER BY s.site, a.published_at DESC, a.uid"
        return list(rows_of(connection.execute(sql, values)))

    def rest(_: Row | None) -> Rest:
        for (article_id,) in connection.execute(_IDS).fetchall():
            yield (
                phrase("article {article_id}", article_id=article_id),
                f"{_DOUBTFUL} AND a.id = :id",
                {**values, "id": article_id},
            )

    return list(
        each_record(
            connection,
            all_rows,
            _doubtful_article,
            name=lambda row: phrase("article {uid} ({url})", uid=row["uid"], url=row["url"]),
            rest=rest,
            skipped=skipped,
        )
    )


def count_doubtful(connection: sqlite3.Connection, site_id: int) -> int:
    """Return how many articles of a site `doubtful_articles` would return."""
    sql = f"SELECT count(*) FROM articles a WHERE {_WHICH}"
    return int(connection.execute(sql, {"site_id": site_id}).fetchone()[0])


def _doubtful_article(row: Row) -> DoubtfulArticle:
    waiting = None
    if row["reason"] is not None:
        waiting = WaitingReading(
            reason=Reason(row["reason"]),
            detail=row["detail"],
            article=from_record(json.loads(row["record"])),
            first_seen_at=from_text(row["first_seen_at"]),
            last_seen_at=from_text(row["last_seen_at"]),
        )
    return DoubtfulArticle(
        uid=row["uid"],
        url=row["url"],
        site=row["site"],
        title=row["title"],
        published_at=from_text_or_none(row["published_at"]),
        word_count=row["word_count"],
        doubts=doubts_from_text(row["doubts"]),
        waiting=waiting,
    )
