"""Checks what the archive keeps of each month of each outlet against the rows that it is counted from."""

import sqlite3
from collections.abc import Iterator

from archive.care.findings import REPAIR, Finding
from archive.phrases import phrase
from archive.writing.outlet_months import differing_months


def check_months(connection: sqlite3.Connection) -> Iterator[Finding]:
    """Yield the months whose kept numbers are not those of articles, addresses, runs and captures."""
    sites = dict(connection.execute("SELECT id, site FROM sites"))
    for outlet_id, month in differing_months(connection):
        site = sites.get(outlet_id, phrase("no outlet"))
        yield Finding(
            phrase("outlet_months of {site}, {month}", site=site, month=month),
            phrase("it differs from the articles, addresses and runs"),
            REPAIR,
        )
