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

JUST_NOW = timedelta(minutes=10)
"""Between the lastmod of an entry and the answer: a CMS that writes its clock there is minutes wrong at most."""
FEW = 10
"""Entries that may all be of the last minutes: a sitemap of the latest news in a busy hour."""


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
    if _are_made_up(links, page):
        links = [replace(link, modified_at=None) for link in links]
    found = choose_articles(links, site, problem=problem)
    # one of sections or pictures alone is in order: its index leads to others
    return found if not links else replace(found, problem=problem)


def _are_made_up(links: Sequence[Link], page: Page) -> bool:
    """Return whether most entries claim to have been changed when the sitemap was asked for: nobody edits like that."""
    count = sum(link.modified_at is not None and abs(page.fetched_at - link.modified_at) < JUST_NOW for link in links)
    return count > max(FEW, len(links) / 2)
