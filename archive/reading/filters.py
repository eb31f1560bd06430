"""Filters that select articles, for searches, exports and every other query."""

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from archive.errors import BadQuery
from archive.fold import fold, same_as_typed
from archive.phrases import phrase
from archive.places import Era, find_provinces
from archive.record import ArticleStatus, Origin, TextCause

_PROVINCE_COLUMNS = {
    Era.THEN: ("province_then_id",),
    Era.NOW: ("province_now_id",),
    Era.ANY: ("province_then_id", "province_now_id"),
}
_TAGGED = "SELECT article_id FROM article_tags WHERE tag_id = (SELECT id FROM tags WHERE name = ?)"
GONE = f"SELECT id FROM articles WHERE status = '{ArticleStatus.GONE}'"
"""Ids of the articles that their outlet took away."""
_FROM = "SELECT article_id FROM article_origins WHERE origin = ?"
_KNOWN = f"SELECT article_id FROM article_origins WHERE origin <> '{Origin.UNKNOWN}'"
EDITED = f"""SELECT r.article_id FROM article_revisions r JOIN articles a ON a.id = r.article_id
WHERE r.cause = '{TextCause.EDITED}' OR a.cause = '{TextCause.EDITED}'"""
"""Ids of the articles that their outlet edited."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """Conditions that an article must meet; None means any value."""

    site: str | None = None
    """Name of the site file; it also selects articles of which this site shows a copy."""
    province: str | None = None
    """Name or code of a province, as for `find_provinces`."""
    era: Era = Era.ANY
    """Whether `province` is that of the day of publication, today's of the same land, or one of both."""
    author: str | None = None
    """Whole name; with marks it matches exactly, without marks in all its forms."""
    outlet: str | None = None
    """Name of the outlet that published it."""
    section: str | None = None
    """Name of a section, of whichever outlets have one of this name."""
    tag: str | None = None
    """As it is printed."""
    status: ArticleStatus | None = None
    """LIVE or GONE."""
    is_edited: bool = False
    """Whether only articles count that their outlet has edited."""
    origin: Origin | None = None
    """Where it is from, as far as `update_copies` has found it; UNKNOWN too if it has not seen it."""
    since: date | None = None
    until: date | None = None
    """Days of publication, both inclusive; with one of them a text without a date is left out."""


@dataclass(frozen=True, slots=True)
class Condition:
    """An SQL condition on a row `a` of `articles` or `search_rows`, with the values for its question marks."""

    sql: str
    values: tuple[object, ...]


def conditions(connection: sqlite3.Connection, filters: Filters, *, article_id: str = "a.id") -> list[Condition]:
    """Return the conditions of `filters`; BadQuery if a site or a province in its era does not exist.

    `article_id` is the column that has the id of the article.
    """
    asked = []
    if filters.site is not None:
        site_id = site_id_of(connection, filters.site)
        copied = f"{article_id} IN (SELECT article_id FROM article_urls WHERE site_id = ?)"
        asked.append(Condition(f"(a.site_id = ? OR {copied})", (site_id, site_id)))
    if filters.province is not None:
        asked.append(_in_province(filters.province, filters.era))
    if filters.author is not None:
        authors = _authors(connection, filters.author)
        written = f"SELECT article_id FROM article_authors WHERE author_id {_one_of(authors)}"
        asked.append(Condition(f"{article_id} IN ({written})", tuple(authors)))
    asked += _conditions_by_name(filters, article_id)
    if filters.since is not None:
        asked.append(Condition("a.published_date >= ?", (filters.since.isoformat(),)))
    if filters.until is not None:
        asked.append(Condition("a.published_date <= ?", (filters.until.isoformat(),)))
    return asked


def _conditions_by_name(filters: Filters, article_id: str) -> list[Condition]:
    """Return the conditions of the filters whose value a page has shown: another value finds nothing."""
    asked = []
    if filters.outlet is not None:
        asked.append(Condition("a.outlet_id IN (SELECT id FROM sites WHERE name = ?)", (filters.outlet,)))
    if filters.section is not None:
        asked.append(Condition("a.section_id IN (SELECT id FROM sections WHERE name = ?)", (filters.section,)))
    if filters.tag is not None:
        asked.append(Condition(f"{article_id} IN ({_TAGGED})", (filters.tag,)))
    if filters.status is not None:
        is_gone = "IN" if filters.status is ArticleStatus.GONE else "NOT IN"
        asked.append(Condition(f"{article_id} {is_gone} ({GONE})", ()))
    if filters.origin is Origin.UNKNOWN:
        asked.append(Condition(f"{article_id} NOT IN ({_KNOWN})", ()))
    elif filters.origin is not None:
        asked.append(Condition(f"{article_id} IN ({_FROM})", (filters.origin,)))
    if filters.is_edited:
        asked.append(Condition(f"{article_id} IN ({EDITED})", ()))
    return asked


def site_id_of(connection: sqlite3.Connection, site: str) -> int:
    """Return the id of a site; BadQuery, which lists the sites, if the archive has none of this name."""
    rows = dict(connection.execute("SELECT site, id FROM sites").fetchall())
    if site not in rows:
        raise BadQuery(
            phrase(
                'no site "{site}" in this archive; it has {known}',
                site=site,
                known=", ".join(sorted(rows)) or phrase("none"),
            )
        )
    return int(rows[site])


def _in_province(typed: str, era: Era) -> Condition:
    ids = [province.id for province in find_provinces(typed, era=era)]
    columns = _PROVINCE_COLUMNS[era]
    either = " OR ".join(f"a.{column} {_one_of(ids)}" for column in columns)
    return Condition(f"({either})", (*ids,) * len(columns))


def _one_of(values: Sequence[object]) -> str:
    return f"IN ({', '.join('?' * len(values))})"


def _authors(connection: sqlite3.Connection, typed: str) -> list[int]:
    rows = connection.execute("SELECT id, name FROM authors WHERE folded = ?", (fold(" ".join(typed.split())),))
    return [row[0] for row in rows if same_as_typed(typed, row[1])]
