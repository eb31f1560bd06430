"""Checks what the archive keeps of each month of each outlet against the rows that it is counted from."""

import sqlite3
from collections.abc import Iterator

from archive.care.findings import REPAIR, Finding
from archive.phrases import phrase
from archive.writing.origin_months import differing_origins
from archive.writing.outlet_months import differing_months


def check_months(connection: sqlite3.Connection) -> Iterator[Finding]:
    """Yield the months whose kept numbers are not those of articles, addresses, runs and captures."""
    sites = dict(connection.execute("SELECT id, site FROM sites"))
    no_outlet = phrase("no outlet")
    for outlet_id, month in differing_months(connection):
        yield Finding(
            phrase("outlet_months of {site}, {month}", site=sites.get(outlet_id, no_outlet), month=month),
            phrase("it differs from the articles, addresses and runs"),
            REPAIR,
        )
    for origin_id, day in differing_origins(connection):
        site, month = sites.get(origin_id, no_outlet), day or phrase("no date")
        yield Finding(
            phrase("origin_months of {site}, {month}", site=site, month=month),
            phrase("it differs from the articles and their origins"),
            REPAIR,
        )
