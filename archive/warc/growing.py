"""A WARC file that grows: one gzip member for each record, put on the disk when its rows are committed.

Until its first commit it is called NAME.new, then NAME.open while it grows. The process that writes it holds a lock.
What lies behind the last commit was written by a process that died; the database knows nothing of it.
"""

import os
import struct
from dataclasses import dataclass
from io import RawIOBase
from pathlib import Path
from typing import NamedTuple, Self

from isal import isal_zlib

from archive.files import open_new, sync_folder
from archive.warc.members import HEADER, find_whole_records
from archive.warc.records import Record, RecordType

if os.name == "posix":
    import fcntl

NEW = ".new"
"""Ending before the first commit: a kill then leaves a file of which no row says anything."""
OPEN = ".open"
MOST_BYTES = 1_000_000_000
"""Size after which a file is closed: 1 GB, as the WARC standard advises (annex C)."""
LEVEL = 1
"""Of isal's deflate: a page of 270 KB takes 0.7 ms and becomes 71 KB; level 3 takes 1.9 ms for 69 KB, zlib's level 6
takes 7.3 ms for 59 KB."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a record lies in a file."""

    offset: int
    length: int


class End(NamedTuple):
    """How far a file reaches."""

    size: int = 0
    """Bytes."""
    crc32: int = 0
    """Of all of them: it finds flipped bits that no checksum of a gzip member covers, such as those behind its code."""


class GrowingFile:
    """A WARC file, open for writing; `begin` and `resume` make it."""

    def __init__(self, path: Path, file: RawIOBase, *, end: End) -> None:
        self.path = path
        """With ".new" or ".open"."""
        self._file = file  # without a buffer: what a full disk refused would be written later, behind other records
        self.end = end
        """With what is not yet on the disk."""

    @classmethod
    def begin(cls, folder: Path, name: str) -> Self:
        """Make the file in `folder`, which may be missing. FileExistsError if a file has the name."""
        folder.mkdir(exist_ok=True)
        path = folder / f"{name}{NEW}"
        file = open_new(path).detach()
        _lock(file)
        sync_folder(folder)
        return cls(path, file, end=End())

    @classmethod
    def resume(cls, path: Path, *, committed: End) -> Self | None:
        """Take up a file that another process left, cut back to its committed bytes.

        None if it must be left alone: another process writes it, it is shorter than that, or what follows has the
        warcinfo of a run: such a record is committed at once, so the database is an older copy of the one that grew
        with the file.
        """
        try:
            file = path.open("r+b", buffering=0)
        except FileNotFoundError:
            return None
        size = os.fstat(file.fileno()).st_size
        if not _lock(file) or size < committed.size or (size > committed.size and _has_run(path, committed.size)):
            file.close()
            return None
        resumed = cls(path, file, end=committed)
        resumed.cut_back(committed)
        return resumed

    @property
    def name(self) -> str:
        """The name that the file will have when it is closed."""
        return self.path.stem

    def settle(self) -> None:
        """Give a new file the name of one that grows: its row was committed."""
        if self.path.suffix == NEW:
            self.path = self.path.rename(self.path.with_suffix(OPEN))
            sync_folder(self.path.parent)

    def append(self, record: Record) -> Place:
        """Write a record behind the others."""
        data = _pack(record.as_bytes())
        place, rest = Place(self.end.size, len(data)), memoryview(data)
        while rest:  # a disk that is nearly full takes a part
            rest = rest[self._file.write(rest) or 0 :]
        self.end = End(self.end.size + len(data), isal_zlib.crc32(data, self.end.crc32))
        return place

    def cut_back(self, end: End) -> None:
        """Forget the records behind an earlier `end`."""
        self._file.truncate(end.size)
        self._file.seek(end.size)
        self.end = end

    def sync(self) -> None:
        """Put what was written on the disk."""
        os.fsync(self._file.fileno())

    def release(self) -> None:
        """Close the file; another process may let it grow."""
        self._file.close()


def path_of(folder: Path, name: str) -> Path:
    """Return where the file of this name lies, whether it still grows or not."""
    final = folder / name
    if final.exists():
        return final
    growing = (folder / f"{name}{ending}" for ending in (OPEN, NEW))
    return next((path for path in growing if path.exists()), final)


def finish(path: Path) -> Path:
    """Give a file the name that says that it grows no more, and return that."""
    final = path.rename(path.with_suffix(""))
    sync_folder(final.parent)
    return final


def is_growing(path: Path) -> bool:
    """Whether a process writes this file now."""
    if path.suffix != OPEN or not path.is_file():
        return False
    with path.open("r+b" if os.access(path, os.W_OK) else "rb", buffering=0) as file:
        return not _lock(file)


def _pack(data: bytes) -> bytes:
    """Return a gzip member (RFC 1952) with the header that `members.py` insists on."""
    deflate = isal_zlib.compressobj(LEVEL, isal_zlib.DEFLATED, -isal_zlib.MAX_WBITS)
    packed = deflate.compress(data) + deflate.flush()
    return b"".join((HEADER, packed, struct.pack("<LL", isal_zlib.crc32(data), len(data))))


def _has_run(path: Path, start: int) -> bool:
    return any(found.type is RecordType.WARCINFO for found in find_whole_records(path, start))


def _lock(file: RawIOBase) -> bool:
    """Lock the file against other writers; return whether that worked. Elsewhere than on POSIX, nobody shares it."""
    if os.name != "posix":
        return True
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
