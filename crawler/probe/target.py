"""Which site is meant: by the name of its file, by a file, or by an address on one of its hosts."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from archive import Kind
from crawler.errors import BadArgument
from crawler.site import Layout, Site
from crawler.site_files.load import SITES, find_site, load_site, packaged_sites
from crawler.site_files.unknown import site_of_address
from crawler.urls import canonical, classify


@dataclass(frozen=True, slots=True)
class Target:
    """What is to be visited."""

    site: Site
    """Without a name, if no file has the host."""
    path: Path | None
    """The site file."""
    article: str | None = None
    """The article to look at, if the address of one was given."""


def find_target(name: str | None, site_file: Path | None, *, designs: Sequence[Layout]) -> Target:
    """Return the site that is meant. `name` is that of a site, or an address; a given file wins over packaged ones.

    A host that no file has becomes a site of its home page and this address, with all designs.
    Raises UnknownSite, UnreadableFile, BadSiteFile, and BadArgument for a broken address.
    """
    given = Target(load_site(site_file), site_file) if site_file else None
    if name is None or "://" not in name:
        if given and name in (None, given.site.name):
            return given
        site = find_site(name or "")
        return Target(site, SITES / f"{site.name}.toml")
    try:
        url = canonical(name)
    except ValueError:
        raise BadArgument("URL", name, wanted="a web address") from None
    host = urlsplit(url).netloc
    if given is None:
        packaged = next((site for site in packaged_sites().values() if host in site.domains), None)
        given = Target(packaged, SITES / f"{packaged.name}.toml") if packaged else None
    elif host not in given.site.domains:
        raise BadArgument("URL", name, wanted=f"on a host of {site_file}: {', '.join(given.site.domains)}")
    if given is None:
        return Target(site_of_address(url, layouts=designs), None)
    return Target(given.site, given.path, url if classify(url, given.site) is Kind.ARTICLE else None)
