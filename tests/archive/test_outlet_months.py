"""What is kept of each month of each outlet is what it is counted from, whatever changed it."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest

from archive import Archive, Field, Kind, Link, Reason, Refusal, RunStatus, merge, rebuild, repair, verify
from archive.care.months import check_months
from archive.writing.outlet_months import count_all_months
from tests.archive.build import SITE, address, after, article, capture, feed, refused

COLUMNS = "articles, stored_days, missed, crawled_days, read_days, down_days, undated_days"


def kept(folder: Path) -> dict[tuple[int, str], tuple[object, ...]]:
    with closing(sqlite3.connect(folder / "news.db")) as connection:
        assert list(check_months(connection)) == []
        rows = connection.execute(f"SELECT outlet_id, month, {COLUMNS} FROM outlet_months").fetchall()
        connection.execute("BEGIN")
        count_all_months(connection)
        assert set(rows) == set(connection.execute(f"SELECT outlet_id, month, {COLUMNS} FROM outlet_months"))
        connection.rollback()
    return {(outlet, month): tuple(values) for outlet, month, *values in rows}


def test_a_month_has_articles_missed_addresses_and_days_of_crawls(archive: Archive, folder: Path) -> None:
    run = archive.begin_run(SITE, started_at=after(), version="1", settings={})
    archive.store(feed(at=after(), run=run, links=(Link(address(2), Kind.ARTICLE, published_at=after(days=-1)),)))
    archive.store(capture(article(1), after(), run=run))
    archive.store(capture(article(3, published_at=None, published_precision=None), after(), run=run))
    archive.finish_run(run, finished_at=after(days=2), status=RunStatus.FINISHED)
    archive.commit()
    (values,) = kept(folder).values()
    assert values == (1, 1 << 2, "[[1, 1, 0]]", 1 << 2 | 1 << 3 | 1 << 4, 1 << 2, 0, 1 << 2)


def test_a_crawl_that_ran_past_the_end_of_a_month_is_in_both(archive: Archive, folder: Path) -> None:
    run = archive.begin_run(SITE, started_at=after(days=-3), version="1", settings={})
    fault = Refusal(Reason.HTTP_ERROR, "status 503")
    archive.store(feed(at=after(days=-3), run=run, status=503, refusal=fault, links=()))
    archive.finish_run(run, finished_at=after(days=-1), status=RunStatus.FINISHED)
    archive.commit()
    found = {month: values[3:6] for (_, month), values in kept(folder).items()}
    assert found == {"2025-06": (1 << 29 | 1 << 30, 0, 1 << 29), "2025-07": (1 << 1, 0, 0)}


def test_a_crawl_whose_clock_was_put_back_has_the_day_on_which_it_began(archive: Archive, folder: Path) -> None:
    run = archive.begin_run(SITE, started_at=after(days=2), version="1", settings={})
    archive.store(feed(at=after(days=2), run=run, links=()))
    archive.finish_run(run, finished_at=after(days=-40), status=RunStatus.FINISHED)
    archive.commit()
    assert {month: values[3:5] for (_, month), values in kept(folder).items()} == {"2025-07": (1 << 4, 1 << 4)}


@pytest.mark.parametrize(("column", "crawled"), [("started_at", {}), ("finished_at", {"2025-06": 1 << 27})])
def test_what_is_no_day_in_a_damaged_archive_is_in_no_month(
    archive: Archive, folder: Path, column: str, crawled: dict[str, int]
) -> None:
    run = archive.begin_run(SITE, started_at=after(days=-5), version="1", settings={})
    archive.store(feed(at=after(days=-5), run=run, links=()))
    archive.finish_run(run, finished_at=after(days=3), status=RunStatus.FINISHED)
    archive.close()
    before = kept(folder)
    with closing(sqlite3.connect(folder / "news.db")) as connection, connection:
        connection.execute(f"UPDATE runs SET {column} = '2025-06-31' || substr({column}, 11)")
    assert any(each.what.startswith("outlet_months of ") for each in verify(folder, at=after(days=9)).findings)
    with Archive.open(folder) as opened:
        fault = Refusal(Reason.HTTP_ERROR, "status 503")
        opened.store(feed(at=after(days=-5), run=run, status=503, refusal=fault, links=()))
    with closing(sqlite3.connect(folder / "news.db")) as connection:
        counted_again = "SELECT month, crawled_days FROM outlet_months WHERE month = '2025-06'"
        assert dict(connection.execute(counted_again)) == crawled
    repair(folder, at=after(days=9))
    assert kept(folder) == before


def move(archive: Archive) -> None:
    archive.correct(address(1), published=date(2025, 5, 3), at=after(days=5), by="Tester")


def move_and_lift(archive: Archive) -> None:
    move(archive)
    archive.undo(address(1), Field.PUBLISHED, at=after(days=6), by="Tester")


def withhold(archive: Archive) -> None:
    archive.withhold(address(1), reason="test", at=after(days=5), by="Tester")


def withhold_and_lift(archive: Archive) -> None:
    withhold(archive)
    archive.lift(address(1), at=after(days=6), by="Tester")


def miss_and_find(archive: Archive) -> None:
    link = Link(address(70), Kind.ARTICLE, published_at=after(days=-40))
    archive.store(feed(at=after(days=5), links=(link, Link(address(71), Kind.ARTICLE))))
    archive.commit()
    archive.store(capture(article(70, published_at=after(days=-41)), after(days=5, hours=1)))


def refuse(archive: Archive) -> None:
    archive.store(feed(at=after(days=5), links=(Link(address(72), Kind.ARTICLE, published_at=after()),)))
    archive.commit()
    archive.store(refused(72, Reason.NOT_HTML, after(days=5, hours=1)))


def remove_and_return(archive: Archive) -> None:
    archive.store(refused(1, Reason.GONE, after(days=5), status=404))
    archive.commit()
    archive.store(capture(article(1), after(days=6)))


CHANGES = (move, move_and_lift, withhold, withhold_and_lift, miss_and_find, refuse, remove_and_return)


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.__name__)
def test_it_follows_every_change(news: Path, change: Callable[[Archive], None]) -> None:
    before = kept(news)
    with Archive.open(news) as archive:
        change(archive)
    after_it = kept(news)
    is_as_before = change in (move_and_lift, withhold_and_lift, refuse, remove_and_return)
    assert (after_it == before) is is_as_before


def test_it_follows_rebuild_merge_and_repair(news: Path, tmp_path: Path) -> None:
    before = kept(news)
    rebuild(news, tmp_path / "again")
    assert kept(tmp_path / "again") == before
    other = tmp_path / "other"
    with Archive.open(other, create=True) as archive:
        miss_and_find(archive)
    merge(news, other, at=after(days=9))
    merged = kept(news)
    assert merged != before
    with closing(sqlite3.connect(news / "news.db")) as connection, connection:
        connection.execute("UPDATE outlet_months SET articles = articles + 1 WHERE month = '2025-07'")
    (finding, *_) = verify(news, at=after(days=9)).findings
    assert finding.what.startswith("outlet_months of ")
    repair(news, at=after(days=9))
    assert kept(news) == merged
