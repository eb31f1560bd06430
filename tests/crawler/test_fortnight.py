"""Two weeks of hourly crawls of a newspaper that changes: the report of each, the archive afterwards, and the wire."""

import json
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from archive import Archive
from tests.command import Program
from tests.crawler import fortnight_crawls
from tests.crawler.fortnight import PUBLISHED, REPAIRED, RUNS, SPELLS, Spell, at, spells_at, start_of
from tests.crawler.fortnight_model import CLOSED, Model

pytestmark = pytest.mark.drill
SECONDS = 600
"""For 336 crawls, which take 30 to 100; a process that hangs is ended."""
MOST_AT_REST = 5
"""Requests of a run that finds nothing new and nothing due: robots.txt, the sources, and one sitemap a day."""


@dataclass(frozen=True)
class Weeks:
    """What 336 crawls left."""

    runs: tuple[dict[str, Any], ...]
    """What each of them told."""
    model: Model
    """After the last one."""
    want: tuple[dict[str, Any], ...]
    folder: Path
    log: str

    def within(self, begin: datetime, end: datetime) -> list[dict[str, Any]]:
        """Return the runs that began between two moments."""
        return [run for run in self.runs if begin <= datetime.fromisoformat(run["started_at"]) < end]

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        with closing(sqlite3.connect(self.folder / "news-archive" / "news.db")) as connection:
            return connection.execute(sql).fetchall()


def crawl_for_weeks(program: Callable[[Path], None], folder: Path) -> tuple[tuple[dict[str, Any], ...], str]:
    """Crawl in a process of its own, because a reactor starts once; return what each run told, and the log."""
    done = Program(program, folder, folder=folder).result(seconds=SECONDS)
    assert done.returncode == 0, done.stderr
    return tuple(map(json.loads, done.stdout.splitlines())), done.stderr


@pytest.fixture(scope="module")
def weeks(tmp_path_factory: pytest.TempPathFactory) -> Weeks:
    """The two weeks of a daily paper."""
    folder = tmp_path_factory.mktemp("fortnight")
    runs, log = crawl_for_weeks(fortnight_crawls.main, folder)
    model = Model()
    want = tuple(model.run(run).as_record() for run in range(RUNS))
    return Weeks(runs, model, want, folder, log)


def told(run: dict[str, Any]) -> dict[str, Any]:
    """Return what a run told, in the words of the model."""
    return {
        **run,
        "troubles": [trouble["reason"] for trouble in run["troubles"]],
        "is_cut_short": bool(run["cut_short"]),
        "said": [shortfall["said"] for shortfall in run["shortfalls"]],
        "hits": dict(Counter(map(tuple, run["hits"]))),
    }


def test_the_report_of_every_run_is_right(weeks: Weeks) -> None:
    assert [run["started_at"] for run in weeks.runs] == [start_of(run).isoformat() for run in range(RUNS)]
    assert {(run["status"], run["balances"]) for run in weeks.runs} == {("finished", True)}
    wrong = {}
    for run, want in zip(map(told, weeks.runs), weeks.want, strict=True):
        if differences := {key: (run[key], value) for key, value in want.items() if run[key] != value}:
            wrong[run["started_at"]] = differences
    assert wrong == {}
    assert weeks.log == "", "what a report says is not in the log too"


# --- what a person reads off the timetable, without the model ---


def test_a_closed_newspaper_is_told_and_costs_it_nothing(weeks: Weeks) -> None:
    closed = {start_of(run).isoformat() for run in range(RUNS) if spells_at(start_of(run)) & CLOSED.keys()}
    assert {run["started_at"] for run in weeks.runs if run["exit_code"] == 4} == closed
    assert {run["started_at"] for run in weeks.runs if run["health"]["exit_code"] == 4} == closed
    for spell in (Spell.DOWN, Spell.REST, Spell.ROBOTS_FAIL, Spell.ROBOTS_CLOSED):
        hits = [path for run in weeks.within(*SPELLS[spell]) for path, _ in run["hits"]]
        assert set(hits) == {"/robots.txt"}, spell
    assert all(run["hits"] == [] for run in weeks.within(*SPELLS[Spell.REFUSED]))
    assert all(len(run["hits"]) == 1 + 10 for run in weeks.within(*SPELLS[Spell.BUSY])), "ten requests tell enough"
    for spell in (Spell.REFUSED, Spell.ROBOTS_FAIL):
        _, end = SPELLS[spell]
        (after,) = weeks.within(end, end + timedelta(hours=1))
        (before, *_) = weeks.within(end - timedelta(hours=1), end)
        assert after["found"] >= before["left"] > 0, "what waited is read as soon as it can be"
        assert after["left"] == 0


