"""One job, in a process of its own that dies with the worker: a crawl of one site into its shard, or the reading of one
WARC file of a shard by today's rules."""

import os
import subprocess
import sys
import time
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO

from archive import ExitCode
from crawler.cluster import launch
from crawler.cluster.cluster_file import Cluster, Shard
from crawler.cluster.host_lock import hosts_held

LOOK = 0.2
"""Seconds between two looks at the process: within it, a worker that is stopped stops its jobs."""
LAST_LINES = 5
"""Lines of what a crawl said that are kept of a fault: the message, or the end of a traceback."""
DONE = (ExitCode.DONE, ExitCode.LESS_THAN_EXPECTED, ExitCode.NO_ANSWER)
LATER = (ExitCode.BUSY, ExitCode.INTERRUPTED)
"""The next tick finds the site due, and another job goes on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """How a job ended."""

    shard: str
    what: str
    """The site that was crawled, or the WARC file that was read."""
    code: int
    """Exit code of the process, negative for a signal."""
    said: str = ""
    """The last lines of its standard error."""

    @property
    def is_done(self) -> bool:
        """Whether nobody need look at it: `baotinh health` has what the site fell short of."""
        return self.code in DONE

    @property
    def stops_shard(self) -> bool:
        """Whether no other job can do better: the archive is damaged, or its disk is full."""
        return self.code == ExitCode.ARCHIVE_UNUSABLE

    @property
    def is_fault(self) -> bool:
        """Whether a person must look: a wrong site file, a fault of the program, or a death by a signal."""
        return not (self.is_done or self.stops_shard or self.code in LATER)


def run_job(cluster: Cluster, shard: Shard, site: str, *, program: Sequence[str], options: Sequence[str]) -> Ended:
    """Crawl a site to its end, or as long as the cluster lets a job run.

    `program` is the call of `baotinh`, `options` are those of the crawl. An exception in this thread stops the crawl
    first. Raises OSError if it cannot be started.
    """
    with hosts_held(shard.folder, shard.group_of(site)) as lock:
        if lock is None:
            return Ended(shard=shard.name, what=site, code=ExitCode.BUSY)
        command = [*program, "crawl", *_named(cluster, site), "--archive", str(shard.folder), "--quiet"]
        return _end(shard, site, [*command, "--stop-after", cluster.stop_after, *options], passed=(lock,))


def run_reading(cluster: Cluster, shard: Shard, warc: str, *, program: Sequence[str]) -> Ended:
    """Read the pages of a WARC file by today's rules, and keep what they give; as `run_job` otherwise."""
    command = [*program, "reparse", "--all", *cluster.site_file_options, "--archive", str(shard.folder)]
    return _end(shard, warc, [*command, "--workers", "1", "--warc", warc])


def _end(shard: Shard, what: str, command: Sequence[str], *, passed: Sequence[int] = ()) -> Ended:
    with TemporaryFile("w+", encoding="utf-8", errors="replace") as log:
        code = _run(command, passed=passed, log=log)
        return Ended(shard=shard.name, what=what, code=code, said=_end_of(log))


def _named(cluster: Cluster, site: str) -> list[str]:
    """Return the words that name a site to `crawl`."""
    given = {path.stem: path for path in cluster.site_files}
    return ["--site-file", str(given[site])] if site in given else [site]


def _run(command: Sequence[str], *, passed: Sequence[int], log: IO[str]) -> int:
    launched = [sys.executable, str(Path(launch.__file__)), str(os.getpid()), *command]
    process = subprocess.Popen(
        launched, stdin=subprocess.DEVNULL, stdout=log, stderr=log, process_group=0, pass_fds=passed
    )
    try:
        while process.poll() is None:
            time.sleep(LOOK)
    except BaseException:
        process.terminate()
        process.wait()
        raise
    return process.returncode


def _end_of(log: IO[str]) -> str:
    log.seek(0)
    return "".join(deque(log, maxlen=LAST_LINES)).strip()
