"""Reads where an article is from, and the groups of copies that it is a member of."""

import json
import sqlite3
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from archive.record import Precision
from archive.rows import Row, rows_of
from archive.times import from_text_or_none

_ORIGIN = """
SELECT ifnull(o.origin, 'unknown') AS origin, s.site AS from_site, o.source, ifnull(o.evidence, '[]') AS evidence
FROM articles a LEFT JOIN article_origins o ON o.article_id = a.id LEFT JOIN sites s ON s.id = o.from_site_id
WHERE a.id = ?
"""
_GROUPS = """
SELECT g.*, o.uid AS origin_uid, t.uid AS text_uid FROM copy_groups g JOIN copy_members m ON m.group_id = g.id
JOIN articles t ON t.id = g.text_id LEFT JOIN articles o ON o.id = g.origin_id WHERE m.article_id = ? ORDER BY g.id
"""
_MEMBERS = """
SELECT m.*, a.uid, a.url, s.site, t.name AS outlet, a.title, a.published_at, a.published_precision, f.uid AS from_uid,
    p.site AS from_site
FROM copy_members m JOIN articles a ON a.id = m.article_id LEFT JOIN sites s ON s.id = a.site_id
LEFT JOIN sites t ON t.id = a.outlet_id LEFT JOIN articles f ON f.id = m.from_id LEFT JOIN sites p ON p.id = f.site_id
WHERE m.group_id = ?
ORDER BY m.article_id IS NOT (SELECT origin_id FROM copy_groups WHERE id = m.group_id), a.published_at IS NULL,
    a.published_at, a.first_seen_at, a.uid
"""


@dataclass(frozen=True, slots=True)
class Sign:
    """A piece of evidence for where an article is from."""

    what: str
    """`credit`, `unsigned`, `merged`, `printed-first`, `byline`, `own-mark`, `place`, `likely-first`, `fullest` or
    `origin`."""
    uid: str | None
    """The article that it speaks of."""
    where: str | None
    """Where it is said: `source_credit`, `byline`, `byline_raw`, `lead_mark` or `text`."""
    said: str | None
    """As it is printed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CopyMember:
    """An article of a group of copies."""

    uid: str
    url: str
    site: str | None
    outlet: str | None
    title: str
    published_at: str | None
    published_precision: str | None
    origin: str
    """`own`, `agency`, `from` or `unknown`."""
    from_uid: str | None
    """The member that it is from."""
    from_site: str | None
    lag_minutes: int | None
    """After the member that it is from, or the first one; None if a page shows no minute."""
    kept: float
    """Share of the compared text that it has."""
    added: float
    """Share of its own text that the compared text has not."""
    cut: list[int]
    """Paragraphs of the compared text that it has not; 1 is the lead."""
    additions: list[int]
    """Its own paragraphs that the compared text has not."""
    evidence: list[Sign]

    @property
    def printed(self) -> date | None:
        """The minute or the day that its page shows; None if it shows neither."""
        at = from_text_or_none(self.published_at)
        return at if at is None or self.published_precision == Precision.MINUTE else at.date()


@dataclass(frozen=True, slots=True, kw_only=True)
class CopyGroup:
    """A story that several outlets print; the origin comes first, then the members by their times."""

    kind: str
    """`agency`, `exchange`, `same-house` or `press-release`."""
    source: str | None
    """Agency, outlet or office outside of the group."""
    origin_uid: str | None
    text_uid: str
    """The member with which the others are compared."""
    first_at: str | None
    outlets: int
    evidence: list[Sign]
    members: list[CopyMember]


@dataclass(frozen=True, slots=True, kw_only=True)
class Copies:
    """Where an article is from, and its copies."""

    uid: str
    origin: str
    """`own`, `agency`, `from` or `unknown`; unknown too before `baotinh copies update` has seen it."""
    from_site: str | None
    source: str | None
    evidence: list[Sign]
    groups: list[CopyGroup]

    def as_record(self) -> dict[str, Any]:
        """Return it as JSON knows it."""
        return asdict(self)


def copies_of(connection: sqlite3.Connection, article_id: int, *, uid: str) -> Copies:
    """Return the origin and the groups of an article."""
    origin = next(rows_of(connection.execute(_ORIGIN, (article_id,))))
    groups = [_group(connection, row) for row in list(rows_of(connection.execute(_GROUPS, (article_id,))))]
    return Copies(uid=uid, **{**origin, "evidence": _signs(origin["evidence"])}, groups=groups)


def members_beside(connection: sqlite3.Connection, article_id: int) -> list[tuple[int, str]]:
    """Return id and uid of the other members of the groups of an article."""
    sql = """SELECT DISTINCT a.id, a.uid FROM copy_members m JOIN copy_members o ON o.group_id = m.group_id
        JOIN articles a ON a.id = o.article_id WHERE m.article_id = ?1 AND a.id <> ?1 ORDER BY a.uid"""
    return connection.execute(sql, (article_id,)).fetchall()


def _group(connection: sqlite3.Connection, row: Row) -> CopyGroup:
    members = [_member(each) for each in rows_of(connection.execute(_MEMBERS, (row["id"],)))]
    names = ("kind", "source", "origin_uid", "text_uid", "first_at", "outlets")
    return CopyGroup(**{name: row[name] for name in names}, evidence=_signs(row["evidence"]), members=members)


def _member(row: Row) -> CopyMember:
    names = (
        *("uid", "url", "site", "outlet", "title", "published_at", "published_precision", "origin", "from_uid"),
        *("from_site", "lag_minutes", "kept", "added"),
    )
    values = {name: row[name] for name in names}
    lists = {name: json.loads(row[name]) for name in ("cut", "additions")}
    return CopyMember(**values, **lists, evidence=_signs(row["evidence"]))


def _signs(text: str) -> list[Sign]:
    return [Sign(each["what"], each.get("uid"), each.get("where"), each.get("said")) for each in json.loads(text)]
