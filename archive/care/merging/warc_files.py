"""The WARC files of another archive: each is linked or copied into ours as it is, and never changed.

A file of the same name is the same file, which may have grown on one side; its missing end becomes a file of its own.
"""

import shutil
import sqlite3
from dataclasses import dataclass, field, replace
from pathlib import Path

from archive.care.merging.rows import carry_new, make_ids, new_id
from archive.errors import DamagedWarc, NameTaken
from archive.files import linked, sync_folder
from archive.phrases import phrase
from archive.warc.copying import KnownFile, copy_bytes, damage_of, digests_of, fits
from archive.warc.growing import path_of
from archive.writing.raw_pages import FOLDER

_THEIRS = """
SELECT f.id, f.opened_at,
    ifnull((SELECT max(fetched_at) FROM other.raw_answers WHERE warc_file_id = f.id), f.opened_at),
    f.name, f.bytes, f.crc32, f.closed_at, f.sha256
FROM other.warc_files f ORDER BY f.id
"""
_OURS = "SELECT id, name, bytes, crc32, closed_at, sha256 FROM main.warc_files WHERE name = ?"
_PLACES = """
CREATE TEMP TABLE warc_places (
    old INTEGER NOT NULL, first INTEGER NOT NULL, last INTEGER NOT NULL, new INTEGER NOT NULL, PRIMARY KEY (old, first))
"""
_MATCH = """
INSERT INTO temp.raw_answers_ids
SELECT old, ifnull(found, :last + sum(found IS NULL) OVER (ORDER BY old)), found IS NULL FROM (
    SELECT o.id AS old, a.id AS found FROM other.raw_answers o
    JOIN temp.warc_places p ON p.old = o.warc_file_id AND o.warc_offset BETWEEN p.first AND p.last
    LEFT JOIN main.raw_answers a ON a.warc_file_id = p.new AND a.warc_offset = o.warc_offset - p.first
)
"""
_PIECES = """
SELECT o.name, f.name, min(p.last + 1, o.bytes) - p.first FROM temp.warc_places p
JOIN other.warc_files o ON o.id = p.old JOIN main.warc_files f ON f.id = p.new ORDER BY o.id, p.first
"""
_PLACE = "temp.warc_places WHERE old = o.warc_file_id AND o.warc_offset BETWEEN first AND last"

Pieces = dict[str, list[tuple[str, int]]]
"""Name of a file of theirs → the files of ours that have its bytes, in order, and how many each has."""


MARKS = ".merging"
"""Folder with an empty file for each WARC file that a merge puts into ours, until all of it is committed: the merge may
be killed before."""


@dataclass(slots=True)
class PlacedFiles:
    """The files that a merge put into our archive; `forget` takes them away again, `settle` keeps them."""

    archive: Path
    """Folder of the archive."""
    paths: list[Path] = field(default_factory=list)

    @property
    def folder(self) -> Path:
        """Folder of its WARC files."""
        return self.archive / FOLDER

    def mark(self, name: str) -> None:
        """Note that a file will have this name: the rows of it are not yet committed."""
        (self.archive / MARKS).mkdir(exist_ok=True)
        (self.archive / MARKS / name).touch()

    def settle(self) -> None:
        """Take note that the rows were committed."""
        shutil.rmtree(self.archive / MARKS, ignore_errors=True)

    def forget(self) -> None:
        """Remove the files: their rows were not committed."""
        for path in self.paths:
            path.unlink(missing_ok=True)
        self.paths.clear()
        self.settle()


@dataclass(frozen=True, slots=True)
class _Theirs:
    """A file of the other archive."""

    id: int
    opened_at: str
    newest: str
    """Time of its last answer."""
    path: Path
    known: KnownFile


def carry_files(connection: sqlite3.Connection, other: Path, placed: PlacedFiles) -> list[str]:
    """Put the files of the archive in the folder `other` into ours, with their rows; return the names of the new ones.

    Raises NameTaken if another file has the name of one, and DamagedWarc if one is not what its row says.
    """
    connection.execute(_PLACES)
    added: list[str] = []
    for file_id, opened_at, newest, *known in connection.execute(_THEIRS).fetchall():
        file = KnownFile(*known)
        found = _Theirs(file_id, opened_at, newest, path_of(other / FOLDER, file.name), file)
        try:
            added += _carry_file(connection, found, placed)
        except FileNotFoundError as error:
            raise DamagedWarc(found.path, 0, phrase("the file is missing")) from error
    if placed.paths:
        sync_folder(placed.folder)
    return added


