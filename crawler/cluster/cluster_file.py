"""`cluster.toml`: which shards there are, on which machine each is, and which sites each of them crawls."""

import re
import socket
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from archive import phrase
from crawler.cluster.host_groups import groups_of
from crawler.errors import BadArgument, BadCluster, CrawlerError, check_file, did_you_mean
from crawler.operate.schedule import read_every
from crawler.operate.spans import read_span
from crawler.site import Site
from crawler.site_files.catalogue import Catalogue
from crawler.site_files.keys import Key, read_count, read_text
from crawler.site_files.toml_file import TomlFile

FILE = "cluster.toml"
SITES = "sites"
SHARD = "shard"
HEARTBEAT = 60
"""Seconds without a sign of life after which the jobs of a worker go to another one."""
EVERY = "2h"
STOP_AFTER = "30m"
"""Longest job: a site with many pages gives way to the others, and its next job goes on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shard:
    """An archive that the jobs of some sites write."""

    name: str
    folder: Path
    host: str = ""
    """Name of the machine that has the folder, as `hostname` prints it; "" for any machine that reads the file."""
    copy: Path | None = None
    """Where `collect` finds a backup of it; None for the folder itself."""
    groups: tuple[tuple[str, ...], ...] = ()
    """Its sites; those of one group share a host, and only one of them is crawled at a time."""

    @property
    def sites(self) -> tuple[str, ...]:
        """Its sites, one by one."""
        return tuple(site for group in self.groups for site in group)

    @property
    def is_here(self) -> bool:
        """Whether this machine has the folder."""
        return self.host in ("", socket.gethostname())

    def group_of(self, site: str) -> tuple[str, ...]:
        """Return the sites that are crawled one at a time with one of its sites, that one included."""
        return next(group for group in self.groups if site in group)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cluster:
    """What `cluster.toml` says."""

    path: Path
    broker: str
    """Address of Redis."""
    every: int
    """Minutes from one crawl of a site to the next."""
    stop_after: str
    heartbeat: int
    """Seconds."""
    site_files: tuple[Path, ...]
    sites: Mapping[str, Site]
    shards: Mapping[str, Shard]

    @property
    def site_file_options(self) -> list[str]:
        """The words that give the site files to a command."""
        return [word for path in self.site_files for word in ("--site-file", str(path))]

    def shard_of(self, site: str) -> Shard | None:
        """Return the shard that crawls a site; None for a site of no shard."""
        return next((shard for shard in self.shards.values() if site in shard.sites), None)

    def choose(self, names: Sequence[str]) -> list[Shard]:
        """Return the shards of these names, or all that are on this machine. Raises BadArgument."""
        for name in names:
            if name not in self.shards:
                hint = did_you_mean(name, self.shards)
                raise BadArgument("SHARD", name, wanted=phrase("a shard of {path}{hint}", path=self.path, hint=hint))
        return [self.shards[name] for name in names] or [each for each in self.shards.values() if each.is_here]


def read_cluster(path: Path) -> Cluster:
    """Read the file. Raises UnreadableFile, BadCluster with all of its mistakes, and BadSiteFile."""
    check_file(path, wanted=phrase("cluster.toml; `baotinh cluster init` writes one"))
    file = TomlFile(path)
    top = file.values(_KEYS, tables=(SHARD, SITES))
    shards = {each["name"]: each for each in file.tables(SHARD, _SHARD_KEYS) if "name" in each}
    _check_shards(file, shards)
    place = Key(phrase("name of a shard"), read_text)
    sites = file.table(SITES, dict.fromkeys(file.data.get(SITES, {}), place))
    site_files = tuple(_below(path, each) for each in top.get("site_files", ()))
    known = dict(_find_sites(file, sites, site_files)) if not file.problems else {}
    groups = _check_places(file, sites, shards, known)
    if file.problems:
        raise BadCluster(file.problems)
    return Cluster(
        path=path,
        broker=top["broker"],
        every=read_every(top.get("every", EVERY)).every or 0,
        stop_after=top.get("stop_after", STOP_AFTER),
        heartbeat=top.get("heartbeat", HEARTBEAT),
        site_files=site_files,
        sites=known,
        shards={
            name: Shard(
                name=name,
                folder=_below(path, given["folder"]),
                host=given.get("host", ""),
                copy=_below(path, given["copy"]) if "copy" in given else None,
                groups=tuple(group for group in groups if sites[group[0]] == name),
            )
            for name, given in shards.items()
        },
    )


def _below(path: Path, given: str) -> Path:
    return path.parent.resolve() / Path(given).expanduser()


def _check_shards(file: TomlFile, shards: Mapping[str, Mapping[str, str]]) -> None:
    given = file.data.get(SHARD, [])
    if not file.problems and not given:
        file.note(phrase("no [[shard]]: give at least one, with `name` and `folder`"))
    if not file.problems and len(shards) < len(given):
        file.note(phrase("two shards have one name"), table=SHARD)
    if not file.problems and len({each["folder"] + each.get("host", "") for each in shards.values()}) < len(shards):
        file.note(phrase("two shards have one folder"), table=SHARD)


def _find_sites(file: TomlFile, names: Mapping[str, str], site_files: Sequence[Path]) -> Iterator[tuple[str, Site]]:
    """Yield the sites by name; note those that no site file has. Raises UnreadableFile, BadSiteFile."""
    catalogue = Catalogue.load(None, site_files)
    for name in names:
        try:
            yield name, catalogue.find(name).site
        except CrawlerError as error:
            file.note(str(error), table=SITES, key=name)


def _check_places(
    file: TomlFile,
    places: Mapping[str, str],
    shards: Mapping[str, object],
    known: Mapping[str, Site],
) -> list[tuple[str, ...]]:
    """Return the groups of sites; note sites of no shard, and sites that share a host but not their shard."""
    for site, shard in places.items():
        if shard not in shards and not file.problems:
            text = phrase('no shard "{name}"{hint}', name=shard, hint=did_you_mean(shard, shards))
            file.note(text, table=SITES, key=site)
    groups = groups_of(known.values())
    for first, *others in groups:
        for other in others:
            if places[other] != places[first]:
                text = phrase("{site} shares a host with {first}: give both the same shard", site=other, first=first)
                file.note(text, table=SITES, key=other)
    return groups


def read_broker(value: object) -> str:
    """Return the address of a Redis."""
    text = read_text(value)
    if urlsplit(text).scheme not in ("redis", "rediss", "unix"):
        raise ValueError(phrase("expected the address of a Redis, such as redis://127.0.0.1:6379"))
    return text


def _read_every(value: object) -> str:
    text = read_text(value)
    try:
        read_every(text)
    except BadArgument as error:
        raise ValueError(str(error)) from None
    return text


def _read_span(value: object) -> str:
    text = read_text(value)
    read_span(text)
    return text


def _read_name(value: object) -> str:
    text = read_text(value)
    if not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_-]{0,79}", text):  # a queue of Dramatiq has no other name
        raise ValueError(phrase("expected a name of letters, digits, _ and -, with a letter first"))
    return text


_KEYS: Mapping[str, Key] = {
    "broker": Key(phrase("address of Redis: redis://127.0.0.1:6379"), read_broker, required=True),
    "every": Key(phrase("time from one crawl of a site to the next: 15m, 30m, 1h, 2h, 6h, 12h"), _read_every),
    "stop_after": Key(phrase("longest job: 90s, 50m, 2h"), _read_span),
    "heartbeat": Key(phrase("seconds without a sign of life after which a worker's jobs go to another"), read_count),
    "site_files": Key(phrase("site files of sites that are not packaged"), read_text, many=True),
}
_SHARD_KEYS: Mapping[str, Key] = {
    "name": Key(phrase("name of the shard"), _read_name, required=True),
    "folder": Key(phrase("folder of its archive"), read_text, required=True),
    "host": Key(phrase("name of the machine that has the folder"), read_text),
    "copy": Key(phrase("where `collect` finds a backup of it"), read_text),
}
