"""What is known of each day of an outlet: never more than the archive recorded."""

import json
import random
from collections.abc import Callable
from contextlib import closing
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from archive import VIETNAM, Archive, BadQuery, CoverageDay, DayState, Kind, Link, Reason, Refusal, RunStatus, Unknown
from archive.reading import holdings
from archive.schema.connections import connect_to_read
from crawler.cli import main
from tests.archive.build import HOME, SITE, address, article, capture, feed, refused

FIRST = date(2025, 3, 1)
"""The day of the first crawl."""
STATES = (DayState.STORED, DayState.MISSED, DayState.SITE_DOWN, DayState.CRAWLER_DOWN, DayState.NOTHING_PUBLISHED)


def moment(day: date, hour: float) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=VIETNAM) + timedelta(hours=hour)


def named(number: int, day: date, **hints: Any) -> Link:
    return Link(address(number), Kind.ARTICLE, **(hints or {"published_at": moment(day, 9)}))


class Crawler:
    """A crawl at 22 o'clock of each day on which it runs."""

    def __init__(self, archive: Archive) -> None:
        self._archive = archive
        self._number = 0

    def crawl(self, day: date, *, links: tuple[Link, ...] = (), store: int = 0, refusal: Refusal | None = None) -> None:
        """Read the feed, or fail to; store the first ones of the articles that it names."""
        at = moment(day, 22)
        run = self._archive.begin_run(SITE, started_at=at, version="1", settings={})
        status = 503 if refusal and refusal.reason is Reason.HTTP_ERROR else 200
        self._archive.store(
            feed(at=at, run=run, links=links, refusal=refusal, status=status)
            if refusal
            else feed(at=at, run=run, links=links)
        )
        for link in links[:store]:
            found = article(url=link.url, title=link.url, published_at=link.published_at)
            self._archive.store(capture(found, at, run=run))
        self._archive.finish_run(run, finished_at=at, status=RunStatus.FINISHED)

    def links(self, day: date, many: int) -> tuple[Link, ...]:
        self._number += many
        return tuple(named(self._number - each, day) for each in range(many))


def days_of(archive: Archive, *, at: datetime) -> dict[date, CoverageDay]:
    (found,) = archive.coverage(2025, at=at)
    return {each.day: each for each in found.days}


@pytest.mark.parametrize("seed", range(5))
def test_the_states_of_simulated_days_are_the_truth(archive: Archive, seed: int) -> None:
    chance, crawler, down = random.Random(seed), Crawler(archive), Refusal(Reason.HTTP_ERROR, "status 503")
    days = [FIRST + timedelta(number) for number in range(60)]
    truth = {day: chance.choice(STATES) for day in days} | {FIRST: DayState.STORED, days[-1]: DayState.STORED}
    counts = {}
    for day, state in truth.items():
        stored, missed = chance.randint(1, 4), chance.randint(0, 1)
        if state is DayState.STORED:
            crawler.crawl(day, links=crawler.links(day, stored + missed), store=stored)
            counts[day] = (stored, missed)
        elif state is DayState.MISSED:
            crawler.crawl(day, links=crawler.links(day, stored))
            counts[day] = (0, stored)
        elif state is DayState.SITE_DOWN:
            crawler.crawl(day, refusal=down)
        elif state is DayState.NOTHING_PUBLISHED:
            crawler.crawl(day)
    archive.commit()
    found = days_of(archive, at=moment(days[-1], 23))
    for day, state in truth.items():
        was_seen_to_its_end = truth.get(day + timedelta(1)) not in (DayState.SITE_DOWN, DayState.CRAWLER_DOWN)
        expected = state if was_seen_to_its_end or state is not DayState.NOTHING_PUBLISHED else DayState.UNKNOWN
        assert found[day].state is expected, day
        assert (found[day].stored, found[day].missed) == counts.get(day, (0, 0))
    before = [each for day, each in found.items() if day < FIRST]
    assert {each.unknown for each in before} == {Unknown.NEVER_CRAWLED}
    assert max(found) == days[-1], "a day that has not begun has no state"


def test_what_a_later_list_names_of_an_outage_is_missed_and_not_an_outage(archive: Archive) -> None:
    crawler, lost = Crawler(archive), FIRST + timedelta(1)
    crawler.crawl(FIRST)
    crawler.crawl(FIRST + timedelta(3), links=crawler.links(lost, 3))
    archive.commit()
    found = days_of(archive, at=moment(FIRST, 100))
    assert (found[lost].state, found[lost].missed) == (DayState.MISSED, 3)
    assert found[lost + timedelta(1)].state is DayState.CRAWLER_DOWN


