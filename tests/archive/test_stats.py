"""Counts by outlet, month, section and arrival: what adds up, and what is shown of gaps."""

import json
from datetime import date
from typing import Any

import pytest
from click.testing import CliRunner

from archive import Archive, Filters, Image, Outlet, Precision, Reason
from archive.cli.bars import BLOCK
from crawler.cli import main
from tests.archive.build import HOME, START, after, article, capture, refused

OTHER = "baokhanhhoa"


@pytest.fixture
def filled(archive: Archive) -> Archive:
    archive.register(Outlet(site=OTHER, name="Báo Khánh Hòa", home=HOME, province="Khánh Hòa"), at=START)
    day = {"published_precision": Precision.DAY}
    archive.store(capture(article(1, byline=("Lê A",), section=("Thời sự",), tags=("cam",))))
    archive.store(capture(article(2, lead="Sapo.", section=("Thời sự",), published_at=after(days=70), **day)))
    archive.store(capture(article(3, images=(Image("https://a.example/1.jpg"),)), after(days=40), site=OTHER))
    archive.store(capture(article(4, published_at=None, published_precision=None), after(days=70)))
    archive.store(capture(article(1, title="Đầu đề khác", byline=("Lê A",), section=("Thời sự",)), after(days=1)))
    archive.store(refused(2, Reason.GONE, after(days=2), status=404))
    archive.commit()
    return archive


def test_everything_is_counted_once_in_each_table(filled: Archive) -> None:
    stats = filled.stats()
    assert (stats.all.articles, stats.revised, stats.gone) == (4, 1, 1)
    assert (stats.all.first_day, stats.all.last_day) == ("2025-07-02", "2025-09-10")
    for table in (stats.outlets, stats.months, stats.sections):
        assert sum(tally.articles for tally in table) == 4
    assert [(tally.name, tally.articles) for tally in stats.outlets] == [("Báo Hà Giang", 3), ("Báo Khánh Hòa", 1)]
    assert [(tally.name, tally.articles) for tally in stats.sections] == [(None, 2), ("Thời sự", 2)]


def test_a_month_without_articles_is_shown_and_no_date_is_guessed(filled: Archive) -> None:
    stats = filled.stats()
    months = [(tally.name, tally.articles) for tally in stats.months]
    assert months == [(None, 1), ("2025-07", 2), ("2025-08", 0), ("2025-09", 1)]
    assert stats.months[2].shares is None
    growth = [(each.month, each.added, each.total) for each in stats.growth]
    assert growth == [("2025-07", 2, 2), ("2025-08", 1, 3), ("2025-09", 1, 4)]


def test_shares_are_of_the_articles_that_have_a_field(filled: Archive) -> None:
    shares = filled.stats().outlets[0].shares
    assert shares is not None
    assert shares == {
        **{"byline": 0.3333, "lead": 0.3333, "date": 0.6667, "minute": 0.3333},
        **{"section": 0.6667, "tags": 0.3333, "images": 0.0},
    }


@pytest.mark.parametrize(
    ("filters", "count"),
    [
        (Filters(site=OTHER), 1),
        (Filters(province="Khánh Hòa"), 1),
        (Filters(since=date(2025, 8, 1)), 1),
        (Filters(author="le a"), 1),
        (Filters(author="không ai"), 0),
    ],
)
def test_filters_choose_what_is_counted(filled: Archive, filters: Filters, count: int) -> None:
    assert filled.stats(filters=filters).all.articles == count


def test_a_withheld_article_is_not_counted(filled: Archive) -> None:
    filled.withhold(1, reason="court order", at=START, by="Lan")
    stats = filled.stats()
    assert (stats.all.articles, stats.growth[-1].total, stats.revised) == (3, 3, 0)


def run(archive: Archive, *words: str) -> str:
    result = CliRunner().invoke(main, ["stats", *words, "--archive", str(archive.folder)])
    assert result.exit_code == 0, result.output
    return result.stdout


@pytest.mark.parametrize("by", ["outlet", "month", "section", "growth"])
@pytest.mark.parametrize("shape", [[], ["--plot"]])
def test_every_table_fits_80_columns(filled: Archive, by: str, shape: list[str]) -> None:
    filled.close()
    lines = run(filled, "--by", by, *shape).splitlines()
    assert lines[0] == "4 articles, published 2025-07-02 to 2025-09-10; 1 with several texts, 1 taken away"
    assert max(map(len, lines[1:])) <= 80
    assert len(lines) > 3


def test_a_bar_is_as_long_as_its_count(filled: Archive) -> None:
    filled.close()
    bars = [line.count(BLOCK) for line in run(filled, "--by", "month", "--plot").splitlines()[2:]]
    no_date, july, august, september = bars
    assert (august, july > 2 * no_date - 2, no_date == september) == (0, True, True)
    assert july > 50


def test_json_has_everything_whatever_is_listed(filled: Archive) -> None:
    filled.close()
    record: Any = json.loads(run(filled, "--by", "growth", "--limit", "1", "--json"))
    assert len(record["months"]) == 4
    assert record["outlets"][1]["shares"]["images"] == 1.0


def test_an_empty_archive_has_no_rows(archive: Archive) -> None:
    archive.close()
    assert run(archive, "--plot") == "0 articles; 0 with several texts, 0 taken away\n"
