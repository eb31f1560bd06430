"""What changes the archive beside captures: each event becomes a record in the WARC files, from which it is repeated.

`archive/care/replay.py` repeats them. Every function works inside the transaction of its caller.
"""

import sqlite3
from collections.abc import Mapping
from dataclasses import asdict, astuple
from datetime import datetime
from enum import StrEnum
from typing import Any

from archive.record import Outlet
from archive.rows import row_of
from archive.times import to_text
from archive.writing.ledger import enter_run, entries
from archive.writing.raw_pages import RawPages


class Event(StrEnum):
    """The names of the events: they lie in WARC files, and are never renamed."""

    OUTLET = "outlet"
    """A site file said something new of its outlet."""
    IDS = "learnt-ids"
    """Articles got the id of their CMS later than their text."""
    ACCEPTED = "accepted"
    """A person decided on a doubtful reading."""
    CORRECTED = "corrected"
    """A person put values in the place of what a page says."""
    UNDONE = "undone"
    """Corrections were lifted."""
    WITHHELD = "withheld"
    """A person took an article out of sight."""
    LIFTED = "lifted"
    """It is shown again."""
    COPIES_JOINED = "copies-joined"
    """A person said that an article is one story with others."""
    COPIES_SPLIT = "copies-split"
    """A person said that it is not."""
    COPIES_UNDONE = "copies-undone"
    """All that persons said so of an article was lifted."""
    MERGED = "merged"
    """Another archive came in: `archive/care/merging/event.py` has its record."""
    RUN_ENDED = "run-ended"
    """With the report, and the rows of the ledger that no record has yet."""


def keep_outlet(raw: RawPages | None, outlet: Outlet, *, at: datetime) -> None:
    """Keep what a site file says of its outlet."""
    _keep(raw, Event.OUTLET, at, asdict(outlet))


def keep_ids(raw: RawPages | None, ids: Mapping[str, str], *, at: datetime) -> None:
    """Keep the ids that articles got: uid → id."""
    if ids:
        _keep(raw, Event.IDS, at, {"ids": dict(ids)})


def keep_decision(
    connection: sqlite3.Connection, raw: RawPages | None, event: Event, article_id: int, *, at: datetime, **said: Any
) -> None:
    """Keep what a person decided on an article: a correction, a mark, or the end of one."""
    (uid,) = connection.execute("SELECT uid FROM articles WHERE id = ?", (article_id,)).fetchone()
    _keep(raw, event, at, {"uid": uid, "at": to_text(at), **said})


def keep_run_end(connection: sqlite3.Connection, raw: RawPages | None, run: int) -> None:
    """Enter a run that ended into the ledger, and keep its report."""
    sql = "SELECT s.site, r.* FROM runs r JOIN sites s ON s.id = r.site_id WHERE r.id = ?"
    report = row_of(connection.execute(sql, (run,)))
    assert report is not None, "the run has ended"
    enter_run(connection, run, at=report["finished_at"])
    if raw is None:
        return
    del report["site_id"]
    said = {"report": report, "ledger": _new_entries(connection)}
    _keep(raw, Event.RUN_ENDED, datetime.fromisoformat(report["finished_at"]), said)


def keep_merge(connection: sqlite3.Connection, raw: RawPages, said: Mapping[str, Any], *, at: datetime) -> None:
    """Keep what a merge did, at its end."""
    _keep(raw, Event.MERGED, at, {"at": to_text(at), **said, "ledger": _new_entries(connection)})


def _new_entries(connection: sqlite3.Connection) -> list[list[Any]]:
    """Return the rows of the ledger that no record has yet; from now on one has them."""
    new = entries(connection, "NOT is_kept")
    connection.execute("UPDATE ledger SET is_kept = 1 WHERE NOT is_kept")
    return [list(astuple(entry)) for entry in new]


def _keep(raw: RawPages | None, event: Event, at: datetime, said: Mapping[str, Any]) -> None:
    if raw is not None:
        raw.keep_event(event, at, said)
