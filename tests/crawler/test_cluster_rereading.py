"""A reparse of a shard through a real Redis: jobs that end at the wrong moment, that fail, and that nobody may do."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from threading import Event, Thread

import pytest

from archive import Archive, ExitCode
from crawler.cluster.cluster_file import Cluster, read_cluster
from crawler.cluster.job import Ended
from crawler.cluster.queue import Queue
from crawler.cluster.queue_names import readings_of
from crawler.cluster.rereading import MOST_JOBS, Reparsed, reparse_shards
from crawler.cluster.worker import Jobs, work
from crawler.reparse.plan import Request
from crawler.site_files.catalogue import Catalogue
from crawler.verbs.reparse import request_of
from tests.command import run_command
from tests.crawler.conftest import Run
from tests.crawler.foreign import SITE_FILE, members, response
from tests.crawler.papers import HEARTBEAT, Redis
from tests.crawler.test_reparse import OTHER_BODY, write_site
from tests.crawler.test_reparse_jobs import SMALL_FILES

CLUSTER = """
broker = "redis://127.0.0.1:{port}"
site_files = ["baocu.toml"]

[[shard]]
name = "s1"
folder = "s1"

[sites]
"""
NAME = readings_of("s1")
ENDS_WHEN_SOMETHING_IS_STORED = """
import os, signal
from archive import Archive
reread = Archive.reread
def stored(*given, **named):
    done = reread(*given, **named)
    os.kill(os.getpid(), signal.SIGTERM)
    return done
