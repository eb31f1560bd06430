"""Locks that allow one crawl of a site at a time, one backup into a folder, and one new database."""

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import IO

from archive.errors import ArchiveBusy, ArchiveNotWritable
from archive.files import open_own
from archive.os_errors import words_of
from archive.phrases import phrase
from archive.times import to_text

LONGEST_HOLDER = 200
"""Characters of the line that names the holder."""


class SiteLock:
    """Held by the one process that crawls a site; the system releases it when that process dies."""

    def __init__(self, folder: Path, site_id: int, *, site: str, since: datetime) -> None:
        """Take the lock, also that of a process that died.

        Raises ArchiveBusy with its holder and since when, and ArchiveNotWritable if the lock file is a link.
        """
        self._file = _open(folder / f".run-{site_id}.lock")
        try:
            _lock(self._file)
        except OSError as error:
            holder = self._file.read(LONGEST_HOLDER).strip() or phrase("another process")
            self._file.close()
            raise ArchiveBusy(
                folder, phrase("{site} is being crawled by {holder}", site=site, holder=holder)
            ) from error
        self._file.truncate(0)
        self._file.write(f"process {os.getpid()} since {to_text(since)}\n")
        self._file.flush()

    def release(self) -> None:
        """Let the next run of the site begin."""
        self._file.close()


def find_holder(folder: Path) -> str | None:
    """Return who crawls a site into the archive now; None if nobody does."""
    for path in sorted(folder.glob(".run-*.lock")):
        with path.open("r+", encoding="utf-8", errors="replace") as file:
            try:
                _lock(file)
            except OSError:
                return file.read(LONGEST_HOLDER).strip() or phrase("another process")
    return None


@contextmanager
def backup_lock(folder: Path) -> Iterator[None]:
    """Hold the lock of backups into a folder. Raises ArchiveBusy, and ArchiveNotWritable if the lock file is a link."""
    with _open(folder / ".backup.lock") as file:
        try:
            _lock(file)
        except OSError as error:
            raise ArchiveBusy(folder, phrase("another backup is being written into it")) from error
        yield


@contextmanager
def naming_lock(path: Path) -> Iterator[None]:
    """Wait for the lock at `path`, and hold it. Raises ArchiveNotWritable if the lock file is a link."""
    with _open(path) as file:
        _lock(file, waits=True)
        yield


def _open(path: Path) -> IO[str]:
    try:
        return open_own(path)
    except OSError as error:
        finding = phrase("it is a link, or no file") if error.errno == errno.ELOOP else words_of(error)
        raise ArchiveNotWritable(path, finding) from error


def _lock(file: IO[str], *, waits: bool = False) -> None:
    with suppress(ImportError):  # not on Windows: nothing prevents two crawls of one site there
        import fcntl

        fcntl.flock(file, fcntl.LOCK_EX | (0 if waits else fcntl.LOCK_NB))
