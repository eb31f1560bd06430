"""The sample site on loopback, and the command run as a user runs it."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from crawler.demo.serve import SampleWeb, serve

Run = Callable[..., "subprocess.CompletedProcess[str]"]
SECONDS = 120
"""A crawl of the sample site takes two; a command that hangs is ended."""


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

    def call(*arguments: object, stdin: str | None = None) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [sys.executable, "-m", "crawler.cli", *map(str, arguments)],
            cwd=tmp_path,
            input=stdin,
            text=True,
            capture_output=True,
            timeout=SECONDS,
            check=False,
            env={**os.environ, "NO_COLOR": "1", "PYTHONPATH": str(Path(__file__).parents[2])},
        )

    return call
