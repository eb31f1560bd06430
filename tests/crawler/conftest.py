"""The sample site on loopback, and the command run as a user runs it."""

import shutil
import signal
import subprocess
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from crawler.demo.serve import SampleWeb, serve
from tests.command import run_command

if TYPE_CHECKING:  # few tests need them, and the imports take a while
    from tests.crawler.papers import Papers, Redis

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


@pytest.fixture
def redis(tmp_path: Path) -> "Iterator[Redis]":
    from tests.crawler.papers import Redis

    if not shutil.which("redis-server"):
        pytest.skip("redis-server")
    started = Redis(tmp_path)
    yield started
    started.kill()


@pytest.fixture
def papers(redis: "Redis", tmp_path: Path) -> "Iterator[Papers]":
    from tests.crawler.papers import SITES, Papers, paper

    outlets = {f"tai{n}": paper(f"tai{n}") for n in range(1, SITES + 1)}
    with ExitStack() as stack:
        webs = {
            name: stack.enter_context(serve([outlet], f"127.0.0.{number}", port=0))
            for number, (name, outlet) in enumerate(outlets.items(), start=1)
        }
        for name, web in webs.items():
            (tmp_path / f"{name}.toml").write_text(web.site_files[name], encoding="utf-8")
        made = Papers(tmp_path, redis, outlets, webs)
        files = [word for name in outlets for word in ("--site-file", f"{name}.toml")]
        made("init", "--shards", 2, "--broker", made.broker, *files)
        made.hurry()
        yield made
        for worker in made.workers:
            if worker.is_running:
                worker.send_signal(signal.SIGKILL)
                worker.result()
