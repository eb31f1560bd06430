"""A site moves to another shard: its rows and its frontier go first, then its line in `cluster.toml`."""

import re
from contextlib import ExitStack
from pathlib import Path

from archive import Archive, Merged, merge, whole_file
from crawler.cluster.cluster_file import SITES, Cluster, Shard
from crawler.cluster.host_lock import hosts_held
from crawler.errors import BeingCrawled


def move(cluster: Cluster, source: Shard, target: Shard, site: str) -> tuple[tuple[str, ...], Merged | None]:
    """Move a site, and those that share a host with it, from its shard to another; return them, and what was carried.

    What `source` has of these sites comes into `target`, which is on this machine, and stays in `source` too; nothing
    is doubled. What is carried is None if `source` has nothing of them. Jobs of the sites cannot begin meanwhile, if
    `source` is on this machine too. Raises BeingCrawled if one runs, and the errors of `merge`; then nothing has moved.
    """
    group = source.group_of(site)
    with ExitStack() as stack:
        for shard in (each for each in (source, target) if each.is_here):
            if stack.enter_context(hosts_held(shard.folder, group)) is None:
                raise BeingCrawled(site, shard.name)
        place = source.folder if source.is_here else source.copy or source.folder
        with Archive.open(place, read_only=True) as archive:
            held = archive.site_totals().keys() & set(group)
        carried = merge(target.folder, place, sites=held) if held else None
        _assign(cluster.path, group, target.name)
        return group, carried


def _assign(path: Path, sites: tuple[str, ...], shard: str) -> None:
    """Write the shard of the sites into `cluster.toml`, and leave every other byte as it is."""
    before, header, table = path.read_text(encoding="utf-8").partition(f"[{SITES}]")
    for site in sites:
        line = re.compile(rf"""^(\s*["']?{re.escape(site)}["']?\s*=\s*)(?:"[^"]*"|'[^']*')""", re.MULTILINE)
        table = line.sub(rf'\g<1>"{shard}"', table, count=1)
    with whole_file(path) as file:
        file.write(f"{before}{header}{table}".encode())
