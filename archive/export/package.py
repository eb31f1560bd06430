"""An export as a folder: a data file for each year, what describes them, and the digests of all.

The folder has its name only when it is whole. Nothing in it depends on a clock.
"""

import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import file_digest
from pathlib import Path

from archive.errors import FolderTaken
from archive.export import card, datapackage
from archive.export.datapackage import Shard
from archive.export.exporting import Content, Exporter, export_file
from archive.export.tally import Tally
from archive.files import named_disk_errors, sync_folder, why_taken, write_new

DATA = "data"
SUMS = "SHA256SUMS"


@dataclass(frozen=True, slots=True, kw_only=True)
class Packed:
    """A finished folder."""

    folder: Path
    rows: int
    files: int
    size: int
    """Bytes of the data files."""


def export_folder(
    shards: Iterable[tuple[str, Content]], folder: Path, *, form: str, exporter: Exporter, cursor: str
) -> Packed:
    """Write each content under its name into `folder`, which must not be there, or be empty.

    Raises FolderTaken, DiskFull and ArchiveNotWritable; nothing then has the name.
    """
    if finding := why_taken(folder):
        raise FolderTaken(folder, finding)
    tally, done = Tally(), []
    with named_disk_errors(folder), _whole_folder(folder) as part:
        (part / DATA).mkdir()
        columns = None
        for name, content in shards:
            path = f"{DATA}/{name}.{form}"
            columns = content.columns
            counted = Content(tally.counted(content.batches, columns), columns)
            written = export_file(counted, part / path, exporter=exporter)
            done.append(Shard(path, written.rows, written.size, written.sha256))
        write_new(part / datapackage.FILE_NAME, datapackage.written(done, columns or (), form=form, cursor=cursor))
        write_new(part / card.FILE_NAME, card.written(tally, columns or (), form=form, cursor=cursor))
        write_new(part / SUMS, "".join(_sums(part)).encode())
    return Packed(folder=folder, rows=tally.rows, files=len(done), size=sum(shard.size for shard in done))


@contextmanager
def _whole_folder(folder: Path) -> Iterator[Path]:
    """Give a folder to write into, which gets its name when the block ends; after an error nothing is left."""
    part = folder.with_name(f".{folder.name}.part")
    part.parent.mkdir(parents=True, exist_ok=True)
    shutil.rmtree(part, ignore_errors=True)  # of a process that was killed
    part.mkdir()
    try:
        yield part
        sync_folder(part / DATA)
        sync_folder(part)
        if folder.exists():
            folder.rmdir()
        part.rename(folder)
        sync_folder(folder.parent)
    finally:
        shutil.rmtree(part, ignore_errors=True)


def _sums(folder: Path) -> Iterator[str]:
    """Yield the line of each file, as `sha256sum` reads it."""
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        yield f"{digest_of(path)}  {path.relative_to(folder).as_posix()}\n"


def digest_of(path: Path) -> str:
    """Return the hex digest of a file."""
    with path.open("rb") as file:
        return file_digest(file, "sha256").hexdigest()
