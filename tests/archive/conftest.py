from collections.abc import Iterator
from pathlib import Path

import pytest

from archive import Archive, Outlet
from tests.archive.build import HOME, SITE, START


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "news"


@pytest.fixture
def archive(folder: Path) -> Iterator[Archive]:
    with Archive.open(folder, create=True) as opened:
        opened.register(Outlet(site=SITE, name="Báo Hà Giang", home=HOME, province="Hà Giang"), at=START)
        yield opened
