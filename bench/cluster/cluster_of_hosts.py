"""A cluster on hosts of its own: Redis on one, a worker with a shard on each of two, and newspapers on a fourth."""

import json
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import click

from archive import Archive
from bench.cluster.counting_sites import Asked, Newspaper, newspapers
from bench.cluster.hosts import Host, network
from bench.pages import ROOT
from crawler.cluster.cluster_file import FILE, Cluster, Shard, read_cluster
from crawler.cluster.due import due_sites
from crawler.cluster.host_lock import is_held
from crawler.cluster.queue import NAMESPACE
from crawler.operate.program import this_program

QUEUE, WEB, WORKERS = "redis", "web", ("may1", "may2")
"""Names of the hosts."""
SHARDS = dict(zip(("s1", "s2"), WORKERS, strict=True))
"""Shard → the host that has it at first."""
HOSTS = {QUEUE: "10.77.0.1", "may1": "10.77.0.11", "may2": "10.77.0.12", WEB: "10.77.0.2"}
PORT = 6379
DEBIAN = Path("/etc/redis/redis.conf")
"""How Debian configures its Redis: what is queued is on disk only after minutes."""
JOBS = 8
"""Crawls of a worker at a time: the other sites of its shard wait in the queue."""
HEARTBEAT = 5
"""Seconds after which the jobs of a dead worker go to another one; 60 by default."""
CONTACT = "bench@example.org"
LONGEST = 600.0
"""Seconds to wait for anything."""
LOOK = 2.0
"""Seconds between two looks."""
TICK_REST = 10.0
"""Seconds between two ticks; a timer has minutes."""

Texts = Counter[tuple[str, str]]
"""How many articles have this address and this digest of their text."""


@dataclass
class Sites:
    """The newspapers while they are served."""

    papers: Sequence[Newspaper]
    _server: subprocess.Popen[str]
    asked: list[Asked] = field(default_factory=list)
    """All requests that had been answered at the last look."""

    @property
    def options(self) -> list[str]:
        """The options that name their site files."""
        return [word for paper in self.papers for word in ("--site-file", f"{paper.site}.toml")]

    def look(self) -> list[Asked]:
        """Return all requests that have been answered."""
        assert self._server.stdin
        assert self._server.stdout
        self._server.stdin.write("\n")
        self._server.stdin.flush()
        self.asked += (Asked(*each) for each in json.loads(self._server.stdout.readline()))
        return self.asked

    def answered(self, of: Sequence[str]) -> int:
        """Return how many requests these sites have answered."""
        return sum(each.site in of for each in self.look())

    def texts(self) -> Texts:
        """Return the texts of all articles, as an archive should have them."""
        expected = (each.expected(paper.origin) for paper in self.papers for each in paper.outlet.articles)
        return Counter((each.url, each.text_sha256) for each in expected)


