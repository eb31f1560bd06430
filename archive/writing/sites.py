"""The outlets of the archive."""

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from archive.places import then_and_now
from archive.record import Outlet, OutletKind
from archive.times import from_text_or_none
from archive.writing.changes import note_changes

_PROVINCES = """
SELECT iif(ifnull(:published, '') >= n.valid_from, n.id, p.id), n.id
FROM sites s JOIN provinces p ON p.id = s.province_id JOIN provinces n ON n.id = p.successor_id WHERE s.id = :site
"""

_MOVE = """
UPDATE articles SET province_then_id = place.was, province_now_id = place.is_now
FROM (
    SELECT a.id, n.id AS is_now, iif(ifnull(a.published_date, '') >= n.valid_from, n.id, p.id) AS was
    FROM articles a LEFT JOIN provinces p ON p.id = :province LEFT JOIN provinces n ON n.id = p.successor_id
    WHERE a.outlet_id = :site
) AS place
WHERE articles.id = place.id AND (province_then_id IS NOT place.was OR province_now_id IS NOT place.is_now)
RETURNING articles.id
"""
"""Move the articles of an outlet to another province; returns the ids of those that changed."""

_SUCCESSORS = """
WITH RECURSIVE found (id) AS (
    SELECT merged_into_id FROM sites WHERE id = ?
    UNION SELECT s.merged_into_id FROM sites s JOIN found ON s.id = found.id
)
SELECT id FROM found WHERE id IS NOT NULL
"""
_PREDECESSORS = """
WITH RECURSIVE found (id) AS (
    SELECT id FROM sites WHERE merged_into_id = ?
    UNION SELECT s.id FROM sites s JOIN found ON s.merged_into_id = found.id
)
SELECT id FROM found
"""
"""UNION ends the recursion when site files name each other in a circle."""

_TOTALS = """
SELECT site,
  (SELECT count(*) FROM articles WHERE site_id = s.id AND status <> 'withheld'),
  (SELECT max(finished_at) FROM runs WHERE site_id = s.id AND status = 'finished' AND sources_ok AND NOT sources_failed
    AND (cut_short = '[]' OR "left" = 0))
FROM sites s WHERE :site IS NULL OR site = :site
"""


@dataclass(frozen=True, slots=True)
class SiteTotals:
    """What an archive holds of one site."""

    articles: int
    """Articles whose own address is on this site, without those that are withheld."""
    last_success: datetime | None
    """Aware, +07:00: the end of the last finished crawl that could read every source and left nothing because of a
    host."""


def register_site(connection: sqlite3.Connection, outlet: Outlet) -> bool:
    """Store what the site file says of an outlet, and return whether that is new.

    A new name or province changes its articles too.
    """
    site_id = find_or_add_site(connection, outlet.site)
    province = then_and_now(outlet.province)[0].id if outlet.province else None
    merged_into = find_or_add_site(connection, outlet.merged_into) if outlet.merged_into else None
    sql = "SELECT name, kind, home, province_id, merged_into_id FROM sites WHERE id = ?"
    old = connection.execute(sql, (site_id,)).fetchone()
    new = (outlet.name, outlet.kind, outlet.home, province, merged_into)
    if new == old:
        return False
    old_name, _, _, old_province, _ = old
    connection.execute(
        "UPDATE sites SET name = ?, kind = ?, home = ?, province_id = ?, merged_into_id = ? WHERE id = ?",
        (*new, site_id),
    )
    changed: set[int] = set()
    if province != old_province:
        changed |= _ids(connection.execute(_MOVE, {"province": province, "site": site_id}))
    if outlet.name != old_name:
        changed |= _ids(connection.execute("SELECT id FROM articles WHERE outlet_id = ?", (site_id,)))
    note_changes(connection, changed)
    return True


def provinces_of(
    connection: sqlite3.Connection, site_id: int | None, *, published_date: str | None
) -> tuple[int | None, int | None]:
    """Return the ids of the province of an outlet on the day of publication, and today.

    A text without a date gets the old province of the site: nothing shows that the text is younger. None for an outlet
    without a province.
    """
    row = connection.execute(_PROVINCES, {"site": site_id, "published": published_date}).fetchone()
    return (None, None) if row is None else (int(row[0]), int(row[1]))


def is_merged_into(connection: sqlite3.Connection, site_id: int | None, other: int | None) -> bool:
    """Return whether the outlet `site_id` was merged into `other`, directly or in several steps."""
    return (other,) in connection.execute(_SUCCESSORS, (site_id,)).fetchall()


def lineage_of(connection: sqlite3.Connection, site_id: int | None) -> set[int | None]:
    """Return the ids of an outlet, of those that it was merged into, and of those merged into it."""
    others = [connection.execute(sql, (site_id,)).fetchall() for sql in (_SUCCESSORS, _PREDECESSORS)]
    return {site_id, *(row[0] for rows in others for row in rows)}


def site_totals(connection: sqlite3.Connection, site: str | None = None) -> dict[str, SiteTotals]:
    """Return what the archive holds, by the names of the sites: of all, or of one."""
    rows = connection.execute(_TOTALS, {"site": site}).fetchall()
    return {site: SiteTotals(articles, from_text_or_none(finished_at)) for site, articles, finished_at in rows}


def find_site(connection: sqlite3.Connection, site: str) -> int | None:
    """Return the id of a site, or None."""
    row = connection.execute("SELECT id FROM sites WHERE site = ?", (site,)).fetchone()
    return None if row is None else int(row[0])


def find_or_add_site(connection: sqlite3.Connection, site: str) -> int:
    """Return the id of a site; one that is not registered yet gets a row with its name only."""
    site_id = find_site(connection, site)
    if site_id is not None:
        return site_id
    values = (site, site, OutletKind.NEWSPAPER)
    cursor = connection.execute("INSERT INTO sites (site, name, kind) VALUES (?,?,?)", values)
    return int(cursor.lastrowid or 0)


def _ids(rows: Iterable[tuple[int]]) -> set[int]:
    return {each for (each,) in rows}
