"""`baotinh cluster`: crawls on several machines, with the extra `[cluster]`."""

import os
import subprocess
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from archive import ExitCode, MissingLibrary, counted, joined, phrase
from archive.cli import (
    CommandGroup,
    archive_option,
    json_option,
    print_error,
    print_json,
    print_table,
    report,
    say,
    wide_option,
)
from crawler.configuration.places import places_of_user
from crawler.verbs.command import (
    CrawlCommand,
    all_option,
    allow_private_option,
    contact_option,
    delay_option,
    site_files_option,
)

if TYPE_CHECKING:
    from crawler.cluster.cluster_file import Cluster, Shard
    from crawler.cluster.job import Ended
    from crawler.cluster.queue import Queue
    from crawler.cluster.ticking import Ticked

MOST_SHARDS = 1000
JOBS = 8
"""Jobs at a time: each waits most of its time for one host, and takes 100 MB."""

file_option = click.option(
    "--cluster",
    "path",
    type=click.Path(path_type=Path),
    default="cluster.toml",
    show_default=True,
    metavar="FILE",
    help="The file that says which shards there are.",
)
shards_argument = click.argument("names", metavar="[SHARD]...", nargs=-1)


@click.group(cls=CommandGroup)
def cluster() -> None:
    """Crawl with several archives or machines: jobs go through Redis, each archive stays on the disk of its machine.

    \b
    baotinh cluster init --all --shards 3
    baotinh cluster worker
    baotinh cluster tick
    baotinh cluster collect

    docs/scale.md says when one machine is enough, and how to go on from there. `worker`, `tick`, `status` and `drain`
    need the extra: `pip install 'baotinh[cluster]'`.
    """


@cluster.command(cls=CrawlCommand)
@click.argument("names", metavar="[SITE]...", nargs=-1)
@all_option
@site_files_option
@click.option(
    "--shards",
    type=click.IntRange(1, MOST_SHARDS),
    default=1,
    show_default=True,
    metavar="N",
    help="How many archives share the sites.",
)
@click.option("--broker", metavar="URL", help="Address of Redis (default: redis://127.0.0.1:6379).")
@file_option
def init(
    names: tuple[str, ...],
    *,
    all_sites: bool,
    site_files: tuple[Path, ...],
    shards: int,
    broker: str | None,
    path: Path,
) -> None:
    """Write a cluster.toml that shares sites among shards, and make the archives that are on this machine.

    \b
    baotinh cluster init --all --shards 3
    baotinh cluster init baokhanhhoa baocantho --broker redis://10.0.0.1:6379

    Without sites it makes what a written file asks for: the archives of this machine that are missing.
    """
    from archive import Archive, ArchiveNotFound
    from crawler.cluster.cluster_file import read_cluster

    if names or all_sites or site_files:
        _write_file(path, names, site_files, all_sites=all_sites, shards=shards, broker=broker)
    for shard in read_cluster(path).choose(()):
        try:
            Archive.open(shard.folder, read_only=True).close()
        except ArchiveNotFound:
            Archive.open(shard.folder, create=True).close()
            say(phrase("made the archive {folder}", folder=shard.folder), aside=True)


def _write_file(
    path: Path,
    names: Sequence[str],
    site_files: Sequence[Path],
    *,
    all_sites: bool,
    shards: int,
    broker: str | None,
) -> None:
    from crawler.cluster.cluster_file import read_broker
    from crawler.cluster.new_file import BROKER, write_cluster
    from crawler.errors import BadArgument
    from crawler.site_files.catalogue import Catalogue
    from crawler.verbs.choice import choose_sites

    try:
        address = read_broker(broker or BROKER)
    except ValueError as error:
        raise BadArgument("--broker", broker or "", wanted=str(error)) from None
    sites = choose_sites(names, Catalogue.load(None, site_files), all_sites=all_sites)
    write_cluster(path, sites, shards=shards, broker=address, site_files=site_files)
    report([counted("{n} site", "{n} sites", n=len(sites)), phrase("wrote {path}", path=path)], aside=True)


@cluster.command(cls=CrawlCommand)
@shards_argument
@click.option(
    "--jobs",
    type=click.IntRange(1, 1000),
    default=JOBS,
    show_default=True,
    metavar="N",
    help="Sites that are crawled at a time.",
)
@contact_option
@delay_option
@allow_private_option
@file_option
def worker(
    names: tuple[str, ...], *, jobs: int, contact: str | None, delay: float | None, allow_private: bool, path: Path
) -> None:
    """Do the jobs of shards, until Ctrl-C or SIGTERM: of all on this machine, or of those named. Linux only.

    \b
    baotinh cluster worker --contact you@example.org
    baotinh cluster worker s1 s2 --jobs 16

    Each job is a process of its own, and dies with the worker. A worker that stops stops its crawls first; what they
    had stored is kept, and the next tick finds the rest. Redis may be away, and come back.
    """
    cluster, queue = _open(path)
    from crawler.cluster.worker import Jobs, work
    from crawler.operate.program import this_program
    from crawler.verbs.stopping import stopped_by_signals

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
            queue,
            shards,
            threads=jobs,
            tell=_print_end,
            is_over=lambda: stop.is_asked,
        )


def _print_end(ended: "Ended") -> None:
    report([phrase("{shard}: {site} ended with {code}", shard=ended.shard, site=ended.site, code=ended.code)])
    if not ended.is_done:
        report(("  " + line for line in ended.said.splitlines()), aside=True)


