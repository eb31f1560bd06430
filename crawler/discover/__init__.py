"""Find links in what a source sent: bytes in, links out. No network, no clock, no database."""

from archive import Kind, phrase
from crawler.discover.feeds import read_feed
from crawler.discover.found import Found
from crawler.discover.json_listings import read_json_listing
from crawler.discover.listings import read_listing
from crawler.discover.sitemaps import read_sitemap
from crawler.page import Page
from crawler.site import Site

__all__ = ["Found", "discover", "read_feed", "read_json_listing", "read_listing", "read_sitemap"]

_READERS = {
    Kind.FEED: read_feed,
    Kind.SITEMAP: read_sitemap,
    Kind.SECTION: read_listing,
    Kind.JSON: read_json_listing,
}


def discover(page: Page, kind: Kind, site: Site) -> Found:
    """Return the links of a feed, sitemap, section page or JSON list. `kind` is what the page was asked for as.

    Never raises for anything that a server can send: a source that breaks the program has a problem, as any other.
    """
    try:
        return _READERS[kind](page, site)
    except Exception as error:  # the other sources go on
        return Found(
            (),
            problem=phrase(
                "it breaks the program, please report it: {name}: {error}", name=type(error).__name__, error=error
            ),
        )
