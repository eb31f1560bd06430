"""Merging with withheld articles: no word of one comes back, and none of their texts is lost."""

import sqlite3
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from archive import Archive, ArticleStatus, ArticleWithheld, Capture, DamagedRecord, Outlet, merge
from archive.care.verify import verify
from tests.archive.build import after, article, capture
from tests.archive.test_withholding import CMS_ID, NEW, OLD, PAGE, SECRET, everything

ORDER: dict[str, Any] = {"reason": "court order 12/2026", "at": after(days=2), "by": "Lan"}
EDITED = replace(PAGE, body=f"{PAGE.body} Thêm một câu.")


@pytest.fixture
def other(tmp_path: Path) -> Path:
    return tmp_path / "other"


def fill(folder: Path, *captures: Capture, withheld: bool = False, **order: Any) -> Path:
    with Archive.open(folder, create=True) as archive:
        archive.register(Outlet(site=NEW, name="Báo Đà Nẵng", home="https://dn.example/"))
        archive.register(Outlet(site=OLD, name="Báo Quảng Nam", home="https://qn.example/", merged_into=NEW))
        for each in captures:
            archive.store(each)
        if withheld:
            archive.withhold("1", **{**ORDER, **order})
    return folder


def words_left(folder: Path) -> list[str]:
    data = b"".join(path.read_bytes() for path in folder.glob("news.db*"))
    text = everything(folder)
    return [word for word in SECRET if word in text or word.encode() in data]


OLDER, NEWER = capture(PAGE), capture(EDITED, after(hours=1))
COPIES = (
    capture(replace(PAGE, url="https://qn.example/a.html"), site=OLD, cms_id=CMS_ID),
    capture(replace(EDITED, url="https://dn.example/a.html"), after(hours=1), site=NEW, cms_id=CMS_ID),
)
CASES: dict[str, tuple[Capture, bool, Capture | None, bool]] = {
    "withheld here": (OLDER, True, NEWER, False),
    "withheld there": (OLDER, False, NEWER, True),
    "withheld in both": (OLDER, True, NEWER, True),
    "unknown here": (capture(article(2)), False, OLDER, True),
    "a copy there": (COPIES[0], True, COPIES[1], False),
    "a copy here": (COPIES[0], False, COPIES[1], True),
}


@pytest.mark.parametrize("name", CASES)
def test_what_is_withheld_in_one_is_withheld_in_the_merged_archive(folder: Path, other: Path, name: str) -> None:
    ours, is_ours, theirs, is_theirs = CASES[name]
    assert theirs is not None
    fill(folder, ours, withheld=is_ours)
    fill(other, theirs, capture(article(3)), withheld=is_theirs)
    merge(folder, other)
    assert words_left(folder) == []
    assert verify(folder, at=after(days=9)).findings == ()
    before = (folder / "withheld").stat().st_mode & 0o777, (folder / "news.db").read_bytes()
    assert before[0] == 0o700
    assert merge(folder, other).is_empty
    assert words_left(folder) == []
    shown = theirs if name == "unknown here" else ours
    assert shown.article is not None
    with Archive.open(folder) as archive:
        with pytest.raises(ArticleWithheld):
            archive.get(theirs.url)
        (logged,) = archive.withholdings()
        assert (logged.reason, logged.withheld_by, logged.withheld_at) == (ORDER["reason"], "Lan", ORDER["at"])
        assert archive.lift(theirs.url, at=after(days=3), by="Minh").article == shown.article
        assert [hit.url for hit in archive.search("khuoi trang")] == [shown.article.url]
    assert verify(folder, at=after(days=9)).findings == ()


def test_what_was_lifted_here_stays_lifted(folder: Path, other: Path) -> None:
    fill(folder, capture(article(2)))
    fill(other, OLDER, withheld=True)
    merge(folder, other)
    with Archive.open(folder) as archive:
        archive.lift(PAGE.uid, at=after(days=3), by="Minh")
    assert merge(folder, other).is_empty
    with Archive.open(folder, read_only=True) as archive:
        assert archive.get(PAGE.uid).status is ArticleStatus.LIVE


def test_the_log_of_lifted_ones_comes_too_and_the_later_day_counts(folder: Path, other: Path) -> None:
    fill(folder, OLDER, withheld=True, until=date(2025, 8, 1))
    fill(other, OLDER, withheld=True, by="An")
    with Archive.open(other) as archive:
        archive.lift("1", at=after(days=3), by="An")
        archive.withhold("1", **{**ORDER, "at": after(days=4), "by": "An", "until": date(2025, 9, 1)})
    merge(folder, other)
    with Archive.open(folder, read_only=True) as archive:
        assert [(each.withheld_by, each.until, each.lifted_by) for each in archive.withholdings()] == [
            ("Lan", date(2025, 9, 1), None),
            ("An", None, "An"),
        ]
    assert merge(folder, other).is_empty


def lose(path: Path) -> None:
    path.unlink()


def change(path: Path) -> None:
    path.write_bytes(path.read_bytes().replace(b"cam", b"cAm"))


@pytest.mark.parametrize("harm", [lose, change])
def test_a_harmed_file_changes_nothing(folder: Path, other: Path, harm: Callable[[Path], None]) -> None:
    fill(folder, capture(article(2)))
    fill(other, OLDER, withheld=True)
    harm(other / "withheld" / f"{PAGE.uid}.json")
    before = everything(folder)
    with pytest.raises(DamagedRecord, match=PAGE.uid):
        merge(folder, other)
    assert everything(folder) == before
    assert list((folder / "withheld").glob("*")) == []


def test_other_articles_are_joined_as_before(folder: Path, other: Path) -> None:
    fill(folder, OLDER, capture(article(2)), withheld=True)
    fill(other, NEWER, capture(article(2, title="Khác"), after(hours=3)))
    merge(folder, other)
    with Archive.open(folder, read_only=True) as archive:
        assert archive.get(article(2).uid).article.title == "Khác"
    connection = sqlite3.connect(folder / "news.db")
    assert connection.execute("SELECT count(*) FROM captures WHERE url = ?", (PAGE.url,)).fetchone() == (2,)
    connection.close()
