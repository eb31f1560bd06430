"""A worker: does the jobs of the shards on its machine until it is asked to stop."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from functools import partial
from queue import Empty, SimpleQueue

from dramatiq import Actor, Worker
from dramatiq.middleware import Shutdown

from archive import ArchiveError, ExitCode
from crawler.cluster.cluster_file import Cluster, read_cluster
from crawler.cluster.due import due_sites
from crawler.cluster.job import Ended, run_job
from crawler.cluster.queue import Queue, actor_of
from crawler.errors import CrawlerError

REST = 0.5
"""Seconds between two looks at whether to stop."""
LONGEST_END = 150_000
"""Milliseconds for the jobs to end: a stopped crawl waits for its last answer, up to 60 s, twice if it is retried."""


class Jobs:
    """Does jobs in the threads of a worker, and puts how they ended where the main thread takes it."""

    def __init__(self, cluster: Cluster, queue: Queue, *, program: Sequence[str], options: Sequence[str]) -> None:
        self._path = cluster.path
        self._queue = queue
        self._program = program
        self._options = options
        self.ended: SimpleQueue[Ended] = SimpleQueue()

    def run(self, shard: str, site: str) -> None:
        """Do one job, unless the shard is stopped, or the site has moved since it was enqueued."""
        try:
            self._run(shard, site)
        except CrawlerError as error:  # Redis is away, or cluster.toml is being written: the next tick tries again
            self.ended.put(Ended(shard=shard, site=site, code=error.exit_code, said=str(error)))
        except Shutdown:
            self.ended.put(Ended(shard=shard, site=site, code=ExitCode.INTERRUPTED))

    def _run(self, shard: str, site: str) -> None:
        cluster = read_cluster(self._path)
        place = cluster.shard_of(site)
        if place is None or place.name != shard or shard in self._queue.stopped():
            return
        with suppress(ArchiveError):  # which the crawl names too
            if not due_sites(cluster, place, [site], at=datetime.now(UTC)):
                return  # the job was done, but Redis did not hear of it
        ended = run_job(cluster, place, site, program=self._program, options=self._options)
        self.ended.put(ended)
        if ended.stops_shard:
            self._queue.stop(shard, at=datetime.now(UTC), said=ended.said)
        self._queue.note(ended, at=datetime.now(UTC))


def work(
    jobs: Jobs,
    queue: Queue,
    shards: Sequence[str],
    *,
    threads: int,
    tell: Callable[[Ended], None],
    is_over: Callable[[], bool],
) -> None:
    """Do the jobs of these shards until `is_over`, `threads` at a time; `tell` is called with each that has ended.

    Jobs that run at the end are stopped, and their sites are due at once. Redis may be away, and come back.
    """
    for shard in shards:
        Actor(
            partial(jobs.run, shard),
            broker=queue.broker,
            actor_name=actor_of(shard),
            queue_name=shard,
            priority=0,
            options={},
        )
    worker = Worker(queue.broker, worker_threads=threads)
    worker.start()
    try:
        while not is_over():
            _tell_all(jobs, tell)
    finally:
        worker.stop(timeout=LONGEST_END)
        _tell_all(jobs, tell)


def _tell_all(jobs: Jobs, tell: Callable[[Ended], None]) -> None:
    try:
        while True:
            tell(jobs.ended.get(timeout=REST))
    except Empty:
        return
