"""One archive for readers: what is new in each shard comes into it."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from archive import Archive, ArchiveError, Merged, ledger_head, merge, whole_file
from crawler.cluster.cluster_file import Cluster

CURSORS = ".collected.json"
"""File in the folder of the archive: shard → its cursor. Without it, each shard is compared as a whole."""


@dataclass(frozen=True, slots=True)
class Collected:
    """What came of one shard."""

    shard: str
    merged: Merged | None = None
    """None if nothing happened in it since the last collect, or after an error."""
    error: ArchiveError | None = None


def collect(cluster: Cluster, folder: Path) -> Iterator[Collected]:
    """Bring what is new in each shard into the archive in `folder`, then find copies across outlets.

    It also finds those that an earlier collect left. Raises ArchiveError if the archive in `folder` cannot be read.
    """
    with Archive.open(folder, read_only=True) as archive:
        is_untidy = archive.waiting_for_copies() > 0
    cursors = _read_cursors(folder / CURSORS)
    for shard in cluster.shards.values():
        place = shard.copy or shard.folder
        try:
            cursor = _cursor_of(place)
            is_known = cursors.get(shard.name) == cursor
            merged = None if is_known else merge(folder, place)
        except ArchiveError as error:
            yield Collected(shard.name, error=error)
            continue
        if not is_known:
            cursors[shard.name] = cursor
            with whole_file(folder / CURSORS) as file:
                file.write(json.dumps(cursors, indent=1).encode())
        is_untidy |= bool(merged and not merged.is_empty)
        yield Collected(shard.name, merged)
    if is_untidy:
        with Archive.open(folder) as archive:
            archive.tidy_at_end()


def _cursor_of(folder: Path) -> str:
    """Return what changes with each article that changes, each run that ends, and each archive that comes in."""
    with Archive.open(folder, read_only=True) as archive:
        changes = archive.cursor()
    head = ledger_head(folder)
    return f"{changes} {head.line if head else ''}"


def _read_cursors(path: Path) -> dict[str, str]:
    try:
        found = json.loads(path.read_bytes())
    except (FileNotFoundError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}
