"""`baotinh cluster worker` and `tick`: jobs are done, and what is due becomes jobs."""

import os
import subprocess
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from archive import ExitCode, joined, phrase
from archive.cli import print_error, report, say
from crawler.configuration.places import places_of_user
from crawler.verbs.cluster.group import file_option, open_cluster, shards_argument
from crawler.verbs.command import CrawlCommand, allow_private_option, contact_option, delay_option

if TYPE_CHECKING:
    from crawler.cluster.cluster_file import Cluster, Shard
    from crawler.cluster.job import Ended
    from crawler.cluster.ticking import Ticked

JOBS = 8
"""Sites at a time: each waits most of its time for one host, and takes 100 MB."""


@click.command(cls=CrawlCommand)
@shards_argument
@click.option(
    "--jobs",
    type=click.IntRange(1, 1000),
    default=JOBS,
    show_default=True,
    metavar="N",
    help="Sites that are crawled at a time.",
)
@click.option(
    "--readers",
    type=click.IntRange(1, 256),
    metavar="N",
    help="WARC files that are read again at a time (default: one per core).",
)
@contact_option
@delay_option
@allow_private_option
@file_option
def worker(
    names: tuple[str, ...],
    *,
    jobs: int,
    readers: int | None,
    contact: str | None,
    delay: float | None,
    allow_private: bool,
    path: Path,
) -> None:
    """Do the jobs of shards, until Ctrl-C or SIGTERM: of all on this machine, or of those named. Linux only.

    \b
    baotinh cluster worker --contact you@example.org
    baotinh cluster worker s1 s2 --jobs 16

    Each job is a process of its own, and dies with the worker. When a worker stops, its jobs stop first. What a crawl
    stored is kept, and the next tick asks for the rest; a WARC file is read again by the next `baotinh cluster
    reparse`. Redis may be away, and come back.
    """
    cluster, queue = open_cluster(path)
    from crawler.cluster.worker import Jobs, work
    from crawler.operate.program import this_program
    from crawler.verbs.stopping import stopped_by_signals
    from crawler.workers import cores

    if sys.platform != "linux":
        raise click.UsageError(phrase("a worker runs on Linux only: elsewhere its crawls would outlive it"))
    options = ["--contact", contact] if contact else []
    options += ["--delay", str(delay)] if delay is not None else []
    options += ["--allow-private"] if allow_private else []
    shards = [shard.name for shard in cluster.choose(names)]
    say(phrase("doing the jobs of {shards}", shards=", ".join(shards)), aside=True)

    with stopped_by_signals() as stop:
        work(
            Jobs(cluster, queue, program=this_program(), options=options),
            cluster,
            shards,
            crawls=jobs,
            readers=readers or cores(),
            tell=_print_end,
            is_over=lambda: stop.is_asked,
        )


def _print_end(ended: "Ended") -> None:
    report([phrase("{shard}: {what} ended with {code}", shard=ended.shard, what=ended.what, code=ended.code)])
    if not ended.is_done:
        report(("  " + line for line in ended.said.splitlines()), aside=True)


def _tell_people(cluster: "Cluster", shards: "Sequence[Shard]") -> None:
    """Let `baotinh notify` look at these shards, if the configuration says how people are told."""
    from crawler.configuration.layers import read_layers, ways_of
    from crawler.operate.program import this_program

    if ways_of(read_layers(places_of_user(os.environ, Path.cwd()))) is None:
        return
    for shard in shards:
        command = [*this_program(), "notify", *cluster.site_file_options, "--archive", str(shard.folder)]
        subprocess.run(command, stdin=subprocess.DEVNULL, check=False)


@click.command(cls=CrawlCommand)
@shards_argument
@file_option
def tick(names: tuple[str, ...], *, path: Path) -> None:
    """Put what is due into the queue: a timer calls it on each machine that has shards.

    It remembers nothing: what is due is in the archives. A site that has a job, or is being crawled, gets no second
    one. If the configuration has [notify], people are told of what needs a look.

    Exit codes: 0 done, 2 wrong call, 4 no answer from Redis, 5 an archive is damaged or not writable.
    """
    cluster, queue = open_cluster(path)
    from crawler.cluster.ticking import tick as tick_shards

    chosen = cluster.choose(names)
    codes = [ExitCode.DONE]
    for done in tick_shards(cluster, queue, chosen, at=datetime.now(UTC)):
        _print_tick(done)
        codes += [done.error.exit_code] if done.error else []
    _tell_people(cluster, chosen)
    sys.exit(max(codes))


def _print_tick(done: "Ticked") -> None:
    if done.error:
        print_error(done.error)
    elif done.stopped:
        say(phrase("{shard}: stopped since {at}", shard=done.shard, at=done.stopped.at))
    elif done.queued:
        sites = joined(" ", done.queued)
        say(phrase("{shard}: {n} new jobs: {sites}", shard=done.shard, n=len(done.queued), sites=sites))
    else:
        say(phrase("{shard}: nothing new is due", shard=done.shard))