def _tell_people(cluster: "Cluster", shards: "Sequence[Shard]") -> None:
    """Let `baotinh notify` look at these shards, if the configuration says how people are told."""
    from crawler.configuration.layers import read_layers, ways_of
    from crawler.operate.program import this_program

    if ways_of(read_layers(places_of_user(os.environ, Path.cwd()))) is None:
        return
    site_files = [word for path in cluster.site_files for word in ("--site-file", str(path))]
    for shard in shards:
        command = [*this_program(), "notify", *site_files, "--archive", str(shard.folder)]
        subprocess.run(command, stdin=subprocess.DEVNULL, check=False)


@cluster.command(cls=CrawlCommand)
@shards_argument
@file_option
def tick(names: tuple[str, ...], *, path: Path) -> None:
    """Put what is due into the queue: a timer calls it on each machine that has shards.

    It remembers nothing: what is due is in the archives. A site that has a job, or is being crawled, gets no second
    one. If the configuration has [notify], people are told of what needs a look.

    Exit codes: 0 done, 2 wrong call, 4 no answer from Redis, 5 an archive is damaged or not writable.
    """
    cluster, queue = _open(path)
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


@cluster.command(cls=CrawlCommand)
@wide_option
@json_option
@file_option
def status(*, is_wide: bool, as_json: bool, path: Path) -> None:
    """Show what waits, what runs, which shards are stopped, and which sites need a person.

    Of shards on other machines, what is in their archives is not known here. Exit code 3 if something needs a look.
    """
    cluster, queue = _open(path)
    from crawler.cluster.status import findings_of, rows_of, status_of

    found = status_of(cluster, queue, at=datetime.now(UTC))
    if as_json:
        print_json(found.as_record(), indent=2)
    else:
        print_table(rows_of(found), is_wide=is_wide)
        report(findings_of(found))
    sys.exit(ExitCode.LESS_THAN_EXPECTED if found.needs_a_look else ExitCode.DONE)


@cluster.command(cls=CrawlCommand)
@shards_argument
@click.option("--end", "is_end", is_flag=True, help="Let jobs begin again, also in a shard that exit code 5 stopped.")
@file_option
def drain(names: tuple[str, ...], *, is_end: bool, path: Path) -> None:
    """Let no new job begin in shards: in all on this machine, or in those named. Jobs that run come to their end.

    \b
    baotinh cluster drain s1
    baotinh cluster drain s1 --end
    """
    cluster, queue = _open(path)
    for shard in cluster.choose(names):
        if is_end:
            queue.resume(shard.name)
            say(phrase("{shard} gets jobs again", shard=shard.name))
        else:
            queue.stop(shard.name, at=datetime.now(UTC))
            say(phrase("{shard} gets no new jobs", shard=shard.name))


@cluster.command(cls=CrawlCommand)
@click.argument("site", metavar="SITE")
@click.option("--to", "target", metavar="SHARD", required=True, help="The shard that crawls it from now on.")
@file_option
def move(site: str, *, target: str, path: Path) -> None:
    """Move a site to another shard, with its articles and its frontier, and with the sites that share a host with it.

    \b
    baotinh cluster move baokhanhhoa --to s2

    Run it on the machine of the new shard. What the old shard has of the site comes along, and stays there too; nothing
    is doubled. Then the line of the site in cluster.toml names the new shard: copy the file to the other machines.
    """
    from crawler.cluster.cluster_file import read_cluster
    from crawler.cluster.moving import move as move_site
    from crawler.errors import UnknownSite

    cluster = read_cluster(path)
    source = cluster.shard_of(site)
    if source is None:
        raise UnknownSite(site, cluster.sites)
    (place,) = cluster.choose([target])
    if place.name == source.name:
        say(phrase("{site} is in {shard} already", site=site, shard=target))
        return
    sites, carried = move_site(cluster, source, place, site)
    moved = phrase("{sites} moved from {source} to {target}", sites=", ".join(sites), source=source.name, target=target)
    say(moved)
    articles = carried.articles if carried else 0
    report([counted("{n} article is new there", "{n} articles are new there", n=articles)])


@cluster.command(cls=CrawlCommand)
@file_option
@archive_option
def collect(*, path: Path, folder: Path) -> None:
    """Bring what is new in each shard into one archive, for readers.

    \b
    baotinh cluster collect --archive /srv/news

    A second collect changes nothing. A shard that cannot be read is named, and the others are collected.
    """
    from crawler.cluster.cluster_file import read_cluster
    from crawler.cluster.collecting import collect as collect_shards

    codes = [ExitCode.DONE]
    for done in collect_shards(read_cluster(path), folder):
        if done.error:
            print_error(done.error)
            codes.append(done.error.exit_code)
        elif done.merged is None or done.merged.is_empty:
            say(phrase("{shard} has nothing new", shard=done.shard))
        else:
            say(
                phrase(
                    "{shard}: {articles:,} new articles, {joined:,} changed",
                    shard=done.shard,
                    articles=done.merged.articles,
                    joined=done.merged.joined,
                )
            )
    sys.exit(max(codes))


def _open(path: Path) -> "tuple[Cluster, Queue]":
    """Return the cluster and its queue. Raises MissingLibrary, and the errors of `read_cluster`."""
    try:
        from crawler.cluster.queue import Queue
    except ModuleNotFoundError as error:
        raise MissingLibrary("`baotinh cluster`", library=str(error.name), extra="cluster") from None
    from crawler.cluster.cluster_file import read_cluster

    cluster = read_cluster(path)
    return cluster, Queue(cluster.broker, heartbeat=cluster.heartbeat)
