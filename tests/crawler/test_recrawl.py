"""Crawls one after the other: what the archive holds afterwards, and what went over the wire."""

import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from archive import Archive
from archive.session import GROUP_CAPTURES
from crawler.fetch.traps import MOST_FRUITLESS
from crawler.settings import CONCURRENT_REQUESTS
from tests.archive.build import article, capture
from tests.command import start_command
from tests.crawler.changing import ON_A_PAGE, Paper
from tests.crawler.conftest import Run
from tests.crawler.crawls import crawl, read, rows
from tests.crawler.wire import serve

COUNT = 40


@pytest.fixture
def paper() -> Iterator[Paper]:
    paper = Paper(COUNT)
    with serve(paper.wire):
        yield paper


def numbers(paths: list[str]) -> list[int]:
    return [int(path.rpartition("-")[2].partition(".")[0]) for path in paths if path.startswith("/bai/tin-")]


# --- cheap re-crawls ---


def test_an_unchanged_site_with_sitemaps_costs_two_requests(run: Run, paper: Paper, site: Path) -> None:
    site.write_text(paper.site_file("sitemap"))
    assert read(run, site)["stored"] == COUNT
    assert numbers(paper.asked()) == list(range(COUNT, 0, -1)), "the newest first, each once"
    report = read(run, site)
    assert (report["found"], report["stored"]) == (0, 0)
    assert paper.asked() == ["/robots.txt", "/sitemap.xml"]


def test_an_unchanged_list_ends_the_walk(run: Run, paper: Paper, site: Path, tmp_path: Path) -> None:
    site.write_text(paper.site_file("section"))
    assert read(run, site)["stored"] == COUNT
    paper.asked()
    assert read(run, site)["sources_ok"] == 1
    assert paper.wire.hits[-1].headers["if-none-match"]
    assert paper.asked() == ["/robots.txt", "/"]
    assert rows(tmp_path, "SELECT status FROM captures WHERE kind = 'section' ORDER BY id DESC LIMIT 1") == [(304,)]

    paper.count += ON_A_PAGE + 2
    assert read(run, site)["stored"] == ON_A_PAGE + 2
    asked = paper.asked()
    assert [path for path in asked if not path.startswith("/bai/")] == ["/robots.txt", "/", "/trang-2", "/trang-3"]
    assert sorted(numbers(asked)) == list(range(COUNT + 1, paper.count + 1))


def test_edits_are_found_by_the_time_of_change(run: Run, paper: Paper, site: Path, tmp_path: Path) -> None:
    site.write_text(paper.site_file("sitemap"))
    read(run, site)
    paper.asked()
    paper.edits = {3: 1, 7: 1}
    report = read(run, site)
    assert (report["found"], report["revised"]) == (2, 2)
    assert sorted(paper.asked()) == [
        "/bai/tin-3.html",
        "/bai/tin-7.html",
        "/robots.txt",
        "/sitemap-1.xml",
        "/sitemap.xml",
    ]
    texts = rows(tmp_path, "SELECT title FROM article_versions WHERE title LIKE 'Tin số 3,%' ORDER BY n")
    assert texts == [("Tin số 3, lần sửa 0",), ("Tin số 3, lần sửa 1",)]


def test_a_second_look_is_conditional_and_sees_what_is_gone_and_what_is_back(
    run: Run, paper: Paper, site: Path, tmp_path: Path
) -> None:
    site.write_text(paper.site_file("section", lines="max_pages = 1"))
    read(run, site)

    def look_again() -> dict[str, Any]:
        paper.asked()
        rows(tmp_path, "UPDATE urls SET due_at = fetched_at WHERE article_id IS NOT NULL")
        return read(run, site)

    def status() -> list[tuple[Any, ...]]:
        where = f"WHERE url LIKE '%tin-{COUNT}.html'"
        return rows(tmp_path, f"SELECT status, length(body) > 500 FROM articles_full {where}")

    paper.gone = {COUNT}
    report = look_again()
    assert (report["unchanged"], report["gone"], report["refused"]) == (ON_A_PAGE - 1, 1, {})
    assert all("if-none-match" in hit.headers for hit in paper.wire.hits[1:])
    assert status() == [("gone", 1)]
    paper.gone = set()
    assert look_again()["unchanged"] == ON_A_PAGE
    assert status() == [("live", 1)]


# --- traps ---


