"""A site made of one address, for a host that no site file has: guard, robots.txt and delays apply to it as to any."""

from collections.abc import Sequence
from urllib.parse import urlsplit, urlunsplit

from crawler.site import Layout, Site, Source


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
        home=home,
        domains=(host, host.removeprefix("www.") if host.startswith("www.") else f"www.{host}"),
        sources=tuple(Source("section", address) for address in dict.fromkeys((home, url))),
        layouts=tuple(layouts),
        max_pages=1,
        checked="nothing",
        status="unknown",
    )
