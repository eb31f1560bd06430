"""Two weeks of a paper with one article a day: what holds it up, and what a person is told, off its timetable."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from tests.crawler import fortnight_slow
from tests.crawler.fortnight import at
from tests.crawler.fortnight_slow import BROKEN, BUSY, MENDED, OLD, RECOVERED, REDESIGNED, RUNS, WRONG, start_of
from tests.crawler.test_fortnight import crawl_for_weeks

pytestmark = pytest.mark.drill
Told = dict[str, Any]
DAYS = 14
REST = at(5, "12:00"), at(6, "12:00")
"""The day that the newspaper asks for, from the first run that asks for its newest article."""


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> tuple[Told, ...]:
    told, log = crawl_for_weeks(fortnight_slow.main, tmp_path_factory.mktemp("slow"))
    assert (len(told), log) == (RUNS, "")
    assert all(run["balances"] for run in told)
    return told


def within(runs: tuple[Told, ...], begin: datetime, end: datetime) -> list[Told]:
    """Return the runs that began between two moments."""
    return [run for run in runs if begin <= datetime.fromisoformat(run["at"]) < end]


def test_broken_pages_do_not_keep_the_good_ones_out(runs: tuple[Told, ...]) -> None:
    first, second, *_ = runs
    assert (first["stored"], first["failed"], first["left"]) == (0, {"http-error": 10}, 10)
    assert (second["stored"], second["failed"], second["left"]) == (OLD - len(BROKEN), {"http-error": 12}, 0)
    day = within(runs, start_of(0), RECOVERED)
    assert {run["exit_code"] for run in day} == {3}
    assert first["health"]["last_success"] is None
    assert sum(run["stored"] for run in within(runs, RECOVERED, at(3, "00:00"))) == len(BROKEN) + 1


def test_a_rest_of_a_day_is_kept_and_everything_is_read_after_it(runs: tuple[Told, ...]) -> None:
    first, *during = within(runs, *REST)
    assert first["hits"][-1] == f"/bai/tin-{OLD + 5}.html"
    assert [(run["hits"], run["exit_code"], run["health"]["exit_code"]) for run in during] == 3 * [([], 4, 4)]
    assert all(run["left"] and "Retry-After, until 2026-03-07 12:00" in run["cut_short"][0] for run in during)
    (after,) = within(runs, REST[1], REST[1] + timedelta(hours=6))
    assert BUSY[1] < REST[1], "the server has recovered by then"
    assert (after["stored"], after["left"], after["exit_code"]) == (2, 0, 0)


def test_a_clock_that_was_wrong_once_is_told_and_silences_nothing(runs: tuple[Told, ...]) -> None:
    told = [bool(run["notes"]) for run in runs]
    assert told == [start_of(run) > WRONG for run in range(RUNS)]
    (after,) = within(runs, WRONG + timedelta(hours=6), WRONG + timedelta(hours=12))
    assert after["unchanged"] == OLD + 4, "all that the wrong clock thought to be over"
    assert sum(run["stored"] for run in runs) == OLD + DAYS
    sources = [run["health"]["sources"][0] for run in within(runs, REST[1], at(15, "00:00"))]
    assert all(source["read_at"].startswith("2026") for source in sources)


def test_a_redesign_is_told_by_the_first_run_that_meets_two_pages(runs: tuple[Told, ...]) -> None:
    told = {run["at"]: run["shortfalls"][0]["said"] for run in runs if run["shortfalls"]}
    days = within(runs, RECOVERED, at(15, "00:00"))
    alarms = [run for run in days if run["exit_code"] and datetime.fromisoformat(run["at"]) != WRONG]
    redesign = [run for run in alarms if run not in within(runs, *REST)]
    assert [run["at"] for run in redesign] == [at(day, "12:00").isoformat() for day in (10, 11)]
    assert all("a new layout? no rule of the site reads" in told[run["at"]] for run in redesign)
    first = at(10, "12:00")
    assert {run["health"]["exit_code"] for run in within(runs, REDESIGNED, first)} == {0}, "nothing was looked at"
    proof = next(datetime.fromisoformat(run["at"]) for run in within(runs, MENDED, at(15, "00:00")) if run["unchanged"])
    assert {run["health"]["exit_code"] for run in within(runs, first, proof)} == {3}, "until a page shows that it works"
    assert {run["health"]["exit_code"] for run in within(runs, proof, at(15, "00:00"))} == {0}
