"""A whole copy of the database as one file: of one moment, while another process may write.

`VACUUM INTO` copies within one read transaction. The backup API begins again whenever somebody writes, so beside a
crawl it may never end, and it copies damaged pages as they are; here a page that cannot be read is an error.
"""

import logging
import os
import sqlite3
from pathlib import Path

from archive.errors import ArchiveNotWritable, DamagedArchive, DiskFull
from archive.files import named_disk_errors, sync_folder

BEFORE = "before"
"""Part of the name of a copy that a migration leaves behind."""
MB = 1_000_000
_LOG = logging.getLogger(__name__)
_BEGINS = "%s: the upgrade to schema %s begins with a copy of the database as it is: %.1f MB go to %s"


def copy_database(connection: sqlite3.Connection, target: Path) -> None:
    """Put a copy in the place of `target`, when it is whole, checked and on the disk; until then nothing has its name.

    Raises DiskFull and ArchiveNotWritable for the copy, DamagedArchive if it does not pass its check, and sqlite3.Error
    for what is wrong with the source.
    """
    part = target.with_name(f"{target.name}.part")
    with named_disk_errors(target):
        part.unlink(missing_ok=True)  # of a process that was killed
        try:
            _copy(connection, part)
            _check(part)
            _sync(part)
            part.replace(target)
            sync_folder(target.parent)
        finally:
            part.unlink(missing_ok=True)


def keep_before_migration(path: Path, *, schema: int) -> Path:
    """Copy the database at `path` aside before it is migrated to `schema`; return the copy, the only one of its kind.

    The log says so before it begins: gigabytes take minutes. The caller holds the write lock, so the copy has
    everything.
    """
    kept = path.with_name(f"{path.name}.{BEFORE}-{schema}")
    _LOG.warning(_BEGINS, path, schema, path.stat().st_size / MB, kept)
    connection = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, isolation_level=None)
    try:
        copy_database(connection, kept)
    finally:
        connection.close()
    for older in path.parent.glob(f"{path.name}.{BEFORE}-*"):
        if older != kept:
            older.unlink()
    return kept


def _copy(connection: sqlite3.Connection, target: Path) -> None:
    try:
        connection.execute("VACUUM INTO ?", (str(target),))
    except sqlite3.OperationalError as error:
        code = error.sqlite_errorcode & 0xFF  # the rest of the code says more of the same
        if code == sqlite3.SQLITE_FULL:
            raise DiskFull(target) from error
        if code in (sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_READONLY):
            raise ArchiveNotWritable(target, str(error)) from error
        raise


def _check(copy: Path) -> None:
    connection = sqlite3.connect(f"{copy.absolute().as_uri()}?mode=ro", uri=True)
    try:
        finding = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
    finally:
        connection.close()
    if finding != "ok":
        raise DamagedArchive(copy, finding.replace("\n", "; "))


def _sync(path: Path) -> None:
    with path.open("rb") as file:
        os.fsync(file.fileno())
