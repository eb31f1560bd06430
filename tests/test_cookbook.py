"""docs/cookbook.md: each query finds rows, and each block of Python runs, in an archive with all that they ask for."""

import re
import sqlite3
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from archive import Archive, Outlet, Reason, RunStatus
from tests.archive.build import after, article, capture, refused
from tests.archive.raw import exchange
from tests.blocks import blocks, run_blocks

COOKBOOK = Path(__file__).parents[1] / "docs" / "cookbook.md"
QUESTIONS = 25
OUTLETS = (("baoquangnam", "Quảng Nam"), ("baodanang", "Đà Nẵng"), ("baokhanhhoa", "Khánh Hòa"))


def day(text: str) -> datetime:
    return datetime.fromisoformat(f"{text}:00+07:00")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the archive `news-archive`."""
    folder = tmp_path_factory.mktemp("cookbook")
    with Archive.open(folder / "news-archive", create=True) as archive:
        for site, province in OUTLETS:
            home = f"https://{site}.example/"
            archive.register(Outlet(site=site, name=f"Báo {province}", home=home, province=province), at=after())
            run = archive.begin_run(site, started_at=day("2025-07-12T07:00"), version="1", settings={})
            archive.finish_run(run, finished_at=day("2025-07-12T09:00"), status=RunStatus.FINISHED)
        fill(archive)
    return folder


def fill(archive: Archive) -> None:
    june, july, later = day("2025-06-20T08:00"), day("2025-07-01T09:30"), day("2025-07-09T10:00")
    merger: dict[str, Any] = {"byline": ("Ngọc Linh",), "published_at": june}
    for hours, title in enumerate(("Bàn việc sáp nhập hai tỉnh", "Thống nhất sáp nhập hai tỉnh")):
        body = f"Sáng 20/6, hai tỉnh họp.\nCuộc họp bàn việc sáp nhập hai tỉnh, lần {hours}."
        at = day(f"2025-06-20T1{hours}:00")
        archive.store(capture(article(1, title=title, body=body, **merger), at, site="baoquangnam"))
    shared: dict[str, Any] = {"byline": ("Ngọc Linh", "NGOC LINH"), "source_credit": "TTXVN"}
    archive.store(
        capture(article(2, published_at=july, **shared), july, site="baodanang", exchanges=(exchange(2, at=july),))
    )
    archive.store(capture(article(3, published_at=later), later, site="baodanang"))
    archive.store(capture(article(4, published_at=later), later, site="baokhanhhoa"))
    archive.store(refused(4, Reason.GONE, day("2025-07-12T08:00"), site="baokhanhhoa", status=404))
    work = " ".join(
        f"Đoạn {number} của cầu qua sông dài {number * 7} mét, rộng {number + 20} mét." for number in range(9)
    )
    bridge: dict[str, Any] = {"body": work, "byline": ("Hoài An",)}
    for seen, title in (("2025-07-03T08:30", "Khởi công cầu"), ("2025-07-03T12:00", "Hoãn khởi công cầu")):
        first = article(5, title=title, published_at=day("2025-07-03T08:00"), **bridge)
        archive.store(capture(first, day(seen), site="baoquangnam"))
    there = {"source_credit": "Báo Quảng Nam", "published_at": day("2025-07-03T09:00")}
    archive.store(
        capture(article(6, title="Khởi công cầu", body=work, **there), day("2025-07-03T10:00"), site="baokhanhhoa")
    )
    archive.update_copies()


def test_each_question_has_a_number_and_an_answer() -> None:
    parts = re.split(r"^## (\d+)\. .*\?$", COOKBOOK.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]
    assert [int(number) for number in parts[::2]] == list(range(1, QUESTIONS + 1))
    assert all(re.search(r"^```(?:sql|python)$", answer, re.MULTILINE) for answer in parts[1::2])


@pytest.mark.parametrize("sql", blocks(COOKBOOK, "sql"), ids=lambda sql: f"{sql[:40]}…")
def test_each_query_finds_rows(folder: Path, sql: str) -> None:
    with closing(sqlite3.connect(folder / "news-archive" / "news.db")) as connection:
        assert connection.execute(sql).fetchall()


def test_the_blocks_of_python_run(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(folder)
    names = run_blocks(COOKBOOK)
    names["archive"].close()
    printed = capsys.readouterr().out
    assert '"sáp nhập" 2025-06 1 1 100.0%' in printed
    assert "Quảng Nam 1 1 1.0" in printed
    assert "exact body" in printed
    assert "Báo Quảng Nam → Báo Khánh Hòa: 1 of 2 (50.0%), 60 min of 1" in printed
    assert "2025-06 100.0% evidence for 100%" in printed
    assert "Báo Đà Nẵng 2025 0% to 50% of 2, 0 wait" in printed
    assert "+Cuộc họp bàn việc sáp nhập hai tỉnh, lần 1." in printed
    assert names["series"].loc["2025-07", "Báo Đà Nẵng"] == 2
    assert (folder / "ngoc-linh.bib").read_text(encoding="utf-8").count("@misc{") == 2
    assert sorted(set(names["table"]["day"])) == ["2025-06-20", "2025-07-01", "2025-07-03", "2025-07-09"]
