"""Crawls through a real Redis with real workers, some of which are killed: nothing is lost, no host is hurried."""

import json
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, fields
from itertools import pairwise
from pathlib import Path
from statistics import median
from typing import Any

import pytest
from dramatiq.errors import ConnectionClosed
from jsonschema import Draft202012Validator

from archive import Archive, ExitCode, RunStatus
from archive.contract import schema_text
from archive.session import GROUP_SPAN
from bench.load_site import LoadOutlet, load_outlet
from crawler.cluster.cluster_file import read_cluster
from crawler.cluster.queue import Queue
from crawler.demo.serve import SampleWeb, serve
from crawler.demo.web import Response
from tests.command import Program, run_command, start_command

DELAY = 0.1
"""Seconds between two requests to a host."""
KEPT = 0.8
"""Share of a delay that the server must see: a busy machine may see a request late."""
WORK = 0.02
"""Seconds that the server takes for an answer, so that it would see a second request meanwhile."""
SITES = 3
ARTICLES = 20
HEARTBEAT = 2
"""Seconds after which the jobs of a killed worker go to another one."""
LONGEST = 600.0
"""Seconds that a test waits for anything."""
pytestmark = [pytest.mark.drill, pytest.mark.skipif(sys.platform != "linux", reason="Linux")]


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


@pytest.fixture
def redis(tmp_path: Path) -> Iterator[Redis]:
    if not shutil.which("redis-server"):
        pytest.skip("redis-server")
    started = Redis(tmp_path)
    yield started
    started.kill()


@pytest.fixture
def papers(redis: Redis, tmp_path: Path) -> Iterator[Papers]:
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
        made("init", "--shards", 2, "--broker", f"redis://127.0.0.1:{redis.port}", *files)
        file = tmp_path / "cluster.toml"
        file.write_text(file.read_text(encoding="utf-8").replace("heartbeat = 60", f"heartbeat = {HEARTBEAT}"))
        yield made
        for worker in made.workers:
            if worker.is_running:
                worker.send_signal(signal.SIGKILL)
                worker.result()


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


# --- kills ---


def test_workers_and_redis_are_killed_and_every_article_comes(papers: Papers, tmp_path: Path) -> None:
    first = papers.work()
    papers("tick")
    papers.wait_for_requests(20)
    kill(first)
    second = papers.work()
    papers.wait_for_requests(20)  # the jobs of the first
    papers.redis.kill()
    papers.wait_for_requests(5)  # a crawl needs no Redis
    assert "no article is lost" in papers("tick", code=ExitCode.NO_ANSWER).lower()
    papers.redis.start()
    papers("tick")
    papers.wait_for_requests(20)
    papers.redis.kill()
    kill(second)
    papers.redis.start()
    third = papers.work()
    wait_until(papers.is_done, rest=1)
    third.send_signal(signal.SIGTERM)
    assert third.result().returncode == 0
    check_archives(papers, kills=2)
    check_wire(papers, kills=2)
    check_collected(papers, tmp_path)


