"""Propose a site file anew from the pages of a visit that found it broken."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from archive import Kind
from crawler.crawl.visit import Answer
from crawler.errors import CrawlerError
from crawler.new_site.outlet import name_of_host
from crawler.new_site.proposal import propose_site
from crawler.new_site.samples import read_samples
from crawler.site import Platform, Site


def propose_anew(
    site: Site,
    answers: Sequence[Answer],
    *,
    platforms: Mapping[str, Platform],
    known: Iterable[Site],
    today: date,
) -> str | None:
    """Return the text of a site file for the outlet; None if no page that came is an article of it."""
    kinds = (Kind.SECTION, Kind.ARTICLE)
    pages = [each.page for each in answers if each.page and not each.refusal and each.kind in kinds]
    try:
        samples = read_samples(pages)
        proposal = propose_site(
            samples,
            name=site.name or name_of_host(samples.host),
            province=site.province,
            sitemaps=(),
            platforms=platforms,
            known=known,
            today=today,
        )
    except CrawlerError:
        return None
    return proposal.toml
