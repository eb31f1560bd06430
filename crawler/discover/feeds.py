"""RSS 2.0, RSS 1.0 and Atom: the newest articles of a site or a section."""

from lxml import etree

from archive import Kind, Link
from crawler.discover.documents import local_name, read_entries
from crawler.discover.found import Found, choose_articles, resolve
from crawler.discover.moments import read_moment
from crawler.page import Page
from crawler.site import Site

DECLARED_FEEDS = 'link[rel~="alternate"][type*="rss"], link[rel~="alternate"][type*="atom"]'
"""CSS of the elements with which a page names the feeds of its site."""


def read_feed(page: Page, site: Site) -> Found:
    """Return the articles that a feed names, in its order: as a rule the newest first."""

    def link(values: dict[str, str], element: etree._Element) -> Link | None:
        guid = values.get("guid", "")
        address = values.get("link") or _atom_link(element) or (guid if guid.startswith("http") else "")
        url = resolve(address, page.url)
        published = values.get("pubDate") or values.get("published") or values.get("date")
        return (
            None if url is None else Link(url, Kind.ARTICLE, read_moment(published), read_moment(values.get("updated")))
        )

    roots = ("rss", "RDF", "feed")
    links, problem = read_entries(page, what="feed", roots=roots, names=("item", "entry"), link=link)
    return choose_articles(links, site, problem=problem)


def _atom_link(element: etree._Element) -> str:
    """Return the address of the article among the <link> of an Atom entry; others lead to its comments."""
    for link in element.iterchildren(etree.Element):
        if local_name(link) == "link" and link.get("rel", "alternate") == "alternate":
            return link.get("href", "")
    return ""
