"""What the newspapers saw of a cluster: pages that were fetched twice, requests at once, and the time between two."""

from collections.abc import Iterable, Sequence
from itertools import groupby, pairwise
from operator import attrgetter

from bench.cluster.counting_sites import Asked, Newspaper

SECOND = 1_000_000_000
"""Nanoseconds."""


def fetched_again(asked: Iterable[Asked], papers: Sequence[Newspaper], since: Sequence[int]) -> list[int]:
    """Return how many article pages were fetched that had been fetched before, from each moment until the next."""
    pages = {(paper.site, each.path) for paper in papers for each in paper.outlet.articles}
    known: set[tuple[str, str]] = set()
    again = [0] * len(since)
    for each in sorted(asked, key=attrgetter("came_at")):
        page = (each.site, each.target)
        if page in known:
            again[max(0, sum(moment <= each.came_at for moment in since) - 1)] += 1
        elif page in pages:
            known.add(page)
    return again


def most_at_once(asked: Iterable[Asked]) -> int:
    """Return the largest number of requests that were open at one host at the same time."""
    most = 0
    for requests in _by_site(asked):
        moments = sorted([(each.came_at, 1) for each in requests] + [(each.answered_at, -1) for each in requests])
        is_open = 0
        for _, change in moments:
            is_open += change
            most = max(most, is_open)
    return most


def gaps(asked: Iterable[Asked]) -> list[float]:
    """Return the seconds between each two requests to one host, the shortest first."""
    return sorted(
        (later.came_at - earlier.came_at) / SECOND
        for requests in _by_site(asked)
        for earlier, later in pairwise(requests)
    )


def _by_site(asked: Iterable[Asked]) -> list[list[Asked]]:
    """Return the requests of each site, in the order in which they came."""
    in_order = sorted(asked, key=attrgetter("site", "came_at"))
    return [list(requests) for _, requests in groupby(in_order, key=attrgetter("site"))]
