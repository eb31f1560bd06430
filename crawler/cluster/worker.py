"""A worker: does the jobs of the shards on its machine until it is asked to stop."""

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from functools import partial
from queue import Empty, SimpleQueue

from dramatiq import Actor, Worker
from dramatiq.middleware import Shutdown

from archive import ArchiveError, ExitCode, words_of
from crawler.cluster.cluster_file import Cluster, read_cluster
from crawler.cluster.due import due_sites
from crawler.cluster.job import Ended, run_job, run_reading
from crawler.cluster.queue import Queue
from crawler.cluster.queue_names import actor_of, readings_of
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
        """Crawl a site, unless the shard is stopped, or the site has moved since it was enqueued."""
        self._do(shard, site, partial(self._crawl, shard, site))

    def read(self, shard: str, warc: str) -> None:
        """Read a WARC file, unless the shard is stopped, or cluster.toml has it no more."""
        self._do(shard, warc, partial(self._read, shard, warc))

    def _crawl(self, shard: str, site: str, cluster: Cluster) -> Ended | None:
        """Return how the crawl ended; None if it was done before, and only Redis did not hear of it."""
        place = cluster.shard_of(site)
        if place is None or place.name != shard or not due_sites(cluster, place, [site], at=datetime.now(UTC)):
            return None
        return run_job(cluster, place, site, program=self._program, options=self._options)

    def _read(self, shard: str, warc: str, cluster: Cluster) -> Ended | None:
        place = cluster.shards.get(shard)
        return run_reading(cluster, place, warc, program=self._program) if place else None

    def _do(self, shard: str, what: str, job: Callable[[Cluster], Ended | None]) -> None:
        """Do one job by what cluster.toml says now."""
        try:
            cluster = read_cluster(self._path)
            if shard not in self._queue.stopped():
                self._finish(_outcome(shard, what, partial(job, cluster)))
        except CrawlerError as error:  # Redis is away, or cluster.toml is wrong: what asked for the job asks again
            self.ended.put(Ended(shard=shard, what=what, code=error.exit_code, said=str(error)))
        except Shutdown:
            self.ended.put(Ended(shard=shard, what=what, code=ExitCode.INTERRUPTED))

    def _finish(self, ended: Ended | None) -> None:
        if ended is None:
            return
        self.ended.put(ended)
        if ended.stops_shard:
            self._queue.stop(ended.shard, at=datetime.now(UTC), said=ended.said)
        self._queue.note(ended, at=datetime.now(UTC))


def _outcome(shard: str, what: str, job: Callable[[], Ended | None]) -> Ended | None:
    """Return how a job ended, also if it could not begin."""
    try:
        return job()
    except ArchiveError as error:
        return Ended(shard=shard, what=what, code=error.exit_code, said=str(error))
    except OSError as error:  # nothing can be written there, or no process be started
        return Ended(shard=shard, what=what, code=ExitCode.ARCHIVE_UNUSABLE, said=words_of(error))


def work(
    jobs: Jobs,
    cluster: Cluster,
    shards: Sequence[str],
    *,
    crawls: int,
    readers: int,
    tell: Callable[[Ended], None],
    is_over: Callable[[], bool],
) -> None:
    """Do the jobs of these shards until `is_over`; `tell` is called with each that has ended.

    At a time, as many sites are crawled as `crawls` says, and as many WARC files read as `readers` says: neither waits
    for the other. Jobs that run at the end are stopped, and the next tick, or the next `baotinh cluster reparse`, asks
    for them again. Redis may be away, and come back.
    """
    workers = [
        _start(cluster, {shard: partial(jobs.run, shard) for shard in shards}, threads=crawls),
        _start(cluster, {readings_of(shard): partial(jobs.read, shard) for shard in shards}, threads=readers),
    ]
    try:
        while not is_over():
            _tell_all(jobs, tell)
    finally:
        with ThreadPoolExecutor() as stopping:
            list(stopping.map(lambda worker: worker.stop(timeout=LONGEST_END), workers))
        _tell_all(jobs, tell)


def _start(cluster: Cluster, does: Mapping[str, Callable[[str], None]], *, threads: int) -> Worker:
    """Start a Worker that does the jobs of these queues.

    It gets a broker of its own: a Worker takes the jobs of every queue that its broker knows.
    """
    queue = Queue(cluster.broker, heartbeat=cluster.heartbeat)
    for name, do in does.items():
        Actor(do, broker=queue.broker, actor_name=actor_of(name), queue_name=name, priority=0, options={})
    worker = Worker(queue.broker, worker_threads=threads)
    worker.start()
    return worker


def _tell_all(jobs: Jobs, tell: Callable[[Ended], None]) -> None:
    try:
        while True:
            tell(jobs.ended.get(timeout=REST))
    except Empty:
        return
