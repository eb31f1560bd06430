"""Measure how many flipped bits `baotinh verify --deep` finds and names: `python -m bench.flips ARCHIVE [NUMBER]`.

Each time one bit of a copy of the archive is flipped: in a WARC file, in a text, in a superseded text, in a reference
of a capture, and anywhere in `news.db`.
"""

import random
import shutil
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import click

from archive import Archive
from archive.care.verify import check
from archive.errors import ArchiveError
from tests.archive.flips import KINDS, flip_database


def is_found(archive: Path, flip: Callable[[Path, random.Random], tuple[str, ...]], seed: str) -> bool:
    """Return whether a check of a copy with one flipped bit names it."""
    with TemporaryDirectory() as place:
        copy = Path(shutil.copytree(archive, Path(place, "copy")))
        names = flip(copy, random.Random(seed))
        try:
            found = [str(each) for each in check(copy, at=datetime.now(UTC), deep=True).findings]
        except ArchiveError as error:  # the database is refused with a sentence
            found = [str(error)]
        return any(name in each for name in names for each in found)


def main() -> None:
    """Print a line for each kind of place."""
    archive, number = Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 100
    try:
        Archive.open(archive, read_only=True).close()
    except ArchiveError as error:
        sys.exit(str(error))
    for kind, flip in {**KINDS, "elsewhere in news.db": flip_database}.items():
        try:
            found = sum(is_found(archive, flip, f"{kind} {each}") for each in range(number))
            click.echo(f"{kind:22} {found} of {number} found")
        except LookupError as error:
            click.echo(f"{kind:22} {error}")


if __name__ == "__main__":
    main()
