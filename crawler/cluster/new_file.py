"""The text of a new `cluster.toml`."""

import json
from collections.abc import Mapping, Sequence

from crawler.cluster.cluster_file import EVERY, HEARTBEAT, STOP_AFTER

BROKER = "redis://127.0.0.1:6379"
FOLDER = "shards"
"""Where the shards of a new cluster are, beside its file."""


def shard_names(count: int) -> list[str]:
    """Return the names of so many shards."""
    return [f"s{number}" for number in range(1, count + 1)]


def text_of(shards: Sequence[str], places: Mapping[str, str], *, broker: str, site_files: Sequence[str]) -> str:
    """Return a file with these shards, and with the sites in the shards that `places` says."""
    lines = [
        f"broker = {_quoted(broker)}",
        f"every = {_quoted(EVERY)}          # from one crawl of a site to the next",
        f"stop_after = {_quoted(STOP_AFTER)}    # longest job",
        f"heartbeat = {HEARTBEAT}         # seconds of silence after which a worker's jobs go to another",
        *([f"site_files = {json.dumps(list(site_files), ensure_ascii=False)}"] if site_files else []),
    ]
    for name in shards:
        lines += ["", "[[shard]]", f"name = {_quoted(name)}", f"folder = {_quoted(f'{FOLDER}/{name}')}"]
    lines += ["", "[sites]", *(f"{site} = {_quoted(shard)}" for site, shard in places.items())]
    return "\n".join(lines) + "\n"


def _quoted(text: str) -> str:
    """Return a basic string of TOML, which JSON's are too."""
    return json.dumps(text, ensure_ascii=False)
