"""Hosts that have asked for a rest with Retry-After.

Every function works inside the transaction of its caller.
"""

import sqlite3
from dataclasses import dataclass
from datetime import datetime

from archive.times import from_text, to_text


@dataclass(frozen=True, slots=True)
class HostRest:
    """A host that wants no requests for some time."""

    host: str
    """Name without port."""
    until: datetime
    detail: str
    """What it answered, in words."""


def keep_rest(
    connection: sqlite3.Connection, site_id: int, host: str, *, at: datetime, until: datetime, detail: str
) -> None:
    """Keep the rest that a host asked for at `at`, unless it has asked for a longer one before."""
    before = find_rest(connection, site_id, host, at=at)
    if before and before.until >= until:
        return
    connection.execute(
        "INSERT OR REPLACE INTO hosts (site_id, host, asked_at, rests_until, detail) VALUES (?,?,?,?,?)",
        (site_id, host, to_text(at), to_text(until), detail),
    )


def find_rest(connection: sqlite3.Connection, site_id: int, host: str, *, at: datetime) -> HostRest | None:
    """Return the rest of a host of a site that lasts at `at`; None if there is none."""
    return next((rest for rest in find_rests(connection, site_id, at=at) if rest.host == host), None)


def find_rests(connection: sqlite3.Connection, site_id: int, *, at: datetime) -> tuple[HostRest, ...]:
    """Return the hosts of a site that rest at `at`."""
    # if a rest was asked for in the future, a clock was wrong
    rows = connection.execute(
        "SELECT host, rests_until, detail FROM hosts WHERE site_id = ? AND rests_until > ? AND asked_at <= ?"
        " ORDER BY host",
        (site_id, to_text(at), to_text(at)),
    )
    return tuple(HostRest(host, from_text(until), detail) for host, until, detail in rows)
