"""Connections to `news.db` that work beside those of other users, and on a disk that nobody can write.

SQLite in WAL mode keeps two files beside the database: `news.db-wal` and `news.db-shm`. A reader needs them too, and
makes them if they are missing. Those that belong to another user stop the writer, who cannot write them. So a reader
who may not write the database makes no files, and a writer leaves the two files behind for such readers.
"""

import os
import sqlite3
import struct
import sys
from contextlib import closing, suppress
from pathlib import Path

from archive.errors import ArchiveBusy, ArchiveNotWritable, UnfinishedArchive
from archive.phrases import phrase
from archive.schema.trust import limit_trust

BUSY_SECONDS = 30
"""How long a writer waits for another: longer than any group of captures is held open."""

_LOCKS = (120, 9)
"""First byte and number of the bytes of `news.db-shm` that SQLite locks: https://sqlite.org/walformat.html"""
_FLOCK = "hhqqi"
"""Linux' `struct flock`: kind of lock, whence, start, length, process."""


class FrozenConnection(sqlite3.Connection):
    """A connection that takes no locks and makes no files: right only as long as nobody writes the database."""

    path: Path
    before: tuple[int, ...]

    @property
    def is_outdated(self) -> bool:
        """Whether somebody has written the database, or opened it to write, since this connection was made."""
        return _state(self.path) != self.before


class WritingConnection(sqlite3.Connection):
    """A connection that leaves an empty `news.db-wal` and a `news.db-shm` of its own user behind."""

    path: Path

    def close(self) -> None:
        """Empty the WAL file as far as no reader needs it, and close; the last reader never deletes the two files."""
        with suppress(sqlite3.Error), closing(_open(self.path, "mode=ro")):
            if self.in_transaction:
                self.rollback()
            self.execute("PRAGMA busy_timeout = 0")
            self.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
            super().close()
        super().close()  # a second time it does nothing


def connect_to_read(path: Path, *, in_any_thread: bool = False) -> sqlite3.Connection:
    """Return a connection for reading, in autocommit mode; it is a FrozenConnection where the files cannot be shared.

    Raises UnfinishedArchive if a part of the content cannot be read there.
    """
    if _can_share(path):
        return _open(path, "mode=ro", in_any_thread=in_any_thread)
    if _size(path, "-wal"):
        raise UnfinishedArchive(path)
    connection = _open(path, "immutable=1", factory=FrozenConnection, in_any_thread=in_any_thread)
    assert isinstance(connection, FrozenConnection)
    connection.path, connection.before = path, _state(path)
    return connection


def connect_to_write(path: Path) -> sqlite3.Connection:
    """Return a connection for writing, in autocommit mode.

    Raises ArchiveNotWritable, and ArchiveBusy if a reader of another user holds files that this user cannot write.
    """
    if not os.access(path, os.W_OK) or not os.access(path.parent, os.W_OK):
        raise ArchiveNotWritable(path, phrase("permission denied"))
    _remove_left_files(path)
    connection = _open(path, "mode=rw", factory=WritingConnection)
    assert isinstance(connection, WritingConnection)
    connection.path = path
    return connection


def attach(connection: sqlite3.Connection, path: Path, *, name: str) -> None:
    """Attach the database of another archive for reading; `open_database` has checked it."""
    how = "mode=ro" if _can_share(path) else "immutable=1"
    connection.execute("ATTACH ? AS " + name, (f"{path.absolute().as_uri()}?{how}",))


def _can_share(path: Path) -> bool:
    """Whether the two files are there, or may be made by this user: whoever writes the database can write them."""
    if _beside(path, "-shm").exists() and _beside(path, "-wal").exists():
        return True
    return os.access(path, os.W_OK) and os.access(path.parent, os.W_OK)


def _open(
    path: Path,
    how: str,
    *,
    factory: type[sqlite3.Connection] = sqlite3.Connection,
    in_any_thread: bool = False,
) -> sqlite3.Connection:
    connection = sqlite3.connect(
        f"{path.absolute().as_uri()}?{how}",
        uri=True,  # so that another archive can be attached for reading only
        timeout=BUSY_SECONDS,
        isolation_level=None,
        check_same_thread=not in_any_thread,
        factory=factory,
    )
    try:
        limit_trust(connection)
        connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()  # connecting alone opens nothing
    except BaseException:
        sqlite3.Connection.close(connection)
        raise
    return connection


def _remove_left_files(path: Path) -> None:
    """Remove files that a reader of another user has left, and that this user cannot write."""
    left = [file for file in (_beside(path, "-shm"), _beside(path, "-wal")) if file.exists()]
    foreign = [file for file in left if not os.access(file, os.W_OK)]
    if not foreign:
        return
    if holder := _holder(_beside(path, "-shm")):
        raise ArchiveBusy(
            path,
            phrase(
                "{holder} reads it, and you may not write {name}, which it has made",
                holder=holder,
                name=foreign[0].name,
            ),
        )
    if _size(path, "-wal"):
        raise ArchiveNotWritable(
            foreign[0], phrase("it belongs to another user, and has content that is not in news.db yet")
        )
    for file in left:
        file.unlink(missing_ok=True)


def _holder(shared: Path) -> str | None:
    """Return who has a file of shared memory open; None if nobody does."""
    if sys.platform != "linux":
        return phrase("another process")
    import fcntl

    try:
        with shared.open("rb") as file:
            asked = struct.pack(_FLOCK, fcntl.F_WRLCK, os.SEEK_SET, *_LOCKS, 0)
            kind, *_, process = struct.unpack(_FLOCK, fcntl.fcntl(file, fcntl.F_GETLK, asked))
    except FileNotFoundError:
        return None
    except OSError:
        return phrase("another process")
    return None if kind == fcntl.F_UNLCK else phrase("process {process}", process=process)


def _state(path: Path) -> tuple[int, ...]:
    """Return what changes when somebody opens the database to write it, or has written it."""
    at = path.stat()
    return at.st_ino, at.st_mtime_ns, at.st_size, int(_beside(path, "-wal").exists())


def _size(path: Path, ending: str) -> int:
    beside = _beside(path, ending)
    return beside.stat().st_size if beside.exists() else 0


def _beside(path: Path, ending: str) -> Path:
    return path.with_name(path.name + ending)
