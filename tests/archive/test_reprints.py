"""Who reprints whom, and the shares of own text: each with its denominator."""

import json
from datetime import date
from typing import Any

import pytest
from click.testing import CliRunner

from archive import Archive, BadQuery, Filters, Origin
from crawler.cli import main
from tests.archive.build import START, after
from tests.archive.stories import CA_MAU, FLOOD, HA_GIANG, NOTICE, SCHOOL, SON_LA, TUYEN_QUANG, story, with_outlets

SHORT = ("Trời nắng.",)


@pytest.fixture
def printed(archive: Archive) -> Archive:
    """Cà Mau has two texts of Hà Giang, one of the agency, one of Báo Nhân Dân, an own one, and a short one."""
    with_outlets(archive)
    archive.store(story(HA_GIANG, FLOOD, after()))
    archive.store(story(HA_GIANG, SCHOOL, after(days=40), number=2))
    archive.store(story(CA_MAU, FLOOD, after(hours=2), lead_mark="(HGO)"))
    archive.store(story(CA_MAU, SCHOOL, after(days=40, hours=4), number=2, lead_mark="(HGO)"))
    archive.store(story(CA_MAU, NOTICE, after(), number=3))
    archive.store(story(CA_MAU, SHORT, after(), number=4))
    archive.store(story(CA_MAU, NOTICE[1:] + FLOOD[2:], after(days=90), number=5, source_credit="TTXVN"))
    archive.store(story(CA_MAU, SCHOOL[2:] + NOTICE[:1], after(days=120), number=6, source_credit="Báo Nhân Dân"))
    archive.update_copies()
    return archive


def test_the_articles_of_an_outlet_add_up_to_those_that_were_compared(printed: Archive) -> None:
    ca_mau, ha_giang = printed.reprints().outlets
    assert (ca_mau.site, ca_mau.outlet, ca_mau.year) == (CA_MAU, "Báo Cà Mau", 2025)
    assert (ca_mau.compared, ca_mau.waiting, ca_mau.too_short) == (6, 0, 1)
    assert (ca_mau.own, ca_mau.agency, ca_mau.from_others, ca_mau.unknown) == (1, 1, 3, 1)
    assert ca_mau.own_share == 0.1667
    assert (ha_giang.own, ha_giang.own_share) == (2, 1.0)


def test_a_pair_has_its_share_and_its_lag_in_all_and_by_month(printed: Archive) -> None:
    first, second = printed.reprints().pairs
    assert (first.from_site, first.from_outlet, first.outlet) == (HA_GIANG, "Báo Hà Giang", "Báo Cà Mau")
    assert (first.articles, first.compared, first.share) == (2, 6, 0.3333)
    assert (first.timed, first.median_lag_minutes) == (2, 120)
    months = [(each.month, each.articles, each.compared, each.median_lag_minutes) for each in first.months]
    assert months == [("2025-07", 1, 3, 120), ("2025-08", 1, 1, 240)]
    assert (second.from_site, second.from_outlet, second.site) == (None, "Báo Nhân Dân", CA_MAU)
    assert (second.articles, second.timed, second.median_lag_minutes) == (1, 0, None)


def test_a_pair_that_has_merged_is_marked(archive: Archive) -> None:
    with_outlets(archive, merged=True)
    archive.store(story(HA_GIANG, FLOOD, after()))
    archive.store(story(TUYEN_QUANG, FLOOD, after(hours=1)))
    archive.store(story(CA_MAU, FLOOD, after(hours=2), lead_mark="(HGO)"))
    archive.update_copies()
    marked = {(pair.from_site, pair.site): pair.is_same_house for pair in archive.reprints().pairs}
    assert marked == {(HA_GIANG, TUYEN_QUANG): True, (HA_GIANG, CA_MAU): False}
    lines = run(archive).splitlines()
    assert [line.endswith("yes") for line in lines if line.startswith("Báo Hà Giang  Báo")] == [False, True]