Archive.reread = stored
"""
pytestmark = [pytest.mark.drill, pytest.mark.skipif(sys.platform != "linux", reason="Linux")]


@pytest.fixture
def cluster(redis: Redis, run: Run, tmp_path: Path) -> Cluster:
    """A shard with two WARC files of one page each, and rules that read them otherwise."""
    write_site(tmp_path, SITE_FILE)
    for number in (1, 2):
        (tmp_path / "old.warc.gz").write_bytes(members(response(number)))
        words = ("import", "old.warc.gz", "--site-file", "baocu.toml", "--archive", "s1")
        done = run(*words, before=SMALL_FILES)
        assert done.returncode == 0, done.stderr
    write_site(tmp_path, OTHER_BODY)
    (tmp_path / "cluster.toml").write_text(CLUSTER.format(port=redis.port), encoding="utf-8")
    return read_cluster(tmp_path / "cluster.toml")


@pytest.fixture
def queue(cluster: Cluster) -> Queue:
    return Queue(cluster.broker, heartbeat=HEARTBEAT)


@pytest.fixture
def warcs(cluster: Cluster) -> list[str]:
    """The names of the WARC files."""
    with Archive.open(cluster.shards["s1"].folder, read_only=True) as archive:
        names = list(archive.files_to_reread([1, 2]))
    assert len(names) == 2
    return names


def read(folder: Path, warc: str) -> None:
    """Do the job of a WARC file."""
    done = run_command(["reparse", "--site-file", "baocu.toml", "--archive", "s1", "--warc", warc], folder)
    assert done.returncode == 0, done.stderr


@contextmanager
def failing(cluster: Cluster, queue: Queue) -> Iterator[list[Ended]]:
    """A worker whose jobs all end with exit code 1; gives how they ended."""
    ended: list[Ended] = []
    over = Event()
    jobs = Jobs(cluster, queue, program=["/bin/false"], options=())

    def do() -> None:
        work(jobs, cluster, ["s1"], crawls=1, readers=1, tell=ended.append, is_over=over.is_set)

    worker = Thread(target=do)
    worker.start()
    try:
        yield ended
    finally:
        over.set()
        worker.join()


def passes(
    cluster: Cluster, queue: Queue, *, request_of: Callable[[Archive], Request], now: Callable[[], datetime]
) -> list[Reparsed]:
    shards = list(cluster.shards.values())
    done = reparse_shards(queue, shards, is_patient=True, request_of=request_of, now=now, is_over=lambda: False)
    return list(done)


def test_what_a_job_keeps_while_a_pass_stores_is_stored_by_the_next(
    cluster: Cluster, queue: Queue, warcs: list[str], tmp_path: Path
) -> None:
    first, second = warcs
    read(tmp_path, first)
    queue.enqueue(NAME, second)
    worker = queue.broker.consume(NAME)
    job = next(worker)
    moments: list[datetime] = []
    requests: list[Request] = []

    def now() -> datetime:
        """Be called at the begin of a pass, and when it stores a page: then the other job ends."""
        moments.append(datetime.now(UTC))
        if len(moments) == 2:
            read(tmp_path, second)
            worker.ack(job)
        return moments[-1]

    def request(archive: Archive) -> Request:
        catalogue = Catalogue.load(archive.folder, cluster.site_files)
        requests.append(request_of(archive, catalogue, all_sites=True, workers=0))
        return requests[-1]

    done = passes(cluster, queue, request_of=request, now=now)
    assert [sum(site.read for site in each.stored) for each in done] == [1, 1]
    assert len(requests) == 1, "what lacks a site file is named once"
    assert run_command(["cluster", "reparse"], tmp_path).stdout == "s1: 0 WARC files got a job, 0 had one already\n"


def test_a_file_that_no_job_can_read_is_named_and_ends_the_wait(
    cluster: Cluster, queue: Queue, warcs: list[str], tmp_path: Path
) -> None:
    with failing(cluster, queue) as ended:
        done = run_command(["cluster", "reparse", "--wait"], tmp_path)
    assert done.returncode == ExitCode.FAULT, done.stdout + done.stderr
    for warc in warcs:
        assert f"{warc} of s1 was not read" in done.stderr
        assert [each.code for each in ended if each.what == warc] == [1] * MOST_JOBS
    assert sorted(fault.site for fault in queue.faults()) == warcs

    done = run_command(["reparse", "--site-file", "baocu.toml", "--archive", "s1"], tmp_path)
    assert done.returncode == 0, done.stderr
    assert run_command(["cluster", "reparse"], tmp_path).returncode == 0
    assert queue.faults() == [], "they have been read"


@pytest.mark.parametrize(
    ("said", "options", "code"),
    [
        ("the disk is full", [], ExitCode.ARCHIVE_UNUSABLE),
        ("the disk is full", ["--wait"], ExitCode.ARCHIVE_UNUSABLE),
        ("", [], ExitCode.DONE),
        ("", ["--wait"], ExitCode.LESS_THAN_EXPECTED),
    ],
)
def test_a_stopped_shard_is_named_with_the_next_command(
    queue: Queue, tmp_path: Path, said: str, options: list[str], code: int
) -> None:
    queue.stop("s1", at=datetime.now(UTC), said=said)
    done = run_command(["cluster", "reparse", *options], tmp_path)
    assert done.returncode == code, "5 if its archive is the cause; one that a person drained is only not read"
    assert "`baotinh cluster drain s1 --end` ends that" in done.stdout


def test_an_interrupted_pass_says_what_it_stored(cluster: Cluster, warcs: list[str], tmp_path: Path) -> None:
    read(tmp_path, warcs[0])
    done = run_command(["cluster", "reparse", "--wait"], tmp_path, before=ENDS_WHEN_SOMETHING_IS_STORED)
    assert done.returncode == ExitCode.INTERRUPTED, done.stderr
    assert done.stdout.startswith("baocu: 1 body shorter\n")
    assert "the same command goes on" in done.stderr


def test_a_site_without_a_file_is_to_get_one_in_cluster_toml(cluster: Cluster, tmp_path: Path) -> None:
    text = cluster.path.read_text(encoding="utf-8").replace('"baocu.toml"', "")
    cluster.path.write_text(text, encoding="utf-8")
    done = run_command(["cluster", "reparse"], tmp_path)
    assert done.stderr == "baocu has no site file here; give it with `site_files` of cluster.toml\n"


def test_the_status_counts_jobs_that_only_wait(queue: Queue, warcs: list[str], tmp_path: Path) -> None:
    assert run_command(["cluster", "reparse"], tmp_path).stdout == "s1: 2 WARC files got a job, 0 had one already\n"
    assert queue.jobs(NAME) == sorted(warcs)
    heads, row = run_command(["cluster", "status", "--wide"], tmp_path).stdout.splitlines()
    assert heads.split()[-3:] == ["to", "read", "state"]
    assert row.split()[-1] == "2", "they are counted, and no worker is at work"


def test_what_cannot_be_read_is_named_for_each_shard(cluster: Cluster, warcs: list[str], tmp_path: Path) -> None:
    read(tmp_path, warcs[0])
    (kept,) = (cluster.shards["s1"].folder / "readings").iterdir()
    kept.unlink()
    kept.symlink_to(kept.name)  # a loop: no user may open it, not even root
    with cluster.path.open("a", encoding="utf-8") as file:
        file.write('[[shard]]\nname = "s2"\nfolder = "away"\n')
    done = run_command(["cluster", "reparse", "--wait"], tmp_path)
    first, second = done.stderr.splitlines()
    assert f"{kept} cannot be read" in first
    assert f"{tmp_path}/away" in second
