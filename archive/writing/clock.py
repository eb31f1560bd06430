"""A clock that was wrong once: times that lie in the future must not keep anything from being asked for.

Every function works inside the transaction of its caller.
"""

import sqlite3
from datetime import datetime, timedelta

from archive.record import VIETNAM
from archive.times import from_text, to_text

SLACK = timedelta(minutes=5)
"""Clocks of one machine are set back by less than this every day."""

_NEWEST = """
SELECT max(ifnull((SELECT max(started_at) FROM runs WHERE site_id = :site), ''),
    ifnull((SELECT max(finished_at) FROM runs WHERE site_id = :site), ''))
"""
_MEND = """
UPDATE urls SET found_at = min(found_at, :at), fetched_at = min(fetched_at, :at),
    due_at = iif(fetched_at > :at AND (due_at IS NOT NULL OR article_id IS NOT NULL), :at, due_at),
    etag = iif(whole_at > :at, NULL, etag), last_modified = iif(whole_at > :at, NULL, last_modified)
WHERE site_id = :site AND (found_at > :at OR fetched_at > :at OR whole_at > :at)
"""
"""An article that was read then is read once more: its other looks seemed to be over. SQLite reads the old values on
the right side, in whatever order the columns are set."""


def mend_frontier(connection: sqlite3.Connection, site_id: int, *, at: datetime) -> str | None:
    """Make what the frontier of a site dates after `at` due now; return what is wrong, None if nothing is.

    Times of articles and captures stay as they were written: what reads them passes over those to come.
    """
    newest = connection.execute(_NEWEST, {"site": site_id}).fetchone()[0]
    if not newest or from_text(newest) - at <= SLACK:
        return None
    connection.execute(_MEND, {"site": site_id, "at": to_text(at)})
    return (
        f"the clock says {_minute(at)}, and an earlier run ended at {_minute(from_text(newest))}: "
        "one of the two was wrong; what was due after now was asked for"
    )


def _minute(moment: datetime) -> str:
    return f"{moment.astimezone(VIETNAM):%Y-%m-%d %H:%M}"
