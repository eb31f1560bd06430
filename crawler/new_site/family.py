"""Find the CMS family of a page: by the layouts that recognise it, and the patterns that its address fits."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from crawler.extract.article import extract
from crawler.new_site.samples import Sample
from crawler.site import Platform
from crawler.urls import path_with_query


@dataclass(frozen=True, slots=True)
class Recognised:
    """The evidence for one platform."""

    platform: Platform
    layouts: tuple[str, ...]
    """Names of the layouts that recognise a page and read an article from it, each once."""
    pages: int
    """How many pages they recognise."""
    fitting: int
    """How many addresses fit its `article_url`."""


def recognise_families(samples: Sequence[Sample], platforms: Mapping[str, Platform]) -> tuple[Recognised, ...]:
    """Return the platforms that have any evidence, the likeliest first."""
    found = [_judge(samples, platform) for platform in platforms.values()]
    ordered = sorted(found, key=lambda each: (each.pages, each.fitting), reverse=True)
    return tuple(each for each in ordered if each.pages or each.fitting)


def fits(url: str, patterns: Sequence[re.Pattern[str]]) -> bool:
    """Return whether path and query of an address match one of the patterns."""
    target = path_with_query(url)
    return any(pattern.search(target) for pattern in patterns)


def _judge(samples: Sequence[Sample], platform: Platform) -> Recognised:
    read = [extract(sample.page, layouts=platform.layouts) for sample in samples]
    layouts = [
        each.layout
        for each in read
        # a layout that recognises the page but does not read its text is not the page's layout
        if each.layout and each.article and each.article.sources["body"] == f"layout:{each.layout}"
    ]
    fitting = sum(fits(sample.page.url, platform.article_url) for sample in samples)
    return Recognised(platform, tuple(dict.fromkeys(layouts)), len(layouts), fitting)
