"""A reparse of shards in jobs: what they have read is stored, and each WARC file with pages to read gets one."""

import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from archive import Archive, ArchiveError
from crawler.cluster.cluster_file import Shard
from crawler.cluster.notices import Stopped
from crawler.cluster.queue_names import readings_of
from crawler.errors import UnreadableFile
from crawler.reparse.job import files_to_read
from crawler.reparse.kept import kept_files
from crawler.reparse.plan import Request
from crawler.reparse.report import SiteReparse
from crawler.reparse.run import reparse

if TYPE_CHECKING:
    from crawler.cluster.queue import Queue

REST = 0.5
"""Seconds between two looks at what jobs have kept: a job takes minutes."""
WARC = ".warc.gz"
"""End of the name of a WARC file: no site has such a name."""
MOST_JOBS = 3
"""Jobs for the same page of a WARC file in one call: one may be lost with Redis, and one with its worker."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reparsed:
    """What was done in one shard."""

    shard: str
    stored: tuple[SiteReparse, ...] = ()
    """What became of the pages that jobs had read, by site."""
    queued: tuple[str, ...] = ()
    """WARC files that got a job."""
    waiting: tuple[str, ...] = ()
    """WARC files that had one already."""
    unread: tuple[str, ...] = ()
    """WARC files that get no other job because MOST_JOBS of them kept nothing: known once nothing else waits."""
    is_waiting: bool = False
    """Whether another pass has something to store or to enqueue: jobs were in the queue, or are now."""
    stopped: Stopped | None = None
    error: ArchiveError | UnreadableFile | None = None
    """What is wrong with the archive, or with what a job has kept of it."""


def reparse_shards(
    queue: "Queue",
    shards: Sequence[Shard],
    *,
    is_patient: bool,
    request_of: Callable[[Archive], Request],
    now: Callable[[], datetime],
    is_over: Callable[[], bool],
) -> Iterator[Reparsed]:
    """Store what jobs have read, and enqueue what is left to read. Raises NoBroker.

    If it `is_patient`, it does so again whenever a job has kept something, until nothing is left. `request_of` says
    what is to be read in an archive, with `processes=0`; it is called once for each shard.
    """
    left = [_Rereading(queue, shard, request_of=request_of, now=now, is_over=is_over) for shard in shards]
    while left and not is_over():
        waiting = []
        for each in left:
            if is_over():
                return
            done = each.go_on()
            waiting += [each] if done.is_waiting else []
            yield done
        left = waiting if is_patient else []
        _wait_for_readings(queue, [each.shard for each in left], is_over=is_over)


def _wait_for_readings(queue: "Queue", shards: Sequence[Shard], *, is_over: Callable[[], bool]) -> None:
    """Return once a job of one of the shards has kept something new, or none of them has a job. Raises NoBroker."""
    known = _kept(shards)
    while not is_over() and any(queue.jobs(readings_of(shard.name)) for shard in shards) and _kept(shards) <= known:
        time.sleep(REST)


def _kept(shards: Sequence[Shard]) -> set[Path]:
    return {path for shard in shards for path in kept_files(shard.folder)}


class _Rereading:
    """The reparse of one shard, which goes on with each pass."""

    def __init__(
        self,
        queue: "Queue",
        shard: Shard,
        *,
        request_of: Callable[[Archive], Request],
        now: Callable[[], datetime],
        is_over: Callable[[], bool],
    ) -> None:
        self.shard = shard
        self._queue = queue
        self._request_of = request_of
        self._request: Request | None = None
        self._now = now
        self._is_over = is_over
        self._jobs: Counter[tuple[str, int]] = Counter()
        """WARC file and the first of its pages that are left to read → jobs that it got. A crawl may add pages."""

    def go_on(self) -> Reparsed:
        """Store what jobs have read, and enqueue what is left, unless the shard is stopped. Raises NoBroker."""
        name = self.shard.name
        if stopped := self._queue.stopped().get(name):
            return Reparsed(shard=name, stopped=stopped)
        asked = self._queue.jobs(readings_of(name))  # what one of them keeps during this pass, the next pass stores
        try:
            with Archive.open(self.shard.folder) as archive:
                self._request = self._request or self._request_of(archive)
                stored = reparse(archive, self._request, now=self._now, is_over=self._is_over)
                wanted = {} if self._is_over() else files_to_read(archive, self._request)
        except (ArchiveError, UnreadableFile) as error:
            return Reparsed(shard=name, error=error)
        if self._is_over():
            return Reparsed(shard=name, stored=tuple(stored))
        return self._enqueue(asked, wanted, stored)

    def _enqueue(self, asked: Sequence[str], wanted: Mapping[str, int], stored: Sequence[SiteReparse]) -> Reparsed:
        name = readings_of(self.shard.name)
        with self._queue.tick_of(name) as is_ours:
            waiting = self._queue.jobs(name)
            idle = [warc for warc in wanted if warc not in waiting]
            unread = [warc for warc in idle if self._jobs[warc, wanted[warc]] >= MOST_JOBS]
            new = [warc for warc in idle if is_ours and warc not in unread]
            for warc in new:
                self._queue.enqueue(name, warc)
                self._jobs[warc, wanted[warc]] += 1
        for fault in self._queue.faults():
            if fault.shard == self.shard.name and fault.site.endswith(WARC) and fault.site not in wanted:
                self._queue.forget(fault.site)
        is_waiting = bool(asked) or len(unread) < len(wanted)
        return Reparsed(
            shard=self.shard.name,
            stored=tuple(stored),
            queued=tuple(new),
            waiting=tuple(waiting),
            unread=() if is_waiting else tuple(unread),
            is_waiting=is_waiting,
        )
