"""`baotinh crawl`: sites into the archive."""

import sys
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from archive import phrase
from archive.cli import archive_option, print_error, print_json, report, said, say
from crawler.verbs.command import CrawlCommand, all_option, quiet_hours_option, site_files_option
from crawler.verbs.missing import look_for_archive
from crawler.verbs.order_options import order_options

if TYPE_CHECKING:
    from archive import ArchiveError, ExitCode
    from crawler.crawl.order import Order
    from crawler.crawl.report import Crawled
    from crawler.site import Hours, Site


@click.command(cls=CrawlCommand)
@click.argument("names", metavar="SITE|URL...", nargs=-1)
@all_option
@site_files_option
@archive_option
@order_options
@quiet_hours_option
@click.option("--dry-run", "is_dry", is_flag=True, help="Say what would be requested; request and write nothing.")
@click.option("--json", "as_json", is_flag=True, help="Print the reports as JSON, one line per site.")
@click.option("-q", "--quiet", "is_quiet", is_flag=True, help="Print only what went wrong; nothing if all is well.")
def crawl(
    names: tuple[str, ...],
    *,
    all_sites: bool,
    site_files: tuple[Path, ...],
    folder: Path,
    order: "Order",
    quiet_hours: "tuple[Hours, ...]",
    is_dry: bool,
    as_json: bool,
    is_quiet: bool,
) -> None:
    """Crawl sites, or single articles, into the archive; an interrupted crawl continues where it stopped.

    \b
    baotinh crawl baokhanhhoa baocantho
    baotinh crawl --all --since 2026-01-01
    baotinh crawl https://baokhanhhoa.vn/...
    baotinh crawl --site-file mysite.toml --limit 20

    Exit codes: 0 all sources worked, 1 a fault of the program, 2 wrong call, 3 a site fell below what it
    should bring or the memory was used up, 4 no source of a site answered, 5 archive damaged or disk full,
    6 archive in use, 130 interrupted.
    """
    from crawler.errors import SharedHost
    from crawler.site_files.load import shared_hosts
    from crawler.verbs.choice import choose_articles, choose_sites, is_address, open_catalogue, sites_without_names

    names = names or sites_without_names(given=all_sites or bool(site_files))
    if any(map(is_address, names)):
        if is_dry or all_sites or not all(map(is_address, names)):
            raise click.UsageError(phrase("addresses go without names of sites, --all and --dry-run"))
        urls, sites = choose_articles(names, open_catalogue(folder, site_files))
        order = replace(order, urls=urls)
    else:
        sites = choose_sites(names, open_catalogue(folder, site_files, names), all_sites=all_sites)
    sites = [replace(site, quiet_hours=(*site.quiet_hours, *quiet_hours)) for site in sites]
    if shared := next(shared_hosts(sites), None):
        raise SharedHost(*shared)
    if is_dry:
        _print_plans(sites, folder, order, as_json=as_json)
        return
    results = run_crawls(sites, folder, order, is_quiet=is_quiet)
    sys.exit(print_results(results, as_json=as_json, is_quiet=is_quiet))


def run_crawls(
    sites: "Sequence[Site]", folder: Path, order: "Order", *, is_quiet: bool = False
) -> "list[Crawled | ArchiveError]":
    """Crawl, with progress on standard error unless it is to be quiet; return what became of each site."""
    from rich.console import Console

    from crawler.crawl.process import crawl_sites
    from crawler.crawl.progress import Progress

    if is_quiet:
        level = "ERROR" if order.verbosity == "WARNING" else order.verbosity
        return crawl_sites(sites, folder, order=replace(order, verbosity=level), watch=lambda _: None)
    with Progress(Console(stderr=True), said) as progress:
        return crawl_sites(sites, folder, order=order, watch=progress.watch)


def print_results(
    results: "Sequence[Crawled | ArchiveError]", *, as_json: bool = False, is_quiet: bool = False
) -> "ExitCode":
    """Print the reports, if it is to be quiet only those of sites with a problem; return the exit code."""
    from archive import ArchiveError, ExitCode
    from crawler.crawl.report import exit_code, gravest, summary

    codes = []
    for result in results:
        if isinstance(result, ArchiveError):
            print_error(result)
            codes.append(result.exit_code)
            continue
        codes.append(exit_code(result.report, result.shortfalls))
        if is_quiet and codes[-1] is ExitCode.DONE:
            continue
        if as_json:
            print_json(result.as_record())
        else:
            report(summary(result))
    return gravest(codes)


def _print_plans(sites: "Sequence[Site]", folder: Path, order: "Order", *, as_json: bool) -> None:
    from crawler.crawl.plan import lines_of, plan_crawls

    look_for_archive(folder)
    if order.proxy:
        say(
            phrase(
                "through the proxy {proxy}: it resolves the names, and their addresses are not judged",
                proxy=order.proxy,
            ),
            aside=True,
        )
    for plan in plan_crawls(sites, folder, order=order, at=datetime.now(UTC)):
        if as_json:
            print_json(plan.as_record())
        else:
            for line in lines_of(plan):
                say(line)
