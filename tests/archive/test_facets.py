"""What a search finds, counted by outlet, province, section, year and month."""

import json
from datetime import datetime

import pytest
from click.testing import CliRunner

from archive import VIETNAM, Archive, Facet, Filters, Outlet
from archive.reading import facets as counting
from crawler.cli import main
from tests.archive.build import article, capture

MOMENTS = [datetime(*day, tzinfo=VIETNAM) for day in ((2025, 6, 30), (2025, 7, 1), (2024, 12, 31))]


@pytest.fixture
def filled(archive: Archive) -> Archive:
    archive.register(Outlet(site="baohue", name="Báo Huế", home="https://baohue.example/", province="Thừa Thiên Huế"))
    for number, moment in enumerate([*MOMENTS, None], start=1):
        archive.store(capture(article(number, published_at=moment, section=("Thời sự",))))
    archive.store(capture(article(5, published_at=MOMENTS[0], section=("Thời sự",)), site="baohue"))
    archive.store(capture(article(6, title="Mùa cam", body="Vào vụ."), site="baohue"))
    archive.commit()
    return archive


def pairs(counted: tuple[Facet, ...]) -> dict[str, int]:
    return {facet.value: facet.articles for facet in counted}


def test_every_facet_of_a_search(filled: Archive) -> None:
    found = filled.facets("tin so")
    assert (found.total, found.estimated, found.undated) == (5, False, 1)
    assert pairs(found.outlets) == {"Báo Hà Giang": 4, "Báo Huế": 1}
    assert pairs(found.provinces_then) == {"Hà Giang": 3, "Tuyên Quang": 1, "Huế": 1}
    assert pairs(found.provinces_now) == {"Tuyên Quang": 4, "Huế": 1}
    assert pairs(found.sections) == {"Thời sự": 5}
    assert found.years == (Facet("2024", 1), Facet("2025", 3))
    assert found.months == (Facet("2024-12", 1), Facet("2025-06", 2), Facet("2025-07", 1))


def test_filters_and_no_words(filled: Archive) -> None:
    assert filled.facets().total == 6
    found = filled.facets("tin", filters=Filters(site="baohue"))
    assert (found.total, pairs(found.outlets), pairs(found.months)) == (1, {"Báo Huế": 1}, {"2025-06": 1})
    assert filled.facets("khong co gi").months == ()


def test_what_is_withheld_is_not_counted(filled: Archive) -> None:
    filled.withhold("1", reason="court order", at=MOMENTS[1], by="Lan")
    assert (filled.facets("tin so").total, filled.count("tin so"), filled.facets().total) == (4, 4, 5)
    filled.lift("1", at=MOMENTS[1], by="Lan")
    assert filled.facets("tin so").total == 5


@pytest.mark.parametrize("typed", ["tin", None])
def test_many_articles_are_estimated(archive: Archive, monkeypatch: pytest.MonkeyPatch, typed: str | None) -> None:
    for number in range(240):
        moment = datetime(2025, 1 + number % 4, 1 + number % 25, tzinfo=VIETNAM)
        archive.store(capture(article(number, published_at=moment)))
    archive.commit()
    monkeypatch.setattr(counting, "MOST_EXACT", 60)
    found = archive.facets(typed)
    assert (found.total, found.estimated) == (240, True)
    assert all(30 <= month.articles <= 90 for month in found.months), found.months
    assert len(found.months) == 4


def test_the_command_prints_them(filled: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    command = ["search", "tin so", "--facets", "--archive", str(filled.folder)]
    answer = json.loads(CliRunner().invoke(main, [*command, "--json"]).stdout)
    assert answer["months"][-1] == {"value": "2025-07", "articles": 1}
    assert (answer["total"], answer["estimated"], answer["read_as"]) == (5, False, None)
    shown = CliRunner().invoke(main, command).stdout.splitlines()
    assert (shown[0], shown[1], "  2025-06  2" in shown) == ("5 articles", "1 without a date", True)
    monkeypatch.setattr(counting, "MOST_EXACT", 2)
    assert "≈" in CliRunner().invoke(main, command).stdout
