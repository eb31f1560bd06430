"""Hosts that have asked not to be asked again before some moment, with Retry-After.

Every function works inside the transaction of its caller.
"""

import sqlite3
from dataclasses import dataclass
from datetime import datetime

from archive.times import from_text, to_text


@dataclass(frozen=True, slots=True)
class HostRest:
    """A host that is not to be asked for some time."""

    host: str
    """Name without port."""
    until: datetime
    detail: str
    """What it answered, for people."""


def keep_rest(
    connection: sqlite3.Connection, site_id: int, host: str, *, at: datetime, until: datetime, detail: str
) -> None:
    """Keep that a host asked at `at` for a rest; a longer one that it asked for before holds."""
    before = find_rest(connection, site_id, host, at=at)
    if before and before.until >= until:
        return
    connection.execute(
        "INSERT OR REPLACE INTO hosts (site_id, host, asked_at, rests_until, detail) VALUES (?,?,?,?,?)",
        (site_id, host, to_text(at), to_text(until), detail),
    )


def find_rest(connection: sqlite3.Connection, site_id: int, host: str, *, at: datetime) -> HostRest | None:
    """Return the rest that a host of a site is in at `at`, None if it is in none."""
    return next((rest for rest in find_rests(connection, site_id, at=at) if rest.host == host), None)


def find_rests(connection: sqlite3.Connection, site_id: int, *, at: datetime) -> tuple[HostRest, ...]:
    """Return the hosts of a site that rest at `at`."""
    # a rest that was asked for later than now was noted by a clock that was wrong
    rows = connection.execute(
        "SELECT host, rests_until, detail FROM hosts WHERE site_id = ? AND rests_until > ? AND asked_at <= ?"
        " ORDER BY host",
        (site_id, to_text(at), to_text(at)),
    )
    return tuple(HostRest(host, from_text(until), detail) for host, until, detail in rows)
