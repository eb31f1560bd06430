"""`baotinh cluster reparse`: the raw pages of shards are read again in jobs."""

import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from archive import ExitCode, counted, joined, phrase
from archive.cli import print_error, report, say
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
    """
    cluster, queue = open_cluster(path)
    from crawler.cluster.rereading import reparse_shards, wait_for_readings
    from crawler.verbs.choice import open_catalogue
    from crawler.verbs.reparse import request_of
    from crawler.verbs.stopping import stopped_by_signals

    def request(archive: "Archive") -> "Request":
        catalogue = open_catalogue(archive.folder, cluster.site_files)
        return request_of(archive, catalogue, all_sites=True, workers=0)

    codes = [ExitCode.DONE]
    with stopped_by_signals() as stop:
        shards = cluster.choose(names)
        is_waiting = True
        while is_waiting and not stop.is_asked:
            is_waiting = False
            for done in reparse_shards(
                queue, shards, request_of=request, now=lambda: datetime.now(UTC), is_over=lambda: stop.is_asked
            ):
                _print(done)
                codes += [done.error.exit_code] if done.error else []
                codes += [ExitCode.ARCHIVE_UNUSABLE] if any(each.damaged for each in done.stored) else []
                is_waiting = is_waiting or (is_patient and done.is_waiting)
            wait_for_readings(queue, shards if is_waiting else (), is_over=lambda: stop.is_asked)
    sys.exit(ExitCode.INTERRUPTED if stop.is_asked else max(codes))


def _print(done: "Reparsed") -> None:
    from crawler.reparse.report import lines_of

    if done.error:
        print_error(done.error)
        return
    if done.stopped:
        say(phrase("{shard}: stopped since {at}", shard=done.shard, at=done.stopped.at))
        return
    for each in done.stored:
        if each.read or each.damaged:
            report(lines_of(each, is_dry=False))
    counts = [
        counted("{n} WARC file got a job", "{n} WARC files got a job", n=len(done.queued)),
        counted("{n} waits", "{n} wait", n=len(done.waiting)),
    ]
    say(phrase("{shard}: {counts}", shard=done.shard, counts=joined(", ", counts)))
