"""What outlets changed after publication: headlines, texts, silent edits, articles taken away and put back."""

import sqlite3
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from itertools import islice

from archive.phrases import phrase
from archive.reading.damage import named_damage
from archive.reading.difference import difference, words_changed
from archive.record import ArticleStatus, Precision, TextCause
from archive.rows import Row, rows_of
from archive.sameness import words_of
from archive.times import from_text, from_text_or_none

_MODIFIED = "ifnull(x.modified_at, iif(x.n IS NULL, a.modified_at, NULL))"
"""The time of change that the page printed with the new text; that of a replaced text is in its own row only."""
_SILENT = f"""iif(substr({_MODIFIED}, 12, 8) = '00:00:00', substr({_MODIFIED}, 1, 10) || 'T24', {_MODIFIED})
    <= max(o.seen_at, ifnull(o.modified_at, ''))"""
"""Whether that time is not later than the moment when the archive first saw the old text, or than the time that the
page printed with it. A day without a time of day lasts to its end. NULL where the page prints no time of change."""
_TEXTS = f"""
WITH changed AS (
    SELECT article_id, n, seen_at AS at FROM article_revisions
    WHERE {{replaced}} AND cause = '{TextCause.EDITED}' AND n > 1
    UNION ALL
    SELECT id, revision_count, last_changed_at FROM articles
    WHERE {{in_force}} AND cause = '{TextCause.EDITED}' AND revision_count > 1
)
SELECT c.article_id, c.n, c.at, o.title AS old_title, ifnull(x.title, a.title) AS new_title,
    ifnull({_SILENT}, 0) AS is_silent, NULL AS http_status, NULL AS back_at
FROM changed c JOIN articles a ON a.id = c.article_id
JOIN article_revisions o ON o.article_id = c.article_id AND o.n = c.n - 1
LEFT JOIN article_revisions x ON x.article_id = c.article_id AND x.n = c.n
WHERE {{shown}} ORDER BY c.at DESC, c.article_id DESC
"""
"""Texts by which the newspaper replaced others. SQLite merges those that were replaced in turn with those in force."""
_SHOWN = f"""a.status <> '{ArticleStatus.WITHHELD}'
    AND (:outlet IS NULL OR a.outlet_id IN (SELECT id FROM sites WHERE name = :outlet))"""
_TEXTS_OF_DAYS = _TEXTS.format(
    replaced="seen_at >= :since AND seen_at < :end",
    in_force="last_changed_at >= :since AND last_changed_at < :end",
    shown=_SHOWN,
)
_TEXTS_OF_ARTICLE = _TEXTS.format(replaced="article_id = :article", in_force="id = :article", shown="TRUE")
_ABSENCES = f"""
SELECT a.id AS article_id, NULL AS n, m.{{moment}} AS at, a.title AS old_title, a.title AS new_title, 0 AS is_silent,
    m.status AS http_status, m.back_at
FROM tombstones m JOIN articles a ON a.id = m.article_id
WHERE m.{{moment}} >= :since AND m.{{moment}} < :end AND {_SHOWN} ORDER BY m.{{moment}} DESC, m.id DESC
"""
_GONE, _BACK = (_ABSENCES.format(moment=moment) for moment in ("seen_at", "back_at"))
_ABOUT = """
SELECT a.uid, a.title, a.language, a.status = 'gone' AS is_gone, a.published_at, a.published_precision, s.site,
    s.name AS outlet
FROM articles a LEFT JOIN sites s ON s.id = a.outlet_id WHERE a.id = ?
"""
_ALWAYS = {"since": "", "end": "T", "outlet": None}
"""Each moment begins with a digit, which is less than a letter."""
LAST_TEXTS = 500
"""Edited texts among which the last edited headlines are looked for: a million others may have come since."""
_BODIES = "SELECT n, body FROM article_versions WHERE article_id = ? AND n IN (?, ?)"


