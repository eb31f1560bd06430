"""Exports: every article once, in the order of uid, the same bytes for the same archive."""

import errno
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any, BinaryIO, Protocol

from archive.errors import ArchiveNotWritable, DiskFull
from archive.export import csv, jsonl

Record = dict[str, Any]
"""What `StoredArticle.as_record` gives."""


class Exporter(Protocol):
    """A format: yields the bytes of the file, a header if it has one, then one piece per record."""

    def __call__(self, records: Iterable[Record], *, raw: bool) -> Iterator[bytes]:
        """With `raw`, write exactly what the archive holds, for programs: a spreadsheet may run it as a formula."""
        ...


EXPORTERS: dict[str, Exporter] = {"jsonl": jsonl.write, "csv": csv.write}


@dataclass(frozen=True, slots=True)
class Exported:
    """What an export wrote."""

    articles: int
    size: int
    """Bytes."""
    sha256: str


def export_stream(records: Iterable[Record], out: BinaryIO, *, exporter: Exporter, raw: bool = False) -> Exported:
    """Write `records` to a stream."""
    articles = size = 0
    digest = sha256()

    def counted() -> Iterator[Record]:
        nonlocal articles
        for record in records:
            articles += 1
            yield record

    for piece in exporter(counted(), raw=raw):
        out.write(piece)
        digest.update(piece)
        size += len(piece)
    return Exported(articles, size, digest.hexdigest())


def export_file(records: Iterable[Record], path: Path, *, exporter: Exporter, raw: bool = False) -> Exported:
    """Write `records` to `path`: the file appears when it is whole and on the disk.

    Raises DiskFull and ArchiveNotWritable; an older file of that name is then unchanged.
    """
    path = path.resolve()  # a symbolic link stays a link: the file behind it is replaced
    is_device = path.exists() and not path.is_file()
    part = path if is_device else path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        with part.open("wb") as out:
            exported = export_stream(records, out, exporter=exporter, raw=raw)
            out.flush()
            if is_device:
                return exported
            os.fsync(out.fileno())
        part.replace(path)
        _sync(path.parent)
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise DiskFull(path) from error
        raise ArchiveNotWritable(path, error.strerror or str(error)) from error
    finally:
        if not is_device:
            part.unlink(missing_ok=True)
    return exported


def _sync(folder: Path) -> None:
    """Put the new name itself on the disk."""
    if os.name == "posix":
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
