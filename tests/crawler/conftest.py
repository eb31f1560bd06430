"""The sample site on loopback, and the command run as a user runs it."""

import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from crawler.demo.serve import SampleWeb, serve
from tests.command import run_command

Run = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def web() -> Iterator[SampleWeb]:
    """The three outlets on free ports, with an empty request log."""
    with serve(port=0) as served:
        yield served


@pytest.fixture
def site_files(web: SampleWeb, tmp_path: Path) -> dict[str, Path]:
    """Site name → its site file, for the ports of `web`."""
    folder = tmp_path / "sites"
    folder.mkdir()
    for name, text in web.site_files.items():
        (folder / f"{name}.toml").write_text(text, encoding="utf-8")
    return {name: folder / f"{name}.toml" for name in web.site_files}


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Run `baotinh ARGUMENT...` in an empty folder, where its archive is ./news-archive."""

    def call(*arguments: object, stdin: str = "", before: str = "") -> "subprocess.CompletedProcess[str]":
        return run_command(arguments, tmp_path, stdin=stdin, before=before)

    return call


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """Where a test writes the site file of its outlet."""
    return tmp_path / "thu.toml"
