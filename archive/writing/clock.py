"""Repairs the frontier after a wrong clock: times in the future must not keep anything from being fetched.

Every function works inside the transaction of its caller.
"""

import sqlite3
from datetime import datetime, timedelta

from archive.phrases import phrase
from archive.record import VIETNAM
from archive.times import from_text, to_text

SLACK = timedelta(minutes=5)
"""Differences up to this are normal: clocks are adjusted by less every day."""

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
"""An article that was read by the wrong clock is read once more, because its schedule seemed to be over. In SQLite the
right sides have the old values, whatever the order of the columns."""


def mend_frontier(connection: sqlite3.Connection, site_id: int, *, at: datetime) -> str | None:
    """Make what the frontier of a site dates after `at` due now; return what is wrong, None if nothing is.

    Times of articles and captures stay unchanged: whoever reads them skips those in the future.
    """
    newest = connection.execute(_NEWEST, {"site": site_id}).fetchone()[0]
    if not newest or from_text(newest) - at <= SLACK:
        return None
    connection.execute(_MEND, {"site": site_id, "at": to_text(at)})
    return phrase(
        "the clock says {at}, and an earlier run ended at {newest}: one of the two was wrong; addresses that "
        "were due after now are due at once",
        at=_minute(at),
        newest=_minute(from_text(newest)),
    )


def _minute(moment: datetime) -> str:
    return f"{moment.astimezone(VIETNAM):%Y-%m-%d %H:%M}"
