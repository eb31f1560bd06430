"""A site made of one address, for a host that no site file has: guard, robots.txt and delays apply to it as to any."""

from collections.abc import Sequence
from urllib.parse import urlsplit, urlunsplit

from crawler.site import Examples, Layout, Site, Source


def site_of_address(url: str, *, layouts: Sequence[Layout] = ()) -> Site:
    """Return a nameless site for the host of a canonical address; its sources are the home page and the address.

    The same host with and without "www." is one outlet: the one leads to the other.
    """
    parts = urlsplit(url)
    host = parts.netloc
    home = urlunsplit((parts.scheme, host, "/", "", ""))
    return Site(
        name="",
        outlet=host,
        kind="newspaper",
        home=home,
        province=None,
        domains=(host, host.removeprefix("www.") if host.startswith("www.") else f"www.{host}"),
        platform=None,
        sources=tuple(Source("section", address) for address in dict.fromkeys((home, url))),
        article_url=(),
        not_article=(),
        next_page=(),
        article_id=(),
        layouts=tuple(layouts),
        lead_marks=(),
        max_pages=1,
        checked="nothing",
        status="unknown",
        merged_into=None,
        merged_on=None,
        former_names=(),
        notes=(),
        examples=Examples(),
    )
