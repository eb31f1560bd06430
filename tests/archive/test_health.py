"""What the archive tells of how crawls go, filled through the door with the time as an argument."""

import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from archive import Archive, ArchiveError, Capture, Kind, NoSuchRun, Reason, Refusal, RunReport, RunStatus
from archive.reading.health import SiteHealth
from tests.archive.build import HOME, SITE, START, address, after, article, capture, feed, refused

LAYOUT = {"body": "layout:mediasoft-2022", "title": "layout:mediasoft-2022"}


def crawl(archive: Archive, *captures: Capture, status: RunStatus = RunStatus.FINISHED, **span: float) -> RunReport:
    """One run that begins this long after START and stores `captures` at its end, a minute later."""
    at = after(**span)
    run = archive.begin_run(SITE, started_at=at, version="0.1", settings={})
    for each in captures:
        values = {name: getattr(each, name) for name in Capture.__dataclass_fields__}
        body = b"" if each.article is None else at.isoformat().encode()  # no two pages have the same bytes
        archive.store(Capture(**{**values, "run": run, "fetched_at": at + timedelta(minutes=1), "body": body}))
    return archive.finish_run(run, finished_at=at + timedelta(minutes=2), status=status)


def news(*numbers: int, **changes: object) -> list[Capture]:
    return [capture(article(number, **changes)) for number in numbers]


def health(archive: Archive, **span: float) -> SiteHealth:
    found = archive.health(SITE, at=after(**span))
    assert found
    return found


def test_the_last_answer_of_each_page_counts_with_what_its_article_has(archive: Archive) -> None:
    crawl(archive, *news(1, sources=LAYOUT, byline=("Hằng Nga",)), refused(2, Reason.NO_TEXT), refused(3, Reason.GONE))
    last = crawl(archive, *news(1, 4, sources=LAYOUT, tags=("họp",)), refused(3, Reason.TIMEOUT), days=1)
    found = {(page.url, page.run): (page.reason, page.fields) for page in archive.history(last.run).pages}
    assert found == {
        (address(1), last.run): (None, {"layout", "published_at", "tags"}),
        (address(2), last.run - 1): (Reason.NO_TEXT, frozenset()),
        (address(3), last.run): (Reason.TIMEOUT, frozenset()),
        (address(4), last.run): (None, {"layout", "published_at", "tags"}),
        # what the last run met again stays in the past against which it is judged: this page showed the byline
        (address(1), last.run - 1): (None, {"layout", "published_at", "byline", "tags"}),
        (address(3), last.run - 1): (Reason.GONE, frozenset()),
    }
    assert archive.history(last.run - 1).pages[-1].run == last.run - 1, "a later run does not change what was"
    with pytest.raises(NoSuchRun):
        archive.history(77)


def test_old_articles_are_no_news_of_the_day_and_tell_nothing_of_the_design(archive: Archive) -> None:
    old = news(1, published_at=after(days=-40)) + news(2, published_at=after(days=-4))
    undated = news(3, published_at=None, published_precision=None)
    run = crawl(archive, *old, *undated, *news(4))
    history = archive.history(run.run)
    assert [page.url for page in history.pages] == [address(4), address(3), address(2)]
    assert history.arrivals == (after(minutes=1),) * 2
    assert (history.starts, history.newest) == ((START,), after(minutes=1))


def test_an_answer_that_nothing_changed_is_no_page(archive: Archive) -> None:
    crawl(archive, *news(1))
    again = crawl(archive, Capture(url=address(1), kind=Kind.ARTICLE, fetched_at=START, site=SITE, status=304), hours=1)
    assert again.unchanged == 1
    assert [page.run for page in archive.history(again.run).pages] == [again.run - 1]


def test_health_knows_the_last_run_the_last_success_and_what_is_open(archive: Archive) -> None:
    assert archive.health(SITE, at=START) is None
    crawl(archive, feed(1, 2, 3), *news(1))
    closed = Refusal(Reason.HTTP_ERROR, "status 503")
    crawl(archive, feed(status=503, refusal=closed, links=()), *news(2), days=1)
    found = health(archive, days=2)
    assert (found.last_run.sources_failed, found.last_success) == (1, after(minutes=2))
    assert (found.articles, found.newest) == (2, after(days=1, minutes=1))
    assert (found.due, found.oldest_due) == (3, after(minutes=1)), "the third was never fetched, two are to be reread"
    (source,) = found.sources
    assert (source.url, source.kind, source.reason, source.detail) == (
        HOME + "rss", Kind.FEED, Reason.HTTP_ERROR, "status 503",
    )  # fmt: skip
    assert (source.read_at, source.new_at, source.failures) == (after(minutes=1), after(minutes=1), 1)
    assert found.as_record()["sources"][0]["read_at"] == "2025-07-02T08:01:00+07:00"


