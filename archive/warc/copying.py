"""Whole copies of WARC files in other folders, checked against what the archive knows of each."""

import hashlib
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from isal import isal_zlib

from archive.errors import DamagedWarc
from archive.files import open_new, sync_folder
from archive.phrases import phrase
from archive.warc.growing import OPEN
from archive.warc.members import read_records

PIECE = 2**20
"""Bytes that are copied at once."""
PART = ".part"
"""Behind the name of a copy that is not whole."""


@dataclass(frozen=True, slots=True)
class KnownFile:
    """A WARC file as its archive knows it; the names of the fields are those of `warc_files`."""

    name: str
    bytes: int
    crc32: int
    closed_at: str | None
    sha256: str | None

    @property
    def name_now(self) -> str:
        """Its name in the folder: one that grows has ".open" behind it."""
        return self.name if self.closed_at else f"{self.name}{OPEN}"


@dataclass(frozen=True, slots=True)
class Digests:
    """What bytes are."""

    size: int
    crc32: int
    sha256: str

    def fits(self, known: KnownFile) -> bool:
        """Whether these are the committed bytes of a file."""
        return (self.size, self.crc32) == (known.bytes, known.crc32) and known.sha256 in (None, self.sha256)


def digests_of(path: Path, *, start: int = 0, size: int) -> Digests:
    """Return what the bytes of a file from `start` on are, at most `size` of them. FileNotFoundError without it."""
    with path.open("rb") as file:
        return digests_of_pieces(read_pieces(file, start=start, size=size))


def fits(path: Path, known: KnownFile) -> bool:
    """Whether a file is there with the committed bytes and no others."""
    try:
        return path.stat().st_size == known.bytes and digests_of(path, size=known.bytes).fits(known)
    except FileNotFoundError:
        return False


def read_pieces(file: BinaryIO, *, start: int, size: int, copy: BinaryIO | None = None) -> Iterator[bytes]:
    """Yield bytes of a file in pieces, and write them into a copy if there is one."""
    file.seek(start)
    while size > 0 and (piece := file.read(min(PIECE, size))):
        size -= len(piece)
        if copy:
            copy.write(piece)
        yield piece


def copy_bytes(source: Path, target: Path, *, start: int = 0, size: int) -> Digests:
    """Copy bytes of a file, in the place of `target` when all are on the disk; return what was written."""
    part = target.with_name(f"{target.name}{PART}")
    part.unlink(missing_ok=True)  # of a process that was killed
    try:
        with source.open("rb") as file, open_new(part) as copy:
            for _ in read_pieces(file, start=start, size=size, copy=copy):
                pass
            copy.flush()
            os.fsync(copy.fileno())
        written = digests_of(part, size=size)  # what is read back counts, not what was sent
        part.replace(target)
        sync_folder(target.parent)
    finally:
        part.unlink(missing_ok=True)
    return written


def damage_of(path: Path, known: KnownFile) -> DamagedWarc:
    """Return what is wrong with a file whose bytes are not those that were committed."""
    try:
        for record in read_records(path):
            if record.offset + record.length >= known.bytes:
                break
    except DamagedWarc as damage:
        return damage
    except FileNotFoundError:
        return DamagedWarc(path, 0, phrase("the file is missing"))
    return DamagedWarc(path, 0, phrase("its records are whole, and are not those that were committed"))


def digests_of_pieces(pieces: Iterable[bytes]) -> Digests:
    """Return what the bytes of all pieces together are."""
    digest, crc32, done = hashlib.sha256(), 0, 0
    for piece in pieces:
        digest.update(piece)
        crc32 = isal_zlib.crc32(piece, crc32)
        done += len(piece)
    return Digests(done, crc32, digest.hexdigest())