def test_alarms_come_when_something_broke_and_end_when_it_is_mended(weeks: Weeks) -> None:
    alarms = [run for run in weeks.runs if run["exit_code"] == 3]
    wall, faults = weeks.within(*SPELLS[Spell.LOGIN]), weeks.within(*SPELLS[Spell.FAULTY])
    redesign, suspended = weeks.within(SPELLS[Spell.DESIGN][0], REPAIRED), weeks.within(*SPELLS[Spell.SUSPENDED])
    assert [run for run in alarms if run not in wall + faults + redesign + suspended] == []
    assert any(run in alarms for run in suspended)
    assert any("pages failed" in run["shortfalls"][0]["said"] for run in faults if run in alarms)
    assert [run for run in wall if run not in alarms] == []
    first = next(run for run in redesign if run in alarms)
    assert datetime.fromisoformat(first["started_at"]) < SPELLS[Spell.DESIGN][0] + timedelta(hours=5)
    assert "a new layout?" in first["shortfalls"][0]["said"]
    assert any("unknown-layout" in page for shortfall in first["shortfalls"] for page in shortfall["pages"])
    after = weeks.within(at(9, "14:00"), REPAIRED)
    assert {run["health"]["exit_code"] for run in after} == {3}, "also when a run had nothing to read, and after days"
    assert any("new layout" in said for said in after[-1]["health"]["said"])
    assert any("nothing new for 4 days" in said for said in after[-1]["health"]["said"])
    assert {run["exit_code"] for run in weeks.within(REPAIRED, at(15, "00:00"))} == {0}
    # for some hours the last pages are those of the calendar, which the new rules had a look at too
    assert {run["health"]["exit_code"] for run in weeks.within(at(14, "00:00"), at(15, "00:00"))} == {0}


def test_a_run_that_finds_nothing_costs_a_handful_of_requests(weeks: Weeks) -> None:
    quiet = [run for run in weeks.runs if run["found"] == 0 and run["sources_failed"] == 0]
    assert len(quiet) > RUNS / 5
    sitemaps = [sum(path.startswith("/sitemap-") for path, _ in run["hits"]) for run in quiet]
    assert max(len(run["hits"]) - count for run, count in zip(quiet, sitemaps, strict=True)) < MOST_AT_REST
    nights = [run for run in quiet if run["started_at"][11:13] < "06"]
    assert sum(len(run["hits"]) <= MOST_AT_REST for run in nights) > 0.9 * len(nights)


TEXTS = {
    # published: how often it had been edited when each text in the archive was seen
    at(1, "08:20"): [0, 1],
    at(1, "08:40"): [1, 3],
    at(1, "10:20"): [0, 1, 2],
    at(1, "14:20"): [1, 2, 3],
    at(1, "16:20"): [0, 2],
    at(2, "16:40"): [0, 1],
    at(3, "15:20"): [0, 1],
    at(5, "11:20"): [0],
    at(5, "20:20"): [0, 1],
    at(8, "09:20"): [1],
    at(8, "19:20"): [0, 1],
    at(9, "07:20"): [0, 1],
    at(11, "09:20"): [1, 2],
}
GONE = {
    # published: why, and whether it came back
    at(1, "20:20"): [("gone", False)],
    at(2, "06:20"): [("gone", True)],
    at(2, "10:20"): [("soft-404", False)],
    at(3, "15:20"): [("gone", True)],
    at(5, "11:20"): [("gone", False)],
}


def texts_of(archive: Archive) -> Iterator[tuple[datetime, list[int]]]:
    """Yield of each article when it was published, and how often it had been edited when each text was seen."""
    for stored in archive.articles():
        revisions = archive.revisions(stored.article.uid)
        assert stored.article.published_at is not None
        assert [each.seen_at for each in revisions] == sorted(each.seen_at for each in revisions)
        assert {each.cause for each in revisions[1:]} <= {"edited"}
        assert all(len(each.body) > 600 for each in revisions), "nothing worse took the place of a text"
        counts = [int(each.body.partition("thứ ")[2].partition(".")[0]) for each in revisions]
        yield stored.article.published_at, counts


def test_the_archive_holds_every_text_that_a_crawl_could_see(weeks: Weeks) -> None:
    with Archive.open(weeks.folder / "news-archive", read_only=True) as archive:
        found = list(texts_of(archive))
    assert len(found) == len(PUBLISHED), "one article for each, also for the one that moved"
    texts = dict(found)
    assert sorted(texts) == sorted(PUBLISHED)
    assert {published: texts[published] for published in TEXTS} == TEXTS
    assert texts == {PUBLISHED[number - 1]: kept.texts for number, kept in weeks.model.kept.items()}


def test_what_is_gone_has_its_tombstone_and_keeps_its_text(weeks: Weeks) -> None:
    rows = weeks.rows(
        "SELECT a.published_at, t.reason, t.back_at IS NOT NULL, a.status, t.seen_at, t.back_at FROM tombstones t"
        " JOIN articles a ON a.id = t.article_id ORDER BY t.id"
    )
    found: dict[datetime, list[tuple[str, bool]]] = {}
    for published, reason, is_back, status, _, _ in rows:
        found.setdefault(datetime.fromisoformat(published), []).append((reason, bool(is_back)))
        assert status == ("live" if is_back else "gone")
    assert found == GONE
    spans = {(row[4], row[5]) for row in rows}
    assert spans == {
        (since.isoformat(), until and until.isoformat())
        for kept in weeks.model.kept.values()
        for _, since, until in kept.tombstones
    }


def test_an_article_that_moved_is_one_with_two_addresses(weeks: Weeks) -> None:
    rows = weeks.rows("SELECT a.url, u.url FROM article_urls u JOIN articles a ON a.id = u.article_id")
    ((old, new),) = rows
    assert new == old.replace(".html", "-moi.html")
