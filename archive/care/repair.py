"""Mends an archive: a damaged database from its WARC files and from what can be read of it, and nothing is deleted."""

import os
import shutil
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from archive.care.chain import complete_ledger
from archive.care.findings import Finding
from archive.care.history import warc_paths
from archive.care.mend import index_again, mend
from archive.care.rebuild import rebuild
from archive.care.rows import check_pages
from archive.care.salvage import salvage
from archive.care.verify import Checked, check, verify
from archive.care.withheld import restore_withheld
from archive.errors import ArchiveBusy, ArchiveNotFound, DamagedArchive
from archive.files import linked, sync_folder
from archive.phrases import phrase
from archive.schema.opening import FILE_NAME, begin_writing, empty_wal, has_database, named_errors, open_database
from archive.times import to_text
from archive.warc.growing import OPEN
from archive.writing.changes import renew_archive_id
from archive.writing.locks import find_holder

WORKPLACE = ".repair"
"""Folder in the archive, while a repair goes on."""
READY = "ready.db"
"""The new database, whole: only its place is missing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Repaired:
    """What a repair did."""

    before: Checked
    done: tuple[str, ...]
    """What was mended, and what could not be read, one sentence each."""
    aside: Path | None
    """The damaged database, which has this name now; None if it was mended in its place."""
    after: Checked
    """What is still damaged."""


def repair(folder: Path, *, at: datetime) -> Repaired:
    """Mend what is damaged in the archive in `folder`. No crawl may go on meanwhile: ArchiveBusy.

    A database with damaged pages is made new, and the damaged one gets another name. After a kill, run it again.
    Raises ArchiveNotFound, NotAnArchive, NewerArchive, OlderArchive, ForeignSchema, ArchiveNotWritable, DiskFull.
    """
    workplace, path = folder / WORKPLACE, folder / FILE_NAME
    if not warc_paths(folder) and not has_database(folder):
        raise ArchiveNotFound(folder)
    if holder := find_holder(folder):
        raise ArchiveBusy(path, phrase("a crawl is going on ({holder})", holder=holder))
    with named_errors(path):
        if not (workplace / READY).exists():  # else a repair was killed when only the change of names was missing
            shutil.rmtree(workplace, ignore_errors=True)
        workplace.mkdir(exist_ok=True)
        before = _check(folder, at=at)
        done: list[str] = []
        aside = None
        if _is_unreadable(folder):
            if not (workplace / READY).exists():
                done += _make_anew(folder, workplace, at=at)
            aside = _change_places(folder, workplace, at=at)
        elif not before.is_whole:
            done += _mend_in_place(folder, workplace, before.findings, at=at)
        shutil.rmtree(workplace)
    return Repaired(before=before, done=tuple(done), aside=aside, after=verify(folder, at=at, deep=True))


def _check(folder: Path, *, at: datetime) -> Checked:
    if (folder / FILE_NAME).is_file():
        return check(folder, at=at, deep=True)
    lost = Finding(FILE_NAME, phrase("it is missing, or no file"), phrase("`baotinh repair`"))
    return Checked(
        at=at,
        what="verify --deep",
        findings=(lost,),
        articles=0,
        captures=0,
        warc_files=0,
        warc_records=0,
        warc_bytes=0,
        head=None,
        is_noted=False,
    )


def _is_unreadable(folder: Path) -> bool:
    """Whether the database cannot be mended in its place. Raises ForeignSchema and others if it must be left alone."""
    if not (folder / FILE_NAME).is_file():
        return True
    try:
        with closing(open_database(folder, create=False, read_only=True)) as connection:
            return any(check_pages(connection))
    except (DamagedArchive, sqlite3.DatabaseError):
        return True


def _make_anew(folder: Path, workplace: Path, *, at: datetime) -> Iterator[str]:
    """Make a new database of what can be read of the damaged one, and of the WARC files."""
    new = workplace / "new"
    with closing(open_database(new, create=True, read_only=False)) as connection:
        connection.execute("PRAGMA foreign_keys = OFF")
        connection.execute("BEGIN IMMEDIATE")
        lost = tuple(salvage(folder / FILE_NAME, connection, workplace=workplace))
        connection.execute("COMMIT")
    yield from lost
    found = check(new, at=at, deep=True, files=folder).findings
    yield from _mend_in_place(new, workplace, found, at=at, warc=folder, is_partial=bool(lost))
    with closing(open_database(new, create=False, read_only=False)) as connection:
        empty_wal(connection)
    _sync(new / FILE_NAME)
    (new / FILE_NAME).rename(workplace / READY)
    sync_folder(workplace)


def _mend_in_place(
    folder: Path,
    workplace: Path,
    findings: Sequence[Finding],
    *,
    at: datetime,
    warc: Path | None = None,
    is_partial: bool = False,
) -> Iterator[str]:
    """Mend the database in `folder` with one that is made again from the WARC files: all of it or nothing."""
    sound, files = workplace / "sound", warc_paths(warc or folder)
    if files:
        yield from rebuild(warc or folder, sound).differing
    else:
        open_database(sound, create=True, read_only=False).close()
    path = folder / FILE_NAME
    with closing(open_database(folder, create=False, read_only=False)) as connection:
        connection.execute("PRAGMA foreign_keys = OFF")
        connection.execute("ATTACH ? AS sound", (str(sound / FILE_NAME),))
        begin_writing(connection, path)
        growing = [file.name.removesuffix(OPEN) for file in files if file.suffix == OPEN]
        yield from mend(connection, findings, growing=growing, is_partial=is_partial)
        complete_ledger(connection, at=to_text(at), is_rebuilt=False)
        index_again(connection)
        restore_withheld(connection, warc or folder, sound=sound)
        renew_archive_id(connection)
        connection.execute("COMMIT")


def _change_places(folder: Path, workplace: Path, *, at: datetime) -> Path | None:
    """Give the damaged database another name, and its own to the new one; return that name, None if it is missing."""
    path, aside = folder / FILE_NAME, folder / f"{FILE_NAME}.damaged-{at:%Y%m%d-%H%M%S}"
    was_there = path.exists()
    wal = path.with_name(f"{FILE_NAME}-wal")
    for old, name in ((path, aside), (wal, aside.with_name(f"{aside.name}-wal"))):
        if old.exists() and not (old.is_file() and linked(old, name)):
            old.rename(name)
    for leftover in (wal, path.with_name(f"{FILE_NAME}-shm")):
        leftover.unlink(missing_ok=True)  # SQLite would take it for that of the new file
    (workplace / READY).replace(path)
    sync_folder(folder)
    return aside if was_there else None


def _sync(path: Path) -> None:
    with path.open("rb") as file:
        os.fsync(file.fileno())
