"""What fails in a cluster of hosts, one after the other while it crawls, and what the cluster makes of it."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta

import click

from archive.session import GROUP_CAPTURES, GROUP_SPAN
from bench.cluster.cluster_of_hosts import JOBS, QUEUE, WEB, ClusterOfHosts, Texts, texts_of
from bench.cluster.figures import Figure, figure
from crawler.cluster.cluster_file import Shard
from crawler.cluster.host_lock import is_held

CUT = timedelta(seconds=30)
DOWN = timedelta(seconds=3)
"""How long a host without current stays away."""
DEATH = timedelta(seconds=2)
"""Time for the crawls of a killed worker to die; the kernel needs milliseconds, a busy machine more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Drill:
    """What one fault did; articles that were lost or are partial are counted right after it."""

    name: str
    began_at: int
    """Nanoseconds since 1970. Pages that are fetched twice from here to the next drill count for this one."""
    lost: int
    """Texts that were stored before, and are not any more."""
    partial: int
    """Texts that no newspaper has."""
    again_at_most: int
    """Pages that may be fetched twice: one group for each crawl that died."""
    figures: tuple[Figure, ...] = ()
    """Others."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Harm:
    """What a drill says of itself."""

    dead: int
    """Crawls that died."""
    kept: Texts
    """What must still be stored."""
    not_kept: int = 0
    """Articles that were stored on a disk that is lost: they are fetched again."""
    figures: tuple[Figure, ...] = ()


def run_drills(cluster: ClusterOfHosts) -> Iterator[Drill]:
    """Run one drill after the other. Raises ClickException if the cluster does not go on after one."""
    for name, drill in _DRILLS.items():
        cluster.wait_for_requests(2 * JOBS, list(cluster.cluster.sites))
        began = time.time_ns()
        harm = drill(cluster)
        now = cluster.texts()
        yield Drill(
            name=name,
            began_at=began,
            lost=(harm.kept - now).total(),
            partial=(now - cluster.sites.texts()).total(),
            again_at_most=harm.dead * _group_of(cluster.delay) + harm.not_kept,
            figures=harm.figures,
        )


def _group_of(delay: float) -> int:
    """Return how many answers of a site a crawl has at most in one group, the one on its way included."""
    return min(GROUP_CAPTURES, int(GROUP_SPAN.total_seconds() / delay)) + 1


def _kill_worker(cluster: ClusterOfHosts) -> _Harm:
    """The jobs of a dead worker come back after its heartbeat, without a tick."""
    shard = cluster.cluster.shards["s1"]
    kept, dead = cluster.texts(), _running(shard)
    worker = cluster.workers[shard.host]
    worker.kill()
    worker.wait()
    time.sleep(DEATH.total_seconds())
    left = len(cluster.hosts[shard.host].processes())
    cluster.work(shard.host)
    cluster.wait_for_requests(2 * JOBS, shard.sites)
    return _Harm(dead=dead, kept=kept, figures=(figure("processes that outlive it", left, most=0),))


def _kill_redis(cluster: ClusterOfHosts) -> _Harm:
    """Crawls go on without Redis, and one tick queues what it lost."""
    kept, before = cluster.texts(), len(cluster.queued())
    assert cluster.redis
    cluster.redis.kill()
    cluster.redis.wait()
    cluster.wait_for_requests(2 * JOBS, list(cluster.cluster.sites))
    cluster.start_redis()
    after = len(cluster.queued())
    cluster.tick()
    shards = cluster.cluster.shards.values()
    idle = set(cluster.open_sites()) - cluster.queued() - {site for shard in shards for site in _running_sites(shard)}
    queue = Figure("jobs in the queue before and after", f"{before}, {after}")
    return _Harm(dead=0, kept=kept, figures=(queue, figure("sites without a job after one tick", len(idle), most=0)))


def _lose_host(cluster: ClusterOfHosts) -> _Harm:
    """The shard of a host that returns is as it was."""
    shard = cluster.cluster.shards["s1"]
    kept, dead = cluster.texts(), _running(shard)
    cluster.hosts[shard.host].cut()
    cluster.hosts[shard.host].kill()
    time.sleep(DOWN.total_seconds())
    cluster.hosts[shard.host].join()
    cluster.work(shard.host)
    cluster.tick()  # Redis may have lost the jobs before
    cluster.wait_for_requests(2 * JOBS, shard.sites)
    return _Harm(dead=dead, kept=kept)


def _cut_redis(cluster: ClusterOfHosts) -> _Harm:
    """Crawls go on, and jobs come through again when the cut is mended."""
    kept, before = cluster.texts(), len(cluster.sites.look())
    _cut(cluster, QUEUE)
    meanwhile = len(cluster.sites.look()) - before
    cluster.tick()
    return _Harm(dead=0, kept=kept, figures=(figure("requests meanwhile", meanwhile, least=JOBS),))


def _cut_sites(cluster: ClusterOfHosts) -> _Harm:
    """Crawls go on when the cut is mended."""
    kept = cluster.texts()
    _cut(cluster, WEB)
    cluster.wait_for_requests(2 * JOBS, list(cluster.cluster.sites))
    return _Harm(dead=0, kept=kept)


def _lose_disk(cluster: ClusterOfHosts) -> _Harm:
    """The sites of a host that never returns go to another one, with what the last backup has."""
    shard, other = (cluster.cluster.shards[name] for name in ("s1", "s2"))
    assert shard.copy
    shard.copy.parent.mkdir(exist_ok=True)
    cluster(shard.host, "backup", shard.copy, "--archive", shard.folder)
    saved, dead = texts_of(shard.copy), _running(shard)
    cluster.hosts[shard.host].cut()
    cluster.hosts[shard.host].kill()
    del cluster.workers[shard.host]
    newer = (texts_of(shard.folder) - saved).total()
    shard.folder.rename(cluster.folder / "lost disk")
    kept = cluster.texts() | saved
    for site in shard.sites:
        cluster(other.host, "cluster", "move", site, "--to", other.name)
    cluster.tick()
    cluster.wait_for_requests(JOBS, shard.sites)
    since = Figure("articles stored after its last backup, which are fetched again", str(newer))
    return _Harm(dead=dead, kept=kept, not_kept=newer, figures=(since,))


_DRILLS: dict[str, Callable[[ClusterOfHosts], _Harm]] = {
    "worker killed": _kill_worker,
    "Redis killed": _kill_redis,
    "host lost, returns": _lose_host,
    "Redis cut off for 30 s": _cut_redis,
    "newspapers cut off for 30 s": _cut_sites,
    "host lost for good, sites moved": _lose_disk,
}


def _cut(cluster: ClusterOfHosts, host: str) -> None:
    cluster.hosts[host].cut()
    time.sleep(CUT.total_seconds())
    cluster.hosts[host].join()


def _running_sites(shard: Shard) -> list[str]:
    return [site for group in shard.groups for site in group if is_held(shard.folder, group)]


def _running(shard: Shard) -> int:
    if not (running := len(_running_sites(shard))):
        raise click.ClickException(f"no crawl of {shard.name} runs: a longer crawl needs more --articles")
    return running