def test_articles_that_wait_are_counted_apart(printed: Archive) -> None:
    printed.store(story(SON_LA, NOTICE[1:], after(days=200)))
    printed.store(story(HA_GIANG, (*FLOOD, *NOTICE), after(), seen=after(days=1)))
    found = printed.reprints()
    rows = {row.site: (row.compared, row.waiting, row.own_share) for row in found.outlets}
    assert rows[SON_LA] == (0, 1, None)
    assert rows[HA_GIANG] == (1, 1, 1.0)


def test_an_article_without_a_date_is_in_no_year(archive: Archive) -> None:
    with_outlets(archive)
    archive.store(story(CA_MAU, FLOOD, published_at=None, published_precision=None))
    archive.update_copies()
    (row,) = archive.reprints().outlets
    assert (row.year, row.compared) == (None, 1)


@pytest.mark.parametrize(
    ("filters", "compared", "pairs"),
    [
        (Filters(site=CA_MAU), 6, 2),
        (Filters(site=HA_GIANG), 2, 0),
        (Filters(province="Cà Mau"), 6, 2),
        (Filters(since=date(2025, 8, 1)), 4, 2),
        (Filters(until=date(2025, 7, 31)), 4, 1),
        (Filters(author="không ai"), 0, 0),
    ],
)
def test_filters_choose_the_printing_articles(printed: Archive, filters: Filters, compared: int, pairs: int) -> None:
    found = printed.reprints(filters=filters)
    assert (sum(row.compared for row in found.outlets), len(found.pairs)) == (compared, pairs)


def test_a_withheld_article_does_not_count(printed: Archive) -> None:
    printed.withhold(f"https://{CA_MAU}.example/tin/2.html", reason="court order", at=START, by="Lan")
    found = printed.reprints(filters=Filters(site=CA_MAU))
    assert (found.outlets[0].compared, found.pairs[0].articles) == (5, 1)


def test_a_share_of_one_origin_alone_is_refused(printed: Archive) -> None:
    with pytest.raises(BadQuery, match="--origin"):
        printed.reprints(filters=Filters(origin=Origin.OWN))


def run(archive: Archive, *words: str, code: int = 0) -> str:
    archive.close()
    result = CliRunner().invoke(main, ["stats", "reprints", *words, "--archive", str(archive.folder)])
    assert result.exit_code == code, result.output
    return result.output


def test_the_tables_say_both(printed: Archive) -> None:
    said = run(printed)
    assert said.startswith("8 articles compared, 3 own texts\n")
    assert "17%" in said
    assert "Báo Nhân Dân" in said


def test_what_waits_is_said_first(printed: Archive) -> None:
    printed.store(story(SON_LA, NOTICE, after(days=200)))
    assert "; 1 waits for `baotinh copies update`\n" in run(printed)


def test_the_months_of_the_pairs_begin_with_the_last(printed: Archive) -> None:
    lines = run(printed, "--by", "month", "--limit", "2").splitlines()
    assert [month in line for month, line in zip(("2025-10", "2025-08"), lines[3:5], strict=True)] == [True, True]
    assert lines[5] == "2 of 3 rows; more with --limit N"


def test_json_has_all_rows(printed: Archive) -> None:
    record: Any = json.loads(run(printed, "--limit", "1", "--json"))
    assert (len(record["outlets"]), len(record["pairs"]), len(record["pairs"][0]["months"])) == (2, 2, 2)


@pytest.mark.parametrize("words", [["--plot"], ["--by", "section"], ["--origin", "own"]])
def test_what_it_has_not_is_refused(printed: Archive, words: list[str]) -> None:
    assert "baotinh" in run(printed, *words, code=2)


def test_an_empty_archive_has_no_rows(archive: Archive) -> None:
    assert run(archive) == "0 articles compared, 0 own texts\n"


def test_a_credit_alone_and_a_copy_of_one_outlet_are_one_pair(printed: Archive) -> None:
    text = (*NOTICE[1:], *SCHOOL[:1])
    printed.store(story(CA_MAU, text, after(days=300), number=7, source_credit="Báo Hà Giang"))
    printed.update_copies()
    first, second = printed.reprints().pairs
    assert (first.from_site, first.articles, first.timed, second.from_site) == (HA_GIANG, 3, 2, None)
