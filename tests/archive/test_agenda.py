"""What a run asks for next, and with which validators."""

from dataclasses import replace
from pathlib import Path

import pytest

from archive import Agenda, Archive, Capture, Kind, Link, Outcome, Reason, RunStatus
from tests.archive.build import HOME, SITE, address, after, article, capture, feed, link, refused

INDEX = HOME + "sitemap.xml"
CHILD = HOME + "sitemap-1.xml"
ETAG = (("ETag", '"a"'), ("last-modified", "Wed, 02 Jul 2025 01:00:00 GMT"))


@pytest.fixture
def agenda(archive: Archive) -> Agenda:
    return begin(archive)


def begin(archive: Archive, **span: float) -> Agenda:
    """End the run that goes on, and begin one."""
    for each in archive.runs():
        if each.status == "running":
            archive.finish_run(each.run, finished_at=after(**span), status=RunStatus.FINISHED)
    run = archive.begin_run(SITE, started_at=after(**span), version="0.1", settings={})
    return archive.agenda(run)


def source(url: str, kind: Kind, *links: Link, **changes: object) -> Capture:
    return replace(feed(), url=url, kind=kind, links=links, **changes)  # type: ignore[arg-type]


def taken(agenda: Agenda, *, limit: int = 10, hours: float = 0, **days: object) -> list[str]:
    links = agenda.take_articles(at=after(hours=hours), limit=limit, **days)  # type: ignore[arg-type]
    return [each.url.rpartition("/")[2].removesuffix(".html") for each in links]


def next_list(agenda: Agenda, *, hours: float = 0, pages: int = 50, levels: int = 3) -> str | None:
    found = agenda.take_source(at=after(hours=hours), pages=pages, levels=levels)
    return found.url if found else None


def test_the_newest_is_first_and_nothing_comes_twice(archive: Archive, agenda: Agenda) -> None:
    dated = [replace(link(n), published_at=after(days=-n)) for n in (4, 2)]
    archive.store(source(HOME + "rss", Kind.FEED, *dated))
    archive.store(source(HOME, Kind.SECTION, link(9), link(7)))  # no dates: as of now, in the order of the page
    assert taken(agenda, limit=3) == ["9", "7", "2"]
    assert taken(agenda, limit=3) == ["4"]
    assert taken(agenda) == []


def test_what_is_due_again_stands_among_what_is_new(archive: Archive, agenda: Agenda) -> None:
    dated = [replace(link(n), published_at=after(days=-n)) for n in (1, 3, 5)]
    archive.store(source(HOME + "rss", Kind.FEED, *dated))
    archive.store(capture(article(3)))
    archive.store(source(HOME, Kind.SECTION, link(9)))
    archive.store(capture(article(9)))
    archive.store(source(HOME, Kind.SECTION, link(8), fetched_at=after(minutes=-1)))
    assert taken(agenda) == ["8", "1", "5"]
    assert taken(begin(archive, hours=1), hours=1) == ["9", "8", "1", "3", "5"]
    assert taken(begin(archive, hours=1), hours=1, since=after(days=-3), until=after(days=-1)) == ["9", "8", "3"]


@pytest.mark.parametrize("is_dated", [True, False])
def test_a_batch_is_no_more_work_when_more_waits(archive: Archive, is_dated: bool) -> None:
    def work(waiting: int) -> int:
        links = (replace(link(n), published_at=after(minutes=-n) if is_dated else None) for n in range(waiting))
        archive.store(source(HOME + "rss", Kind.FEED, *links, Link(HOME + "trang-2", Kind.SECTION)))
        agenda, steps = begin(archive), []
        archive._connection.set_progress_handler(lambda: steps.append(1), 100)  # of the database's own machine
        assert len(taken(agenda, limit=20)) == 20
        assert next_list(agenda)
        if is_dated:
            assert taken(agenda, since=after(days=1)) == []
        archive._connection.set_progress_handler(None, 0)
        return len(steps)

    before = work(300)
    assert work(3000) < 2 * before


def test_what_a_run_took_and_did_not_fetch_is_there_for_the_next(archive: Archive, agenda: Agenda) -> None:
    archive.store(feed(1, 2))
    assert taken(agenda, limit=1) == ["1"]
    assert taken(begin(archive, hours=1), hours=1) == ["1", "2"]


def test_days_bound_what_has_a_date(archive: Archive, agenda: Agenda) -> None:
    archive.store(feed(1, 2, 3))
    agenda.note_published(address(1), after(days=-2))
    agenda.note_published(address(2), after(days=2))
    assert taken(agenda, since=after(days=-1), until=after(days=2)) == ["3"]
    assert taken(agenda, since=after(days=-2), until=after(days=2, seconds=1)) == ["2", "1"]


