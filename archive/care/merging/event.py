"""The record of a merge in the WARC files: what a rebuild needs to merge the same archive again."""

import sqlite3
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from archive.care.merging.rows import Range, ranges_of
from archive.care.merging.warc_files import Pieces, pieces_of
from archive.files import linked
from archive.phrases import phrase
from archive.warc.copying import read_pieces
from archive.writing.events import keep_merge
from archive.writing.ledger import Entry
from archive.writing.raw_pages import FOLDER, RawPages

_HEAD = "SELECT head FROM other.ledger ORDER BY number DESC LIMIT 1"
_MERGES = "SELECT count(*) FROM main.ledger WHERE what = 'merge'"


@dataclass(frozen=True, slots=True)
class MergeRecord:
    """What was written down of a merge."""

    at: str
    head: str | None
    """The last head of the other ledger."""
    merges: int
    """Merges that the archive knew of, with this one: of two merges, the one that knows of the other has more."""
    files: Pieces
    came: Sequence[str]
    """Files that this merge put into our folder."""
    sites: Sequence[str]
    """The only sites of which rows came; none: all came."""
    runs: Sequence[Range]
    captures: Sequence[Range]
    ledger: Sequence[Entry]

    @classmethod
    def of(cls, said: Mapping[str, Any]) -> "MergeRecord":
        """Return what a record says. KeyError or TypeError if it is none."""
        return cls(
            at=said["at"],
            head=said["head"],
            merges=said["merges"],
            files={name: [(piece, size) for piece, size in pieces] for name, pieces in said["files"].items()},
            came=said["came"],
            sites=said.get("sites", ()),
            runs=[tuple(each) for each in said["runs"]],
            captures=[tuple(each) for each in said["captures"]],
            ledger=[Entry(*row) for row in said["ledger"]],
        )


def record_merge(
    connection: sqlite3.Connection, raw: RawPages, *, came: Sequence[str], sites: Collection[str], at: datetime
) -> None:
    """Write down what a merge did, at its end."""
    head = connection.execute(_HEAD).fetchone()
    (merges,) = connection.execute(_MERGES).fetchone()
    said = {
        "head": head and head[0],
        "merges": merges,
        "files": pieces_of(connection),
        "came": came,
        **({"sites": sorted(sites)} if sites else {}),
        "runs": ranges_of(connection, "runs"),
        "captures": ranges_of(connection, "captures"),
    }
    keep_merge(connection, raw, said, at=at)


def lay_out(record: MergeRecord, folder: Path, other: Path) -> None:
    """Put the WARC files of the archive that came into the folder `other`, as they were then, out of those in `folder`.

    LookupError if one is missing.
    """
    (other / FOLDER).mkdir(parents=True)
    for name, pieces in record.files.items():
        target = other / FOLDER / name
        paths = [(folder / FOLDER / piece, size) for piece, size in pieces]
        if missing := [path.name for path, size in paths if not path.is_file() or path.stat().st_size < size]:
            raise LookupError(phrase("the WARC file {name} is missing, or has lost its end", name=missing[0]))
        is_one = len(paths) == 1 and paths[0][0].stat().st_size == paths[0][1]
        if is_one and linked(paths[0][0], target):
            continue
        with target.open("xb") as file:
            for path, size in paths:
                with path.open("rb") as source:
                    file.writelines(read_pieces(source, start=0, size=size))
