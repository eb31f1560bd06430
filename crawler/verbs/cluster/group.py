"""The group of commands, and what they share: the file of the cluster, its shards, its queue."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from archive import MissingLibrary
from archive.cli import CommandGroup

if TYPE_CHECKING:
    from crawler.cluster.cluster_file import Cluster
    from crawler.cluster.queue import Queue

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

    docs/scale.md says when one machine is enough, and how to go on from there. `worker`, `tick`, `status`,
    `drain` and `reparse` need the extra: `pip install 'baotinh[cluster]'`.
    """


def open_cluster(path: Path) -> "tuple[Cluster, Queue]":
    """Return the cluster and its queue. Raises MissingLibrary, and the errors of `read_cluster`."""
    try:
        from crawler.cluster.queue import Queue
    except ModuleNotFoundError as error:
        raise MissingLibrary("`baotinh cluster`", library=str(error.name), extra="cluster") from None
    from crawler.cluster.cluster_file import read_cluster

    cluster = read_cluster(path)
    return cluster, Queue(cluster.broker, heartbeat=cluster.heartbeat)
