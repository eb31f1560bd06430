"""`baotinh cluster reparse`: the raw pages of shards are read again in jobs."""

import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from archive import ExitCode, counted, joined, phrase
from archive.cli import print_error, report, say
from crawler.errors import NotRead
from crawler.verbs.cluster.group import file_option, open_cluster, shards_argument
from crawler.verbs.command import CrawlCommand

if TYPE_CHECKING:
    from archive import Archive
    from crawler.cluster.rereading import Reparsed
    from crawler.reparse.plan import Request


@click.command(cls=CrawlCommand)
@shards_argument
@click.option("--wait", "is_patient", is_flag=True, help="Stay until everything is read and stored.")
@file_option
def reparse(names: tuple[str, ...], *, is_patient: bool, path: Path) -> None:
    """Read the raw pages of shards again with today's rules: of all on this machine, or of those named.

    \b
    baotinh cluster reparse --wait
    baotinh cluster reparse s1

    Each WARC file with pages to read becomes a job of the workers. With --wait, what they have read is stored as it
    comes; else by the next call. A job that was lost is asked for again.

    Exit codes: 0 done, 1 no job could read a WARC file, 2 wrong call, 3 --wait met a drained shard, 4 no answer from
    Redis, 5 a raw page or an archive is damaged, or a shard is stopped because its archive was unusable,
    130 interrupted.
    """
    cluster, queue = open_cluster(path)
    from crawler.cluster.rereading import reparse_shards
    from crawler.verbs.choice import open_catalogue
    from crawler.verbs.reparse import request_of
    from crawler.verbs.stopping import say_interrupted, stopped_by_signals

    def request(archive: "Archive") -> "Request":
        catalogue = open_catalogue(archive.folder, cluster.site_files)
        place = phrase("`site_files` of {path}", path=path)
        return request_of(archive, catalogue, all_sites=True, workers=0, place=place)

    codes = [ExitCode.DONE]
    with stopped_by_signals() as stop:
        for done in reparse_shards(
            queue,
            cluster.choose(names),
            is_patient=is_patient,
            request_of=request,
            now=lambda: datetime.now(UTC),
            is_over=lambda: stop.is_asked,
        ):
            _print(done, is_over=stop.is_asked)
            codes += _codes(done, is_patient=is_patient)
    if stop.is_asked:
        say_interrupted()
        sys.exit(ExitCode.INTERRUPTED)
    sys.exit(max(codes))


def _codes(done: "Reparsed", *, is_patient: bool) -> Iterator[ExitCode]:
    """Yield the exit codes of what went wrong in a shard."""
    if done.error:
        yield done.error.exit_code
    if done.unread:
        yield NotRead.exit_code
    if (done.stopped and done.stopped.said) or any(each.damaged for each in done.stored):
        yield ExitCode.ARCHIVE_UNUSABLE
    if done.stopped and is_patient:  # what a person drained is no error, but not everything is read
        yield ExitCode.LESS_THAN_EXPECTED


def _print(done: "Reparsed", *, is_over: bool) -> None:
    from crawler.reparse.report import lines_of

    if done.error:
        print_error(done.error)
        return
    if done.stopped:
        said = phrase(
            "{shard}: stopped since {at}; `baotinh cluster drain {shard} --end` ends that",
            shard=done.shard,
            at=done.stopped.at,
        )
        say(said)
        return
    for each in done.stored:
        if each.read or each.damaged:
            report(lines_of(each, is_dry=False))
    if is_over:
        return
    counts = [
        counted("{n} WARC file got a job", "{n} WARC files got a job", n=len(done.queued)),
        phrase("{n} had one already", n=len(done.waiting)),
    ]
    say(phrase("{shard}: {counts}", shard=done.shard, counts=joined(", ", counts)))
    for warc in done.unread:
        print_error(NotRead(done.shard, warc))