@pytest.mark.parametrize(
    ("happens", "state", "why"),
    [
        (lambda crawler, day: crawler.crawl(day), DayState.NOTHING_PUBLISHED, None),
        (lambda crawler, day: crawler.crawl(day, links=(Link(address(1), Kind.ARTICLE),)), "unknown", "undated"),
        (lambda crawler, day: crawler.crawl(day, refusal=Refusal(Reason.ROBOTS, "x")), "unknown", "unread"),
        (lambda crawler, day: crawler.crawl(day, refusal=Refusal(Reason.UNREADABLE, "x")), "unknown", "unread"),
        (lambda crawler, day: crawler.crawl(day, refusal=Refusal(Reason.TIMEOUT, "x")), DayState.SITE_DOWN, None),
        (
            lambda crawler, day: crawler.crawl(day, links=(named(1, day, modified_at=moment(day, 8)),)),
            DayState.MISSED,
            None,
        ),
        (lambda _, __: None, DayState.CRAWLER_DOWN, None),
    ],
)
def test_a_state_needs_its_evidence(
    archive: Archive, happens: Callable[[Crawler, date], None], state: str, why: str | None
) -> None:
    crawler, day = Crawler(archive), FIRST + timedelta(1)
    crawler.crawl(FIRST)
    happens(crawler, day)
    crawler.crawl(day + timedelta(1))
    archive.commit()
    found = days_of(archive, at=moment(day, 60))[day]
    assert (found.state, found.unknown) == (state, why)


def test_an_address_that_is_no_article_was_not_missed(archive: Archive) -> None:
    crawler, day = Crawler(archive), FIRST + timedelta(1)
    crawler.crawl(FIRST)
    crawler.crawl(day, links=(named(1, day), named(2, day)))
    archive.store(refused(1, Reason.MEDIA_ONLY, moment(day, 22)))
    archive.store(refused(2, Reason.GONE, moment(day, 22)))
    archive.commit()
    assert days_of(archive, at=moment(day, 23))[day].missed == 1


def test_a_day_with_more_missed_than_stored_is_missed_and_has_both_counts(archive: Archive) -> None:
    crawler = Crawler(archive)
    crawler.crawl(FIRST, links=crawler.links(FIRST, 5), store=2)
    archive.commit()
    found = days_of(archive, at=moment(FIRST, 23))[FIRST]
    assert (found.state, found.stored, found.missed) == (DayState.MISSED, 2, 3)


def test_a_withheld_article_is_not_a_day_without_any(archive: Archive) -> None:
    crawler, day = Crawler(archive), FIRST + timedelta(1)
    crawler.crawl(FIRST)
    crawler.crawl(day, links=(named(1, day),), store=1)
    crawler.crawl(day + timedelta(1))
    archive.withhold(article(1).uid, reason="x", at=moment(day, 30), by="x")
    found = days_of(archive, at=moment(day, 60))[day]
    assert (found.state, found.unknown) == (DayState.UNKNOWN, Unknown.UNDATED)


def test_a_crawl_over_midnight_is_no_crawler_that_was_down(archive: Archive) -> None:
    run = archive.begin_run(SITE, started_at=moment(FIRST, 23), version="1", settings={})
    archive.store(feed(at=moment(FIRST, 23), run=run))
    archive.finish_run(run, finished_at=moment(FIRST, 50), status=RunStatus.FINISHED)
    found = days_of(archive, at=moment(FIRST, 100))
    states = [found[FIRST + timedelta(days)].state for days in range(4)]
    assert states == ["unknown", "unknown", "unknown", "crawler-down"]
    assert found[FIRST + timedelta(1)].unknown is Unknown.UNREAD


@pytest.mark.parametrize("days_back", [1, 3, 400])
def test_a_clock_that_is_put_back_in_a_crawl_leaves_the_other_days_as_they_are(
    archive: Archive, days_back: int
) -> None:
    crawler, day = Crawler(archive), FIRST + timedelta(3)
    crawler.crawl(FIRST)
    run = archive.begin_run(SITE, started_at=moment(day, 1), version="1", settings={})
    archive.store(feed(at=moment(day, 1), run=run))
    archive.finish_run(run, finished_at=moment(day - timedelta(days_back), 5), status=RunStatus.FINISHED)
    crawler.crawl(FIRST + timedelta(6))
    found = days_of(archive, at=moment(FIRST + timedelta(6), 23))
    down = [number for number in range(7) if found[FIRST + timedelta(number)].state is DayState.CRAWLER_DOWN]
    assert down == [1, 2, 4, 5]


