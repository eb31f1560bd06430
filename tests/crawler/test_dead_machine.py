"""A machine of a cluster died: its shard comes back from the copies that it sent, or its sites go to another shard."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from archive import Archive
from archive.care.compare import compare
from tests.crawler.conftest import Run

BACKED_UP, SENT_SINCE = 5, 4
"""Articles of the last backup, and those that were fetched after it: their WARC files were sent."""
CLUSTER = """
broker = "redis://127.0.0.1:6379"
site_files = [{file}]

[[shard]]
name = "s1"
folder = "s1"
host = "a-machine-that-died"
copy = "copies/s1"

[[shard]]
name = "s2"
folder = "s2"

[sites]
{site} = "s1"
"""
Crawl = Callable[..., dict[str, int]]


@pytest.fixture
def site(site_files: dict[str, Path]) -> str:
    return next(iter(site_files))


@pytest.fixture
def crawl(run: Run, site: str, site_files: dict[str, Path]) -> Crawl:
    """Crawl the site, and return the report."""

    def call(*words: object) -> dict[str, int]:
        done = run("crawl", "--site-file", site_files[site], "--allow-private", "--delay", 0, "--json", *words)
        assert done.returncode in (0, 3), done.stderr
        report: dict[str, int] = json.loads(done.stdout)
        return report

    return call


@pytest.fixture
def articles(run: Run, crawl: Crawl, tmp_path: Path) -> int:
    """Crawl with the machine that dies; return how many articles the site has. `copies` has what it sent."""
    everything = crawl("--archive", "whole", "--create")["stored"]
    crawl("--archive", "s1", "--create", "--limit", BACKED_UP)
    assert run("backup", "copies/s1", "--archive", "s1").returncode == 0
    crawl("--archive", "s1", "--limit", SENT_SINCE)
    shutil.copytree(tmp_path / "s1" / "warc", tmp_path / "copies" / "s1-warc")
    (tmp_path / "s1").rename(tmp_path / "dead")
    return everything


def test_a_shard_comes_back_from_its_backup_and_the_warc_files_since(
    run: Run, crawl: Crawl, articles: int, tmp_path: Path
) -> None:
    shutil.rmtree(tmp_path / "copies" / "s1" / "warc")
    (tmp_path / "copies" / "s1-warc").rename(tmp_path / "copies" / "s1" / "warc")
    done = run("rebuild", "s1", "--archive", "copies/s1")
    assert done.returncode == 0, done.stdout + done.stderr
    assert compare(tmp_path / "s1", tmp_path / "dead") == [], "nothing that was sent is lost"
    report = crawl("--archive", "s1")
    assert report["stored"] == articles - BACKED_UP - SENT_SINCE, "no article is fetched again"
    assert run("verify", "--deep", "--archive", "s1").returncode == 0


def test_the_sites_of_a_shard_that_is_lost_go_on_in_another(
    run: Run, crawl: Crawl, articles: int, site: str, site_files: dict[str, Path], tmp_path: Path
) -> None:
    text = CLUSTER.format(file=json.dumps(str(site_files[site])), site=site)
    (tmp_path / "cluster.toml").write_text(text, encoding="utf-8")
    assert run("cluster", "init").returncode == 0
    done = run("cluster", "move", site, "--to", "s2")
    assert (done.returncode, f"{BACKED_UP} articles are new there" in done.stdout) == (0, True), done.stderr
    assert crawl("--archive", "s2")["stored"] == articles - BACKED_UP
    with Archive.open(tmp_path / "s2", read_only=True) as archive:
        assert len(list(archive.articles())) == articles
