"""The outlets of the archive. Every function works inside the transaction of its caller."""

import sqlite3

from archive.places import MERGED_ON, old_province
from archive.record import Outlet


def register_site(connection: sqlite3.Connection, outlet: Outlet) -> None:
    """Store what the site file says of an outlet; articles follow when its province is corrected."""
    site_id = find_or_add_site(connection, outlet.site)
    province = old_province(connection, outlet.province)
    before = connection.execute("SELECT province_id FROM sites WHERE id = ?", (site_id,)).fetchone()[0]
    connection.execute(
        "UPDATE sites SET name = ?, kind = ?, home = ?, province_id = ? WHERE id = ?",
        (outlet.name, outlet.kind, outlet.home, province, site_id),
    )
    if province != before:
        connection.execute(
            "UPDATE articles SET province_now_id = p.successor_id,"
            " province_then_id = iif(ifnull(published_date, '') >= :merged, p.successor_id, p.id) "
            "FROM (SELECT :province AS wanted) LEFT JOIN provinces p ON p.id = wanted WHERE site_id = :site",
            {"merged": MERGED_ON, "province": province, "site": site_id},
        )


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
