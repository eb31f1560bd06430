"""The last things that happened in an archive: new articles, edited headlines, articles taken away."""

import sqlite3
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice

from archive.phrases import phrase
from archive.reading.damage import named_damage
from archive.reading.edits import has_other_words
from archive.record import ArticleStatus, TextCause
from archive.rows import Row, rows_of
from archive.times import from_text, from_text_or_none

LATEST_REVISIONS = 500
"""Replaced texts among which edited headlines are looked for, the last ones."""

_SHOWN = f"a.status <> '{ArticleStatus.WITHHELD}'"
_ABOUT = "a.uid, a.title, a.language, a.published_at, o.name AS outlet, p.name AS province"
_NAMES = "LEFT JOIN sites o ON o.id = a.outlet_id LEFT JOIN provinces p ON p.id = a.province_then_id"
_NEW = f"""
SELECT {_ABOUT}, a.first_seen_at AS at, NULL AS old_title, NULL AS new_title, NULL AS status
FROM articles a {_NAMES} WHERE {_SHOWN} ORDER BY a.id DESC LIMIT :most
"""
_EDITED = f"""
WITH last AS (SELECT * FROM article_revisions ORDER BY id DESC LIMIT {LATEST_REVISIONS})
SELECT {_ABOUT}, ifnull(n.seen_at, a.last_changed_at) AS at, r.title AS old_title,
    ifnull(n.title, a.title) AS new_title, NULL AS status
FROM last r JOIN articles a ON a.id = r.article_id
LEFT JOIN article_revisions n ON n.article_id = r.article_id AND n.n = r.n + 1
{_NAMES}
WHERE {_SHOWN} AND ifnull(n.cause, a.cause) = '{TextCause.EDITED}' ORDER BY r.id DESC
"""
_GONE = f"""
SELECT {_ABOUT}, m.seen_at AS at, NULL AS old_title, NULL AS new_title, m.status
FROM tombstones m JOIN articles a ON a.id = m.article_id {_NAMES}
WHERE {_SHOWN} AND m.back_at IS NULL ORDER BY m.id DESC LIMIT :most
"""
_STORED = "SELECT ifnull(sum(stored), 0) FROM runs WHERE started_at >= ?"


@dataclass(frozen=True, slots=True, kw_only=True)
class Happening:
    """Something that happened to one article."""

    uid: str
    title: str
    """The present one."""
    language: str
    outlet: str | None
    province: str | None
    """Of the day of publication."""
    published_at: datetime | None
    at: datetime
    """When the archive saw it."""
    old_title: str | None
    """The headline before the edit."""
    new_title: str | None
    """The one after it."""
    status: int | None
    """What the server answered in the place of an article that was taken away."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recent:
    """The last happenings, the newest first."""

    new: list[Happening]
    edited: list[Happening]
    """Headlines only."""
    gone: list[Happening]
    new_since: int
    """Articles that crawls have stored since a day."""


def recent(connection: sqlite3.Connection, *, since: date, most: int) -> Recent:
    """Return the last `most` happenings of each kind, and what was stored `since` a day."""
    with named_damage(phrase("a recent change")):
        new, texts, gone = (rows_of(connection.execute(sql, {"most": most})) for sql in (_NEW, _EDITED, _GONE))
        edited = islice((row for row in texts if has_other_words(row["old_title"], row["new_title"])), most)
        (stored,) = connection.execute(_STORED, (since.isoformat(),)).fetchone()
        return Recent(
            new=[_happening(row) for row in new],
            edited=[_happening(row) for row in edited],
            gone=[_happening(row) for row in gone],
            new_since=stored,
        )


def _happening(row: Row) -> Happening:
    times = {"published_at": from_text_or_none(row["published_at"]), "at": from_text(row["at"])}
    return Happening(**{**row, **times})