@dataclass
class ClusterOfHosts:
    """The cluster, with what happens to it."""

    folder: Path
    hosts: Mapping[str, Host]
    sites: Sites
    delay: float
    workers: dict[str, subprocess.Popen[str]] = field(default_factory=dict)
    redis: subprocess.Popen[str] | None = None

    @property
    def cluster(self) -> Cluster:
        """What its file says now."""
        return read_cluster(self.folder / FILE)

    def __call__(self, host: str, *words: object) -> str:
        """Run `baotinh` on a host, and return what it printed. Raises ClickException if it fails."""
        done = self.hosts[host].run([*this_program(), *map(str, words)], folder=self.folder)
        if done.returncode:
            told = f"{done.stdout}{done.stderr}"
            raise click.ClickException(f"`baotinh {' '.join(map(str, words))}` ended with {done.returncode}:\n{told}")
        return done.stdout

    def start_redis(self) -> None:
        """Start Redis as Debian configures it, on its host, and wait until it answers."""
        data = self.folder / "redis"
        data.mkdir(exist_ok=True)
        debian = [str(DEBIAN)] if DEBIAN.exists() else []
        ours = ["--bind", HOSTS[QUEUE], "--protected-mode", "no", "--daemonize", "no", "--dir", str(data)]
        rest = ["--logfile", "", "--pidfile", "", "--supervised", "no"]
        words = ["redis-server", *debian, *ours, *rest]
        self.redis = self.hosts[QUEUE].start(words, folder=data, log=self.folder / "redis.log")
        while self.ask_redis("ping") != "PONG\n":
            if self.redis.poll() is not None:
                raise click.ClickException(f"Redis ended with {self.redis.returncode}: {self.folder / 'redis.log'}")
            time.sleep(LOOK)

    def work(self, host: str) -> None:
        """Start a worker."""
        options = ["--jobs", JOBS, "--delay", self.delay, "--allow-private", "--contact", CONTACT]
        words = [*this_program(), "cluster", "worker", *map(str, options)]
        log = self.folder / f"{host}.log"
        self.workers[host] = self.hosts[host].start(words, folder=self.folder, log=log)

    def tick(self) -> None:
        """Do what the timer does on each host that works. Raises ClickException if one fails."""
        words = [*this_program(), "cluster", "tick"]
        log = self.folder / "tick.log"
        ticks = {host: self.hosts[host].start(words, folder=self.folder, log=log) for host in self.workers}
        for host, tick in ticks.items():
            if code := tick.wait():
                raise click.ClickException(f"`baotinh cluster tick` on {host} ended with {code}: {log}")

    def ask_redis(self, *words: str) -> str:
        """Return what Redis answers; "" if it does not."""
        return self.hosts[QUEUE].run(["redis-cli", "--raw", "-h", HOSTS[QUEUE], *words], folder=self.folder).stdout

    def queued(self) -> set[str]:
        """Return the sites that have a job in a queue that a worker reads; that of a lost host stays as it is."""
        shards = (each.name for each in self.cluster.shards.values() if each.host in self.workers)
        jobs = (self.ask_redis("hvals", f"{NAMESPACE}:{shard}.msgs").splitlines() for shard in shards)
        return {json.loads(each)["args"][0] for lines in jobs for each in lines if each}

    def open_sites(self) -> list[str]:
        """Return the sites that are due, or are being crawled."""
        cluster = self.cluster
        return [site for shard in cluster.shards.values() if shard.sites for site in _open_sites(cluster, shard)]

    def wait_for_requests(self, more: int, of: Sequence[str]) -> None:
        """Wait until these sites have answered so many more requests. Raises ClickException if they are not asked."""
        wanted = self.sites.answered(of) + more
        end = time.monotonic() + LONGEST
        while self.sites.answered(of) < wanted:
            if time.monotonic() > end or not set(of).intersection(self.open_sites()):
                raise click.ClickException("the newspapers get no more requests: a longer crawl needs more --articles")
            time.sleep(LOOK)

    def finish(self) -> None:
        """Go on, with a tick now and then, until nothing is due and nothing is being crawled."""
        while self.open_sites():
            self.tick()
            end = time.monotonic() + TICK_REST
            while time.monotonic() < end and self.open_sites():
                time.sleep(LOOK)

    def texts(self) -> Texts:
        """Return the texts of all shards; a text that two of them have counts once."""
        found: Texts = Counter()
        for shard in self.cluster.shards.values():
            if shard.folder.exists():
                found |= texts_of(shard.folder)
        return found


def texts_of(folder: Path) -> Texts:
    """Return the texts of an archive."""
    with Archive.open(folder, read_only=True) as archive:
        return Counter((each.article.url, each.article.text_sha256) for each in archive.articles())


def _open_sites(cluster: Cluster, shard: Shard) -> Iterator[str]:
    due = due_sites(cluster, shard, shard.sites, at=datetime.now(UTC))
    return (site for site in shard.sites if site in due or is_held(shard.folder, shard.group_of(site)))


@contextmanager
def sites_served(folder: Path, web: Host, *, articles: int) -> Iterator[Sites]:
    """Serve newspapers on the addresses of a host but its first, and write their site files into a folder."""
    addresses = web.addresses[1:]
    words = [sys.executable, "-m", "bench.cluster.counting_sites", "--articles", str(articles), *addresses]
    server = web.start(words, folder=ROOT, log=folder / "web.log", is_asked=True)
    assert server.stdout
    for name, text in json.loads(server.stdout.readline()).items():
        (folder / f"{name}.toml").write_text(text, encoding="utf-8")
    yield Sites(newspapers(addresses, articles=articles), server)


@contextmanager
def cluster_of_hosts(folder: Path, *, sites: int, articles: int, delay: float) -> Iterator[ClusterOfHosts]:
    """Give a cluster that has not begun to work, in a folder that exists."""
    addresses = {name: [address] for name, address in HOSTS.items()}
    addresses[WEB] += site_addresses(sites)
    with network("cluster", addresses) as hosts, sites_served(folder, hosts[WEB], articles=articles) as served:
        made = ClusterOfHosts(folder, hosts, served, delay)
        broker = f"redis://{HOSTS[QUEUE]}:{PORT}"
        made(QUEUE, "cluster", "init", "--shards", len(SHARDS), "--broker", broker, *served.options)
        file = folder / FILE
        text = file.read_text(encoding="utf-8").replace("heartbeat = 60", f"heartbeat = {HEARTBEAT}")
        for shard, host in SHARDS.items():
            text = text.replace(f'name = "{shard}"', f'name = "{shard}"\nhost = "{host}"\ncopy = "copies/{shard}"')
        file.write_text(text, encoding="utf-8")
        yield made


def site_addresses(sites: int) -> list[str]:
    """Return an address for each newspaper."""
    return [f"10.77.1.{number}" for number in range(1, sites + 1)]
