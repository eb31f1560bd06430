"""Newspapers on loopback, a Redis, and a cluster with real workers that crawls them."""

import json
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator

from archive import ExitCode
from archive.contract import schema_text
from bench.load_site import LoadOutlet, load_outlet
from crawler.demo.serve import SampleWeb
from crawler.demo.web import Response
from tests.command import Program, run_command, start_command

DELAY = 0.1
"""Seconds between two requests to a host."""
WORK = 0.02
"""Seconds that the server takes for an answer, so that it would see a second request meanwhile."""
SITES = 3
ARTICLES = 20
HEARTBEAT = 2
"""Seconds after which the jobs of a killed worker go to another one."""
LOOK = 0.2
"""Seconds between two ticks of a test."""
LONGEST = 600.0
"""Seconds that a test waits for anything."""


class Redis:
    """A Redis of the test's own, which keeps nothing on disk."""

    def __init__(self, folder: Path) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self._folder = folder
        self.start()

    def start(self) -> None:
        """Start it, without anything that an earlier one knew."""
        kept = ["--save", "", "--appendonly", "no", "--dir", str(self._folder)]
        command = ["redis-server", "--bind", "127.0.0.1", "--port", str(self.port), *kept]
        self._process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        wait_until(self._answers)

    def kill(self) -> None:
        """End it at once."""
        self._process.kill()
        self._process.wait()

    @contextmanager
    def cut_off(self) -> Iterator[None]:
        """Let it answer nothing before the block ends, as behind a cut network."""
        self._process.send_signal(signal.SIGSTOP)
        try:
            yield
        finally:
            self._process.send_signal(signal.SIGCONT)

    def _answers(self) -> bool:
        with socket.socket() as tried:
            return tried.connect_ex(("127.0.0.1", self.port)) == 0


@dataclass(frozen=True)
class Paper(LoadOutlet):
    """A newspaper that counts how many requests it answers at once."""

    _open: list[str] = field(default_factory=list)
    _counts: list[int] = field(default_factory=list)

    def respond(self, target: str, origin: str, request_headers: Mapping[str, str]) -> Response:
        """Answer a request."""
        self._open.append(target)
        self._counts.append(len(self._open))
        time.sleep(WORK)
        try:
            return super().respond(target, origin, request_headers)
        finally:
            self._open.remove(target)

    @property
    def most_open(self) -> int:
        """The most requests that were open at once."""
        return max(self._counts)


def paper(name: str) -> Paper:
    made = load_outlet(name, articles=ARTICLES, kib=2)
    return Paper(**{each.name: getattr(made, each.name) for each in fields(made)})


@dataclass
class Papers:
    """Newspapers on a host each, and a cluster in a folder that crawls them."""

    folder: Path
    redis: Redis
    outlets: dict[str, Paper]
    webs: dict[str, SampleWeb]
    workers: list[Program] = field(default_factory=list)

    def __call__(self, *words: object, code: int = 0, before: str = "") -> str:
        """Run `baotinh cluster ...`, and return what it printed."""
        done = run_command(["cluster", *words], self.folder, before=before)
        assert done.returncode == code, (words, done.returncode, done.stdout, done.stderr)
        assert "Traceback" not in done.stderr, done.stderr
        return done.stdout + done.stderr

    @property
    def broker(self) -> str:
        """The address of its Redis."""
        return f"redis://127.0.0.1:{self.redis.port}"

    def hurry(self) -> None:
        """Let the jobs of a killed worker go to another one soon."""
        file = self.folder / "cluster.toml"
        file.write_text(file.read_text(encoding="utf-8").replace("heartbeat = 60", f"heartbeat = {HEARTBEAT}"))

    def work(self) -> Program:
        """Start a worker with two jobs at a time."""
        words = ["cluster", "worker", "--jobs", 2, "--allow-private", "--delay", DELAY]
        self.workers.append(start_command(words, self.folder))
        return self.workers[-1]

    def status(self) -> dict[str, Any]:
        """Return what `baotinh cluster status` says."""
        done = run_command(["cluster", "status", "--json"], self.folder)
        assert done.returncode in (ExitCode.DONE, ExitCode.LESS_THAN_EXPECTED), done.stderr
        found: dict[str, Any] = json.loads(done.stdout)
        Draft202012Validator(json.loads(schema_text("cluster-status"))).validate(found)
        return found

    def is_done(self) -> bool:
        """Whether nothing is due, waits or runs; a tick makes the queue again, as its timer would."""
        self("tick")
        return not any(shard[key] for shard in self.status()["shards"] for key in ("due", "queued", "running"))

    def finish(self, worker: Program) -> None:
        """Let a worker do all that is due, then stop it."""
        wait_until(self.is_done, rest=LOOK)
        worker.send_signal(signal.SIGTERM)
        assert worker.result().returncode == 0

    def crawl_alone(self, archive: str) -> None:
        """Crawl the same newspapers into one archive, as one machine does without a cluster."""
        files = [word for name in self.outlets for word in ("--site-file", f"{name}.toml")]
        words = ["crawl", "--create", *files, "--archive", archive, "--allow-private", "--delay", DELAY]
        done = run_command(words, self.folder)
        assert done.returncode == 0, done.stderr

    def requests(self) -> int:
        """Return how many requests all hosts have got."""
        return sum(len(web.log) for web in self.webs.values())

    def wait_for_requests(self, more: int) -> None:
        """Wait until the hosts have got so many more requests."""
        wanted = self.requests() + more
        wait_until(lambda: self.requests() >= wanted)


def wait_until(comes: Callable[[], bool], *, rest: float = 0.02) -> None:
    end = time.monotonic() + LONGEST
    while not comes():
        assert time.monotonic() < end, "it does not come"
        time.sleep(rest)


def children_of(process: int) -> list[int]:
    """Return the processes that a process has started and that live."""
    tasks = Path(f"/proc/{process}/task").glob("*/children")
    return [int(word) for task in tasks for word in task.read_text().split()]


def lives(process: int) -> bool:
    """Whether a process has not ended; what nobody has waited for yet has ended too."""
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def kill(worker: Program) -> None:
    """Kill a worker, and wait until its crawls are dead too."""
    assert worker.number
    crawls = children_of(worker.number)
    assert crawls, "no crawl was running"
    worker.send_signal(signal.SIGKILL)
    assert worker.result().returncode == -signal.SIGKILL
    wait_until(lambda: not any(map(lives, crawls)))
