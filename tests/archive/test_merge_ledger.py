"""The ledger of a merged archive proves what came, and what both archives proved before."""

import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from archive import Archive, Outlet, RunStatus, merge
from archive.care.compare import compare
from archive.care.rebuild import rebuild
from archive.care.verify import check, verify
from tests.archive.build import HOME, SITE, after, article
from tests.archive.raw import fetched


@pytest.fixture
def other(past: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(past, tmp_path / "other"))


@pytest.fixture
def ours(folder: Path) -> Path:
    return crawled(folder, 1, 2, 20)


def crawled(folder: Path, *numbers: int, day: float = 0) -> Path:
    with Archive.open(folder, create=True) as archive:
        archive.register(Outlet(site=SITE, name="Báo Hà Giang", home=HOME, province="Hà Giang"))
        run = archive.begin_run(SITE, started_at=after(days=day), version="9", settings={"rules": "cc"})
        for number in numbers:
            archive.store(fetched(number, 24 * day + number / 10, run=run))
        archive.finish_run(run, finished_at=after(days=day, hours=5), status=RunStatus.FINISHED)
    return folder


def ledger(folder: Path, third: str = "head") -> list[tuple[str, str, str]]:
    connection = sqlite3.connect(folder / "news.db")
    rows = connection.execute(f"SELECT what, name, {third} FROM ledger ORDER BY number").fetchall()
    connection.close()
    return rows


def test_a_merged_archive_is_whole_and_proves_the_heads_of_both(ours: Path, other: Path) -> None:
    heads = [verify(each, at=after(days=8)).head for each in (ours, other)]
    merge(ours, other)
    for head in heads:
        assert verify(ours, at=after(days=9), deep=True, expect=head).findings == ()
    before, rows = verify(ours, at=after(days=9)).head, ledger(ours)
    assert [what for what, *_ in rows] == ["run", "merge", "run", "run", "run", "file"]
    assert merge(ours, other).is_empty
    assert (verify(ours, at=after(days=9), deep=True).head, ledger(ours)) == (before, rows)


def test_what_came_later_is_entered_by_the_next_merge(ours: Path, other: Path) -> None:
    merge(ours, other)
    crawled(other, 1, 30, day=6)
    head = verify(other, at=after(days=8)).head
    merge(ours, other)
    assert verify(ours, at=after(days=9), deep=True, expect=head).findings == ()
    assert merge(ours, other).is_empty
    crawled(ours, 1, 30, day=7)
    assert verify(ours, at=after(days=9), deep=True).findings == ()


def test_an_archive_that_was_merged_itself_is_merged(ours: Path, other: Path, tmp_path: Path) -> None:
    merge(ours, other)
    third = crawled(tmp_path / "third", 1, 40, day=1)
    merge(third, ours)
    assert check(third, at=after(days=9), deep=True).findings == ()
    assert next(name for what, name, _ in ledger(third) if what == "merge") == ledger(ours)[1][1]
    assert merge(third, ours).is_empty
    assert merge(third, other).is_empty


@pytest.mark.parametrize(
    "harm",
    [
        "UPDATE captures SET outcome = 'unchanged' WHERE id = (SELECT max(id) FROM captures WHERE outcome = 'added')",
        "DELETE FROM ledger WHERE what = 'merge'",
        "UPDATE runs SET version = '7' WHERE id = 3",
    ],
)
def test_a_change_of_what_came_is_found(ours: Path, other: Path, harm: str) -> None:
    merge(ours, other)
    connection = sqlite3.connect(ours / "news.db")
    connection.execute(harm)
    connection.commit()
    connection.close()
    assert not check(ours, at=after(days=9), deep=True).is_whole


def assert_rebuilt(folder: Path, new: Path) -> None:
    """The archive that is made of the WARC files alone is equal, and its ledger goes on where the old one ends."""
    lost = new.with_name("lost")
    shutil.copytree(folder / "warc", lost / "warc")
    rebuilt = rebuild(lost, new)
    shutil.rmtree(lost)
    assert (rebuilt.differing, compare(folder, new)) == ((), [])
    heads = [head for _, _, head in ledger(folder)]
    assert [head for _, _, head in ledger(new)][: len(heads)] == heads
    assert check(new, at=after(days=9), deep=True, expect=heads[-1]).findings == ()


