"""`baotinh cluster status` and `drain`: what is at work, and whether it may be."""

import sys
from datetime import UTC, datetime
from pathlib import Path

import click

from archive import ExitCode, phrase
from archive.cli import json_option, print_json, print_table, report, say, wide_option
from crawler.verbs.cluster.group import file_option, open_cluster, shards_argument
from crawler.verbs.command import CrawlCommand


@click.command(cls=CrawlCommand)
@wide_option
@json_option
@file_option
def status(*, is_wide: bool, as_json: bool, path: Path) -> None:
    """Show what waits, what runs, which shards are stopped, and which jobs failed.

    Of shards on other machines, what is in their archives is not known here. Exit code 3 if something needs a look.
    """
    cluster, queue = open_cluster(path)
    from crawler.cluster.status import findings_of, rows_of, status_of

    found = status_of(cluster, queue, at=datetime.now(UTC))
    if as_json:
        print_json(found.as_record(), indent=2)
    else:
        print_table(rows_of(found), is_wide=is_wide)
        report(findings_of(found))
    sys.exit(ExitCode.LESS_THAN_EXPECTED if found.needs_a_look else ExitCode.DONE)


@click.command(cls=CrawlCommand)
@shards_argument
@click.option("--end", "is_end", is_flag=True, help="Let jobs begin again, also in a shard that exit code 5 stopped.")
@file_option
def drain(names: tuple[str, ...], *, is_end: bool, path: Path) -> None:
    """Let no new job begin in shards: in all on this machine, or in those named. Jobs that run come to their end.

    \b
    baotinh cluster drain s1
    baotinh cluster drain s1 --end
    """
    cluster, queue = open_cluster(path)
    for shard in cluster.choose(names):
        if is_end:
            queue.resume(shard.name)
            say(phrase("{shard} gets jobs again", shard=shard.name))
        else:
            queue.stop(shard.name, at=datetime.now(UTC))
            say(phrase("{shard} gets no new jobs", shard=shard.name))
