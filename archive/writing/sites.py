"""The outlets of the archive. Every function works inside the transaction of its caller."""

import sqlite3
from dataclasses import dataclass
from datetime import datetime

from archive.places import then_and_now
from archive.record import Outlet
from archive.times import from_text_or_none

_PROVINCES = """
SELECT iif(ifnull(:published, '') >= n.valid_from, n.id, p.id), n.id
FROM sites s JOIN provinces p ON p.id = s.province_id JOIN provinces n ON n.id = p.successor_id WHERE s.id = :site
"""

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
"""UNION ends the walk where site files name each other in a circle."""

_TOTALS = """
SELECT site,
  (SELECT count(*) FROM articles WHERE site_id = s.id),
  (SELECT max(finished_at) FROM runs WHERE site_id = s.id AND status = 'finished' AND sources_ok AND NOT sources_failed
    AND (cut_short = '[]' OR "left" = 0))
FROM sites s WHERE :site IS NULL OR site = :site
"""


@dataclass(frozen=True, slots=True)
class SiteTotals:
    """What an archive holds of one site."""

    articles: int
    """Those whose first place is this site."""
    last_success: datetime | None
    """Aware, +07:00: the end of the last crawl that went to its end, could read every source, and
    left no host before it had asked for what was due."""


def register_site(connection: sqlite3.Connection, outlet: Outlet) -> None:
    """Store what the site file says of an outlet; articles follow when its province is corrected."""
    site_id = find_or_add_site(connection, outlet.site)
    province = then_and_now(outlet.province)[0].id if outlet.province else None
    merged_into = find_or_add_site(connection, outlet.merged_into) if outlet.merged_into else None
    before = connection.execute("SELECT province_id FROM sites WHERE id = ?", (site_id,)).fetchone()[0]
    connection.execute(
        "UPDATE sites SET name = ?, kind = ?, home = ?, province_id = ?, merged_into_id = ? WHERE id = ?",
        (outlet.name, outlet.kind, outlet.home, province, merged_into, site_id),
    )
    if province != before:
        connection.execute(
            "UPDATE articles SET province_now_id = n.id,"
            " province_then_id = iif(ifnull(published_date, '') >= n.valid_from, n.id, p.id) "
            "FROM (SELECT :province AS wanted) LEFT JOIN provinces p ON p.id = wanted"
            " LEFT JOIN provinces n ON n.id = p.successor_id WHERE outlet_id = :site",
            {"province": province, "site": site_id},
        )


def provinces_of(
    connection: sqlite3.Connection, site_id: int | None, *, published_date: str | None
) -> tuple[int | None, int | None]:
    """Return the ids of the province of an outlet on the day of publication, and today.

    A text without a date gets the old province: that is whose outlet the site was registered as, and nothing
    says that the text is younger. None for an outlet of no province.
    """
    row = connection.execute(_PROVINCES, {"site": site_id, "published": published_date}).fetchone()
    return (None, None) if row is None else (int(row[0]), int(row[1]))


def is_merged_into(connection: sqlite3.Connection, site_id: int | None, other: int | None) -> bool:
    """Whether the outlet `site_id` was merged into `other`, by one step or several."""
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
    """Return the id of a site; one that nobody registered yet gets a row that says no more than its name."""
    site_id = find_site(connection, site)
    if site_id is not None:
        return site_id
    cursor = connection.execute("INSERT INTO sites (site, name, kind) VALUES (?, ?, 'newspaper')", (site, site))
    return int(cursor.lastrowid or 0)
