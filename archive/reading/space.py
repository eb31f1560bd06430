"""How long the disk of an archive will last, as it grew in the last weeks."""

import sqlite3
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from archive.disk import free_bytes, size_of
from archive.times import from_text, to_text

GROWTH_DAYS = 30
"""Days that show how an archive grows: a backfill before them says nothing of the days to come."""
LEAST_DAYS = 1
"""An archive that is younger counts as so old: its first crawl is a backfill, and fills no disk every hour."""

_STORED = """
SELECT total(stored + revised), total(iif(started_at >= :since, stored + revised, 0)), min(started_at) FROM runs
WHERE started_at <= :at
"""


@dataclass(frozen=True, slots=True)
class DiskSpace:
    """The disk of an archive."""

    free: int
    """Bytes."""
    size: int
    """Bytes of the archive: the database, and all other files of its folder."""
    per_day: int | None
    """Bytes by which the archive grew each day of the last GROWTH_DAYS; None if no run has stored anything."""

    @property
    def days_left(self) -> int | None:
        """Days until the disk is full at this rate; None if the archive does not grow."""
        return int(self.free / self.per_day) if self.per_day else None

    def as_record(self) -> dict[str, Any]:
        """Return it as JSON knows it."""
        return {**asdict(self), "days_left": self.days_left}


def disk_space(connection: sqlite3.Connection, folder: Path, *, at: datetime) -> DiskSpace:
    """Return the state of the disk of the archive in `folder` at `at`.

    The files have no history. So each text that runs have stored counts as an equal part of the size of today, with its
    share of the raw pages and of the index.
    """
    since = at - timedelta(days=GROWTH_DAYS)
    stored, lately, first = connection.execute(_STORED, {"since": to_text(since), "at": to_text(at)}).fetchone()
    free, size = free_bytes(folder), size_of(folder)
    if not stored:
        return DiskSpace(free, size, None)
    age = (at - from_text(first)) / timedelta(days=1)
    return DiskSpace(free, size, int(size * lately / stored / min(max(age, LEAST_DAYS), GROWTH_DAYS)))
