import csv
import sqlite3
from dataclasses import astuple
from datetime import datetime
from typing import Any

import pytest

from archive import VIETNAM, Archive, ArchiveError, Era, Outlet, find_provinces, then_and_now
from archive.places import read_provinces
from tests.archive.build import HOME, SITE, article, capture
from tests.saved import FACTS, needs_facts


def test_63_then_34_now() -> None:
    provinces = list(read_provinces())
    now = {province.id for province in provinces if province.valid_from}
    then = [province for province in provinces if province.valid_to]
    assert (len(then), len(now), len(provinces)) == (63, 34, 97)
    assert {province.successor_id for province in then} == now
    assert len({astuple(province) for province in provinces}) == 97


@needs_facts
def test_names_codes_and_lineage_are_those_of_the_facts() -> None:
    by_id = {province.id: province for province in read_provinces()}
    old = {province.name: province for province in by_id.values() if province.valid_to}
    for row in csv.DictReader((FACTS / "provinces.csv").read_text(encoding="utf-8").splitlines()):
        then = old.pop(row["old_name"])
        now = by_id[then.successor_id or 0]
        assert (then.slug, then.gso_code, then.iso_3166_2, then.region) == (
            *(row["old_slug"], row["old_gso_code"], row["iso_3166_2"], row["region"]),
        )
        assert (now.name, now.slug, now.gso_code) == (row["new_name"], row["new_slug"], row["new_gso_code"])
    assert not old


@pytest.mark.parametrize(
    ("province", "published_at", "then", "now"),
    [
        ("Hà Giang", datetime(2025, 6, 30, 23, 59, tzinfo=VIETNAM), "Hà Giang", "Tuyên Quang"),
        ("Hà Giang", datetime(2025, 7, 1, 0, 0, tzinfo=VIETNAM), "Tuyên Quang", "Tuyên Quang"),
        ("Hà Giang", None, "Hà Giang", "Tuyên Quang"),
        # renamed half a year before the others were merged
        ("Thừa Thiên Huế", datetime(2024, 12, 31, 23, 59, tzinfo=VIETNAM), "Thừa Thiên Huế", "Huế"),
        ("Thừa Thiên Huế", datetime(2025, 1, 1, 0, 0, tzinfo=VIETNAM), "Huế", "Huế"),
    ],
)
def test_province_of_then_and_of_now(
    archive: Archive, province: str, published_at: datetime | None, then: str, now: str
) -> None:
    archive.register(Outlet(site=SITE, name="Báo", home=HOME, province=province))
    precision = None if published_at is None else article().published_precision
    archive.store(capture(article(published_at=published_at, published_precision=precision)))
    stored = archive.get("1")
    assert (stored.province_then, stored.province_now) == (then, now)


def test_articles_follow_a_corrected_outlet(archive: Archive) -> None:
    archive.store(capture(article()))
    archive.register(Outlet(site=SITE, name="Báo Bắc Kạn", home=HOME, province="Bắc Kạn"))
    stored = archive.get("1")
    assert (stored.outlet, stored.province_then, stored.province_now) == (
        "Báo Bắc Kạn",
        "Thái Nguyên",
        "Thái Nguyên",
    )
    archive.register(Outlet(site=SITE, name="Báo Bắc Kạn", home=HOME))
    assert archive.get("1").province_then is None


@pytest.mark.parametrize(
    "typed",
    [
        "Hồ Chí Minh",
        "ho chi minh",
        "TP HCM",
        "TP. Hồ Chí Minh",
        "tphcm",
        "Sài Gòn",
        "tp. sai gon",
        "thành phố hồ chí minh",
        "ho-chi-minh",
        "79",
        "vn-sg",
    ],
)
def test_provinces_as_people_type_them(archive: Archive, typed: str) -> None:
    archive.register(Outlet(site="hcm", name="Báo", home=HOME, province=typed))
    assert sites(archive)["hcm"] == "Hồ Chí Minh"


def named(typed: str, era: Era) -> list[tuple[str, str]]:
    """Return name and era of each province that is found."""
    return [(each.name, "then" if each.successor_id else "now") for each in find_provinces(typed, era=era)]