def find_files(connection: sqlite3.Connection, pieces: Pieces) -> None:
    """Say where the bytes of their files are that an earlier merge put into ours. LookupError if one is missing."""
    connection.execute(_PLACES)
    for name, parts in pieces.items():
        row = connection.execute("SELECT id FROM other.warc_files WHERE name = ?", (name,)).fetchone()
        if row is None:
            raise LookupError(phrase("the WARC file {name} has no record", name=name))
        start = 0
        for piece, size in parts:
            (new,) = connection.execute("SELECT id FROM main.warc_files WHERE name = ?", (piece,)).fetchone()
            _note_place(connection, row[0], new, start=start, size=size)
            start += size


def pieces_of(connection: sqlite3.Connection) -> Pieces:
    """Return in which files of ours the bytes of theirs are."""
    found: Pieces = {}
    for name, piece, size in connection.execute(_PIECES):
        found.setdefault(name, []).append((piece, size))
    return found


def carry_answers(connection: sqlite3.Connection) -> int:
    """Add the rows of the answers in these files that are not here, and return how many."""
    make_ids(connection, "raw_answers")
    last = connection.execute("SELECT ifnull(max(id), 0) FROM main.raw_answers").fetchone()[0]
    connection.execute(_MATCH, {"last": last})
    values: dict[str, str | None] = {
        "warc_file_id": f"(SELECT new FROM {_PLACE})",
        "warc_offset": f"o.warc_offset - (SELECT first FROM {_PLACE})",
        "original_id": new_id("raw_answers", "original_id"),
    }
    return carry_new(connection, "raw_answers", values)


def _carry_file(connection: sqlite3.Connection, theirs: _Theirs, placed: PlacedFiles) -> list[str]:
    """Find what we have of a file, piece by piece, and add the rest; return its name if there was a rest."""
    name, start = theirs.known.name, 0
    while start < theirs.known.bytes:
        row = connection.execute(_OURS, (name,)).fetchone()
        if row is None:
            _add_piece(connection, theirs, name, start=start, placed=placed)
            return [name]
        row_id, ours = row[0], KnownFile(*row[1:])
        _check_same(theirs, ours, start=start, folder=placed.folder)
        _note_place(connection, theirs.id, row_id, start=start, size=ours.bytes)
        start += ours.bytes
        name = f"{theirs.known.name.removesuffix('.warc.gz')}-from-{start}.warc.gz"
    return []


def _check_same(theirs: _Theirs, ours: KnownFile, *, start: int, folder: Path) -> None:
    """Raise NameTaken unless a piece of ours and their bytes from `start` on are the same as far as both reach."""
    size = min(ours.bytes, theirs.known.bytes - start)
    path = path_of(folder, ours.name)
    one = ours.crc32 if size == ours.bytes else digests_of(path, size=size).crc32
    is_all = start == 0 and size == theirs.known.bytes
    other = theirs.known.crc32 if is_all else digests_of(theirs.path, start=start, size=size).crc32
    if one != other:
        raise NameTaken(path, theirs.path)


def _add_piece(connection: sqlite3.Connection, theirs: _Theirs, name: str, *, start: int, placed: PlacedFiles) -> None:
    """Put a file of theirs, or its bytes from `start` on, into our folder."""
    known = theirs.known
    piece = replace(known, name=name, bytes=known.bytes - start, closed_at=known.closed_at or theirs.newest)
    if start:
        digests = digests_of(theirs.path, start=start, size=piece.bytes)
        piece = replace(piece, crc32=digests.crc32, sha256=digests.sha256)
    target = placed.folder / name
    if target.exists():  # of a merge that was killed, or somebody's
        if not fits(target, piece):
            raise NameTaken(target, theirs.path)
    else:
        placed.mark(name)
        _place(theirs, target, start=start, size=piece.bytes)
        placed.paths.append(target)
    digests = digests_of(target, size=piece.bytes)
    if not digests.fits(piece):
        raise damage_of(theirs.path, known)
    cursor = connection.execute(
        "INSERT INTO main.warc_files (name, opened_at, bytes, crc32, closed_at, sha256) VALUES (?,?,?,?,?,?)",
        (name, theirs.opened_at, piece.bytes, piece.crc32, piece.closed_at, digests.sha256),
    )
    _note_place(connection, theirs.id, int(cursor.lastrowid or 0), start=start, size=piece.bytes)


def _place(theirs: _Theirs, target: Path, *, start: int, size: int) -> None:
    target.parent.mkdir(exist_ok=True)
    if theirs.known.closed_at and not start and linked(theirs.path, target):
        return
    copy_bytes(theirs.path, target, start=start, size=size)


def _note_place(connection: sqlite3.Connection, old: int, new: int, *, start: int, size: int) -> None:
    values = (old, start, start + size - 1, new)
    connection.execute("INSERT INTO temp.warc_places (old, first, last, new) VALUES (?,?,?,?)", values)