def merged_before_a_crawl(folder: Path, other: Path) -> None:
    merge(crawled(folder, 20, 21, day=-2), other, at=after(days=7))
    crawled(folder, 1, 22, day=8)


def merged_twice(folder: Path, other: Path) -> None:
    merge(crawled(folder, 1, 2, 20), other, at=after(days=5))
    crawled(other, 1, 30, day=6)
    merge(folder, other, at=after(days=7))


def merged_with_one_that_was_merged(folder: Path, other: Path) -> None:
    third = crawled(folder.with_name("third"), 1, 40, day=1)
    merge(other, third, at=after(days=5))
    merge(crawled(folder, 20, day=2), other, at=after(days=4))  # by a wrong clock


def merged_into_each_other(folder: Path, other: Path) -> None:
    merge(crawled(folder, 1, 20), other, at=after(days=5))
    crawled(other, 31, day=6)
    merge(other, folder, at=after(days=5))
    crawled(other, 32, day=7)
    merge(folder, other, at=after(days=5))


def merged_with_its_own_copy(folder: Path, other: Path) -> None:
    shutil.rmtree(other)
    shutil.copytree(crawled(folder, 1, 2), other)
    crawled(other, 3, day=1)
    merge(folder, other, at=after(days=2))
    crawled(other, 4, day=3)
    merge(folder, other, at=after(days=4))


def merged_and_decided(folder: Path, other: Path) -> None:
    merge(crawled(folder, 4, 7, 20), other, at=after(days=7))
    with Archive.open(folder) as archive:
        archive.correct(article(2).uid, title="Tiêu đề khác", at=after(days=3), by="z")
        archive.lift(article(4).uid, at=after(days=3), by="z")
        archive.withhold(article(20).uid, reason="theo lệnh", at=after(days=4), by="z")


def merged_with_a_reading_that_waits(folder: Path, other: Path) -> None:
    guess = article(20, title="Tin đoán", sources={"body": "generic"})
    with Archive.open(other) as archive:
        archive.store(fetched(20, article=guess))
    with Archive.open(folder, create=True) as archive:
        archive.store(fetched(20, article=article(20, sources={"body": "layout:bao"})))
    merge(folder, other, at=after(days=7))
    with Archive.open(folder, read_only=True) as archive:
        assert archive.get(guess.uid).article.title == article(20).title
        assert [each.waiting.article for each in archive.doubts(SITE) if each.waiting] == [guess]


def test_runs_and_captures_keep_their_numbers_if_others_cannot_be_rebuilt(folder: Path, tmp_path: Path) -> None:
    crawled(folder, 20)
    other = crawled(tmp_path / "other", 1)
    with Archive.open(other, keep_raw=False) as archive:
        run = archive.begin_run(SITE, started_at=after(days=4), version="9", settings={})
        archive.store(fetched(70, 97, run=run))
        archive.finish_run(run, finished_at=after(days=5), status=RunStatus.FINISHED)
    merge(folder, crawled(other, 31, day=6), at=after(days=7))
    assert rebuild(folder, tmp_path / "new").differing == ()
    assert {(each.kind, each.where) for each in compare(folder, tmp_path / "new")} == {
        *(("article", "one"), ("capture", "one"), ("run", "one"))
    }
    assert check(tmp_path / "new", at=after(days=9), deep=True).is_whole


PASTS = (
    *(merged_before_a_crawl, merged_twice, merged_with_one_that_was_merged, merged_into_each_other),
    *(merged_with_its_own_copy, merged_and_decided, merged_with_a_reading_that_waits),
)


@pytest.mark.parametrize("make", PASTS)
def test_a_rebuild_of_a_merged_archive_is_equal(
    folder: Path, other: Path, tmp_path: Path, make: Callable[[Path, Path], None]
) -> None:
    make(folder, other)
    assert check(folder, at=after(days=9), deep=True).findings == ()
    assert_rebuilt(folder, tmp_path / "new")
    assert_rebuilt(tmp_path / "new", tmp_path / "again")