@pytest.mark.parametrize(
    ("typed", "era", "found"),
    [
        ("Quảng Nam", Era.ANY, [("Quảng Nam", "then")]),
        ("Quảng Nam", Era.THEN, [("Quảng Nam", "then")]),
        # the province on the day of publication bears this name before the merger and after
        ("da nang", Era.THEN, [("Đà Nẵng", "now"), ("Đà Nẵng", "then")]),
        ("da nang", Era.NOW, [("Đà Nẵng", "now")]),
        ("24", Era.THEN, [("Bắc Giang", "then")]),
        ("24", Era.NOW, [("Bắc Ninh", "now")]),
        ("8", Era.ANY, [("Tuyên Quang", "now"), ("Tuyên Quang", "then")]),
        ("46", Era.ANY, [("Huế", "now"), ("Thừa Thiên Huế", "then")]),
        ("27", Era.ANY, [("Bắc Ninh", "then")]),
        ("VN-56", Era.THEN, [("Bắc Ninh", "then")]),
    ],
)
def test_a_name_or_code_means_a_province_of_an_era(typed: str, era: Era, found: list[tuple[str, str]]) -> None:
    assert named(typed, era) == found


@pytest.mark.parametrize("code", ["15", "24", "44", "52", "80", "82", "91"])
def test_a_code_with_two_meanings_is_refused_with_both(code: str) -> None:
    then, now = (find_provinces(code, era=era)[0].name for era in (Era.THEN, Era.NOW))
    assert then != now
    with pytest.raises(ArchiveError, match=rf"{code} was {then} until 2025-06-30 and is {now} since 2025-07-01.*--era"):
        find_provinces(code)


@pytest.mark.parametrize("typed", ["Quảng Nam", "49", "VN-27"])
def test_a_province_that_was_merged_away_tells_where_it_went(typed: str) -> None:
    with pytest.raises(ArchiveError, match=r"no province of today: since 2025-07-01 its land belongs to Đà Nẵng"):
        find_provinces(typed, era=Era.NOW)


@pytest.mark.parametrize("typed", ["99", "VN-99", "", "Hà Nọi"])
def test_what_is_no_province_is_refused(typed: str) -> None:
    with pytest.raises(ArchiveError, match="no province"):
        find_provinces(typed)


def test_then_and_now() -> None:
    assert [each.name for each in then_and_now("Quảng Nam")] == ["Quảng Nam", "Đà Nẵng"]
    with pytest.raises(ArchiveError, match="not one of the 63"):
        then_and_now("Huế")


def test_the_lineage_can_be_queried(archive: Archive) -> None:
    with sqlite3.connect(archive.path) as connection:
        rows = connection.execute(
            "SELECT province_then, code_then, last_day, province_now, code_now, first_day, is_merged "
            "FROM province_lineage WHERE province_now IN ('Bắc Ninh', 'Huế') ORDER BY then_id"
        ).fetchall()
        count = connection.execute("SELECT count(*), sum(NOT is_merged) FROM province_lineage").fetchone()
    connection.close()
    assert rows == [
        ("Bắc Giang", "24", "2025-06-30", "Bắc Ninh", "24", "2025-07-01", 1),
        ("Bắc Ninh", "27", "2025-06-30", "Bắc Ninh", "24", "2025-07-01", 1),
        ("Thừa Thiên Huế", "46", "2024-12-31", "Huế", "46", "2025-01-01", 0),
    ]
    assert count == (63, 11)


def test_an_unknown_province_is_refused_with_the_names_that_are_meant(archive: Archive) -> None:
    with pytest.raises(ArchiveError, match="did you mean Hà Nội"):
        archive.register(Outlet(site="x", name="Báo", home=HOME, province="Hà Nọi"))
    assert "x" not in sites(archive)


def sites(archive: Archive) -> dict[str, Any]:
    with sqlite3.connect(archive.path) as connection:
        rows = connection.execute(
            "SELECT s.site, p.name FROM sites s JOIN provinces p ON p.id = s.province_id"
        ).fetchall()
    connection.close()
    return dict(rows)
