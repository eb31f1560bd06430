"""Which sites a command means: by name, by site file, or all of them."""

from collections.abc import Sequence
from pathlib import Path

import click

from crawler.site import Site
from crawler.site_files.load import find_site, load_site, packaged_sites


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