def test_lags_are_those_of_what_could_be_captured_in_time(archive: Archive) -> None:
    crawl(archive, feed(1), *news(1, published_at=after(days=-1)))
    crawl(archive, feed(2, 3), *news(2, published_at=after(hours=9)), *news(3, published_at=after(hours=5)), hours=10)
    found = health(archive, days=1)
    assert found.capture_lag
    assert (found.capture_lag.articles, found.capture_lag.p95) == (2, 5 * 3600 + 60)
    assert found.capture_lag.median == 3 * 3600 + 60
    assert found.found_lag[Kind.FEED] == found.capture_lag, "the feed named them when they were captured"


def test_the_story_of_an_address_has_all_that_happened_to_it(archive: Archive) -> None:
    first = crawl(archive, feed(1, 2), *news(1, sources=LAYOUT))
    crawl(archive, *news(1, sources=LAYOUT, body="Bản tin đã được sửa. " * 5), refused(2, Reason.TIMEOUT), hours=2)
    story = archive.story(address(1), at=after(days=1))
    assert story
    assert story.article
    assert (story.site, story.kind, story.found_on, story.found_at) == (
        SITE, Kind.ARTICLE, HOME + "rss", after(minutes=1),
    )  # fmt: skip
    assert [(attempt.run, attempt.outcome) for attempt in story.attempts] == [
        (first.run, "added"), (first.run + 1, "revised"),
    ]  # fmt: skip
    assert (story.article.sources, story.article.cause, story.due_at) == (LAYOUT, None, after(hours=6, minutes=1))
    assert [(n, cause) for n, _, cause in story.article.revisions] == [(1, "published"), (2, "edited")]
    failed = archive.story(address(2), at=after(days=1))
    assert failed
    assert (failed.failures, failed.attempts[0].reason, failed.article) == (1, Reason.TIMEOUT, None)
    assert archive.story(address(9), at=after(days=1)) is None


def test_another_address_of_an_article_tells_its_story(archive: Archive) -> None:
    crawl(archive, capture(article(1), url=HOME + "amp/1.html"))
    story = archive.story(HOME + "amp/1.html", at=after(days=1))
    assert story
    assert story.article
    assert (story.article.url, story.article.cause) == (address(1), "spelling")


def test_what_a_new_design_gives_without_rules_replaces_nothing(archive: Archive) -> None:
    crawl(archive, *news(1, sources=LAYOUT))
    before = archive.get(address(1))
    menu = "Trang chủ Thời sự Kinh tế Văn hóa Thể thao Pháp luật Đời sống Giải trí Bạn đọc Liên hệ"
    report = crawl(archive, *news(1, body=menu, byline=(), sources={"body": "generic"}), hours=2)
    assert report.refused == {Reason.REDESIGNED: 1}
    assert archive.get(address(1)) == before
    crawl(archive, *news(1, body=menu, sources={"body": "layout:mediasoft-2026"}), hours=9)
    assert archive.get(address(1)).revision_count == 2, "with a second layout edits are kept again"


def test_the_holder_of_a_site_is_named_and_a_dead_one_is_taken_over(folder: Path, archive: Archive) -> None:
    program = (
        "import sys; from pathlib import Path; from datetime import datetime; from archive import Archive\n"
        f"archive = Archive.open(Path({str(folder)!r}))\n"
        f"archive.begin_run({SITE!r}, started_at=datetime.fromisoformat({START.isoformat()!r}),"
        " version='0', settings={}); print('begun', flush=True); sys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as holder:
        assert holder.stdout
        assert holder.stdout.readline() == "begun\n"
        with pytest.raises(ArchiveError, match=f"process {holder.pid} since 2025-07-02T08:00:00") as busy:
            crawl(archive, hours=1)
        assert busy.value.exit_code == 6
        holder.kill()
        holder.wait()
        crawl(archive, hours=2)
    assert [report.status for report in archive.runs()] == ["finished", "abandoned"]
