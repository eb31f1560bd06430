"""Writing what is exported in a format, as a stream or a file.

The room `reading` describes the columns for all formats, in `columns.py`.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import BinaryIO, Protocol

from archive.export import csv, jsonl, parquet
from archive.export.flat import flat_batches, flat_columns
from archive.files import named_disk_errors, whole_file
from archive.reading.columns import COLUMNS, Batch, Column, of_operations


class Exporter(Protocol):
    """An export format: yields the header, if the format has one, then the bytes of each batch."""

    def __call__(self, batches: Iterable[Batch], columns: Sequence[Column]) -> Iterator[bytes]:
        """Yield the bytes of the file."""
        ...


EXPORTERS: dict[str, Exporter] = {"jsonl": jsonl.write, "csv": csv.Table(), "parquet": parquet.write}


@dataclass(frozen=True, slots=True)
class Content:
    """What is exported."""

    batches: Iterable[Batch]
    columns: Sequence[Column]

    def flat(self) -> "Content":
        """Return the content with a text in place of each list."""
        return Content(flat_batches(self.batches, self.columns), flat_columns(self.columns))


def articles(batches: Iterable[Batch]) -> Content:
    """Return the content of batches that `Archive.batches` yields."""
    return Content(batches, COLUMNS)


def operations(batches: Iterable[Batch]) -> Content:
    """Return the content of batches that `Archive.operations` yields."""
    return Content(batches, of_operations())


@dataclass(frozen=True, slots=True)
class Exported:
    """The size of a finished export."""

    rows: int
    """Articles or operations."""
    size: int
    """Bytes."""
    sha256: str


def export_stream(content: Content, out: BinaryIO, *, exporter: Exporter) -> Exported:
    """Write a content to a stream."""
    rows = size = 0
    digest = sha256()

    def counted() -> Iterator[Batch]:
        nonlocal rows
        for batch in content.batches:
            rows += batch.size
            yield batch

    for piece in exporter(counted(), content.columns):
        out.write(piece)
        digest.update(piece)
        size += len(piece)
    return Exported(rows, size, digest.hexdigest())


def export_file(content: Content, path: Path, *, exporter: Exporter) -> Exported:
    """Write a content to `path`. The file appears only when it is complete and on the disk.

    Raises DiskFull and ArchiveNotWritable; an older file of that name is then unchanged.
    """
    with named_disk_errors(path), whole_file(path) as out:
        return export_stream(content, out, exporter=exporter)
