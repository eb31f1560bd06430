"""Exports: every article once, in the order of its uid. The same archive gives the same bytes."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any, BinaryIO, Protocol

from archive.export import csv, jsonl
from archive.files import named_disk_errors, whole_file

Record = dict[str, Any]
"""A record as `StoredArticle.as_record` returns it."""


class Exporter(Protocol):
    """An export format: yields the header, if the format has one, then the bytes of each record."""

    def __call__(self, records: Iterable[Record], *, raw: bool) -> Iterator[bytes]:
        """Yield the bytes of the file. With `raw`, values are as stored; a spreadsheet may run them as formulas."""
        ...


EXPORTERS: dict[str, Exporter] = {"jsonl": jsonl.write, "csv": csv.write}


@dataclass(frozen=True, slots=True)
class Exported:
    """The size of a finished export."""

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
    """Write `records` to `path`. The file appears only when it is complete and on the disk.

    Raises DiskFull and ArchiveNotWritable; an older file of that name is then unchanged.
    """
    with named_disk_errors(path), whole_file(path) as out:
        return export_stream(records, out, exporter=exporter, raw=raw)
