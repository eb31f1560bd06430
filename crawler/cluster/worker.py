"""A worker: does the jobs of the shards on its machine until it is asked to stop."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from functools import partial
from queue import Empty, SimpleQueue

from dramatiq import Actor, Worker
from dramatiq.middleware import Shutdown

from archive import ArchiveError, ExitCode, words_of
from crawler.cluster.cluster_file import Cluster, Shard, read_cluster
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
            cluster = read_cluster(self._path)
            place = cluster.shard_of(site)
            if place and place.name == shard and shard not in self._queue.stopped():
                self._finish(self._job(cluster, place, site))
        except CrawlerError as error:  # Redis is away, or cluster.toml is wrong: the next tick tries again
            self.ended.put(Ended(shard=shard, site=site, code=error.exit_code, said=str(error)))
        except Shutdown:
            self.ended.put(Ended(shard=shard, site=site, code=ExitCode.INTERRUPTED))

    def _job(self, cluster: Cluster, shard: Shard, site: str) -> Ended | None:
        """Return how the job ended; None if it was done before, and only Redis did not hear of it."""
        try:
            if not due_sites(cluster, shard, [site], at=datetime.now(UTC)):
                return None
            return run_job(cluster, shard, site, program=self._program, options=self._options)
        except ArchiveError as error:
            return Ended(shard=shard.name, site=site, code=error.exit_code, said=str(error))
        except OSError as error:  # nothing can be written there, or no process be started
            return Ended(shard=shard.name, site=site, code=ExitCode.ARCHIVE_UNUSABLE, said=words_of(error))

    def _finish(self, ended: Ended | None) -> None:
        if ended is None:
            return
        self.ended.put(ended)
        if ended.stops_shard:
            self._queue.stop(ended.shard, at=datetime.now(UTC), said=ended.said)
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
