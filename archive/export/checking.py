"""Whether an exported folder is what was written: its digests, its sizes, and the rows of each file, counted anew."""

import csv
import sys
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from archive.errors import MissingLibrary, NoExport
from archive.export import datapackage
from archive.export.datapackage import Shard
from archive.export.package import SUMS, digest_of


def check_folder(folder: Path) -> tuple[int, list[str]]:
    """Return the rows of the data files, and what is wrong, one sentence each.

    Raises NoExport for a folder that an export did not write, and MissingLibrary for Parquet without pyarrow.
    """
    try:
        sums = _read_sums((folder / SUMS).read_text(encoding="utf-8"))
        shards = datapackage.read((folder / datapackage.FILE_NAME).read_bytes())
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise NoExport(folder, str(error)) from error
    findings = [*_wrong_digests(folder, sums), *_not_named(folder, sums)]
    rows = 0
    for shard in shards:
        if sums.get(shard.path) != shard.sha256:
            findings.append(f"{shard.path}: {SUMS} and {datapackage.FILE_NAME} have different digests")
        elif (folder / shard.path).is_file():
            found, wrong = _counted(folder, shard)
            rows += found
            findings += wrong
    return rows, findings


def _read_sums(text: str) -> dict[str, str]:
    """Return path → digest. ValueError for another form, and for a path that leads out of the folder."""
    sums = {}
    for line in text.splitlines():
        digest, _, path = line.partition("  ")
        if len(digest) != 64 or not path or PurePosixPath(path).is_absolute() or ".." in PurePosixPath(path).parts:
            raise ValueError(f"no line of {SUMS}: {line[:100]}")
        sums[path] = digest
    return sums


def _wrong_digests(folder: Path, sums: dict[str, str]) -> Iterator[str]:
    for path, digest in sums.items():
        if not (folder / path).is_file():
            yield f"{path}: it is missing"
        elif digest_of(folder / path) != digest:
            yield f"{path}: its content is not what was exported"


def _not_named(folder: Path, sums: dict[str, str]) -> Iterator[str]:
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        name = path.relative_to(folder).as_posix()
        if name not in sums and name != SUMS:
            yield f"{name}: {SUMS} does not name it"


def _counted(folder: Path, shard: Shard) -> tuple[int, list[str]]:
    try:
        rows = _rows(folder / shard.path)
    except (ValueError, OSError, csv.Error) as error:
        return 0, [f"{shard.path}: it cannot be read: {error}"]
    return rows, [] if rows == shard.rows else [f"{shard.path}: it has {rows:,} rows, and {shard.rows:,} were written"]


def _rows(path: Path) -> int:
    if path.suffix == ".parquet":
        try:
            from pyarrow import parquet
        except ModuleNotFoundError:
            raise MissingLibrary("Parquet", library="pyarrow", extra="parquet") from None
        return int(parquet.read_metadata(path).num_rows)
    if path.suffix == ".csv":
        csv.field_size_limit(sys.maxsize)
        with path.open(encoding="utf-8-sig", newline="") as file:
            return sum(1 for _ in csv.reader(file)) - 1
    with path.open("rb") as lines:
        return sum(1 for _ in lines)