class EditKind(StrEnum):
    """What an outlet did."""

    HEADLINE = "headline"
    """It changed the words of a headline."""
    SILENT = "silent"
    """It changed words, and the time of change that the page prints did not move."""
    TEXT = "text"
    """It changed any words."""
    GONE = "gone"
    """It took an article away."""
    BACK = "back"
    """It put an article back."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """One change of one article."""

    article_id: int
    uid: str
    title: str
    """The present one."""
    language: str
    is_gone: bool
    """Whether the article is missing at the outlet now."""
    published_at: datetime | None
    published_precision: Precision | None
    site: str | None
    outlet: str | None
    at: datetime
    """When the archive saw it."""
    n: int | None
    """Number of the new text; None for an absence and its end."""
    old_title: str
    new_title: str
    is_silent: bool
    http_status: int | None
    """What the server answered in the place of the article."""
    back_at: datetime | None
    """When an article that was taken away was there again."""

    @property
    def delay(self) -> timedelta | None:
        """How long after its publication; in whole days if the time of day is unknown, None without a date."""
        if self.published_at is None or self.at < self.published_at:
            return None
        delay = self.at - self.published_at
        return timedelta(delay.days) if self.published_precision is Precision.DAY else delay


@dataclass(frozen=True, slots=True)
class Edits:
    """The changes of some days."""

    counts: Mapping[EditKind, int]
    shown: tuple[Edit, ...]
    """A page of one kind, the last ones first."""


def edits(
    connection: sqlite3.Connection,
    kind: EditKind,
    *,
    since: date,
    until: date,
    outlet: str | None = None,
    limit: int,
    offset: int = 0,
) -> Edits:
    """Return what the archive saw change from `since` to `until`, both included; `outlet` is the name of one."""
    values = {"since": since.isoformat(), "end": f"{until.isoformat()}T24", "outlet": outlet}
    with named_damage(phrase("a recent change")):
        texts = list(rows_of(connection.execute(_TEXTS_OF_DAYS, values)))
        found = {
            EditKind.HEADLINE: [row for row in texts if _is_of_headline(row)],
            EditKind.SILENT: [row for row in texts if row["is_silent"]],
            EditKind.TEXT: texts,
            EditKind.GONE: list(rows_of(connection.execute(_GONE, values))),
            EditKind.BACK: list(rows_of(connection.execute(_BACK, values))),
        }
        counts = {each: len(rows) for each, rows in found.items()}
        return Edits(counts, tuple(_edit(connection, row) for row in found[kind][offset : offset + limit]))


def last_headlines(connection: sqlite3.Connection, *, most: int) -> list[Edit]:
    """Return the last edits of a headline, the newest first."""
    with named_damage(phrase("a recent change")):
        texts = islice(rows_of(connection.execute(_TEXTS_OF_DAYS, _ALWAYS)), LAST_TEXTS)
        return [_edit(connection, row) for row in islice(filter(_is_of_headline, texts), most)]


def still_gone(connection: sqlite3.Connection, *, most: int) -> list[Edit]:
    """Return the articles that were taken away last and did not come back, the newest first."""
    with named_damage(phrase("a recent change")):
        rows = (row for row in rows_of(connection.execute(_GONE, _ALWAYS)) if row["back_at"] is None)
        return [_edit(connection, row) for row in islice(rows, most)]


def silent_edits(connection: sqlite3.Connection, article_id: int) -> frozenset[int]:
    """Return the numbers of the texts of an article by which its newspaper edited it silently."""
    with named_damage(phrase("a text of article {article_id}", article_id=article_id)):
        rows = rows_of(connection.execute(_TEXTS_OF_ARTICLE, {"article": article_id}))
        return frozenset(row["n"] for row in rows if row["is_silent"])


def words_of_body_changed(connection: sqlite3.Connection, edit: Edit) -> tuple[int, int]:
    """Return how many words an edit added to the body, and how many it removed."""
    if edit.n is None:
        return 0, 0
    with named_damage(phrase("a text of article {uid}", uid=edit.uid)):
        bodies = dict(connection.execute(_BODIES, (edit.article_id, edit.n - 1, edit.n)).fetchall())
    return words_changed(difference(bodies.get(edit.n - 1), bodies.get(edit.n)))


def outlets_by_name(connection: sqlite3.Connection) -> Iterator[str]:
    """Yield the name of each outlet with an article."""
    sql = "SELECT DISTINCT name FROM sites s WHERE EXISTS (SELECT 1 FROM articles WHERE outlet_id = s.id) ORDER BY name"
    return (name for (name,) in connection.execute(sql))


def has_other_words(old: str, new: str) -> bool:
    """Return whether a headline was edited: other marks and spaces alone are no edit."""
    return old != new and words_of(old) != words_of(new)


def _is_of_headline(text: Row) -> bool:
    return has_other_words(text["old_title"], text["new_title"])


def _edit(connection: sqlite3.Connection, change: Row) -> Edit:
    row = {**change, **next(rows_of(connection.execute(_ABOUT, (change["article_id"],))))}
    converted = {
        "is_gone": bool(row["is_gone"]),
        "is_silent": bool(row["is_silent"]),
        "published_at": from_text_or_none(row["published_at"]),
        "published_precision": Precision(row["published_precision"]) if row["published_precision"] else None,
        "at": from_text(row["at"]),
        "back_at": from_text_or_none(row["back_at"]),
    }
    return Edit(**{**row, **converted})
