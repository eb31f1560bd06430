"""Propose a site file for an outlet from a few of its pages, and try it on them."""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import chain, count
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import urlsplit

from crawler.extract.article import extract
from crawler.extract.extraction import Extraction
from crawler.new_site.doubts import find_doubts
from crawler.new_site.family import Recognised, recognise_families
from crawler.new_site.layout import LayoutProposal, propose_layout
from crawler.new_site.outlet import domains_of, outlet_of
from crawler.new_site.patterns import find_patterns
from crawler.new_site.samples import Sample, Samples
from crawler.new_site.sources import find_sources
from crawler.new_site.toml_text import basic, layout_table, listed, literal, source_table
from crawler.site import Platform, Site
from crawler.site_files.load import load_site


@dataclass(frozen=True, slots=True)
class Proposal:
    """A site file, the evidence for it, and the records that it gives."""

    toml: str
    """Text of the site file."""
    site: Site
    """The same file as the loader reads it."""
    families: tuple[Recognised, ...]
    """Platforms that have any evidence, the likeliest first."""
    layout: LayoutProposal | None
    """None if the first of `families` is used, because its layout recognises the pages."""
    readings: tuple[tuple[Sample, Extraction], ...]
    """Each article page, with what the proposed file extracts from it."""
    doubts: tuple[str, ...]
    """What a person should check first, one sentence each."""


def propose_site(
    samples: Samples,
    *,
    name: str,
    province: str | None,
    sitemaps: Sequence[str],
    platforms: Mapping[str, Platform],
    known: Iterable[Site],
    today: date,
) -> Proposal:
    """Return a site file for the outlet of these pages.

    sitemaps: addresses from its robots.txt. platforms, known: the existing CMS families and sites.
    Raises BadSiteFile if the loader refuses the file, for example because `province` is not one of the 63.
    """
    families = recognise_families(samples.articles, platforms)
    platform = families[0].platform if families and families[0].pages else None
    known = tuple(known)
    layout_name = _free_name(f"{name}-{today.year}", _layout_names(platforms, known))
    layout = None if platform else propose_layout(samples.articles, layout_name)
    toml = "\n".join(
        [
            *_head(samples, platform, province=province, today=today),
            *_addresses(samples, platform, sitemaps),
            *([layout_table(layout.layout)] if layout and layout.layout else ()),
            "\n[examples]",
            listed("article", [basic(sample.page.url) for sample in samples.articles]),
            *([listed("section", [basic(url) for url in samples.sections])] if samples.sections else ()),
            "",
        ]
    )
    site = _load(toml, name)
    readings = tuple((sample, extract(sample.page, site)) for sample in samples.articles)
    return Proposal(toml, site, families, layout, readings, tuple(find_doubts(samples, site, readings, known=known)))


def _layout_names(platforms: Mapping[str, Platform], known: Iterable[Site]) -> frozenset[str]:
    """Return the names of all layouts: the archive stores a layout by its name, so each name means one layout."""
    owners: tuple[Platform | Site, ...] = (*platforms.values(), *known)
    return frozenset(layout.name for owner in owners for layout in owner.layouts)


def _free_name(name: str, taken: Collection[str]) -> str:
    """Return the name, with a number behind it if it is taken."""
    numbered = (f"{name}-{number}" for number in count(2))
    return next(each for each in chain([name], numbered) if each not in taken)


def _home(samples: Samples) -> str:
    return f"{urlsplit(samples.articles[0].page.url).scheme}://{samples.host}/"


def _head(samples: Samples, platform: Platform | None, *, province: str | None, today: date) -> list[str]:
    """Return the lines that name the outlet."""
    marks = dict.fromkeys(mark for sample in samples.articles if (mark := sample.article.lead_mark))
    return [
        f"# Proposed by `baotinh new-site` from articles: {len(samples.articles)}. Nobody has checked it yet.",
        f"outlet = {basic(outlet_of(samples))}",
        f"home = {basic(_home(samples))}",
        *([f"province = {basic(province)}"] if province else ()),
        listed("domains", [basic(domain) for domain in domains_of(samples.host)]),
        *([f"platform = {basic(platform.name)}"] if platform else ()),
        f'checked = "proposed {today.isoformat()}"',
        *([listed("lead_marks", [basic(mark) for mark in marks])] if marks else ()),
    ]


def _addresses(samples: Samples, platform: Platform | None, sitemaps: Sequence[str]) -> list[str]:
    """Return the patterns of article addresses, unless the platform has them, and the sources."""
    own = find_patterns(samples, platform)
    patterns = [re.compile(each) for each in own] or list(platform.article_url if platform else ())
    sources = find_sources(samples, home=_home(samples), patterns=patterns, sitemaps=sitemaps)
    return [
        *([listed("article_url", [literal(each) for each in own])] if own else ()),
        *map(source_table, sources),
    ]


def _load(toml: str, name: str) -> Site:
    """Return the site as the loader reads it. Raises BadSiteFile."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / f"{name}.toml"
        path.write_text(toml, encoding="utf-8")
        return load_site(path)
