"""`baotinh crawl`, and `baotinh demo`: the same over the bundled sample site."""

import json
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import click

from archive.cli import DAY, DEFAULT_ARCHIVE, archive_option, print_error, print_hit
from crawler.verbs.command import (
    CrawlCommand,
    allow_private_option,
    contact_option,
    delay_option,
    site_files_option,
    stop_after_option,
)

if TYPE_CHECKING:
    from crawler.crawl.order import Order
    from crawler.site import Site

DEMO_WORDS = "khoi dai doan ket"
"""What the demo searches: typed without marks, found with them."""


@click.command(cls=CrawlCommand)
@click.argument("names", metavar="SITE...", nargs=-1)
@click.option("--all", "all_sites", is_flag=True, help="Crawl every packaged site but those that merged or closed.")
@site_files_option
@archive_option
@click.option("--since", type=DAY, metavar="DAY", help="Only articles published on this day or later (2026-01-31).")
@click.option("--until", type=DAY, metavar="DAY", help="Only articles published on this day or earlier.")
@click.option("--backfill", is_flag=True, help="Walk lists to their end, or as far back as --since.")
@click.option("--refetch", is_flag=True, help="Read stored articles again too, those of --since and --until or all.")
@click.option("--limit", type=click.IntRange(min=1), metavar="N", help="Fetch at most N articles per site.")
@stop_after_option
@delay_option
@contact_option
@allow_private_option
@click.option(
    "--workers",
    type=click.IntRange(0, 64),
    metavar="N",
    help="Processes that read pages beside the one that fetches and stores; by itself one for 50 sites.",
)
@click.option("--dry-run", "is_dry", is_flag=True, help="Say what would be asked for; ask for nothing, write nothing.")
@click.option("--json", "as_json", is_flag=True, help="Print the reports as JSON, one line per site.")
@click.option("-v", "--verbose", count=True, help="Show Scrapy's log; -vv with every request.")
def crawl(
    names: tuple[str, ...],
    *,
    all_sites: bool,
    site_files: tuple[Path, ...],
    folder: Path,
    is_dry: bool,
    as_json: bool,
    verbose: int,
    **wishes: Any,
) -> None:
    """Crawl sites into the archive; a crawl that was stopped goes on where it stopped.

    \b
    baotinh crawl baokhanhhoa baocantho
    baotinh crawl --all --since 2026-01-01
    baotinh crawl --site-file mysite.toml --limit 20

    Exit codes: 0 all sources worked, 1 a fault of the program, 2 wrong call, 3 a site fell below what it
    should bring or the memory was used up, 4 no source of a site answered, 5 archive damaged or disk full,
    6 archive in use, 130 interrupted.
    """
    from crawler.crawl.order import Order
    from crawler.errors import SharedHost
    from crawler.site_files.load import find_site, load_site, packaged_sites, shared_hosts

    sites = [site for site in packaged_sites().values() if site.owes_news] if all_sites else []
    sites += [find_site(name) for name in names]
    sites += [load_site(path) for path in site_files]
    sites = list({site.name: site for site in sites}.values())  # one name, one crawl
    if not sites:
        raise click.UsageError("name a site, or give --all or --site-file; `baotinh sites` lists the sites")
    if shared := next(shared_hosts(sites), None):
        raise SharedHost(*shared)
    days = {name: wishes[name] and wishes[name].date() for name in ("since", "until")}
    order = Order(**{**wishes, **days}, verbosity=("WARNING", "INFO", "DEBUG")[min(verbose, 2)])
    if is_dry:
        _print_plans(sites, folder, order, as_json=as_json)
    else:
        sys.exit(_crawl(sites, folder, order, as_json=as_json))


def _print_plans(sites: "Sequence[Site]", folder: Path, order: "Order", *, as_json: bool) -> None:
    from crawler.crawl.plan import lines_of, plan_crawls

    for plan in plan_crawls(sites, folder, order=order, at=datetime.now(UTC)):
        click.echo(json.dumps(plan.as_record(), ensure_ascii=False) if as_json else "\n".join(lines_of(plan)))


def _crawl(sites: "Sequence[Site]", folder: Path, order: "Order", *, as_json: bool = False) -> int:
    """Crawl, show progress on stderr and the summary on stdout; return the exit code."""
    from rich.console import Console

    from archive import ArchiveError
    from crawler.crawl.process import crawl_sites
    from crawler.crawl.progress import Progress
    from crawler.crawl.report import exit_code, gravest, summary

    with Progress(Console(stderr=True)) as progress:
        results = crawl_sites(sites, folder, order=order, watch=progress.watch)
    crawls = [result for result in results if not isinstance(result, ArchiveError)]
    for crawled in crawls:
        click.echo(json.dumps(crawled.as_record(), ensure_ascii=False) if as_json else summary(crawled))
    troubles = [result for result in results if isinstance(result, ArchiveError)]
    for trouble in troubles:
        print_error(trouble)
    codes = [exit_code(each.report, each.shortfalls) for each in crawls]
    return gravest([*codes, *(trouble.exit_code for trouble in troubles)])


@click.command(cls=CrawlCommand)
@archive_option
@click.option(
    "--port",
    type=click.IntRange(1, 65533),
    default=8871,
    show_default=True,
    help="First of the three ports of the sample site.",
)
def demo(*, folder: Path, port: int) -> None:
    """Serve the bundled sample site on loopback, crawl it, search it. Nothing leaves this machine.

    \b
    baotinh demo
    baotinh demo --archive /tmp/try
    """
    from archive import Archive
    from crawler.crawl.order import Order
    from crawler.demo.serve import serve
    from crawler.site_files.load import load_site

    with serve(port=port) as web, TemporaryDirectory() as files:
        site_files = [Path(files) / f"{name}.toml" for name in web.site_files]
        for path, text in zip(site_files, web.site_files.values(), strict=True):
            path.write_text(text, encoding="utf-8")
        click.echo(f"The sample site stands at {', '.join(web.origins.values())}", err=True)
        order = Order(delay=0, allow_private=True)
        code = _crawl([load_site(path) for path in site_files], folder, order)
    click.echo(f"\nbaotinh search {DEMO_WORDS}\n")
    with Archive.open(folder, read_only=True) as archive:
        hits = archive.search(DEMO_WORDS, limit=3)
    for hit in hits:
        print_hit(hit)
    if hits:
        where = "" if str(folder) == DEFAULT_ARCHIVE else f" --archive {folder}"
        click.echo("Next:")
        click.echo(f"  baotinh show {hits[0].uid[:8]}{where}")
        click.echo(f"  baotinh serve{where}")
        click.echo(f"  baotinh crawl baokhanhhoa --limit 20 --contact you@example.org{where}")
    sys.exit(code)
