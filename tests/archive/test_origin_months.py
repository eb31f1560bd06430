"""Where the articles of a month are from is kept as it is counted, whatever changed it."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from archive import Archive, ArticleStatus, Era, Filters, Outlet, merge, rebuild, repair, verify
from archive.care.months import check_months
from archive.reading.origins import NAMES, origins_of
from tests.archive.build import after
from tests.archive.stories import CA_MAU, FLOOD, HA_GIANG, NOTICE, SCHOOL, SON_LA, TUYEN_QUANG, story, with_outlets

FILTERS = (
    Filters(),
    Filters(outlet="Báo Cà Mau"),
    Filters(province="Tuyên Quang"),
    Filters(province="Cà Mau", era=Era.THEN),
    Filters(province="Hà Giang", era=Era.THEN),
    Filters(province="Tuyên Quang", era=Era.NOW, since=date(2025, 8, 1)),
    Filters(since=date(2025, 7, 1), until=date(2025, 8, 31)),
    Filters(until=date(2025, 7, 31), outlet="Báo Cà Mau"),
    Filters(since=date(2025, 7, 2)),
    Filters(until=date(2025, 8, 11)),
    Filters(until=date.max),
)


def address(site: str, number: int = 1) -> str:
    return f"https://{site}.example/tin/{number}.html"


@pytest.fixture
def printed(folder: Path) -> Path:
    """Two stories in three newspapers, credits, a short text, and one without a date."""
    with Archive.open(folder, create=True) as archive:
        with_outlets(archive, merged=True)
        archive.store(story(HA_GIANG, FLOOD, after()))
        archive.store(story(TUYEN_QUANG, FLOOD, after(hours=1)))
        archive.store(story(CA_MAU, FLOOD, after(hours=2), lead_mark="(HGO)"))
        archive.store(story(HA_GIANG, SCHOOL, after(days=40), number=2))
        archive.store(story(CA_MAU, SCHOOL, after(days=40, hours=4), number=2, lead_mark="(HGO)"))
        archive.store(story(CA_MAU, ("Trời nắng.",), after(), number=3))
        archive.store(story(CA_MAU, NOTICE[1:], after(), number=4, source_credit="TTXVN"))
        archive.store(story(CA_MAU, NOTICE[:1] + SCHOOL[2:], after(), number=5, source_credit="Báo Nhân Dân"))
        archive.store(story(CA_MAU, NOTICE + FLOOD[:1], number=6, published_at=None, published_precision=None))
        archive.update_copies()
    return folder


def kept(folder: Path) -> list[object]:
    """Return what is said of the origins; it is the same if all articles are looked at, of which none is gone."""
    with closing(sqlite3.connect(folder / "news.db")) as connection:
        assert list(check_months(connection)) == []
    with Archive.open(folder, read_only=True) as archive:
        found = [archive.reprints(filters=filters) for filters in FILTERS]
        counted = [archive.reprints(filters=replace(filters, status=ArticleStatus.LIVE)) for filters in FILTERS]
    assert found == counted
    return [*found]


def print_more(archive: Archive) -> None:
    archive.store(story(SON_LA, FLOOD, after(hours=5)))
    archive.store(story(SON_LA, NOTICE, after(days=70), number=2))


def print_otherwise(archive: Archive) -> None:
    archive.store(story(CA_MAU, (*FLOOD, *NOTICE), after(hours=2), seen=after(days=60)))


def print_before(archive: Archive) -> None:
    archive.store(story(TUYEN_QUANG, SCHOOL, after(days=39), number=2))


def move(archive: Archive) -> None:
    archive.correct(address(CA_MAU, 2), published=date(2025, 9, 1), at=after(days=80), by="Lan")


def withhold(archive: Archive) -> None:
    archive.withhold(address(CA_MAU), reason="test", at=after(days=80), by="Lan")


def withhold_and_lift(archive: Archive) -> None:
    withhold(archive)
    archive.lift(address(CA_MAU), at=after(days=81), by="Lan")


def withhold_the_origin(archive: Archive) -> None:
    archive.withhold(address(HA_GIANG), reason="test", at=after(days=80), by="Lan")


def split(archive: Archive) -> None:
    archive.split_copies(address(CA_MAU), address(HA_GIANG), at=after(days=80), by="Lan")


def join(archive: Archive) -> None:
    archive.join_copies(address(CA_MAU, 4), address(HA_GIANG), at=after(days=80), by="Lan")


def move_to_another_province(archive: Archive) -> None:
    home = f"https://{CA_MAU}.example/"
    archive.register(Outlet(site=CA_MAU, name="Báo Cà Mau", home=home, province="Bạc Liêu"), at=after(days=80))


def find_all_anew(archive: Archive) -> None:
    archive.update_copies(is_anew=True)


CHANGES = (
    *(print_more, print_otherwise, print_before, move, withhold, withhold_and_lift, withhold_the_origin, split, join),
    *(move_to_another_province, find_all_anew),
)


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.__name__)
def test_it_follows_every_change(printed: Path, change: Callable[[Archive], None]) -> None:
    before = kept(printed)
    with Archive.open(printed) as archive:
        change(archive)
    changed = kept(printed)
    with Archive.open(printed) as archive:
        archive.update_copies()
    updated = kept(printed)
    assert (updated == before) is (change in (print_otherwise, withhold_and_lift, find_all_anew))
    assert changed != before or change is find_all_anew


def test_what_is_not_yet_on_the_disk_is_counted(printed: Path) -> None:
    with Archive.open(printed) as archive:
        print_more(archive)
        found = archive.reprints()
        assert found == archive.reprints(filters=Filters(status=ArticleStatus.LIVE))
        assert sum(row.waiting for row in found.outlets) == 2


def test_it_follows_rebuild_merge_and_repair(printed: Path, tmp_path: Path) -> None:
    before = kept(printed)
    rebuild(printed, tmp_path / "again")
    assert kept(tmp_path / "again") == before
    other = tmp_path / "other"
    with Archive.open(other, create=True) as archive:
        print_more(archive)
        print_otherwise(archive)
        archive.update_copies()
    merge(printed, other, at=after(days=90))
    assert kept(printed) != before
    with Archive.open(printed) as archive:
        archive.update_copies()
    merged = kept(printed)
    with closing(sqlite3.connect(printed / "news.db")) as connection, connection:
        connection.execute("DELETE FROM origin_months WHERE month = '2025-08'")
    assert {each.what for each in verify(printed, at=after(days=91)).findings} == {
        f"origin_months of {site}, 2025-08" for site in (CA_MAU, HA_GIANG)
    }
    repair(printed, at=after(days=91))
    with Archive.open(printed) as archive:
        archive.update_copies()
    assert kept(printed) == merged


def test_the_full_view_shows_what_exports_show(printed: Path) -> None:
    with Archive.open(printed) as archive:
        join(archive)
        archive.update_copies()
        print_more(archive)
    with closing(sqlite3.connect(printed / "news.db")) as connection:
        rows = connection.execute(f"SELECT id, {', '.join(NAMES)} FROM articles_full ORDER BY id").fetchall()
        assert [tuple(row) for _, *row in rows] == origins_of(connection, [article for article, *_ in rows])
    assert {row[1] for row in rows} == {"own", "agency", "from", "unknown"}
