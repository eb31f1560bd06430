"""A new `cluster.toml`, which shares sites among shards."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from archive import phrase, words_of, write_new
from crawler.cluster.cluster_file import EVERY, HEARTBEAT, STOP_AFTER
from crawler.cluster.host_groups import groups_of, spread
from crawler.errors import FileExists, NotWritable
from crawler.new_site.toml_text import basic, listed
from crawler.site import Site

BROKER = "redis://127.0.0.1:6379"
FOLDER = "shards"
"""Where the shards of a new cluster are, beside its file."""


def write_cluster(path: Path, sites: Sequence[Site], *, shards: int, broker: str, site_files: Sequence[Path]) -> None:
    """Write a file that shares the sites among so many shards. Raises FileExists and NotWritable."""
    names = [f"s{number}" for number in range(1, shards + 1)]
    given = [str(each.resolve()) for each in site_files]
    text = _text_of(names, spread(groups_of(sites), names), broker=broker, site_files=given)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_new(path, text.encode())
    except FileExistsError:
        raise FileExists(path, instead=phrase("give another --cluster")) from None
    except OSError as error:
        raise NotWritable(path, words_of(error), instead=phrase("give another --cluster")) from error


def _text_of(shards: Sequence[str], places: Mapping[str, str], *, broker: str, site_files: Sequence[str]) -> str:
    """Return a file with these shards, and with the sites in the shards that `places` says."""
    lines = [
        f"broker = {basic(broker)}",
        f"every = {basic(EVERY)}          # from one crawl of a site to the next",
        f"stop_after = {basic(STOP_AFTER)}    # longest job",
        f"heartbeat = {HEARTBEAT}         # seconds of silence after which a worker's jobs go to another",
        *([listed("site_files", [basic(each) for each in site_files])] if site_files else []),
    ]
    for name in shards:
        lines += ["", "[[shard]]", f"name = {basic(name)}", f"folder = {basic(f'{FOLDER}/{name}')}"]
    lines += ["", "[sites]", *(f"{site} = {basic(shard)}" for site, shard in places.items())]
    return "\n".join(lines) + "\n"
