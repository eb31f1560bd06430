"""Run the command as a user does, or another program of the tests, each time in a new process.

The processes are forked from a server process that has imported the libraries and our modules: a new Python takes 2 s
of processor time for that, and the tests run some five hundred commands.
"""

import atexit
import multiprocessing
import os
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from multiprocessing import forkserver
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, TextIO, cast

from scrapy.settings import default_settings

SECONDS = 120
"""Time limit of a command that hangs; a crawl of the sample site takes 1 s, a few more on a busy machine."""
IMPATIENT = "import crawler.settings; crawler.settings.DOWNLOAD_DELAY = 0"
"""`before` of a command that has no option for its pauses, in a test that is not about them."""
STDERR = 2
ROOT = Path(__file__).parents[1]
LIBRARIES = (
    *("scrapy.crawler", "scrapy.cmdline", "scrapy.core.downloader.handlers.http11", "scrapy.core.engine"),
    *("scrapy.pqueues", "scrapy.squeues", "scrapy.dupefilters", "scrapy.logformatter", "scrapy.statscollectors"),
    *("twisted.web.client", "twisted.internet.asyncioreactor", "lxml.etree", "lxml.html", "selectolax.lexbor"),
    *("sqlite_utils", "rich.live", "rich.table", "click", "protego", "pebble", "uvloop", "brotli", "queuelib"),
    *("bs4", "dateparser", "dateparser.data.date_translation_data.vi", "encodings.utf_8_sig"),
)
PARTS_OF_SCRAPY = sorted(
    path.rpartition(".")[0]
    for table in ("DOWNLOADER_MIDDLEWARES_BASE", "SPIDER_MIDDLEWARES_BASE", "EXTENSIONS_BASE")
    for path in getattr(default_settings, table)
)
OURS = [
    ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
    for package in ("archive", "crawler")
    for path in sorted((ROOT / package).rglob("*.py"))
    # few commands serve: the libraries of the others would count in the memory of every crawl
    if path.name != "__main__.py" and "publish" not in path.parts
]

_processes = multiprocessing.get_context("forkserver")
_processes.set_forkserver_preload([*LIBRARIES, *PARTS_OF_SCRAPY, *OURS, "tests.command", "tests.preloaded"])


class Program:
    """A function that runs in a process of its own, with streams of its own; it ends the process if it raises."""

    def __init__(self, function: Callable[..., object], *arguments: Any, folder: Path, stdin: str = "") -> None:
        self._name = f"{function.__name__}{arguments}"
        self._streams = TemporaryDirectory()
        streams = Path(self._streams.name)
        (streams / "stdin").write_text(stdin, encoding="utf-8")
        given = (function, arguments, folder, streams, dict(os.environ), _server())
        self._process = _processes.Process(target=_run, args=given)
        self._process.start()

    @property
    def is_running(self) -> bool:
        """Whether it has not ended."""
        return self._process.exitcode is None

    @property
    def number(self) -> int | None:
        """The number of its process."""
        return self._process.pid

    def send_signal(self, number: int) -> None:
        """Send it a signal."""
        assert self._process.pid
        os.kill(self._process.pid, number)

    def wait_until(self, comes: Callable[[], bool]) -> None:
        """Return when `comes` is true or the program has ended. Raises TimeoutExpired."""
        end = time.monotonic() + SECONDS
        while self.is_running and not comes():
            if time.monotonic() > end:
                raise self._given_up(SECONDS)
            time.sleep(0.005)

    def result(self, *, seconds: float = SECONDS) -> "subprocess.CompletedProcess[str]":
        """Return how it ended. Raises TimeoutExpired if it does not."""
        self._process.join(seconds)
        code = self._process.exitcode
        if code is None:
            raise self._given_up(seconds)
        with self._streams as streams:
            out, err = (Path(streams, name).read_text(encoding="utf-8") for name in ("stdout", "stderr"))
        return subprocess.CompletedProcess(self._name, code, out, err)

    def _given_up(self, seconds: float) -> subprocess.TimeoutExpired:
        self._process.kill()
        self._process.join()
        self._streams.cleanup()
        return subprocess.TimeoutExpired(self._name, seconds)


def start_command(arguments: Sequence[object], folder: Path, *, stdin: str = "", before: str = "") -> Program:
    """Start `baotinh ARGUMENT...` in a folder; `before` is Python that its process runs first."""
    return Program(_call_command, list(map(str, arguments)), before, folder=folder, stdin=stdin)


def run_command(
    arguments: Sequence[object], folder: Path, *, stdin: str = "", before: str = ""
) -> "subprocess.CompletedProcess[str]":
    """Run a command to its end. Raises TimeoutExpired."""
    return start_command(arguments, folder, stdin=stdin, before=before).result()


def run_python(program: str, *arguments: object) -> "subprocess.CompletedProcess[str]":
    """Run `python -c PROGRAM ARGUMENT...` to its end, also if a signal ends it. Raises TimeoutExpired."""
    return Program(_call_python, program, list(map(str, arguments)), folder=ROOT).result()


def _call_python(program: str, arguments: list[str]) -> None:
    sys.argv = ["-c", *arguments]
    exec(program, {})


def _call_command(arguments: list[str], before: str) -> None:
    sys.argv = ["baotinh", *arguments]
    exec(before, {})

    from crawler.cli import main

    main()


def _server() -> dict[str, object]:
    """Return what a process needs to ask the server process for further ones; Python keeps it from those it forked."""
    forkserver.ensure_running()
    known = vars(forkserver._forkserver)
    return {name: known[name] for name in ("_forkserver_address", "_forkserver_authkey") if name in known}


def _run(
    function: Callable[..., object],
    arguments: tuple[Any, ...],
    folder: Path,
    streams: Path,
    environment: dict[str, str],
    server: Mapping[str, object],
) -> None:
    """Call the function in the new process, with its folder, streams, environment and server of further processes."""
    vars(forkserver._forkserver).update(server, ensure_running=lambda: None)
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment, NO_COLOR="1")
    sys.stdin = _take_place(0, streams / "stdin", "r")
    sys.stdout = _take_place(1, streams / "stdout", "w")
    sys.stderr = _take_place(STDERR, streams / "stderr", "w")
    try:
        function(*arguments)
    finally:
        atexit._run_exitfuncs()  # a process of multiprocessing ends without them


def _take_place(number: int, path: Path, mode: str) -> TextIO:
    """Replace a standard stream by a file, and return it with the settings that Python gives that stream."""
    with path.open(mode) as file:
        os.dup2(file.fileno(), number)
    errors = "backslashreplace" if number == STDERR else "strict"
    return cast(TextIO, os.fdopen(number, mode, buffering=1, encoding="utf-8", errors=errors, closefd=False))
