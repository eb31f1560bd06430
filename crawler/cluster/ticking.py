"""A tick: what is due in the shards of this machine goes into the queue, each site once."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from archive import ArchiveError
from crawler.cluster.cluster_file import Cluster, Shard
from crawler.cluster.due import due_sites
from crawler.cluster.host_lock import is_held
from crawler.cluster.notices import Stopped

if TYPE_CHECKING:
    from crawler.cluster.queue import Queue


@dataclass(frozen=True, slots=True)
class Ticked:
    """What a tick did in one shard."""

    shard: str
    queued: tuple[str, ...] = ()
    """Sites that got a job."""
    stopped: Stopped | None = None
    error: ArchiveError | None = None
    """What is wrong with the archive."""


def tick(cluster: Cluster, queue: "Queue", shards: Sequence[Shard], *, at: datetime) -> Iterator[Ticked]:
    """Enqueue what is due in each shard. Raises NoBroker."""
    stopped = queue.stopped()
    for shard in shards:
        if found := stopped.get(shard.name):
            yield Ticked(shard.name, stopped=found)
            continue
        try:
            yield Ticked(shard.name, tuple(_enqueue(cluster, queue, shard, at=at)))
        except ArchiveError as error:
            yield Ticked(shard.name, error=error)


def _enqueue(cluster: Cluster, queue: "Queue", shard: Shard, *, at: datetime) -> Iterator[str]:
    with queue.tick_of(shard.name) as is_ours:
        if not is_ours:
            return
        queued = set(queue.jobs(shard.name))
        for site in due_sites(cluster, shard, shard.sites, at=at):
            if site not in queued and not is_held(shard.folder, shard.group_of(site)):
                queue.enqueue(shard.name, site)
                yield site
