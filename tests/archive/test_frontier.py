import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from archive import NO_LINKS, Archive, Capture, Loss, Named, Outcome, Reason, RunStatus
from tests.archive.build import HOME, SITE, address, after, article, capture, feed, link, refused


def due(archive: Archive, **span: float) -> list[str]:
    """Return the numbers of the articles that are due this long after the start."""
    return [url.url.rsplit("/")[-1].removesuffix(".html") for url in archive.due_urls(SITE, at=after(**span))]


def hours_of_looks(archive: Archive, look: Callable[[int], Capture], *, first: int = 1) -> list[int]:
    """Return the hours of a year at which the article is due; `look` makes the capture for each."""
    hours = []
    for hour in range(first, 24 * 365):
        if due(archive, hours=hour):
            hours.append(hour)
            archive.store(look(hour))
    return hours


def test_a_new_link_is_due_until_it_was_fetched(archive: Archive) -> None:
    archive.store(feed(1, 2, 1))
    assert due(archive) == ["1", "2"]
    archive.store(capture(article(1)))
    assert due(archive) == ["2"]
    assert archive.due_urls(SITE, at=after(), limit=0) == []


def test_an_article_is_read_again_less_and_less(archive: Archive) -> None:
    archive.store(capture(article()))
    assert hours_of_looks(archive, lambda hour: capture(article(), after(hours=hour))) == [1, 6, 24, 24 * 7]


def test_a_late_look_does_not_pile_up(archive: Archive) -> None:
    archive.store(capture(article()))
    archive.store(capture(article(), after(days=2)))
    assert (due(archive, days=6), due(archive, days=7)) == ([], ["1"])


def test_failures_wait_twice_as_long_each_time(archive: Archive) -> None:
    at = timedelta(0)
    for wait in (1, 2, 4, 8, 16, 32, 64, 128, 168, 168):
        archive.store(refused(1, Reason.TIMEOUT, after() + at))
        almost = at + timedelta(hours=wait, minutes=-1)
        at += timedelta(hours=wait)
        assert archive.due_urls(SITE, at=after() + almost) == []
        assert archive.due_urls(SITE, at=after() + at) == [link(1)]


@pytest.mark.parametrize(("reason", "again"), [(Reason.MEDIA_ONLY, []), (Reason.LISTING, []), (Reason.ROBOTS, ["1"])])
def test_a_refused_page_is_left_alone(archive: Archive, reason: Reason, again: list[str]) -> None:
    archive.store(refused(1, reason))
    assert due(archive, days=400) == again


ELSEWHERE = "https://ten-mien-bi-khoa.example/suspended"


@pytest.mark.parametrize(
    ("reason", "final_url"),
    [
        *((reason, None) for reason in (Reason.LOGIN, Reason.NO_TEXT, Reason.GONE)),
        # a server in trouble sends the readers of all its articles elsewhere
        *((Reason.OFF_SITE, ELSEWHERE), (Reason.LISTING, HOME), (Reason.MEDIA_ONLY, HOME + "bao-tri.html")),
    ],
)
def test_what_may_pass_is_looked_at_as_often_as_an_article(
    archive: Archive, reason: Reason, final_url: str | None
) -> None:
    def look(hour: int) -> Capture:
        return refused(1, reason, after(hours=hour), final_url=final_url)

    archive.store(feed(1))
    archive.store(look(0))
    assert hours_of_looks(archive, look) == [1, 6, 24, 24 * 7]


def test_a_stored_article_keeps_its_schedule_when_it_is_gone_for_once(archive: Archive) -> None:
    archive.store(capture(article()))
    archive.store(refused(1, Reason.GONE, after(hours=1), status=404))
    assert (due(archive, hours=5), due(archive, hours=6)) == ([], ["1"])


LAST = 24 * 7
"""The hour of the last look at an article."""


@pytest.mark.parametrize("back", [True, False])
def test_an_article_that_is_gone_at_the_last_look_is_looked_for_once_more(archive: Archive, back: bool) -> None:
    def look(hour: int) -> Capture:
        is_there = hour < LAST or (hour > LAST and back)
        return capture(article(), after(hours=hour)) if is_there else refused(1, Reason.GONE, after(hours=hour))

    archive.store(capture(article()))
    assert hours_of_looks(archive, look) == [1, 6, 24, LAST, 2 * LAST]
    assert archive.get(address(1)).status == ("live" if back else "gone")


def test_a_wall_at_the_last_look_hides_no_edit(archive: Archive) -> None:
    archive.store(capture(article()))
    archive.store(refused(1, Reason.LOGIN, after(days=8)))
    assert hours_of_looks(archive, lambda hour: capture(article(title="Mới"), after(hours=hour)), first=8 * 24) == [
        15 * 24
    ]
    assert archive.get(address(1)).article.title == "Mới"


@pytest.mark.parametrize("waited_for", [Reason.BUDGET, Reason.ROBOTS, Reason.TIMEOUT])
def test_an_address_that_waited_long_is_not_given_up_at_its_first_answer(archive: Archive, waited_for: Reason) -> None:
    archive.store(feed(1))
    archive.store(refused(1, waited_for, after(days=30)))
    archive.store(refused(1, Reason.OFF_SITE, after(days=40), final_url=ELSEWHERE))
    look = hours_of_looks(archive, lambda hour: refused(1, Reason.OFF_SITE, after(hours=hour)), first=40 * 24)
    assert look == [47 * 24]


def test_other_addresses_of_an_article_are_not_fetched_again(archive: Archive) -> None:
    archive.store(capture(article(), url=address(1) + "?utm"))
    archive.store(feed(1, at=after(minutes=5)))
    assert "1" not in due(archive, minutes=10)


def test_links_that_are_stored_in_pieces_are_those_of_one_capture(folder: Path) -> None:
    columns = "url, kind, found_on, due_at, listed_run_id, run_id, depth, position, named, outcome"
    found = []
    for name, is_in_pieces in (("whole", False), ("pieces", True)):
        with Archive.open(folder / name, create=True) as archive:
            run = archive.begin_run(SITE, started_at=after(), version="1", settings={})
            archive.store(feed(5, at=after(), run=run))
            whole = feed(*range(1, 10), at=after(minutes=1), run=run, loss=Loss(1, "x"))
            named = NO_LINKS
            if is_in_pieces:
                named = archive.name_links(replace(whole, links=whole.links[:3]), before=named)
                named = archive.name_links(replace(whole, links=whole.links[3:6]), before=named)
                assert named == Named(6, 6, 5)
            outcome = archive.store(replace(whole, links=whole.links[named.links :]), before=named)
            report = archive.finish_run(run, finished_at=after(minutes=2), status=RunStatus.FINISHED)
        with closing(sqlite3.connect(folder / name / "news.db")) as connection:
            rows = connection.execute(f"SELECT {columns} FROM urls ORDER BY url").fetchall()
        found.append((outcome, replace(report, run=0), rows))
    assert found[0] == found[1]
    assert found[0][0] is Outcome.ADDED


def test_links_without_their_capture_wait_for_the_next_run(archive: Archive) -> None:
    run = archive.begin_run(SITE, started_at=after(), version="1", settings={})
    archive.name_links(feed(1, 2, run=run), before=NO_LINKS)
    report = archive.finish_run(run, finished_at=after(minutes=1), status=RunStatus.INTERRUPTED)
    assert (report.found, report.left, report.sources_ok, report.balances) == (2, 2, 0, True)
    assert due(archive) == ["1", "2"]
