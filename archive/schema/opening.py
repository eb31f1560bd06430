"""Opening `news.db`: the checks before anything is written, and names for SQLite's errors."""

import logging
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

from archive.disk import network_type
from archive.errors import (
    ArchiveBusy,
    ArchiveNotFound,
    ArchiveNotWritable,
    DamagedArchive,
    DiskFull,
    ForeignSchema,
    NewerArchive,
    NotAnArchive,
    OlderArchive,
)
from archive.files import items_of, linked, named_disk_errors, open_new
from archive.phrases import phrase
from archive.schema.connections import BUSY_SECONDS, connect_to_read, connect_to_write
from archive.schema.copying import keep_before_migration
from archive.schema.steps import STEPS
from archive.schema.trust import find_differences
from archive.writing.changed_months import list_changed_months
from archive.writing.changes import renew_archive_id
from archive.writing.index import prepare_index
from archive.writing.locks import naming_lock
from archive.writing.origin_months import list_changed_origins
from archive.writing.sketches import prepare_sketches

_LOG = logging.getLogger(__name__)

FILE_NAME = "news.db"
APPLICATION_ID = 0x42414F54  # "BAOT": marks our database among others
SCHEMA = len(STEPS)
"""Number of migrations, kept as user_version: a reader checks it without sqlite-utils."""

PRIMARY_CODE = 0xFF
"""The low byte of an SQLite error code says what happened: https://sqlite.org/rescode.html"""

SITES = "sites"
"""Folder of an archive for site files of its own, which may be there before the first crawl."""
OWN = (SITES, "baotinh.toml")
"""What may be in the folder of an archive before its database."""
NEW = f"{FILE_NAME}.new"
"""How the name of a database begins that is not whole yet."""
MAGIC = b"SQLite format 3\x00"
QUICK_CHECK_BYTES = 64 * 2**20
"""Up to this size a check of every page takes less than 50 ms, so each writer does it."""
JOURNAL_BYTES = 64 * 2**20
"""Size to which the WAL file is cut back once no long reader needs it."""

_ON_NETWORK = (
    "%s is on a network drive (%s): two machines that write there at once can damage the archive; keep it on a disk of"
    " this machine, and copy it with `baotinh backup`"
)


def open_database(folder: Path, *, create: bool, read_only: bool) -> sqlite3.Connection:
    """Return a connection to the archive in `folder`, in autocommit mode; errors as `Archive.open` says."""
    path = folder / FILE_NAME
    with named_errors(path):
        if not has_database(folder):
            if not create or read_only:
                raise ArchiveNotFound(folder)
            _create(folder, path)
        _check_file(path)
        connection = connect_to_read(path)
        try:
            _check_content(connection, path, writing=not read_only)
        except BaseException:
            connection.close()
            raise
        if read_only:
            return connection
        connection.close()
        return _open_to_write(path)


def begin_writing(connection: sqlite3.Connection, path: Path) -> None:
    """Begin a transaction that may write. Raises NewerArchive if a newer program has migrated the file meanwhile."""
    # a deferred transaction of a second writer fails at its first write, whatever the timeout
    connection.execute("BEGIN IMMEDIATE")
    try:
        _check_version(connection, path)
    except BaseException:
        connection.execute("ROLLBACK")
        raise


def empty_wal(connection: sqlite3.Connection) -> None:
    """Move what is in the WAL file into the database, and cut the file back to nothing."""
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


@contextmanager
def named_errors(path: Path) -> Iterator[None]:
    """Turn SQLite's and the system's errors about `path` into ours."""
    try:
        with named_disk_errors(path):
            yield
    except sqlite3.Error as error:
        raise _named(error, path) from error


def _named(error: sqlite3.Error, path: Path) -> Exception:
    code = getattr(error, "sqlite_errorcode", 0) & PRIMARY_CODE
    if code == sqlite3.SQLITE_FULL:
        return DiskFull(path)
    if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return ArchiveBusy(path, phrase("another process has been writing for {seconds} s", seconds=BUSY_SECONDS))
    if code in (sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM, sqlite3.SQLITE_IOERR):
        return ArchiveNotWritable(path, str(error))
    if code in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB):
        return DamagedArchive(path, str(error))
    return error


def has_database(folder: Path) -> bool:
    """Return whether the database is there. Raises NotAnArchive if what is there belongs to somebody else."""
    if folder.exists() and not folder.is_dir():
        raise NotAnArchive(folder, phrase("it is a file, and an archive is a folder"))
    if (folder / FILE_NAME).exists():
        return True
    # half a database, left by a killed process, is nobody's data
    if others := [item.name for item in items_of(folder) if not item.name.startswith(NEW) and item.name not in OWN]:
        raise NotAnArchive(folder, phrase('it holds "{name}" and no {file}', name=others[0], file=FILE_NAME))
    return False


