"""Find the site to probe: by its name, by a site file, or by an address on one of its hosts."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

from archive import Kind
from crawler.errors import BadArgument
from crawler.site import Examples, Layout, Site, Source
from crawler.site_files.load import SITES, find_site, load_site, packaged_sites
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


def find_target(name: str | None, site_file: Path | None, *, designs: Sequence[Layout]) -> Target:
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
        return Target(_unknown(url, designs), None)
    return Target(given.site, given.path, url if classify(url, given.site) is Kind.ARTICLE else None)


def _unknown(url: str, designs: Sequence[Layout]) -> Site:
    """Return a site for a host that no file has: its links are to say which addresses are articles."""
    parts = urlsplit(url)
    home = urlunsplit((parts.scheme, parts.netloc, "/", "", ""))
    return Site(
        name="",
        outlet=parts.netloc,
        kind="newspaper",
        home=home,
        province=None,
        domains=(parts.netloc,),
        platform=None,
        sources=tuple(Source("section", address) for address in dict.fromkeys((home, url))),
        article_url=(),
        not_article=(),
        next_page=(),
        article_id=(),
        layouts=tuple(designs),
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
