"""A host that fails or asks for a rest: what the runs after it ask for, and what the archive knows of it."""

import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from tests.crawler.conftest import Run
from tests.crawler.wire import Wire, article, listing, page, serve, site_file

COUNT = 20
PATHS = tuple(f"/bai/{number}.html" for number in range(COUNT))
GOOD = {path: (page(article(f"Bài {path}", paragraphs=6)),) for path in PATHS}
HOME = {"/": (page(listing(*PATHS)),)}
DAY = 24 * 3600

Crawl = Callable[..., tuple[int, dict[str, Any]]]


@pytest.fixture
def crawl(run: Run, tmp_path: Path) -> Crawl:
    """Crawl one host; return exit code and report."""

    def call(wire: Wire, *arguments: object) -> tuple[int, dict[str, Any]]:
        (tmp_path / "bao.toml").write_text(site_file(wire.origin), encoding="utf-8")
        done = run(
            "crawl",
            "--create",
            "--site-file",
            tmp_path / "bao.toml",
            "--allow-private",
            "--delay",
            0,
            "--json",
            *arguments,
        )
        assert "Traceback" not in done.stderr, done.stderr
        report = json.loads(done.stdout)
        assert report["balances"]
        judged = sum(report["refused"].values()) + sum(report["failed"].values())
        sums = report["stored"] + report["revised"] + report["unchanged"] + report["gone"] + judged + report["left"]
        assert report["found"] == sums
        return done.returncode, report

    return call


def rows(folder: Path, sql: str) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(folder / "news-archive" / "news.db")) as connection, connection:
        return connection.execute(sql).fetchall()


def health(run: Run, tmp_path: Path) -> dict[str, Any]:
    done = run("health", "bao", "--site-file", tmp_path / "bao.toml", "--json")
    (found,) = json.loads(done.stdout)
    assert done.returncode == found["exit_code"]
    checkup: dict[str, Any] = found
    return checkup


@pytest.mark.parametrize("answer", [page(status=500), b""], ids=["500", "reset"])
def test_row_16_broken_pages_do_not_keep_the_others_out(crawl: Crawl, run: Run, tmp_path: Path, answer: bytes) -> None:
    bad = PATHS[:12]
    with serve(Wire({**HOME, **GOOD, **dict.fromkeys(bad, (answer,))})) as wire:
        code, report = crawl(wire)
        assert (code, report["stored"], report["left"]) == (3, 0, 10)
        assert sum(report["failed"].values()) == 10
        assert health(run, tmp_path)["last_success"] is None, "it has not asked for what was due"
        why = run("why", wire.origin + bad[0], "--site-file", tmp_path / "bao.toml").stdout
        assert why.startswith("not stored: 1 tries in a row failed")
        asked = len(wire.hits)
        code, report = crawl(wire)
        assert (report["stored"], sum(report["failed"].values()), report["left"]) == (8, 2, 0)
        assert set(wire.paths()[asked:]) == {"/robots.txt", "/", *bad[10:], *PATHS[12:]}, "what was never tried"
        tries = len([path for path in wire.paths() if path in bad])
    assert rows(tmp_path, "SELECT count(*) FROM captures WHERE outcome = 'failed' AND reason IS NOT NULL") == [(tries,)]
    assert rows(tmp_path, "SELECT DISTINCT failures FROM urls WHERE outcome = 'failed'") == [(1,)]


def test_row_17_a_rest_is_kept_from_run_to_run(crawl: Crawl, run: Run, tmp_path: Path) -> None:
    busy = page(status=429, Retry_After=str(DAY))
    with serve(Wire({**HOME, **GOOD, PATHS[0]: (busy,)})) as wire:
        code, report = crawl(wire)
        assert (code, report["stored"], report["failed"], report["left"]) == (3, 0, {"http-error": 1}, 19)
        assert wire.paths()[-1] == PATHS[0]
        asked = len(wire.hits)
        for _ in range(2):
            code, report = crawl(wire)
            assert (code, report["stored"], report["left"]) == (4, 0, 19), "the one that was asked is not due yet"
            assert "status 429 with Retry-After, until " in report["cut_short"][0]
        assert len(wire.hits) == asked
        found = health(run, tmp_path)
        assert (found["exit_code"], found["rests"][0]["host"], found["last_success"]) == (4, "127.0.0.1", None)
        why = run("why", wire.origin + PATHS[1], "--site-file", tmp_path / "bao.toml").stdout
        assert why.startswith("not stored: no run requests anything from its host before")
        rows(tmp_path, "UPDATE hosts SET rests_until = asked_at")  # a day goes by
        rows(tmp_path, "UPDATE urls SET due_at = fetched_at WHERE kind = 'article' AND fetched_at IS NOT NULL")
        code, report = crawl(wire)
        assert (report["stored"], report["failed"], report["left"]) == (19, {"http-error": 1}, 0)
        assert wire.paths()[-1] == PATHS[0], "what failed before comes last"
        assert health(run, tmp_path)["last_success"], "nothing that was due is left"
    answers = [hit for hit in wire.paths() if hit in PATHS]
    assert rows(tmp_path, "SELECT count(*) FROM captures WHERE kind = 'article'") == [(len(answers),)]


def test_row_17_a_short_rest_is_waited_for_by_the_next_run_too(crawl: Crawl, tmp_path: Path) -> None:
    busy = page(status=503, Retry_After="2"), *GOOD[PATHS[0]]
    with serve(Wire({**HOME, **GOOD, PATHS[0]: busy})) as wire:
        _, report = crawl(wire, "--limit", 1, "--stop-after", "1s")
        assert (report["failed"], report["left"]) == ({"http-error": 1}, 19)
        code, report = crawl(wire, "--limit", 5)
    assert (code, report["stored"]) == (0, 5)
    assert rows(tmp_path, "SELECT host, detail FROM hosts") == [("127.0.0.1", "status 503 with Retry-After")]


def test_a_rest_that_a_wrong_clock_noted_holds_up_nothing(crawl: Crawl, tmp_path: Path) -> None:
    with serve(Wire({**HOME, **GOOD})) as wire:
        crawl(wire, "--limit", 1)
        rows(
            tmp_path,
            "INSERT INTO hosts SELECT id, '127.0.0.1', '2041-01-01T00:00:00+07:00', '2041-01-05T00:00:00+07:00', ''"
            " FROM sites",
        )
        code, report = crawl(wire)
    assert (code, report["stored"], report["cut_short"]) == (0, 19, [])
