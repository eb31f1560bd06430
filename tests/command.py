"""Run the command as a user does, each time in a new process.

The processes are forked from a server process that has imported the libraries: to import Scrapy and the others takes
1.5 s of processor time, and the tests run some hundred commands. Each command imports our own modules itself, because
some of them read the environment during the import.
"""

import multiprocessing
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TextIO, cast

SECONDS = 120
"""Time limit of a command that hangs; a crawl of the sample site takes 2 s, a few more on a busy machine."""
STDERR = 2
LIBRARIES = (
    *("scrapy.crawler", "scrapy.cmdline", "scrapy.core.downloader.handlers.http11", "scrapy.core.engine"),
    *("scrapy.downloadermiddlewares.redirect", "scrapy.downloadermiddlewares.retry", "scrapy.extensions.memusage"),
    *("twisted.web.client", "twisted.internet.asyncioreactor", "lxml.etree", "lxml.html", "selectolax.lexbor"),
    *("sqlite_utils", "rich.live", "rich.table", "click", "protego", "pebble", "uvloop", "brotli"),
)

_processes = multiprocessing.get_context("forkserver")
_processes.set_forkserver_preload(list(LIBRARIES))


def run_command(
    arguments: Sequence[object], folder: Path, *, stdin: str | None = None, variables: Mapping[str, str] | None = None
) -> "subprocess.CompletedProcess[str]":
    """Run `baotinh ARGUMENT...` in `folder`; `variables` are added to the environment. Raises TimeoutExpired."""
    words = ["baotinh", *map(str, arguments)]
    environment = {**os.environ, "NO_COLOR": "1", **(variables or {})}
    with TemporaryDirectory() as streams:
        given = Path(streams, "stdin")
        given.write_text(stdin or "", encoding="utf-8")
        process = _processes.Process(target=_run, args=(words, folder, Path(streams), environment))
        process.start()
        process.join(SECONDS)
        if process.exitcode is None:
            process.kill()
            process.join()
            raise subprocess.TimeoutExpired(words, SECONDS)
        out, err = (Path(streams, name).read_text(encoding="utf-8") for name in ("stdout", "stderr"))
        return subprocess.CompletedProcess(words, process.exitcode, out, err)


def _run(words: list[str], folder: Path, streams: Path, environment: dict[str, str]) -> None:
    """Run the command in the new process, with its folder, streams and environment."""
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)
    sys.stdin = _take_place(0, streams / "stdin", "r")
    sys.stdout = _take_place(1, streams / "stdout", "w")
    sys.stderr = _take_place(STDERR, streams / "stderr", "w")
    sys.argv = words

    from crawler.cli import main

    main()


def _take_place(number: int, path: Path, mode: str) -> TextIO:
    """Replace a standard stream by a file, and return it with the settings that Python gives that stream."""
    with path.open(mode) as file:
        os.dup2(file.fileno(), number)
    errors = "backslashreplace" if number == STDERR else "strict"
    return cast(TextIO, os.fdopen(number, mode, buffering=1, encoding="utf-8", errors=errors, closefd=False))