def test_a_job_that_ends_while_redis_is_cut_off_leaves_the_queue(redis: Redis, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("crawler.cluster.queue.PATIENCE", 0.1)
    queue = Queue(f"redis://127.0.0.1:{redis.port}", heartbeat=HEARTBEAT)
    queue.enqueue("s1", "tai1")
    jobs = queue.broker.consume("s1")
    job = next(jobs)
    with redis.cut_off(), pytest.raises(ConnectionClosed):  # what Dramatiq waits for
        jobs.ack(job)
    jobs.ack(job)
    assert queue.sites("s1") == []


def check_archives(papers: Papers, *, kills: int) -> None:
    """No article is lost, doubled or partial."""
    for shard in read_cluster(papers.folder / "cluster.toml").shards.values():
        with Archive.open(shard.folder, read_only=True) as archive:
            stored = Counter((each.article.url, each.article.text_sha256) for each in archive.articles())
            statuses = Counter(run.status for run in archive.runs(limit=100))
        assert stored == Counter(texts(papers, shard.sites))
        assert statuses[RunStatus.ABANDONED] <= kills * 2, "only the crawls of killed workers died"


def texts(papers: Papers, sites: tuple[str, ...]) -> list[tuple[str, str]]:
    """Return the address and the text of each article of these newspapers."""
    articles = ((papers.webs[site].origins[site], each) for site in sites for each in papers.outlets[site].articles)
    expected = [each.expected(origin) for origin, each in articles]
    return [(each.url, each.text_sha256) for each in expected]


def check_wire(papers: Papers, *, kills: int) -> None:
    """A kill costs one group of each crawl that it hit, and no host is asked before its delay is over."""
    group = int(GROUP_SPAN.total_seconds() / DELAY) + 1
    for name, web in papers.webs.items():
        pages = {each.path for each in papers.outlets[name].articles}
        asked = Counter(each.target for each in web.log if each.target in pages)
        assert asked.keys() == pages
        assert max(asked.values()) <= 1 + kills
        assert asked.total() <= len(pages) + kills * group
        assert papers.outlets[name].most_open == 1, "two requests at once"
        moments = sorted(each.at for each in web.log)
        gaps = [(second - first).total_seconds() for first, second in pairwise(moments)]
        assert median(gaps) >= DELAY * KEPT


def check_collected(papers: Papers, folder: Path) -> None:
    """The archive for readers has what the shards have, and a second collect changes nothing of it."""
    assert run_command(["init", "--archive", "news"], folder).returncode == 0
    papers("collect", "--archive", "news")
    with Archive.open(folder / "news", read_only=True) as archive:
        stored = [(each.article.url, each.article.text_sha256) for each in archive.articles()]
        assert archive.waiting_for_copies() == 0
    assert sorted(stored) == sorted(texts(papers, tuple(papers.outlets)))
    before = (folder / "news" / "news.db").read_bytes()
    assert papers("collect", "--archive", "news") == "s1 has nothing new\ns2 has nothing new\n"
    (folder / "news" / ".collected.json").unlink()  # then each shard is compared as a whole
    assert papers("collect", "--archive", "news") == "s1 has nothing new\ns2 has nothing new\n"
    assert (folder / "news" / "news.db").read_bytes() == before
    assert run_command(["verify", "--deep", "--archive", "news"], folder).returncode == 0


def test_faults_are_listed_and_a_damaged_archive_stops_its_shard(papers: Papers, tmp_path: Path) -> None:
    papers("tick")
    assert papers("tick") == "s1: nothing new is due\ns2: nothing new is due\n", "each site has one job"
    cluster = read_cluster(tmp_path / "cluster.toml")
    alone = next(shard for shard in cluster.shards.values() if len(shard.sites) == 1)
    other = next(shard for shard in cluster.shards.values() if shard is not alone)
    alone.folder.rename(tmp_path / "whole")
    other.folder.rename(tmp_path / "away")  # as a disk that is not mounted
    alone.folder.mkdir()
    (alone.folder / "news.db").write_bytes(b"noise" * 1000)
    told = tmp_path / "told"
    (tmp_path / "baotinh.toml").write_text(f"[notify]\ncommand = 'cat >> {told}'\n", encoding="utf-8")
    worker = papers.work()
    wait_until(lambda: not any(shard["queued"] for shard in papers.status()["shards"]), rest=1)
    found = papers.status()
    (stopped,) = (each for each in found["shards"] if each["stopped"])
    assert (stopped["shard"], "news.db" in stopped["stopped"]["said"]) == (alone.name, True)
    assert {(each["site"], each["code"]) for each in found["faults"]} == {(site, 2) for site in other.sites}
    shown = papers("status", code=ExitCode.LESS_THAN_EXPECTED)
    assert f"baotinh cluster drain {alone.name} --end" in shown
    worker.send_signal(signal.SIGTERM)
    assert worker.result().returncode == 0
    assert f"{alone.name}: stopped since" in papers("tick", code=ExitCode.WRONG_CALL), "the other one is away"
    assert "news.db" in told.read_text(encoding="utf-8"), "people are told"
    shutil.rmtree(alone.folder)
    (tmp_path / "away").rename(other.folder)
    (tmp_path / "whole").rename(alone.folder)
    papers("drain", alone.name, "--end")
    assert f"{alone.name}: 1 new jobs" in papers("tick")
