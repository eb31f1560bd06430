"""The archives of a cluster with real workers: made as docs/scale.md says, collected, and read again in jobs."""

import re
import shlex
import shutil
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.blocks import blocks
from tests.command import run_command
from tests.crawler.papers import LOOK, SITES, Papers, children_of, kill, wait_until
from tests.same_rows import same_rows

UNREAD = "SELECT count(*) FROM captures WHERE kind = 'article' AND outcome = 'added' AND rules IS NULL"
SCALE = Path(__file__).parents[2] / "docs" / "scale.md"
pytestmark = [pytest.mark.drill, pytest.mark.skipif(sys.platform != "linux", reason="Linux")]


def unread(archive: Path) -> int:
    """Return how many pages of articles today's rules have not read."""
    with closing(sqlite3.connect(archive / "news.db")) as connection:
        return int(connection.execute(UNREAD).fetchone()[0])


def commands(papers: Papers) -> Iterator[list[str]]:
    """Yield the commands for one machine with three folders, for the newspapers and the Redis of the test."""
    first, *_ = blocks(SCALE, "sh")
    names, own = "baokhanhhoa baocantho baolaocai", " ".join(f"--site-file {name}.toml" for name in papers.outlets)
    assert names in first
    for line in first.replace(names, own).splitlines():
        if line.startswith("baotinh "):
            yield shlex.split(line.removesuffix("&"))[1:]


def test_a_stranger_follows_the_document_and_gets_what_one_machine_gets(papers: Papers, tmp_path: Path) -> None:
    shutil.rmtree(tmp_path / "shards")
    (tmp_path / "cluster.toml").unlink()
    for words in commands(papers):
        match words[:2]:
            case ["cluster", "worker"]:
                worker = papers.work()
            case ["cluster", "init"]:
                papers(*words[1:], "--broker", papers.broker)
                papers.hurry()
            case _:
                if "collect" in words:
                    wait_until(papers.is_done, rest=LOOK)
                done = run_command(words, tmp_path)
                assert done.returncode == 0, (words, done.stdout, done.stderr)
    papers.crawl_alone("alone")
    assert same_rows(tmp_path / "news") == same_rows(tmp_path / "alone")

    # then a worker is killed while it reads the pages again
    assert re.fullmatch(rf"(s\d: [1-9] WARC files? got a job, 0 had one already\n){{{SITES}}}", papers("reparse"))
    wait_until(lambda: bool(worker.number and children_of(worker.number)))
    kill(worker)
    assert any(shard["reading"] for shard in papers.status()["shards"]), "the jobs of the dead wait for another"
    worker = papers.work()
    papers("reparse", "--wait")
    assert papers("reparse").count("0 WARC files got a job, 0 had one already\n") == SITES, "all of it is stored"
    for shard in ("s1", "s2", "s3"):
        assert unread(tmp_path / "shards" / shard) == 0
    papers.finish(worker)
