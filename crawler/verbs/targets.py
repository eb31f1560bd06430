"""Which sites a probe visits: by name, by site file, by an address on one of their hosts, or all of them."""

from collections.abc import Sequence

import click

from archive import phrase
from crawler.probe.target import Target, find_target
from crawler.site import Layout
from crawler.site_files.catalogue import Catalogue


def choose_targets(
    names: Sequence[str], catalogue: Catalogue, *, all_sites: bool, layouts: Sequence[Layout]
) -> list[Target]:
    """Return what a probe visits, each site once: with `all_sites` all that owe news, those named, and those given.

    Raises UsageError if none is meant, and what `find_target` raises.
    """
    found = [find_target(name, catalogue, layouts=layouts) for name in names]
    chosen = {target.site.home: target for target in found}
    others = [known.site.name for known in catalogue.given.values()]
    others += [site.name for site in catalogue.owing_news()] if all_sites else []
    for known in map(catalogue.find, others):
        chosen.setdefault(known.site.home, Target(known.site, known.path))
    if not chosen:
        raise click.UsageError(
            phrase("name a site or an address, or give --all or --site-file; `baotinh sites` lists the sites")
        )
    return list(chosen.values())
