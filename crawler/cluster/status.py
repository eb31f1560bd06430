"""The state of a cluster: what waits, what runs, what is stopped, and what a person must look at."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from archive import Archive, ArchiveError, phrase
from crawler.cluster.cluster_file import Cluster, Shard
from crawler.cluster.due import due_sites
from crawler.cluster.host_lock import is_held
from crawler.cluster.notices import Fault, Stopped
from crawler.cluster.queue_names import readings_of

if TYPE_CHECKING:
    from crawler.cluster.queue import Queue

HEADS = (
    *(phrase("shard"), phrase("host"), phrase("sites"), phrase("articles")),
    *(phrase("due"), phrase("queued"), phrase("running"), phrase("to read"), phrase("state")),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ShardStatus:
    """The state of one shard; what only its own machine can see is null on another."""

    shard: str
    host: str
    folder: str
    sites: int
    queued: tuple[str, ...]
    """Sites with a job that waits, or that a worker has."""
    reading: tuple[str, ...]
    """WARC files with a job that waits, or that a worker has: their pages are read by today's rules."""
    running: tuple[str, ...] | None
    """Sites of which a job runs; of sites that share a host, the first."""
    due: tuple[str, ...] | None
    """Sites that the next tick gives a job, unless they have one."""
    articles: int | None
    problem: str | None
    """What is wrong with its archive."""
    stopped: Stopped | None
    """Why it gets no jobs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClusterStatus:
    """The state of a cluster."""

    shards: tuple[ShardStatus, ...]
    faults: tuple[Fault, ...]
    """Sites and WARC files whose last job ended as none should."""

    @property
    def needs_a_look(self) -> bool:
        """Whether a person must look at something."""
        return bool(self.faults) or any(each.problem or (each.stopped and each.stopped.said) for each in self.shards)

    def as_record(self) -> dict[str, Any]:
        """Return the state as JSON knows it."""
        return asdict(self)


def status_of(cluster: Cluster, queue: "Queue", *, at: datetime) -> ClusterStatus:
    """Return the state of a cluster. Raises NoBroker."""
    stopped = queue.stopped()
    shards = (_shard(cluster, queue, shard, stopped.get(shard.name), at=at) for shard in cluster.shards.values())
    return ClusterStatus(shards=tuple(shards), faults=tuple(queue.faults()))


def _shard(cluster: Cluster, queue: "Queue", shard: Shard, stopped: Stopped | None, *, at: datetime) -> ShardStatus:
    running, due, articles, problem = None, None, None, None
    if shard.is_here:
        try:
            with Archive.open(shard.folder, read_only=True) as archive:
                articles = sum(totals.articles for totals in archive.site_totals().values())
            due = tuple(due_sites(cluster, shard, shard.sites, at=at))
            running = tuple(group[0] for group in shard.groups if is_held(shard.folder, group))
        except ArchiveError as error:
            problem = str(error)
    return ShardStatus(
        shard=shard.name,
        host=shard.host,
        folder=str(shard.folder),
        sites=len(shard.sites),
        queued=tuple(queue.jobs(shard.name)),
        reading=tuple(queue.jobs(readings_of(shard.name))),
        running=running,
        due=due,
        articles=articles,
        problem=problem,
        stopped=stopped,
    )


def rows_of(status: ClusterStatus) -> list[Sequence[str]]:
    """Return the shards as the rows of a table, the heads first."""
    return [HEADS, *(_row(each) for each in status.shards)]


def _row(each: ShardStatus) -> Sequence[str]:
    counts = (None if some is None else len(some) for some in (each.due, each.queued, each.running, each.reading))
    numbers = ("?" if count is None else f"{count:,}" for count in (each.sites, each.articles, *counts))
    return each.shard, each.host, *numbers, _state(each)


def _state(each: ShardStatus) -> str:
    if each.problem:
        return phrase("unusable")
    if each.stopped:
        return phrase("stopped") if each.stopped.said else phrase("drained")
    return phrase("at work") if each.running else ""


def findings_of(status: ClusterStatus) -> Iterator[str]:
    """Yield a line for each thing that a person must look at."""
    for each in status.shards:
        if each.problem:
            yield phrase("{shard}: {problem}", shard=each.shard, problem=each.problem)
        if each.stopped and each.stopped.said:
            yield phrase(
                "{shard} is stopped since {at}: {said}; when that is mended, run `baotinh cluster drain {shard} --end`",
                shard=each.shard,
                at=each.stopped.at,
                said=each.stopped.said,
            )
    for fault in status.faults:
        yield phrase(
            "{site} in {shard} ended with {code} at {at}: {said}",
            site=fault.site,
            shard=fault.shard,
            code=fault.code,
            at=fault.at,
            said=fault.said,
        )
