"""Find the site to probe: by its name, by a site file, or by an address on one of its hosts."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from archive import Kind, phrase
from crawler.errors import BadArgument
from crawler.site import Layout, Site
from crawler.site_files.catalogue import Catalogue
from crawler.site_files.unknown import site_of_address
from crawler.urls import canonical, classify


@dataclass(frozen=True, slots=True)
class Target:
    """The site to visit."""

    site: Site
    """Its name is "" if no site file has the host."""
    path: Path | None
    """The site file."""
    article: str | None = None
    """The article to look at, if its address was given."""


def find_target(name: str, catalogue: Catalogue, *, layouts: Sequence[Layout]) -> Target:
    """Return the site to visit. `name` is a site's name or an address, on a host of a given file if there is one.

    For a host without a site file, the site has the home page and this address as sources, and all layouts.
    Raises UnknownSite, UnusableSiteFile, BadSiteFile, and BadArgument for an address that cannot be used.
    """
    if "://" not in name:
        found = catalogue.find(name)
        return Target(found.site, found.path)
    try:
        url = canonical(name)
    except ValueError:
        raise BadArgument("URL", name, wanted=phrase("a web address")) from None
    host = urlsplit(url).netloc
    site = catalogue.by_host().get(host)
    if catalogue.given and (site is None or site.name not in catalogue.given):
        hosts = (f"{known.path}: {', '.join(known.site.domains)}" for known in catalogue.given.values())
        raise BadArgument("URL", name, wanted=phrase("on a host of {hosts}", hosts="; ".join(hosts)))
    if site is None:
        return Target(site_of_address(url, layouts=layouts), None)
    article = url if classify(url, site) is Kind.ARTICLE else None
    return Target(site, catalogue.find(site.name).path, article)
