import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from archive import Archive, Outlet
from tests.archive.build import HOME, SITE, START
from tests.archive.past import make_past


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "news"


@pytest.fixture(scope="session")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An archive without articles, which no test changes: a copy of it is made in a tenth of the time."""
    folder = tmp_path_factory.mktemp("empty") / "news"
    with Archive.open(folder, create=True) as opened:
        opened.register(Outlet(site=SITE, name="Báo Hà Giang", home=HOME, province="Hà Giang"), at=START)
    return folder


@pytest.fixture
def archive(empty: Path, folder: Path) -> Iterator[Archive]:
    shutil.copytree(empty, folder)
    with Archive.open(folder) as opened:
        yield opened


@pytest.fixture(scope="session")
def past(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """An archive with a past. No test may change it: all tests share it."""
    folder = tmp_path_factory.mktemp("past") / "news"
    make_past(folder)
    made = (folder / "news.db").read_bytes()
    yield folder
    assert (folder / "news.db").read_bytes() == made, "a test changed the archive that all share"


@pytest.fixture
def news(past: Path, tmp_path: Path) -> Path:
    """An archive with a past, which a test may damage."""
    return Path(shutil.copytree(past, tmp_path / "copy"))
