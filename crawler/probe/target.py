"""Find the site to probe: by its name, by a site file, or by an address on one of its hosts."""

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
    """The site to visit."""

    site: Site
    """Its name is "" if no site file has the host."""
    path: Path | None
    """The site file."""
    article: str | None = None
    """The article to look at, if its address was given."""


def find_target(name: str | None, site_file: Path | None, *, layouts: Sequence[Layout]) -> Target:
    """Return the site to visit. `name` is a site's name or an address; `site_file` goes before packaged files.

    For a host without a site file, the site has the home page and this address as sources, and all layouts.
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
        return Target(site_of_address(url, layouts=layouts), None)
    return Target(given.site, given.path, url if classify(url, given.site) is Kind.ARTICLE else None)