def test_the_listed_of_a_month_are_the_stored_and_the_missed(archive: Archive) -> None:
    crawler = Crawler(archive)
    crawler.crawl(FIRST, links=crawler.links(FIRST, 5), store=2)
    crawler.crawl(FIRST + timedelta(40), links=crawler.links(FIRST + timedelta(40), 3), store=3)
    archive.commit()
    (found,) = archive.coverage(2025, at=moment(FIRST, 24 * 60))
    listed = {each.month: (each.listed, each.stored, each.missed) for each in found.months}
    assert listed == {
        **{"2025-01": (0, 0, 0), "2025-02": (0, 0, 0), "2025-03": (5, 2, 3), "2025-04": (3, 3, 0)},
    }


def test_every_gap_has_its_evidence_and_a_command_that_can_help(archive: Archive) -> None:
    crawler, refusal = Crawler(archive), Refusal(Reason.HTTP_ERROR, "status 503")
    crawler.crawl(FIRST, links=crawler.links(FIRST, 1), store=1)
    for number in (1, 2):
        crawler.crawl(FIRST + timedelta(number), refusal=refusal)
    missed = FIRST + timedelta(5)
    crawler.crawl(missed, links=crawler.links(missed, 2))
    archive.commit()
    (found,) = archive.coverage(2025, at=moment(missed, 23), site=SITE)
    unknown, down, crawler_down, gap = archive.gaps(found)
    assert (unknown.state, unknown.first, unknown.last) == ("unknown", date(2025, 1, 1), date(2025, 2, 28))
    assert [(each.reason, each.status, each.times) for each in down.answers] == [("http-error", 503, 2)]
    assert (crawler_down.days, crawler_down.crawl_after) == (2, moment(missed, 22))
    assert crawler_down.command == f"baotinh crawl {SITE} --backfill --since 2025-03-04 --until 2025-03-05"
    assert (gap.missed, gap.never_asked, gap.reasons) == (2, 2, {})
    assert gap.command == f"baotinh crawl {SITE} --since {missed} --until {missed}"


def test_an_unknown_outlet_is_named(archive: Archive) -> None:
    with pytest.raises(BadQuery, match='no site "none"'):
        archive.coverage(2025, at=moment(FIRST, 0), site="none")


def test_the_command_shows_a_sign_for_each_day_and_the_gaps(archive: Archive, folder: Path) -> None:
    crawler = Crawler(archive)
    crawler.crawl(FIRST, links=crawler.links(FIRST, 2), store=2)
    crawler.crawl(FIRST + timedelta(3), links=crawler.links(FIRST + timedelta(3), 2))
    archive.commit()
    answer = CliRunner().invoke(main, ["coverage", SITE, "--year", "2025", "--archive", str(folder)])
    assert answer.exit_code == 0
    assert "2025-03  █//×///" in answer.stdout
    assert "/ 2025-03-02 to 2025-03-03: crawler down\n  no crawl ran for 2 days" in answer.stdout
    every = CliRunner().invoke(main, ["coverage", "--year", "2025", "--archive", str(folder)])
    assert every.stdout.splitlines()[1].split()[:3] == [SITE, "1", "1"]
    printed = CliRunner().invoke(main, ["coverage", SITE, "--year", "2025", "--json", "--archive", str(folder)])
    (outlet,) = json.loads(printed.stdout)["outlets"]
    assert (len(outlet["days"]), outlet["gaps"][0]["state"], HOME[:8]) == (365, "unknown", "https://")


def test_the_end_of_a_crawl_is_a_change_that_pages_notice(archive: Archive) -> None:
    def state_now() -> tuple[int | None, ...]:
        archive.commit()
        with closing(connect_to_read(archive.path)) as connection:
            return holdings.state(connection)

    run = archive.begin_run(SITE, started_at=moment(FIRST, 22), version="1", settings={})
    begun = state_now()
    archive.finish_run(run, finished_at=moment(FIRST, 23), status=RunStatus.FINISHED)
    assert state_now() != begun
