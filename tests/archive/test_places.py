import sqlite3
from dataclasses import astuple
from datetime import datetime
from typing import Any

import pytest

from archive import VIETNAM, Archive, ArchiveError, Outlet
from archive.places import read_provinces
from tests.archive.build import HOME, SITE, article, capture


def test_63_then_34_now() -> None:
    provinces = list(read_provinces())
    now = {province.id for province in provinces if province.valid_from == "2025-07-01"}
    then = [province for province in provinces if province.valid_to == "2025-06-30"]
    assert (len(then), len(now), len(provinces)) == (63, 34, 97)
    assert {province.successor_id for province in then} == now
    assert len({astuple(province) for province in provinces}) == 97


@pytest.mark.parametrize(
    ("published_at", "then"),
    [
        (datetime(2025, 6, 30, 23, 59, tzinfo=VIETNAM), "Hà Giang"),
        (datetime(2025, 7, 1, 0, 0, tzinfo=VIETNAM), "Tuyên Quang"),
        (None, "Hà Giang"),
    ],
)
def test_province_of_then_and_of_now(archive: Archive, published_at: datetime | None, then: str) -> None:
    precision = None if published_at is None else article().published_precision
    archive.store(capture(article(published_at=published_at, published_precision=precision)))
    stored = archive.get("1")
    assert (stored.province_then, stored.province_now) == (then, "Tuyên Quang")


def test_articles_follow_a_corrected_outlet(archive: Archive) -> None:
    archive.store(capture(article()))
    archive.register(Outlet(site=SITE, name="Báo Bắc Kạn", home=HOME, province="Bắc Kạn"))
    stored = archive.get("1")
    assert (stored.outlet, stored.province_then, stored.province_now) == (
        "Báo Bắc Kạn",
        "Thái Nguyên",
        "Thái Nguyên",
    )


@pytest.mark.parametrize(
    "typed",
    [
        "Hồ Chí Minh",
        "ho chi minh",
        "TP HCM",
        "TP. Hồ Chí Minh",
        "tphcm",
        "thành phố hồ chí minh",
        "ho-chi-minh",
    ],
)
def test_provinces_as_people_type_them(archive: Archive, typed: str) -> None:
    archive.register(Outlet(site="hcm", name="Báo", home=HOME, province=typed))
    assert sites(archive)["hcm"] == "Hồ Chí Minh"


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
