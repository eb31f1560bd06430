"""The ledger of a merged archive proves what came, and what both archives proved before."""

import sqlite3
from pathlib import Path

import pytest

from archive import Archive, Outlet, RunStatus, merge
from archive.care.compare import compare, count
from archive.care.rebuild import rebuild
from archive.care.replay import OF_A_MERGE
from archive.care.verify import check, verify
from tests.archive.build import HOME, SITE, after
from tests.archive.past import make_past
from tests.archive.raw import fetched


@pytest.fixture
def other(tmp_path: Path) -> Path:
    make_past(tmp_path / "other")
    return tmp_path / "other"


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


def ledger(folder: Path) -> list[tuple[str, str, str]]:
    connection = sqlite3.connect(folder / "news.db")
    rows = connection.execute("SELECT what, name, digest FROM ledger ORDER BY number").fetchall()
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


def test_a_rebuild_of_a_merged_archive_has_all_articles_and_names_what_differs(
    folder: Path, other: Path, tmp_path: Path
) -> None:
    merge(crawled(folder, 20, 21, day=-2), other)
    rebuilt = rebuild(folder, tmp_path / "new")
    kinds = {each.kind for each in compare(folder, tmp_path / "new")}
    assert kinds & {"version", "tombstone", "address", "correction", "withholding"} == set()
    assert count(tmp_path / "new")["article"] == count(folder)["article"]
    assert OF_A_MERGE in rebuilt.differing
