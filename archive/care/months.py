"""Checks what the archive keeps of each month of each outlet against the rows that it is counted from."""

import sqlite3
from collections.abc import Iterator

from archive.care.findings import REPAIR, Finding
from archive.phrases import phrase
from archive.writing.origin_months import differing_origins
from archive.writing.outlet_months import differing_months


def check_months(connection: sqlite3.Connection) -> Iterator[Finding]:
    """Yield the months whose kept numbers are not those of articles, their origins, addresses, runs and captures."""
    sites = dict(connection.execute("SELECT id, site FROM sites"))
    no_outlet = phrase("no outlet")
    for outlet_id, month in differing_months(connection):
        yield Finding(
            phrase("outlet_months of {site}, {month}", site=sites.get(outlet_id, no_outlet), month=month),
            phrase("it differs from the articles, addresses and runs"),
            REPAIR,
        )
    for outlet, month_or_none in differing_origins(connection):
        site, month = sites.get(outlet, no_outlet), month_or_none or phrase("no date")
        yield Finding(
            phrase("origin_months of {site}, {month}", site=site, month=month),
            phrase("it differs from the articles and their origins"),
            REPAIR,
        )
