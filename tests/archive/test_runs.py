from dataclasses import replace
from pathlib import Path

import pytest

from archive import Archive, ArchiveError, Kind, Link, Reason, RunReport, RunStatus
from tests.archive.build import HOME, SITE, after, article, capture, feed, refused


def begin(archive: Archive, **span: float) -> int:
    return archive.begin_run(SITE, started_at=after(**span), version="0.1", settings={"DOWNLOAD_DELAY": 1})


def finish(archive: Archive, run: int, **span: float) -> RunReport:
    return archive.finish_run(run, finished_at=after(**span), status=RunStatus.FINISHED)


def counts(report: RunReport) -> tuple[int, ...]:
    refused_, failed = sum(report.refused.values()), sum(report.failed.values())
    assert report.balances
    assert report.found == report.stored + report.revised + report.unchanged + refused_ + failed + report.left
    return report.found, report.stored, report.revised, report.unchanged, refused_, failed, report.left


def test_every_url_of_a_run_has_one_outcome(archive: Archive) -> None:
    archive.store(capture(article(4)))
    archive.store(capture(article(5)))
    run = begin(archive, hours=2)
    at = after(hours=2)
    archive.store(feed(1, 2, 3, 4, 5, 6, 1, at=at, run=run))
    archive.store(capture(article(1), at, run=run))
    archive.store(refused(2, Reason.NO_TEXT, at, run=run))
    archive.store(refused(3, Reason.TIMEOUT, at, run=run))
    archive.store(capture(article(4), at, run=run))
    archive.store(capture(article(5, title="Mới"), at, run=run))
    report = finish(archive, run, hours=3)
    assert counts(report) == (6, 1, 1, 1, 1, 1, 1)
    assert (report.refused, report.failed) == ({Reason.NO_TEXT: 1}, {Reason.TIMEOUT: 1})
    assert (report.sources_ok, report.sources_failed, report.known) == (1, 0, 0)


def test_a_run_without_links(archive: Archive) -> None:
    run = begin(archive)
    archive.store(feed(run=run))
    assert counts(finish(archive, run)) == (0, 0, 0, 0, 0, 0, 0)


def test_links_that_are_not_due_are_known_and_not_found(archive: Archive) -> None:
    archive.store(capture(article(1)))
    run = begin(archive)
    archive.store(feed(1, 2, run=run))
    archive.store(feed(1, run=run))  # a second source names it again
    report = finish(archive, run)
    assert (report.found, report.left, report.known) == (1, 1, 1)


def test_a_list_that_is_known_is_no_known_article(archive: Archive) -> None:
    index = replace(feed(), kind=Kind.SITEMAP, links=(Link(HOME + "sitemap-1.xml", Kind.SITEMAP, modified_at=after()),))
    archive.store(index)
    archive.store(replace(feed(1), url=HOME + "sitemap-1.xml", kind=Kind.SITEMAP))
    run = begin(archive)
    archive.store(replace(index, run=run))
    assert finish(archive, run).known == 0


def test_what_a_run_left_the_next_one_answers_for(archive: Archive) -> None:
    first = begin(archive)
    archive.store(feed(1, 2, run=first))
    assert counts(finish(archive, first))[-1] == 2
    second = begin(archive, hours=1)
    archive.store(capture(article(1), after(hours=1), run=second))
    assert counts(finish(archive, second, hours=2)) == (2, 1, 0, 0, 0, 0, 1)
    assert counts(archive.report(first))[-1] == 2  # what was reported stays


def test_a_run_answers_for_what_falls_due_while_it_goes_on_if_it_meets_it(archive: Archive) -> None:
    for number in (1, 2):
        archive.store(capture(article(number)))
    run = begin(archive, minutes=30)
    archive.store(feed(1, at=after(minutes=59), run=run))
    assert (archive.report(run).found, archive.report(run).known) == (0, 1)
    archive.store(feed(1, at=after(minutes=60), run=run))
    assert counts(finish(archive, run, hours=2)) == (1, 0, 0, 0, 0, 0, 1)
    assert counts(finish(archive, begin(archive, hours=2), hours=2)) == (2, 0, 0, 0, 0, 0, 2), "both are due by then"


def test_a_failed_source_is_counted(archive: Archive) -> None:
    run = begin(archive)
    source = feed()
    archive.store(refused(0, Reason.HTTP_ERROR, url=source.url, kind=source.kind, status=503, run=run))
    report = finish(archive, run)
    assert (report.sources_ok, report.sources_failed, report.found) == (0, 1, 0)


def test_a_run_whose_process_died_is_reported(folder: Path, archive: Archive) -> None:
    dead = begin(archive)
    archive.store(feed(1, 2, run=dead))
    archive.store(capture(article(1), after(minutes=5), run=dead))
    assert counts(archive.report(dead)) == (2, 1, 0, 0, 0, 0, 1)
    archive.close()
    with Archive.open(folder) as again:
        run = begin(again, hours=1)
        report = again.report(dead)
        assert (report.status, report.finished_at) == ("abandoned", after(minutes=5))
        assert counts(report) == (2, 1, 0, 0, 0, 0, 1)
        assert [line.run for line in again.runs()] == [run, dead]


def test_a_site_is_crawled_once_at_a_time(folder: Path, archive: Archive) -> None:
    begin(archive)
    with Archive.open(folder) as other:
        with pytest.raises(ArchiveError, match=f"{SITE} is being crawled by process") as refusal:
            begin(other)
        assert refusal.value.exit_code == 6
        other.begin_run("another", started_at=after(), version="0.1", settings={})


def test_a_report_is_plain_json(archive: Archive) -> None:
    run = begin(archive)
    archive.store(refused(1, Reason.TIMEOUT, run=run))
    record = finish(archive, run, hours=1).as_record()
    assert (record["failed"], record["finished_at"]) == ({"timeout": 1}, "2025-07-02T09:00:00+07:00")
