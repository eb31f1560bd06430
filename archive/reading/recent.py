"""The articles that were stored last."""

import sqlite3
from dataclasses import dataclass
from datetime import date

from archive.phrases import phrase
from archive.reading.damage import named_damage
from archive.record import VIETNAM, ArticleStatus, Precision
from archive.rows import Row, rows_of
from archive.times import from_text_or_none

_NEW = f"""
SELECT a.uid, a.title, a.language, o.name AS outlet, p.name AS province, a.published_at, a.published_precision
FROM articles a LEFT JOIN sites o ON o.id = a.outlet_id LEFT JOIN provinces p ON p.id = a.province_then_id
WHERE a.status <> '{ArticleStatus.WITHHELD}' ORDER BY a.id DESC LIMIT ?
"""
_STORED = "SELECT ifnull(sum(stored), 0) FROM runs WHERE started_at >= ?"


@dataclass(frozen=True, slots=True, kw_only=True)
class NewArticle:
    """An article that was stored lately."""

    uid: str
    title: str
    language: str
    outlet: str | None
    province: str | None
    """Of the day of publication."""
    published: date | None
    """A datetime, or a date if the time of day is unknown; None if the page shows none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recent:
    """What was stored lately."""

    last: list[NewArticle]
    """The newest first."""
    since: int
    """Articles that crawls have stored since a day."""


def recent(connection: sqlite3.Connection, *, since: date, most: int) -> Recent:
    """Return the `most` articles that were stored last, and how many were stored `since` a day."""
    with named_damage(phrase("a recent change")):
        last = [_article(row) for row in rows_of(connection.execute(_NEW, (most,)))]
        (stored,) = connection.execute(_STORED, (since.isoformat(),)).fetchone()
        return Recent(last=last, since=stored)


def _article(row: Row) -> NewArticle:
    at, is_day = from_text_or_none(row.pop("published_at")), row.pop("published_precision") == Precision.DAY
    return NewArticle(**row, published=at.astimezone(VIETNAM).date() if at and is_day else at)
