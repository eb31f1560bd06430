"""Which sites a command means: by name, by site file, by the addresses of articles, or all of them."""

import os
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import urlsplit

import click

from archive import Kind, phrase
from archive.cli import report
from crawler.errors import BadArgument, NoArticleAddress, UnknownAddress
from crawler.site import Site
from crawler.site_files.catalogue import Catalogue
from crawler.urls import canonical, classify


def open_catalogue(folder: Path, site_files: Sequence[Path] = (), names: Sequence[str] = ()) -> Catalogue:
    """Return the sites that a command knows, and say which files of the archive do not count: of `names`, or of all.

    Raises UnreadableFile, BadSiteFile.
    """
    catalogue = Catalogue.load(folder, site_files)
    report(catalogue.obstacles(names), aside=True)
    return catalogue


def sites_without_names(*, given: bool) -> tuple[str, ...]:
    """Return the sites of the configuration, for a command that names none; none if it was `given` others."""
    if given:
        return ()
    if typed := os.environ.get("BAOTINH_SITES"):
        return tuple(typed.split())
    return click.get_current_context().lookup_default("sites") or ()


def choose_sites(names: Sequence[str], catalogue: Catalogue, *, all_sites: bool) -> list[Site]:
    """Return the sites that are meant, each once: with `all_sites` all that owe news, those named, and those given.

    Raises UsageError if none is meant, and UnknownSite, UnusableSiteFile, BadSiteFile.
    """
    sites = catalogue.owing_news() if all_sites else []
    sites += [catalogue.find(name).site for name in names]
    sites += [known.site for known in catalogue.given.values()]
    if not sites:
        raise click.UsageError(phrase("name a site, or give --all or --site-file; `baotinh sites` lists the sites"))
    return list({site.name: site for site in sites}.values())


def is_address(name: str) -> bool:
    """Return whether a word of the command line is a web address, and not the name of a site."""
    return "://" in name


def choose_articles(addresses: Sequence[str], catalogue: Catalogue) -> tuple[tuple[str, ...], list[Site]]:
    """Return the canonical addresses of articles, and the sites that they are on.

    Raises BadArgument, UnknownAddress, NoArticleAddress, BadSiteFile.
    """
    known = catalogue.by_host()
    urls: list[str] = []
    sites: dict[str, Site] = {}
    for address in addresses:
        try:
            url = canonical(address)
        except ValueError:
            raise BadArgument("SITE", address, wanted=phrase("a web address")) from None
        site = known.get(urlsplit(url).netloc)
        if site is None:
            raise UnknownAddress(url)
        if classify(url, site) is not Kind.ARTICLE:
            raise NoArticleAddress(url, site.name)
        urls.append(url)
        sites[site.name] = site
    return tuple(dict.fromkeys(urls)), list(sites.values())
