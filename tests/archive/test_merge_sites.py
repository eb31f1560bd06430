"""Merging some sites of an archive: all that belongs to them comes, and nothing else."""

import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from archive import Archive, Capture, NoSuchSite, Outlet, RunStatus, merge
from archive.care.compare import compare
from archive.care.merging.excerpt import ROWS
from archive.care.rebuild import rebuild
from archive.care.verify import check
from tests.archive.build import SITE, after, article, capture, tables
from tests.archive.raw import exchange, fetched
from tests.archive.test_merge import OF_EACH_ARCHIVE
from tests.command import run_command

OTHER_SITE = "baoyenbai"


def of_other_site(number: int, hours: float, *, run: int) -> Capture:
    url = f"https://baoyenbai.example/tin/{number}.html"
    page = fetched(number, hours, exchanges=(exchange(number, hours, url=url),))
    return replace(page, url=url, site=OTHER_SITE, run=run, article=article(number, url=url))


def crawl_other_site(folder: Path, *numbers: int, day: float) -> None:
    with Archive.open(folder, create=True) as archive:
        archive.register(Outlet(site=OTHER_SITE, name="Báo Yên Bái", home="https://baoyenbai.example/"))
        run = archive.begin_run(OTHER_SITE, started_at=after(days=day), version="9", settings={})
        for number in numbers:
            archive.store(of_other_site(number, 24 * day + number / 100, run=run))
        archive.finish_run(run, finished_at=after(days=day, hours=5), status=RunStatus.FINISHED)


@pytest.fixture
def shard(past: Path, tmp_path: Path) -> Path:
    """An archive with two sites, one of which has a past."""
    folder = Path(shutil.copytree(past, tmp_path / "shard"))
    crawl_other_site(folder, 51, 52, 53, day=20)
    return folder


@pytest.fixture
def target(tmp_path: Path) -> Path:
    """The archive into which sites come; it has articles of a third one."""
    with Archive.open(tmp_path / "target", create=True) as archive:
        archive.store(capture(article(1, url="https://ba.example/1"), site="ba"))
    return tmp_path / "target"


def rows(folder: Path, sql: str) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(folder / "news.db")) as connection:
        return connection.execute(sql).fetchall()


def test_a_site_comes_whole_and_the_others_stay_away(past: Path, shard: Path, folder: Path) -> None:
    Archive.open(folder, create=True).close()
    merge(folder, shard, sites=[SITE])
    of_no_site = {(each.kind, each.where) for each in compare(folder, past)}
    assert of_no_site == {("article", "other"), ("capture", "other")}, "a page that belongs to no site"
    for table in ("hosts", "sites", "authors", "tags", "images", "runs", "sections"):
        assert rows(folder, f"SELECT count(*) FROM {table}") == rows(past, f"SELECT count(*) FROM {table}"), table
    frontier = "SELECT url, outcome, reason, due_at, failures FROM urls WHERE site_id IS NOT NULL ORDER BY url"
    assert rows(folder, frontier) == rows(past, frontier)
    assert check(folder, at=after(days=30), deep=True).findings == ()


def test_the_other_archive_keeps_its_bytes_and_a_second_merge_changes_nothing(shard: Path, target: Path) -> None:
    before = (shard / "news.db").read_bytes()
    assert not merge(target, shard, sites=[OTHER_SITE]).is_empty
    assert (shard / "news.db").read_bytes() == before
    ours = (target / "news.db").read_bytes()
    assert merge(target, shard, sites=[OTHER_SITE]).is_empty
    assert (target / "news.db").read_bytes() == ours


def all_at_once(target: Path, shard: Path) -> None:
    merge(target, shard)


def one_after_the_other(target: Path, shard: Path) -> None:
    merge(target, shard, sites=[OTHER_SITE])
    merge(target, shard, sites=[SITE])
    assert merge(target, shard).articles == 1, "the page that belongs to no site"


def the_rest_later(target: Path, shard: Path) -> None:
    merge(target, shard, sites=[OTHER_SITE])
    crawl_other_site(shard, 51, 54, day=22)
    merge(target, shard, sites=[OTHER_SITE])
    merge(target, shard)


