"""The open database of an archive: transactions in groups, and with each the WARC records that belong to it."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import TypeVar

from archive.disk import LOOK_AFTER, ROOM_TO_CLOSE, free_bytes
from archive.errors import ArchiveBusy, ArchiveClosed, DiskFull
from archive.phrases import phrase
from archive.schema.connections import BUSY_SECONDS, FrozenConnection
from archive.schema.opening import FILE_NAME, begin_writing, empty_wal, named_errors
from archive.writing.index import index_now
from archive.writing.raw_pages import RawPages

GROUP_CAPTURES = 45
GROUP_SPAN = timedelta(seconds=2)
"""Captures are committed in groups: a commit for each would cost 25 times as much (an fsync each). A crash loses one
group at most, and its addresses stay due: with the pages in flight, a crawl of a site fetches at most 50 again. A crawl
commits sooner: COMMIT_SECONDS in crawler/pipelines.py."""

_Stored = TypeVar("_Stored")


class _TakeBack(Exception):
    """Raised to undo a write that was only tried."""


class Session:
    """The connection of one `Archive`, and the only place that begins, commits or takes back a transaction."""

    def __init__(self, folder: Path, connection: sqlite3.Connection, *, keep_raw: bool) -> None:
        """Take over an open connection."""
        self.folder = folder
        self.path = folder / FILE_NAME
        self.connection = connection
        self.raw = RawPages(connection, folder) if keep_raw else None
        """None if no raw pages are kept."""
        self.is_closed = False
        self._group_began: datetime | None = None
        self._group_size = 0
        self._looked_at: datetime | None = None
        """When the free space of the disk was looked at."""

    @property
    def pending(self) -> int:
        """How many captures are stored and not yet on the disk."""
        return self._group_size

    def close(self) -> None:
        """Commit what is not yet committed, and let go of the files."""
        try:
            self.commit()
            self._seal()
        finally:
            self.is_closed = True
            if self.raw:
                self.raw.release()
            self.connection.close()

    def commit(self) -> None:
        """Put what was stored on the disk: first the WARC records, then the rows that lead to them."""
        with self.guard():
            if self.connection.in_transaction:
                try:
                    index_now(self.connection)
                    if self.raw:
                        self.raw.sync()
                    self.connection.execute("COMMIT")
                except (sqlite3.Error, OSError):
                    if self.connection.in_transaction:
                        self.connection.execute("ROLLBACK")
                    if self.raw:
                        self.raw.cut_back()
                    raise
                if self.raw:
                    self.raw.settle()
            self._group_size = 0

    @contextmanager
    def guard(self) -> Iterator[None]:
        """Give errors of the block their names; ArchiveClosed if the archive is closed, before it or meanwhile."""
        if self.is_closed:
            raise ArchiveClosed(self.path)
        try:
            with named_errors(self.path):
                yield
                if isinstance(self.connection, FrozenConnection) and self.connection.is_outdated:
                    raise ArchiveBusy(self.path, phrase("another process began to write it while it was read"))
        except sqlite3.ProgrammingError as error:
            if self.is_closed:
                raise ArchiveClosed(self.path) from error
            raise

    @contextmanager
    def write(self) -> Iterator[None]:
        """Run the block inside the open group, or a new one: all of it or nothing of it.

        A new group needs no savepoint: with one, SQLite copies each page that a statement changes to a file beside.
        """
        with self.guard():
            is_new = not self.connection.in_transaction
            if is_new:
                begin_writing(self.connection, self.path)
                self._group_size = 0
                self._group_began = None
            else:
                self.connection.execute("SAVEPOINT one")
            mark = self.raw.mark if self.raw else None
            try:
                yield
            except BaseException:
                is_open = self.connection.in_transaction  # SQLite itself ends it when the disk is full
                if is_open and is_new:
                    self.connection.execute("ROLLBACK")
                elif is_open:
                    self.connection.execute("ROLLBACK TO one")
                    self.connection.execute("RELEASE one")
                if self.raw:
                    self.raw.cut_back(mark if is_open else None)
                raise
            if not is_new:
                self.connection.execute("RELEASE one")

    @contextmanager
    def write_now(self) -> Iterator[None]:
        """Run the block like `write`, and put it on the disk: a group that is open keeps other processes waiting."""
        with self.write():
            yield
            index_now(self.connection)
        self.commit()

    def attempt(self, store: Callable[[RawPages | None], _Stored], *, at: datetime, is_dry: bool) -> _Stored:
        """Return what `store` returns, and with `is_dry` take back all that it did."""
        try:
            with self.write():
                stored = store(None if is_dry else self.raw)
                if is_dry:
                    raise _TakeBack
        except _TakeBack:
            pass
        self.end_group(at)
        return stored

    def end_group(self, at: datetime) -> None:
        """Count a capture of the group, and commit the group if it is full or old."""
        self._group_size += 1
        self._group_began = began = self._group_began or at
        # a clock that was set back ends the group too
        if self._group_size >= GROUP_CAPTURES or not timedelta(0) <= at - began < GROUP_SPAN:
            self.commit()

    def index_pending(self) -> None:
        """Put the texts of the open group into the index, so that a search finds them."""
        if self._group_size:
            index_now(self.connection)

    def check_room(self, *, at: datetime) -> None:
        """Raise DiskFull while there is still room to close a run; an open group is put on the disk before."""
        if self._looked_at is not None and timedelta(0) <= at - self._looked_at < LOOK_AFTER:
            return
        with self.guard():
            free = free_bytes(self.folder)
        if free < ROOM_TO_CLOSE:
            self.commit()
            raise DiskFull(self.path, free=free, wanted=ROOM_TO_CLOSE)
        self._looked_at = at

    def empty_wal(self) -> None:
        """Move what is in the WAL file into the database, and cut the file back to nothing."""
        with self.guard():
            # without waiting: a long reader only keeps the WAL file from being cut back this time
            self.connection.execute("PRAGMA busy_timeout = 0")
            try:
                empty_wal(self.connection)
            finally:
                self.connection.execute(f"PRAGMA busy_timeout = {BUSY_SECONDS * 1000}")

    def _seal(self) -> None:
        """Store the digests of WARC files that are full."""
        if self.raw and self.raw.has_unsealed():
            with self.write_now():
                self.raw.seal()
