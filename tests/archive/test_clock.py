"""A clock that was wrong once: what the runs after it ask for, and what health says."""

import sqlite3
from contextlib import closing
from datetime import datetime, timedelta

from archive import VIETNAM, Agenda, Archive, RunStatus
from archive.care.verify import verify
from tests.archive.build import HOME, SITE, START, address, after, article, capture, feed

AHEAD = datetime(2041, 5, 1, 8, 0, tzinfo=VIETNAM)
ETAG = (("ETag", '"a"'),)


def begin(archive: Archive, at: datetime) -> int:
    return archive.begin_run(SITE, started_at=at, version="0.1", settings={})


def finish(archive: Archive, run: int, at: datetime) -> None:
    archive.finish_run(run, finished_at=at, status=RunStatus.FINISHED)


def crawl_ahead(archive: Archive) -> None:
    """A run by a clock that says 2041; it stores one article, and finds another."""
    run = begin(archive, AHEAD)
    archive.store(feed(1, 2, at=AHEAD, headers=ETAG, run=run))
    archive.store(capture(article(1), AHEAD, headers=ETAG, run=run))
    finish(archive, run, AHEAD)


def due(agenda: Agenda, at: datetime) -> set[str]:
    return {link.url for link in agenda.take_articles(at=at, limit=10)}


def test_a_run_says_that_a_clock_was_wrong_and_asks_for_everything(archive: Archive) -> None:
    crawl_ahead(archive)
    run = begin(archive, START)
    (note,) = archive.report(run).notes
    assert "the clock says 2025-07-02 08:00, and an earlier run ended at 2041-05-01 08:00" in note
    agenda = archive.agenda(run)
    assert due(agenda, START) == {address(1), address(2)}
    assert agenda.validators(address(1), at=START) is None
    assert agenda.validators(HOME + "rss", at=START) is None


def test_the_looks_at_an_article_of_the_wrong_time_go_on_from_now(archive: Archive) -> None:
    crawl_ahead(archive)
    looks = []
    for hour in range(24 * 9):
        run = begin(archive, after(hours=hour))
        if address(1) in due(archive.agenda(run), after(hours=hour)):
            looks.append(hour)
            archive.store(capture(article(1), after(hours=hour), run=run))
        finish(archive, run, after(hours=hour))
    assert looks == [0, 1, 6, 24, 24 * 7]


def test_times_to_come_are_neither_news_nor_a_success(archive: Archive) -> None:
    run = begin(archive, START)
    archive.store(feed(1, run=run))
    archive.store(capture(article(1), run=run))
    finish(archive, run, START)
    crawl_ahead(archive)
    found = archive.health(SITE, at=after(days=5))
    assert found
    assert (found.last_success, found.newest) == (START, START)
    assert (found.sources[0].read_at, found.sources[0].new_at) == (START, START)
    last = begin(archive, after(days=5))
    finish(archive, last, after(days=5))
    assert archive.history(last).newest == START


def test_a_clock_that_is_set_back_by_a_little_is_no_matter(archive: Archive) -> None:
    finish(archive, begin(archive, START), START)
    assert archive.report(begin(archive, START - timedelta(minutes=4))).notes == ()


def test_an_archive_whose_clock_was_put_back_is_whole(archive: Archive) -> None:
    run = begin(archive, START)
    archive.store(capture(article(1), run=run))
    finish(archive, run, START)
    crawl_ahead(archive)
    run = begin(archive, after(hours=1))
    archive.store(
        capture(article(1, body="Báo đã sửa bài này sau khi đồng hồ được chỉnh lại."), after(hours=1), run=run)
    )
    finish(archive, run, after(hours=1))
    archive.close()
    assert list(verify(archive.folder, at=AHEAD, deep=True).findings) == []


def test_an_article_that_was_stored_first_while_the_clock_was_ahead_is_whole(archive: Archive) -> None:
    crawl_ahead(archive)
    run = begin(archive, START)
    archive.store(capture(article(1, body="Báo đã sửa bài này sau khi đồng hồ được chỉnh lại."), run=run))
    finish(archive, run, START)
    archive.close()
    assert list(verify(archive.folder, at=AHEAD, deep=True).findings) == []


def test_a_first_sighting_that_no_capture_had_is_damage(archive: Archive) -> None:
    archive.store(capture(article(1)))
    archive.close()
    with closing(sqlite3.connect(archive.folder / "news.db")) as connection, connection:
        connection.execute("UPDATE articles SET first_seen_at = '2041-05-01T08:00:00+07:00'")
    (found,) = verify(archive.folder, at=AHEAD).findings
    assert "it was seen first after it was seen again" in str(found)
