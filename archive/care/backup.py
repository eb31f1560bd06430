"""`baotinh backup`: a copy of an archive that is an archive itself, of one moment, also while a crawl writes.

The order keeps the copy whole at every moment: first the new database under a name of its own, then the WARC files that
it knows, and at last the database gets its name. WARC files only grow, so an older database fits the new files too. The
texts of withheld articles are read before and after the moment of the database, since one may be lifted meanwhile.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from archive.care.withheld import copy_withheld, read_withheld
from archive.errors import DamagedArchive, DamagedRecord, DamagedWarc, NotABackup
from archive.files import items_of, named_disk_errors, sync_folder, whole_file
from archive.phrases import phrase
from archive.schema.copying import copy_database
from archive.schema.opening import APPLICATION_ID, FILE_NAME, NEW, OWN, named_errors, open_database
from archive.warc.copying import KnownFile, copy_bytes, damage_of, fits
from archive.warc.growing import OPEN, path_of
from archive.writing.locks import backup_lock
from archive.writing.raw_pages import FOLDER
from archive.writing.withholding import FOLDER as WITHHELD
from archive.writing.withholding import sweep

_FILES = "SELECT name, bytes, crc32, closed_at, sha256 FROM warc_files ORDER BY id"
_LAST = "SELECT id, url, fetched_at FROM captures ORDER BY id DESC LIMIT 1"
_SAME = "SELECT 1 FROM captures WHERE (id, url, fetched_at) = (?, ?, ?)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Backup:
    """A finished backup."""

    folder: Path
    copied: int
    """WARC files, or their new parts, that were copied now."""
    kept: int
    """WARC files that an earlier backup had copied, and that are still whole."""
    bytes: int
    """Size of the database and of the WARC files that were copied."""
    damaged: tuple[DamagedRecord | DamagedWarc, ...]
    """WARC files that are damaged or missing in the archive, of which the backup has what is there, and files of
    withheld articles, which it does not have."""

    def as_record(self) -> dict[str, Any]:
        """Return the backup as JSON knows it."""
        return {
            "folder": str(self.folder),
            "copied": self.copied,
            "kept": self.kept,
            "bytes": self.bytes,
            "damaged": [str(each) for each in self.damaged],
        }


def back_up(folder: str | Path, target: str | Path) -> Backup:
    """Copy the archive in `folder` into the folder `target`, which is made, or has an earlier backup of this archive.

    Raises NotABackup for another target, ArchiveBusy if a backup into it is going on, DiskFull and ArchiveNotWritable
    for the copy, and what `Archive.open` raises for the archive.
    """
    folder, target = Path(folder), Path(target)
    connection = open_database(folder, create=False, read_only=True)
    try:
        with named_disk_errors(target):
            _check_target(connection, folder, target)
            (target / FOLDER).mkdir(parents=True, exist_ok=True)
        with backup_lock(target):
            withheld = read_withheld(folder)
            with named_errors(folder / FILE_NAME):
                copy_database(connection, target / NEW)
            with named_disk_errors(target):
                return _finish(folder, target, withheld=withheld)
    finally:
        connection.close()


def _finish(folder: Path, target: Path, *, withheld: dict[str, bytes]) -> Backup:
    """Copy the files that the new database knows, and give it its name."""
    copied, kept, size = 0, 0, (target / NEW).stat().st_size
    damaged: list[DamagedRecord | DamagedWarc] = []
    for known in _files_of(target / NEW):
        is_kept = fits(target / FOLDER / known.name_now, known)
        if is_kept:
            damage = _missing(path_of(folder / FOLDER, known.name), known)
        else:
            damage = _copy_file(folder / FOLDER, target / FOLDER, known)
            size += known.bytes
        kept, copied = kept + is_kept, copied + (not is_kept)
        damaged += [damage] if damage else []
        if known.closed_at:
            (target / FOLDER / f"{known.name}{OPEN}").unlink(missing_ok=True)  # as an earlier backup knew it
    for path in _own_files(folder):
        place = target / path.relative_to(folder)
        place.parent.mkdir(parents=True, exist_ok=True)
        with whole_file(place) as copy:
            copy.write(path.read_bytes())
    with closing(_reading(target / NEW)) as connection:
        damaged += copy_withheld(connection, folder, target, before=withheld)
    (target / NEW).replace(target / FILE_NAME)
    sync_folder(target)
    with closing(_reading(target / FILE_NAME)) as connection:
        sweep(connection, target)
    return Backup(folder=target, copied=copied, kept=kept, bytes=size, damaged=tuple(damaged))


def _copy_file(source: Path, target: Path, known: KnownFile) -> DamagedWarc | None:
    """Copy the committed bytes of a WARC file; return what is wrong with them. A missing file leaves the copy alone."""
    place = target / known.name_now
    for _ in range(2):  # a crawl may close it, and so rename it, at this moment
        try:
            written = copy_bytes(path_of(source, known.name), place, size=known.bytes)
        except FileNotFoundError:
            continue
        if written.fits(known):
            return None
        break
    return damage_of(path_of(source, known.name), known)


def _missing(path: Path, known: KnownFile) -> DamagedWarc | None:
    """Return what is wrong with a file of the archive that is not read, because the backup has it already."""
    is_short = not path.exists() or path.stat().st_size < known.bytes
    return damage_of(path, known) if is_short else None


def _files_of(path: Path) -> list[KnownFile]:
    with closing(_reading(path)) as connection:
        return [KnownFile(*row) for row in connection.execute(_FILES)]


def _reading(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)


def _own_files(folder: Path) -> Iterator[Path]:
    """Yield the site files and the configuration of the archive; no links, which may lead anywhere."""
    for name in OWN:
        found = (folder / name, *sorted((folder / name).rglob("*")))
        yield from (path for path in found if path.is_file() and not path.is_symlink())


def _check_target(connection: sqlite3.Connection, folder: Path, target: Path) -> None:
    """Raise NotABackup unless the target is free, or its database is an earlier state of this archive."""
    home, place = folder.resolve(), target.resolve()
    if place == home or home in place.parents:
        raise NotABackup(
            target, phrase("it lies in the archive {folder} itself, and would be lost with it", folder=folder)
        )
    if target.exists() and not target.is_dir():
        raise NotABackup(target, phrase("it is a file"))
    path = target / FILE_NAME
    if not path.exists():
        known = {FOLDER, WITHHELD, *OWN, NEW, f"{NEW}.part", ".backup.lock"}
        if others := [each.name for each in items_of(target) if each.name not in known]:
            raise NotABackup(target, phrase('it holds "{name}"', name=others[0]))
        return
    there = _reading(path)
    try:
        if there.execute("PRAGMA application_id").fetchone()[0] != APPLICATION_ID:
            raise NotABackup(target, phrase("its {name} is a database of something else", name=FILE_NAME))
        last = there.execute(_LAST).fetchone()
    except sqlite3.DatabaseError as error:
        raise DamagedArchive(path, str(error)) from error
    finally:
        there.close()
    if last and connection.execute(_SAME, last).fetchone() is None:
        raise NotABackup(
            target,
            phrase(
                "it holds what {folder} does not: {url}, fetched at {fetched_at}",
                folder=folder,
                url=last[1],
                fetched_at=last[2],
            ),
        )
