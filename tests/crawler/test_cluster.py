"""Crawls through a real Redis with real workers, some of which are killed: nothing is lost, no host is hurried."""

import shutil
import signal
import sys
from collections import Counter
from itertools import pairwise
from pathlib import Path
from statistics import median

import pytest
from dramatiq.errors import ConnectionClosed

from archive import Archive, ExitCode, RunStatus
from archive.session import GROUP_SPAN
from crawler.cluster.cluster_file import read_cluster
from crawler.cluster.queue import Queue
from tests.command import run_command
from tests.crawler.papers import DELAY, HEARTBEAT, LOOK, Papers, Redis, kill, wait_until
from tests.same_rows import OF_ONE_ARCHIVE, OF_THE_CRAWL, same_rows

KEPT = 0.8
"""Share of a delay that the server must see: a busy machine may see a request late."""
pytestmark = [pytest.mark.drill, pytest.mark.skipif(sys.platform != "linux", reason="Linux")]


def test_workers_and_redis_are_killed_and_every_article_comes(papers: Papers, tmp_path: Path) -> None:
    first = papers.work()
    papers("tick")
    papers.wait_for_requests(20)
    kill(first)
    second = papers.work()
    papers.wait_for_requests(20)  # the jobs of the first
    papers.redis.kill()
    papers.wait_for_requests(5)  # a crawl needs no Redis
    assert "no article is lost" in papers("tick", code=ExitCode.NO_ANSWER).lower()
    papers.redis.start()
    papers("tick")
    papers.wait_for_requests(20)
    papers.redis.kill()
    kill(second)
    papers.redis.start()
    third = papers.work()
    papers.finish(third)
    check_archives(papers, kills=2)
    check_wire(papers, kills=2)
    check_collected(papers, tmp_path)
    papers.crawl_alone("alone")
    tables = OF_ONE_ARCHIVE | OF_THE_CRAWL
    assert same_rows(tmp_path / "news", without=tables) == same_rows(tmp_path / "alone", without=tables)


def test_a_job_that_ends_while_redis_is_cut_off_leaves_the_queue(redis: Redis) -> None:
    queue = Queue(f"redis://127.0.0.1:{redis.port}", heartbeat=HEARTBEAT)
    queue.enqueue("s1", "tai1")
    jobs = queue.broker.consume("s1")
    job = next(jobs)
    with redis.cut_off(), pytest.raises(ConnectionClosed):  # what Dramatiq waits for
        jobs.ack(job)
    jobs.ack(job)
    assert queue.jobs("s1") == []


def check_archives(papers: Papers, *, kills: int) -> None:
    """No article is lost, doubled or partial."""
    for shard in read_cluster(papers.folder / "cluster.toml").shards.values():
        with Archive.open(shard.folder, read_only=True) as archive:
            stored = Counter((each.article.url, each.article.text_sha256) for each in archive.articles())
            statuses = Counter(run.status for run in archive.runs(limit=100))
        assert stored == Counter(texts(papers, shard.sites))
        assert statuses[RunStatus.ABANDONED] <= kills * 2, "only the crawls of killed workers died"


def texts(papers: Papers, sites: tuple[str, ...]) -> list[tuple[str, str]]:
    """Return the address and the text of each article of these newspapers."""
    articles = ((papers.webs[site].origins[site], each) for site in sites for each in papers.outlets[site].articles)
    expected = [each.expected(origin) for origin, each in articles]
    return [(each.url, each.text_sha256) for each in expected]


def check_wire(papers: Papers, *, kills: int) -> None:
    """A kill costs one group of each crawl that it hit, and no host is asked before its delay is over."""
    group = int(GROUP_SPAN.total_seconds() / DELAY) + 1
    for name, web in papers.webs.items():
        pages = {each.path for each in papers.outlets[name].articles}
        asked = Counter(each.target for each in web.log if each.target in pages)
        assert asked.keys() == pages
        assert max(asked.values()) <= 1 + kills
        assert asked.total() <= len(pages) + kills * group
        assert papers.outlets[name].most_open == 1, "two requests at once"
        moments = sorted(each.at for each in web.log)
        gaps = [(second - first).total_seconds() for first, second in pairwise(moments)]
        assert median(gaps) >= DELAY * KEPT


def check_collected(papers: Papers, folder: Path) -> None:
    """The archive for readers has what the shards have, and a second collect changes nothing of it."""
    assert run_command(["init", "--archive", "news"], folder).returncode == 0
    papers("collect", "--archive", "news")
    with Archive.open(folder / "news", read_only=True) as archive:
        stored = [(each.article.url, each.article.text_sha256) for each in archive.articles()]
        assert archive.waiting_for_copies() == 0
    assert sorted(stored) == sorted(texts(papers, tuple(papers.outlets)))
    before = (folder / "news" / "news.db").read_bytes()
    assert papers("collect", "--archive", "news") == "s1 has nothing new\ns2 has nothing new\n"
    (folder / "news" / ".collected.json").unlink()  # then each shard is compared as a whole
    assert papers("collect", "--archive", "news") == "s1 has nothing new\ns2 has nothing new\n"
    assert (folder / "news" / "news.db").read_bytes() == before
    assert run_command(["verify", "--deep", "--archive", "news"], folder).returncode == 0


def test_faults_are_listed_and_a_damaged_archive_stops_its_shard(papers: Papers, tmp_path: Path) -> None:
    papers("tick")
    assert papers("tick") == "s1: nothing new is due\ns2: nothing new is due\n", "each site has one job"
    cluster = read_cluster(tmp_path / "cluster.toml")
    alone = next(shard for shard in cluster.shards.values() if len(shard.sites) == 1)
    other = next(shard for shard in cluster.shards.values() if shard is not alone)
    alone.folder.rename(tmp_path / "whole")
    other.folder.rename(tmp_path / "away")  # as a disk that is not mounted
    alone.folder.mkdir()
    (alone.folder / "news.db").write_bytes(b"noise" * 1000)
    told = tmp_path / "told"
    (tmp_path / "baotinh.toml").write_text(f"[notify]\ncommand = 'cat >> {told}'\n", encoding="utf-8")
    worker = papers.work()
    wait_until(lambda: not any(shard["queued"] for shard in papers.status()["shards"]), rest=LOOK)
    found = papers.status()
    (stopped,) = (each for each in found["shards"] if each["stopped"])
    assert (stopped["shard"], "news.db" in stopped["stopped"]["said"]) == (alone.name, True)
    assert {(each["site"], each["code"]) for each in found["faults"]} == {(site, 2) for site in other.sites}
    shown = papers("status", code=ExitCode.LESS_THAN_EXPECTED)
    assert f"baotinh cluster drain {alone.name} --end" in shown
    worker.send_signal(signal.SIGTERM)
    assert worker.result().returncode == 0
    assert f"{alone.name}: stopped since" in papers("tick", code=ExitCode.WRONG_CALL), "the other one is away"
    assert "news.db" in told.read_text(encoding="utf-8"), "people are told"
    shutil.rmtree(alone.folder)
    (tmp_path / "away").rename(other.folder)
    (tmp_path / "whole").rename(alone.folder)
    papers("drain", alone.name, "--end")
    assert f"{alone.name}: 1 new jobs" in papers("tick")