def _create(folder: Path, path: Path) -> None:
    """Make the database under another name, and give it its own when it is whole: a half one never has it."""
    folder.mkdir(parents=True, exist_ok=True)
    new = folder / f"{NEW}-{os.getpid()}"
    new.unlink(missing_ok=True)
    open_new(new).close()  # SQLite would follow a link, and takes an empty file for a new database
    try:
        with closing(sqlite3.connect(new, isolation_level=None)) as connection:
            connection.execute("BEGIN IMMEDIATE")
            _migrate(connection)
            connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
            connection.execute("COMMIT")
            connection.execute("PRAGMA journal_mode = WAL")
        _give_name(new, path)
    finally:
        new.unlink(missing_ok=True)


def _give_name(new: Path, path: Path) -> None:
    """Give a new database its name, unless another process made one in the meantime, which is as good."""
    with suppress(FileExistsError):
        if not linked(new, path):  # a new name would replace what has it, so one process at a time looks
            with naming_lock(path.with_name(f"{NEW}.lock")):
                if not path.exists():
                    new.rename(path)


def _check_file(path: Path) -> None:
    """Check the header before SQLite does, which takes an empty file for a new database."""
    with path.open("rb") as file:
        header = file.read(100)
        size = file.seek(0, os.SEEK_END)
    if size == 0:
        raise DamagedArchive(path, phrase("it is empty: 0 bytes"))
    if len(header) < 100 or not header.startswith(MAGIC):
        raise DamagedArchive(path, phrase("it does not begin like an SQLite database"))
    page_size = int.from_bytes(header[16:18]) or 1
    page_size = 65_536 if page_size == 1 else page_size
    pages = int.from_bytes(header[28:32])
    wal = path.with_name(path.name + "-wal")
    # the last pages may be in the WAL file only
    if size < pages * page_size and not (wal.exists() and wal.stat().st_size):
        raise DamagedArchive(path, phrase("it is cut: {size} bytes of {whole}", size=size, whole=pages * page_size))


def _check_content(connection: sqlite3.Connection, path: Path, *, writing: bool) -> None:
    application = connection.execute("PRAGMA application_id").fetchone()[0]
    if application != APPLICATION_ID:
        raise NotAnArchive(path, phrase("it is an SQLite database of something else"))
    schema = _check_version(connection, path)
    if schema < SCHEMA and not writing:
        raise OlderArchive(path, schema=schema, known=SCHEMA)
    if foreign := find_differences(connection, schema).foreign:
        raise ForeignSchema(path, foreign)
    if writing and path.stat().st_size <= QUICK_CHECK_BYTES:
        finding = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
        if finding != "ok":
            raise DamagedArchive(path, finding.replace("\n", "; "))


def _check_version(connection: sqlite3.Connection, path: Path) -> int:
    """Return the version of the tables. Raises NewerArchive if this program does not know it."""
    schema = int(connection.execute("PRAGMA user_version").fetchone()[0])
    if schema > SCHEMA:
        raise NewerArchive(path, schema=schema, known=SCHEMA)
    return schema


def _open_to_write(path: Path) -> sqlite3.Connection:
    if kind := network_type(path.parent):
        _LOG.warning(_ON_NETWORK, path.parent, kind)
    connection = connect_to_write(path)
    try:
        connection.execute("PRAGMA foreign_keys = ON")
        # what a run reports as stored is on the disk; commits in groups keep that cheap
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute(f"PRAGMA journal_size_limit = {JOURNAL_BYTES}")
        schema = _check_version(connection, path)
        if schema < SCHEMA or find_differences(connection, schema).indexes:
            _complete(connection, path)
        _enter_wal_mode(connection, path)
        prepare_index(connection)
        prepare_sketches(connection)
        list_changed_months(connection)
        list_changed_origins(connection)
    except BaseException:
        connection.close()
        raise
    return connection


def _enter_wal_mode(connection: sqlite3.Connection, path: Path) -> None:
    """Switch to WAL mode. A backup that was put in its place has another: its numbers will mean other changes."""
    if connection.execute("PRAGMA journal_mode").fetchone()[0] != "wal":
        begin_writing(connection, path)
        renew_archive_id(connection)
        connection.execute("COMMIT")
        connection.execute("PRAGMA journal_mode = WAL")


def _complete(connection: sqlite3.Connection, path: Path) -> None:
    """Build missing indexes again and apply missing migrations: all of it or nothing.

    Before a migration the database is copied aside.
    """
    begin_writing(connection, path)  # sqlite-utils joins the open transaction
    try:
        schema = _check_version(connection, path)  # another process may have done all of it
        for index in find_differences(connection, schema).indexes:
            connection.execute(index)
        if schema < SCHEMA:
            kept = keep_before_migration(path, schema=SCHEMA)
            _migrate(connection)
    except sqlite3.IntegrityError as error:
        connection.execute("ROLLBACK")
        raise DamagedArchive(path, phrase("a missing index cannot be built again: {error}", error=error)) from error
    except BaseException:
        connection.execute("ROLLBACK")
        raise
    connection.execute("COMMIT")
    if schema < SCHEMA:
        _LOG.warning("%s: upgraded from schema %s to %s; %s has it as it was", path, schema, SCHEMA, kept.name)


def _migrate(connection: sqlite3.Connection) -> None:
    from sqlite_utils import Database

    from archive.schema.migrations import migrations

    migrations.apply(Database(connection))
    connection.execute(f"PRAGMA user_version = {SCHEMA}")
