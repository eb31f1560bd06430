"""Sitemaps: all articles that a site offers, or an index of such files."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from lxml import etree

from archive import Kind, Link
from crawler.discover.documents import local_name, read_entries
from crawler.discover.found import Found, choose_articles, resolve
from crawler.discover.moments import read_moment
from crawler.page import Page
from crawler.site import Site
from crawler.urls import in_scope

AT_ONCE = timedelta(minutes=10)
"""From the middle one of the times of change: closer ones were written as the CMS built the sitemap, at our request or
every night."""
FEW = 10
"""Entries that may share a time of change: the latest news in a busy hour, or days without a time."""


def read_sitemap(page: Page, site: Site) -> Found:
    """Return the articles of a sitemap, or the sitemaps of this site that an index names."""

    def link(values: dict[str, str], element: etree._Element) -> Link | None:
        url = resolve(values.get("loc", ""), page.url)
        kind = Kind.SITEMAP if local_name(element) == "sitemap" else Kind.ARTICLE
        published = read_moment(values.get("publication_date"))
        return None if url is None else Link(url, kind, published, read_moment(values.get("lastmod")))

    roots = ("urlset", "sitemapindex")
    links, problem = read_entries(page, what="sitemap", roots=roots, names=("url", "sitemap"), link=link)
    nested = {link.url: link for link in links if link.kind is Kind.SITEMAP and in_scope(link.url, site)}
    if nested:
        return Found(tuple(nested.values()), problem=problem)
    found = choose_articles(_without_made_up(links), site, problem=problem)
    # one of sections or pictures alone is in order: its index leads to others
    return found if not links else replace(found, problem=problem)


def _without_made_up(links: Sequence[Link]) -> Sequence[Link]:
    """Return the links without the moment at which most of them claim to have been changed: nobody edits like that."""
    moments = sorted(link.modified_at for link in links if link.modified_at)
    if not moments:
        return links
    middle = moments[len(moments) // 2]  # of any majority that lies close together, it is one
    made_up = {moment for moment in moments if abs(moment - middle) < AT_ONCE}
    if sum(moment in made_up for moment in moments) <= max(FEW, len(links) / 2):
        return links
    return [replace(link, modified_at=None) if link.modified_at in made_up else link for link in links]
