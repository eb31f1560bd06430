"""One pass over a WARC file: its records, what is damaged in it, and its digests."""

import hashlib
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from isal import isal_zlib

from archive.care.findings import BACKUP, Finding
from archive.errors import DamagedWarc
from archive.phrases import phrase
from archive.warc.members import FoundRecord, find_next_record, read_records
from archive.writing.raw_pages import FOLDER

AHEAD = 2**20
"""Bytes of records that are read while the ones before them are checked: about 20 pages."""


@dataclass(slots=True)
class Reading:
    """What was read of the WARC files."""

    files: int = 0
    records: int = 0
    bytes: int = 0
    numbers: set[int] = field(default_factory=set)
    """Of captures that have a conversion record."""
    answers: set[int] = field(default_factory=set)
    """Of rows in `raw_answers` that have their record."""


class Sums:
    """The digests of a file, of one pass over it."""

    def __init__(self, *, with_sha256: bool = True) -> None:
        self.size, self.crc32, self._sha256 = 0, 0, hashlib.sha256()
        self._with_sha256 = with_sha256

    def add(self, data: bytes) -> None:
        self.size += len(data)
        self.crc32 = isal_zlib.crc32(data, self.crc32)
        if self._with_sha256:
            self._sha256.update(data)

    @property
    def sha256(self) -> str:
        return self._sha256.hexdigest()


def each_record(path: Path, until: int, sums: Sums, reading: Reading) -> Iterator[FoundRecord | Finding]:
    """Yield the records of a file, and a finding for each that is damaged; all bytes go into `sums`.

    A thread reads ahead: to unpack and to hash needs no lock of the interpreter, so a second core checks meanwhile.
    """
    coming = _read_each(path, until, sums, reading)
    with ThreadPoolExecutor(1) as thread:
        some = thread.submit(_some, coming)
        while found := some.result():
            some = thread.submit(_some, coming)
            yield from found


def _some(coming: Iterator[FoundRecord | Finding]) -> list[FoundRecord | Finding]:
    """Return what comes next; empty at the end."""
    found: list[FoundRecord | Finding] = []
    size = 0
    while size < AHEAD and (each := next(coming, None)):
        found.append(each)
        size += len(each.data) if isinstance(each, FoundRecord) else 0
    return found


def _read_each(path: Path, until: int, sums: Sums, reading: Reading) -> Iterator[FoundRecord | Finding]:
    start: int | None = 0
    seen: Callable[[bytes], None] | None = sums.add
    while start is not None:
        try:
            for found in read_records(path, start, until=until, seen=seen):
                reading.records += 1
                yield found
            return
        except DamagedWarc as damage:
            yield Finding(
                f"{FOLDER}/{path.name}",
                phrase("byte {offset:,}: {finding}", offset=damage.offset, finding=damage.finding),
                BACKUP,
            )
            start = find_next_record(path, damage.offset, until=until)
            seen = None  # the digests of the file are wrong anyway
