from datetime import timedelta

import pytest

from archive import Archive, Reason
from tests.archive.build import SITE, address, after, article, capture, feed, link, refused


def due(archive: Archive, **span: float) -> list[str]:
    """The numbers of the articles that are due this long after the start."""
    return [url.url.rsplit("/")[-1].removesuffix(".html") for url in archive.due_urls(SITE, at=after(**span))]


def test_a_new_link_is_due_until_it_was_fetched(archive: Archive) -> None:
    archive.store(feed(1, 2, 1))
    assert due(archive) == ["1", "2"]
    archive.store(capture(article(1)))
    assert due(archive) == ["2"]
    assert archive.due_urls(SITE, at=after(), limit=0) == []


def test_an_article_is_read_again_less_and_less(archive: Archive) -> None:
    hours = []
    archive.store(capture(article()))
    for hour in range(1, 24 * 30):
        if due(archive, hours=hour):
            hours.append(hour)
            archive.store(capture(article(), after(hours=hour)))
    assert hours == [1, 6, 24, 24 * 7]


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


@pytest.mark.parametrize("reason", [Reason.LOGIN, Reason.NO_TEXT, Reason.GONE])
def test_what_may_pass_is_looked_at_as_often_as_an_article(archive: Archive, reason: Reason) -> None:
    hours = []
    archive.store(feed(1))
    archive.store(refused(1, reason))
    for hour in range(1, 24 * 30):
        if due(archive, hours=hour):
            hours.append(hour)
            archive.store(refused(1, reason, after(hours=hour)))
    assert hours == [1, 6, 24, 24 * 7]


def test_a_stored_article_keeps_its_schedule_when_it_is_gone_for_once(archive: Archive) -> None:
    archive.store(capture(article()))
    archive.store(refused(1, Reason.GONE, after(hours=1), status=404))
    assert (due(archive, hours=5), due(archive, hours=6)) == ([], ["1"])


def test_other_addresses_of_an_article_are_not_fetched_again(archive: Archive) -> None:
    archive.store(capture(article(), url=address(1) + "?utm"))
    archive.store(feed(1, at=after(minutes=5)))
    assert "1" not in due(archive, minutes=10)
