"""`baotinh cluster init`: a new cluster.toml, and the archives of this machine."""

from collections.abc import Sequence
from pathlib import Path

import click

from archive import counted, phrase
from archive.cli import report, say
from crawler.verbs.cluster.group import file_option
from crawler.verbs.command import CrawlCommand, all_option, site_files_option

MOST_SHARDS = 1000


@click.command(cls=CrawlCommand)
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
