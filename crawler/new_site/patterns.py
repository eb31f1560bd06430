"""Which addresses of an outlet are articles, as far as those that are known to be can tell."""

import re
from collections.abc import Sequence

from crawler.new_site.family import fits
from crawler.new_site.samples import Samples
from crawler.new_site.sources import find_links
from crawler.site import Platform
from crawler.site_files.shapes import propose_patterns
from crawler.urls import path_with_query


def find_patterns(samples: Samples, platform: Platform | None) -> list[str]:
    """Return patterns that match all article pages: such as many links share, else the pages alone, else themselves.

    Empty if the platform's own patterns match them.
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
    """Return a pattern for this one address, whose shape says nothing."""
    return f"^{re.escape(path_with_query(url))}$"


def _others(urls: Sequence[str], patterns: Sequence[str]) -> list[str]:
    """Return the addresses that none of the patterns matches."""
    compiled = [re.compile(pattern) for pattern in patterns]
    return [url for url in urls if not fits(url, compiled)]