@pytest.mark.parametrize("way", [all_at_once, one_after_the_other, the_rest_later])
def test_in_the_end_all_is_there_and_a_rebuild_makes_it_again(
    shard: Path, target: Path, folder: Path, way: Callable[[Path, Path], None]
) -> None:
    way(target, shard)
    assert check(target, at=after(days=30), deep=True).findings == ()
    assert merge(target, shard).is_empty
    for table in ("captures", "runs", "raw_answers", "article_revisions", "tombstones"):
        (theirs,), (ours,) = (rows(each, f"SELECT count(*) FROM {table}")[0] for each in (shard, target))
        own = table in ("captures", "raw_answers")  # the target had an article before
        assert ours - theirs == own, table
    rebuilt = rebuild(target, folder)
    assert (rebuilt.damaged, rebuilt.differing) == ((), ())
    assert compare(target, folder) == []


def test_an_archive_into_which_a_site_came_hands_it_on(shard: Path, target: Path, folder: Path) -> None:
    merge(target, shard, sites=[SITE])
    Archive.open(folder, create=True).close()
    merge(folder, target)
    assert check(folder, at=after(days=30), deep=True).findings == ()
    merge(folder, shard, sites=[OTHER_SITE])
    assert check(folder, at=after(days=30), deep=True).findings == ()
    assert merge(folder, shard).articles == 1, "the page that belongs to no site"


def test_each_of_two_archives_gives_another_site(shard: Path, target: Path, tmp_path: Path) -> None:
    second = tmp_path / "second"
    crawl_other_site(second, 61, 62, day=21)
    with Archive.open(second) as archive:
        archive.store(fetched(71, 24 * 21))
    merge(target, shard, sites=[OTHER_SITE])
    merge(target, second, sites=[SITE])
    assert check(target, at=after(days=30), deep=True).findings == ()


def test_what_is_missing_of_a_site_that_came_is_found(shard: Path, target: Path) -> None:
    merge(target, shard, sites=[OTHER_SITE])
    with closing(sqlite3.connect(target / "news.db")) as connection, connection:
        connection.execute("DELETE FROM captures WHERE url LIKE '%yenbai%/53.html'")
    assert any("its row is missing" in each.finding for each in check(target, at=after(days=30), deep=True).findings)


def test_a_site_that_is_not_there_is_named(shard: Path, target: Path) -> None:
    with pytest.raises(NoSuchSite, match="has no site baokhac"):
        merge(target, shard, sites=["baokhac"])


def test_every_table_that_is_carried_is_in_an_excerpt() -> None:
    assert ROWS.keys() == tables() - OF_EACH_ARCHIVE | {"provinces", "ledger"}


def test_the_sites_of_a_configuration_choose_nothing_of_a_merge(shard: Path, target: Path) -> None:
    (target / "baotinh.toml").write_text(f'sites = "{SITE}"\n', encoding="utf-8")
    (target.parent / "baotinh.toml").write_text(f'sites = "{SITE}"\n', encoding="utf-8")
    done = run_command(["merge", shard, "--archive", target], target.parent)
    assert done.returncode == 0, done.stderr
    assert merge(target, shard).is_empty
    spaced = shard.rename(shard.with_name("a shard"))
    done = run_command(["merge", spaced, "--site", "baokhac", "--archive", target], target.parent)
    assert (done.returncode, f"baotinh coverage --archive '{spaced}'" in done.stderr) == (2, True)
    done = run_command(["coverage", "--archive", spaced], target.parent)
    assert {SITE, OTHER_SITE} <= set(done.stdout.split())


def test_a_rebuild_names_a_site_of_a_merge_whose_pages_were_not_kept(
    target: Path, folder: Path, tmp_path: Path
) -> None:
    second = tmp_path / "second"
    with Archive.open(second, create=True) as archive:
        archive.store(fetched(71, 24 * 21))
    with Archive.open(second, keep_raw=False) as archive:
        archive.store(replace(of_other_site(61, 24 * 21, run=1), run=None, exchanges=()))
    merge(target, second, sites=[OTHER_SITE])
    (differing,) = rebuild(target, folder).differing
    assert f"has no site {OTHER_SITE}" in differing