@pytest.mark.parametrize(
    ("first", "second", "again"),
    [
        (None, None, False),
        (None, after(hours=-1), False),  # older than what we have
        (None, after(minutes=10), True),
        (after(days=-9), after(days=-9), False),
        (after(days=-9), after(days=-8), True),  # the clock of the site may be anywhere
        (after(days=9), after(days=9), False),
        (after(days=-8), after(days=-9), False),
    ],
)
def test_a_later_time_of_change_makes_an_article_due(
    archive: Archive, first: object, second: object, again: bool
) -> None:
    def sitemap(modified: object, **span: float) -> Capture:
        changed = replace(link(1), modified_at=modified)  # type: ignore[arg-type]
        return source(CHILD, Kind.SITEMAP, changed, fetched_at=after(**span))

    archive.store(sitemap(first))
    archive.store(capture(article(), after(minutes=1)))
    archive.store(sitemap(second, minutes=30))
    assert taken(begin(archive, minutes=30), hours=0.5) == (["1"] if again else [])


@pytest.mark.parametrize(
    ("lastmod", "hours", "again"),
    [
        (after(days=-3), 23.9, False),
        (after(days=-3), 24, True),  # lastmod is never trusted for longer than a day
        (after(days=-2), 1, True),
        (after(days=-4), 1, True),
        (None, 1, True),
    ],
)
def test_a_sitemap_is_read_when_its_lastmod_changed_or_after_a_day(
    archive: Archive, lastmod: object, hours: float, again: bool
) -> None:
    def index(modified: object, **span: float) -> Capture:
        child = Link(CHILD, Kind.SITEMAP, modified_at=modified)  # type: ignore[arg-type]
        return source(INDEX, Kind.SITEMAP, child, fetched_at=after(**span))

    archive.store(index(after(days=-3)))
    assert next_list(begin(archive)) == CHILD
    archive.store(source(CHILD, Kind.SITEMAP, link(1)))
    archive.store(index(lastmod, hours=hours))
    assert next_list(begin(archive, hours=hours), hours=hours) == (CHILD if again else None)


def test_a_sitemap_that_failed_is_read_again(archive: Archive) -> None:
    archive.store(source(INDEX, Kind.SITEMAP, Link(CHILD, Kind.SITEMAP, modified_at=after(days=-3))))
    archive.store(refused(0, Reason.HTTP_ERROR, url=CHILD, kind=Kind.SITEMAP, status=503))
    assert next_list(begin(archive), hours=0.9) is None
    assert next_list(begin(archive, hours=1), hours=1) == CHILD


def test_pages_and_sitemaps_have_a_last_one(archive: Archive) -> None:
    pages = [HOME, *(f"{HOME}trang-{number}" for number in (2, 3))]
    archive.store(source(pages[0], Kind.SECTION, Link(pages[1], Kind.SECTION)))
    archive.store(source(pages[1], Kind.SECTION, Link(pages[2], Kind.SECTION)))
    archive.store(refused(0, Reason.BUDGET, url=pages[2], kind=Kind.SECTION))
    assert next_list(begin(archive), pages=2) is None
    assert next_list(begin(archive), pages=3) == pages[2], "a crawl that goes deeper takes it up"
    maps = [INDEX, CHILD, HOME + "sitemap-2.xml"]
    archive.store(source(maps[0], Kind.SITEMAP, Link(maps[1], Kind.SITEMAP)))
    archive.store(source(maps[1], Kind.SITEMAP, Link(maps[2], Kind.SITEMAP)))
    assert next_list(begin(archive), pages=1, levels=2) is None
    assert next_list(begin(archive), pages=1, levels=3) == maps[2]


def test_a_page_of_a_list_that_is_redirected_is_not_read_again_by_itself(archive: Archive) -> None:
    archive.store(source(HOME, Kind.SECTION, Link(HOME + "trang-2", Kind.SECTION)))
    archive.store(source(HOME + "trang-2", Kind.SECTION, link(1), final_url=HOME + "trang-2/"))
    assert next_list(begin(archive, days=2), hours=48) is None


def test_an_article_beyond_the_budget_is_judged_anew_after_a_week(archive: Archive) -> None:
    archive.store(refused(1, Reason.BUDGET))
    assert taken(begin(archive), hours=167.9) == []
    assert taken(begin(archive, days=7), hours=168) == ["1"]


def test_new_rules_read_again_what_could_not_be_read(archive: Archive) -> None:
    found = []
    for hours, rules in enumerate((None, "a", "a", "b")):
        run = archive.begin_run(SITE, started_at=after(hours=hours), version="0.1", settings={"rules": rules})
        agenda = archive.agenda(run)
        found.append(taken(agenda, hours=hours))
        if hours == 0:
            archive.store(refused(1, Reason.LISTING))
            archive.store(refused(2, Reason.NOT_HTML))
        archive.finish_run(run, finished_at=after(hours=hours), status=RunStatus.FINISHED)
    assert found == [[], [], [], ["1"]]


def test_new_rules_wake_what_could_not_be_read_also_if_their_first_run_is_killed_at_once(folder: Path) -> None:
    def begin_with(archive: Archive, rules: str, **span: float) -> Agenda:
        run = archive.begin_run(SITE, started_at=after(**span), version="0.1", settings={"rules": rules})
        return archive.agenda(run)

    with Archive.open(folder, create=True) as archive:
        begin_with(archive, "a")
        archive.store(refused(1, Reason.LISTING))
    with Archive.open(folder) as archive:
        begin_with(archive, "b", days=1)
        archive._connection.rollback()  # what a kill takes: all that is not yet on the disk
    with Archive.open(folder) as archive:
        assert taken(begin_with(archive, "b", days=2), hours=48) == ["1"]
        archive.store(refused(1, Reason.LISTING, after(days=2)))
    with Archive.open(folder) as archive:
        assert taken(begin_with(archive, "b", days=3), hours=72) == [], "they are tried once"


