"""Sites that share a host: they are crawled one at a time, and belong into one shard."""

from collections.abc import Iterable, Sequence

from crawler.site import Site


def groups_of(sites: Iterable[Site]) -> list[tuple[str, ...]]:
    """Return the names of the sites, those together that share a host, directly or through another site."""
    groups: dict[str, set[str]] = {}
    owners: dict[str, str] = {}
    for site in sites:
        joined = {site.name}.union(*(groups[owners[host]] for host in site.domains if host in owners))
        groups.update(dict.fromkeys(joined, joined))
        owners.update(dict.fromkeys(site.domains, site.name))
    return sorted({tuple(sorted(group)) for group in groups.values()})


def spread(groups: Iterable[tuple[str, ...]], shards: Sequence[str]) -> dict[str, str]:
    """Return site → shard: each group goes into the shard that has the fewest sites, the largest group first."""
    counts = dict.fromkeys(shards, 0)
    places: dict[str, str] = {}
    for group in sorted(groups, key=lambda group: (-len(group), group)):
        shard = min(counts, key=lambda name: counts[name])
        counts[shard] += len(group)
        places.update(dict.fromkeys(group, shard))
    return dict(sorted(places.items()))
