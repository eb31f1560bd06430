"""A reparse of shards in jobs: what they have read is stored, and each WARC file with pages to read gets one."""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from archive import Archive, ArchiveError
from crawler.cluster.cluster_file import Shard
from crawler.cluster.notices import Stopped
from crawler.cluster.queue_names import readings_of
from crawler.reparse.job import files_to_read
from crawler.reparse.kept import kept_files
from crawler.reparse.plan import Request
from crawler.reparse.report import SiteReparse
from crawler.reparse.run import reparse

if TYPE_CHECKING:
    from crawler.cluster.queue import Queue

REST = 0.5
"""Seconds between two looks at what jobs have kept: a job takes minutes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reparsed:
    """What was done in one shard."""

    shard: str
    stored: tuple[SiteReparse, ...] = ()
    """What became of the pages that jobs had read, by site."""
    queued: tuple[str, ...] = ()
    """WARC files that got a job."""
    waiting: tuple[str, ...] = ()
    """WARC files that had one before."""
    stopped: Stopped | None = None
    error: ArchiveError | None = None
    """What is wrong with the archive."""

    @property
    def is_waiting(self) -> bool:
        """Whether a worker has something to read."""
        return bool(self.queued or self.waiting)


def wait_for_readings(queue: "Queue", shards: Sequence[Shard], *, is_over: Callable[[], bool]) -> None:
    """Return once a job of one of the shards has kept something new, or none of them has a job. Raises NoBroker."""
    known = _kept(shards)
    while not is_over() and any(queue.jobs(readings_of(shard.name)) for shard in shards) and _kept(shards) <= known:
        time.sleep(REST)


def _kept(shards: Sequence[Shard]) -> set[Path]:
    return {path for shard in shards for path in kept_files(shard.folder)}


def reparse_shards(
    queue: "Queue",
    shards: Sequence[Shard],
    *,
    request_of: Callable[[Archive], Request],
    now: Callable[[], datetime],
    is_over: Callable[[], bool],
) -> Iterator[Reparsed]:
    """Store what jobs have read, and enqueue what is left to read. Raises NoBroker.

    `request_of` says what is to be read in an archive; its `processes` are none.
    """
    stopped = queue.stopped()
    for shard in shards:
        if found := stopped.get(shard.name):
            yield Reparsed(shard=shard.name, stopped=found)
            continue
        try:
            with Archive.open(shard.folder) as archive:
                request = request_of(archive)
                stored = reparse(archive, request, now=now, is_over=is_over)
                wanted = files_to_read(archive, request)
        except ArchiveError as error:
            yield Reparsed(shard=shard.name, error=error)
            continue
        if not is_over():
            yield _enqueue(queue, shard, wanted, stored)


def _enqueue(queue: "Queue", shard: Shard, wanted: Sequence[str], stored: Sequence[SiteReparse]) -> Reparsed:
    name = readings_of(shard.name)
    with queue.tick_of(name) as is_ours:
        waiting = queue.jobs(name)
        new = [warc for warc in wanted if is_ours and warc not in waiting]
        for warc in new:
            queue.enqueue(name, warc)
    return Reparsed(shard=shard.name, stored=tuple(stored), queued=tuple(new), waiting=tuple(waiting))
