"""Which sites a command means: by name, by site file, by the addresses of articles, or all of them."""

from collections.abc import Sequence
from pathlib import Path
from urllib.parse import urlsplit

import click

from archive import Kind
from crawler.errors import BadArgument, NoArticleAddress, UnknownAddress
from crawler.reader import Reader
from crawler.site import Site
from crawler.site_files.load import find_site, load_site, packaged_sites
from crawler.urls import canonical, classify


def choose_sites(names: Sequence[str], site_files: Sequence[Path], *, all_sites: bool) -> list[Site]:
    """Return the sites that are meant, each once; a given file wins over the packaged one of the same name.

    Raises UsageError if none is meant, and UnknownSite, UnreadableFile, BadSiteFile.
    """
    given = {site.name: site for site in map(load_site, site_files)}
    sites = [site for site in packaged_sites().values() if site.owes_news] if all_sites else []
    sites += [given.get(name) or find_site(name) for name in names]
    sites += given.values()
    if not sites:
        raise click.UsageError("name a site, or give --all or --site-file; `baotinh sites` lists the sites")
    return list({site.name: site for site in sites}.values())


def is_address(name: str) -> bool:
    """Return whether a word of the command line is a web address, and not the name of a site."""
    return "://" in name


def choose_articles(addresses: Sequence[str], site_files: Sequence[Path]) -> tuple[tuple[str, ...], list[Site]]:
    """Return the canonical addresses of articles, and the sites that they are on.

    Raises BadArgument, UnknownAddress and NoArticleAddress, and what the loading of site files raises.
    """
    known = Reader.load(site_files).sites
    urls: list[str] = []
    sites: dict[str, Site] = {}
    for address in addresses:
        try:
            url = canonical(address)
        except ValueError:
            raise BadArgument("SITE", address, wanted="a web address") from None
        site = known.get(urlsplit(url).netloc)
        if site is None:
            raise UnknownAddress(url)
        if classify(url, site) is not Kind.ARTICLE:
            raise NoArticleAddress(url, site.name)
        urls.append(url)
        sites[site.name] = site
    return tuple(dict.fromkeys(urls)), list(sites.values())
