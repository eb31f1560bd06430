"""The public sets of saved pages, where they are beside this repository: ../shared/bench/sets/NAME.tar.xz."""

import tarfile
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.pages import ROOT, BenchPage, saved_pages

SETS = ROOT.parent / "shared" / "bench" / "sets"


def public_sets(folder: Path = SETS) -> Iterator[tuple[str, list[BenchPage]]]:
    """Yield each set's name and pages, by name; none if the folder is not there.

    A set is unpacked into a temporary folder: its pages belong to their publishers, and none stays here. Raises
    tarfile.TarError for a file that is no archive.
    """
    for file in sorted(folder.glob("*.tar.xz")):
        with TemporaryDirectory() as unpacked, tarfile.open(file) as archive:
            archive.extractall(unpacked, filter="data")
            inside = [path.parent for path in Path(unpacked).rglob("truth") if path.is_dir()]
            yield file.name.removesuffix(".tar.xz"), [page for each in inside for page in saved_pages(each)]