def test_traps_are_cut_off_and_recorded(run: Run, paper: Paper, site: Path, tmp_path: Path) -> None:
    site.write_text(paper.site_file("section", lines="max_pages = 1"))
    deep = "/bai/a/b/b/tin-1.html", "/bai/a/b/b/b/tin-2.html"
    calendar = [f"/bai/lich-{day}.html" for day in range(MOST_FRUITLESS + 10)]
    paper.more = (*deep, *calendar)
    _, (report,) = crawl(run, "--site-file", site)
    asked = paper.asked()
    assert (report["stored"], report["balances"]) == (ON_A_PAGE, True)
    assert deep[0] in asked
    assert deep[1] not in asked
    fruitless = len([path for path in asked if path in calendar])
    assert MOST_FRUITLESS <= fruitless <= MOST_FRUITLESS + CONCURRENT_REQUESTS, "some were on their way"
    assert report["refused"]["budget"] == 1 + len(calendar) - fruitless
    assert "/trang-2" not in asked
    assert rows(tmp_path, "SELECT DISTINCT kind FROM urls WHERE reason = 'budget' ORDER BY kind") == [
        ("article",),
        ("section",),
    ]


# --- backfill ---


def test_a_backfill_goes_on_where_a_crawl_ends_and_stops_at_its_day(
    run: Run, paper: Paper, site: Path, tmp_path: Path
) -> None:
    site.write_text(paper.site_file("section", lines="max_pages = 2"))
    assert read(run, site)["stored"] == 2 * ON_A_PAGE
    paper.asked()
    wanted = COUNT - 4 * ON_A_PAGE
    day = paper.published(wanted + 1).date()
    report = read(run, site, "--backfill", "--since", day)
    asked = paper.asked()
    assert report["stored"] == 2 * ON_A_PAGE
    # the fifth page is the first that is older as a whole; what is read on it is not stored
    assert [path for path in asked if "trang" in path] == ["/trang-3", "/trang-4", "/trang-5"]
    assert read(run, site, "--backfill")["stored"] == wanted
    asked = paper.asked()
    assert [path for path in asked if "trang" in path] == ["/trang-6", "/trang-7", "/trang-8"]
    assert rows(tmp_path, "SELECT count(*), count(DISTINCT url) FROM articles") == [(COUNT, COUNT)]


def test_a_crawl_joins_the_parts_of_the_index_that_were_there_before(
    run: Run, paper: Paper, site: Path, tmp_path: Path
) -> None:
    with Archive.open(tmp_path / "news-archive", create=True) as archive:
        for number in range(1, 15):
            archive.store(capture(article(number, title="Chuyện cũ")))
            archive.commit()
    parts = "SELECT count(DISTINCT segid) FROM titles_fts_idx UNION ALL SELECT count(DISTINCT segid) FROM texts_fts_idx"
    assert min(count for (count,) in rows(tmp_path, parts)) > 1
    site.write_text(paper.site_file("sitemap"))
    assert read(run, site)["stored"] == COUNT
    assert rows(tmp_path, parts) == [(1,), (1,)]
    with Archive.open(tmp_path / "news-archive", read_only=True) as archive:
        assert [archive.count(words) for words in ("chuyen cu", "tin")] == [14, COUNT]


# --- kill ---


def test_a_crawl_that_is_killed_loses_and_doubles_nothing(run: Run, paper: Paper, site: Path, tmp_path: Path) -> None:
    site.write_text(paper.site_file("sitemap", "section"))
    for requests in (3, 12, 30):
        paper.asked()
        killed = start_command(("crawl", "--create", "--allow-private", "--delay", 0, "--site-file", site), tmp_path)
        killed.wait_until(lambda requests=requests: len(paper.wire.hits) >= requests)  # type: ignore[misc]
        killed.send_signal(signal.SIGKILL)
        killed.result()
    read(run, site)
    counts = "SELECT count(*), count(DISTINCT url), min(length(body)) > 500 FROM articles_full"
    assert rows(tmp_path, counts) == [(COUNT, COUNT, 1)]
    assert rows(tmp_path, "SELECT status, min(balances) FROM runs WHERE id > 1 GROUP BY status ORDER BY status") == [
        ("abandoned", 1),
        ("finished", 1),
    ]
    assert rows(tmp_path, "SELECT count(*) FROM article_revisions") == [(0,)]


def test_a_kill_takes_no_more_than_it_is_said_to() -> None:
    assert GROUP_CAPTURES + CONCURRENT_REQUESTS <= 50
