"""Whether an exported folder is what was written: its digests, its sizes, and the rows of each file, counted anew."""

import csv
import sys
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from archive.errors import MissingLibrary, NoExport
from archive.export import datapackage
from archive.export.datapackage import Shard
from archive.export.package import SUMS, digest_of
from archive.phrases import phrase


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
            findings.append(
                phrase(
                    "{path}: {sums} and {package} have different digests",
                    path=shard.path,
                    sums=SUMS,
                    package=datapackage.FILE_NAME,
                )
            )
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
            raise ValueError(phrase("no line of {sums}: {line}", sums=SUMS, line=line[:100]))
        sums[path] = digest
    return sums


def _wrong_digests(folder: Path, sums: dict[str, str]) -> Iterator[str]:
    for path, digest in sums.items():
        if not (folder / path).is_file():
            yield phrase("{path}: it is missing", path=path)
        elif digest_of(folder / path) != digest:
            yield phrase("{path}: its content is not what was exported", path=path)


def _not_named(folder: Path, sums: dict[str, str]) -> Iterator[str]:
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        name = path.relative_to(folder).as_posix()
        if name not in sums and name != SUMS:
            yield phrase("{name}: {sums} does not name it", name=name, sums=SUMS)


def _counted(folder: Path, shard: Shard) -> tuple[int, list[str]]:
    try:
        rows = _rows(folder / shard.path)
    except (ValueError, OSError, csv.Error) as error:
        return 0, [phrase("{path}: it cannot be read: {error}", path=shard.path, error=error)]
    return rows, [] if rows == shard.rows else [
        phrase(
            "{path}: it has {rows:,} rows, and {written:,} were written", path=shard.path, rows=rows, written=shard.rows
        )
    ]


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
