"""`baotinh cluster move` and `collect`: what the shards hold goes to another shard, or to readers."""

import sys
from pathlib import Path

import click

from archive import ExitCode, counted, phrase
from archive.cli import archive_option, print_error, report, say
from crawler.verbs.cluster.group import file_option
from crawler.verbs.command import CrawlCommand


@click.command(cls=CrawlCommand)
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


@click.command(cls=CrawlCommand)
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