def test_sources_beyond_the_budget_are_no_failures(archive: Archive) -> None:
    run = archive.begin_run(SITE, started_at=after(), version="0.1", settings={})
    archive.store(source(HOME, Kind.SECTION, link(1), run=run))
    archive.store(refused(0, Reason.BUDGET, url=HOME + "trang-2", kind=Kind.SECTION, run=run))
    report = archive.finish_run(run, finished_at=after(), status=RunStatus.FINISHED)
    assert (report.sources_ok, report.sources_failed, report.troubles) == (1, 0, ())


def test_news_is_what_was_not_known_when_the_list_was_last_read(archive: Archive) -> None:
    archive.store(source(HOME, Kind.SECTION, link(1)))
    archive.store(feed(2, at=after(hours=1)))
    agenda = begin(archive, hours=2)
    assert not agenda.has_news(HOME, [address(1)])
    assert agenda.has_news(HOME, [address(1), address(2)]), "the feed was quicker to name it"
    assert agenda.has_news(HOME, [address(3)])


# --- validators ---


def validators(archive: Archive, url: str, **span: float) -> tuple[str | None, str | None] | None:
    found = begin(archive, **span).validators(url, at=after(**span))
    return (found.etag, found.last_modified) if found else None


def test_validators_are_those_of_the_last_whole_answer(archive: Archive) -> None:
    archive.store(capture(article(), headers=ETAG))
    archive.store(refused(1, Reason.HTTP_ERROR, after(hours=1), headers=(("ETag", '"error page"'),)))
    assert validators(archive, address(1), hours=2) == ('"a"', "Wed, 02 Jul 2025 01:00:00 GMT")
    assert validators(archive, address(2)) is None


@pytest.mark.parametrize(("kind", "days"), [(Kind.ARTICLE, 7), (Kind.FEED, 1), (Kind.SECTION, 1)])
def test_a_server_that_says_unchanged_is_believed_for_some_days(archive: Archive, kind: Kind, days: int) -> None:
    whole = capture(article(), headers=ETAG) if kind is Kind.ARTICLE else source(HOME, kind, headers=ETAG)
    archive.store(whole)
    unchanged = replace(whole, fetched_at=after(hours=6), status=304, article=None, links=(), body=b"")
    assert archive.store(unchanged) is Outcome.UNCHANGED
    assert validators(archive, whole.url, days=days, seconds=-1)
    assert validators(archive, whole.url, days=days) is None


def test_what_leads_to_other_lists_is_read_whole(archive: Archive) -> None:
    archive.store(source(INDEX, Kind.SITEMAP, Link(CHILD, Kind.SITEMAP), headers=ETAG))
    archive.store(source(HOME, Kind.SECTION, link(1), Link(HOME + "trang-2", Kind.SECTION), headers=ETAG))
    assert validators(archive, INDEX) is None
    assert validators(archive, HOME)


def test_an_unchanged_article_keeps_its_schedule_and_one_that_is_back_is_live(archive: Archive) -> None:
    archive.store(capture(article(), headers=ETAG))
    archive.store(refused(1, Reason.GONE, after(hours=1), status=404))
    assert archive.get(address(1)).status == "gone"
    assert archive.get(address(1)).article.body == article().body
    unchanged = replace(capture(article(), after(hours=6)), status=304, article=None, body=b"")
    assert archive.store(unchanged) is Outcome.UNCHANGED
    assert archive.get(address(1)).status == "live"
    assert taken(begin(archive), hours=23.9) == []
    assert taken(begin(archive, days=1), hours=24) == ["1"]


def test_an_unchanged_list_names_what_it_named(archive: Archive) -> None:
    archive.store(feed(1, 2, headers=ETAG))
    before = archive.due_urls(SITE, at=after())
    run = archive.begin_run(SITE, started_at=after(minutes=1), version="0.1", settings={})
    assert archive.store(feed(status=304, at=after(minutes=1), run=run)) is Outcome.UNCHANGED
    assert archive.due_urls(SITE, at=after(minutes=1)) == before
    assert archive.report(run).known == 2


def test_between_two_captures_others_can_write(archive: Archive, agenda: Agenda) -> None:
    archive.store(capture(article(1)))
    agenda.take_articles(at=after(), limit=5)
    agenda.note_published(address(1), after())
    assert archive.pending == 0, "what is taken is on the disk, and what came before it"
    agenda.validators(address(1), at=after())
    agenda.has_news(HOME, [address(1)])
    with Archive.open(archive.folder) as other:
        other._connection.execute("PRAGMA busy_timeout = 1")
        other.store(capture(article(2)))
        assert other.pending == 1
