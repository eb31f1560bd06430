"""The year that a page is asked for."""

import sqlite3
from datetime import datetime

from archive.publish.visit import Visit
from archive.reading.coverage import years_covered


def years_asked(connection: sqlite3.Connection, visit: Visit, now: datetime) -> tuple[range, int]:
    """Return the years that can be chosen, and the one that was: the present one unless the address names another."""
    known = years_covered(connection)
    years = range(min(known.start, now.year), now.year + 1) if known else range(now.year, now.year + 1)
    asked = visit.number("year")
    return years, now.year if asked is None or asked not in years else asked
