"""Propose patterns for an outlet's article addresses, from the addresses of known articles."""

import re
from collections.abc import Sequence

from crawler.new_site.family import fits
from crawler.new_site.samples import Samples
from crawler.new_site.sources import find_links
from crawler.site import Platform
from crawler.site_files.shapes import propose_patterns
from crawler.urls import path_with_query


def find_patterns(samples: Samples, platform: Platform | None) -> list[str]:
    """Return patterns that match all article pages; empty if the platform's own patterns match them.

    A pattern comes from the form that many links share, else from the articles alone, else it is their exact address.
    """
    articles = [sample.page.url for sample in samples.articles]
    if platform and not _others(articles, [pattern.pattern for pattern in platform.article_url]):
        return []
    found: list[str] = []
    for urls in ([*articles, *find_links(samples)], articles):
        for proposal in propose_patterns(urls):
            if len(_others(articles, [*found, proposal.pattern])) < len(_others(articles, found)):
                found.append(proposal.pattern)
    return [*found, *map(literal_pattern, _others(articles, found))]


def literal_pattern(url: str) -> str:
    """Return a pattern that matches only this address, for one that has no typical form."""
    return f"^{re.escape(path_with_query(url))}$"


def _others(urls: Sequence[str], patterns: Sequence[str]) -> list[str]:
    """Return the addresses that no pattern matches."""
    compiled = [re.compile(pattern) for pattern in patterns]
    return [url for url in urls if not fits(url, compiled)]
