"""`baotinh new-site`: from a few pages of an outlet to a site file."""

import os
import shlex
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from archive import phrase
from archive.cli import archive_option, next_command, print_data, print_json, report, say
from crawler.verbs.command import CrawlCommand
from crawler.verbs.order_options import visit_options

if TYPE_CHECKING:
    from crawler.crawl.order import Order
    from crawler.site import Site


@click.command("new-site", cls=CrawlCommand)
@click.argument("targets", metavar="URL-or-FILE...", nargs=-1, required=True)
@click.option(
    "--url", "addresses", multiple=True, metavar="URL", help="Address that a file came from; once for each file."
)
@click.option("--name", metavar="NAME", help="Name of the site file (default: made from the host).")
@click.option("--province", metavar="NAME", help="Province of the outlet before July 2025; marks are optional.")
@click.option(
    "--into", type=click.Path(path_type=Path), metavar="FOLDER", help="Folder to write to: ARCHIVE/sites, or any other."
)
@archive_option
@visit_options
@click.option("--json", "as_json", is_flag=True, help="Print the proposal as one JSON object.")
def new_site(
    targets: tuple[str, ...],
    *,
    addresses: tuple[str, ...],
    name: str | None,
    province: str | None,
    into: Path | None,
    folder: Path,
    order: "Order",
    as_json: bool,
) -> None:
    """Propose a site file for an outlet, from its home page and one or two of its articles.

    The file goes to standard output. The evidence for it, and the records that it gives, go to standard error.

    \b
    baotinh new-site https://baomoi.example/ https://baomoi.example/x-123456.html --into news-archive/sites
    baotinh new-site page.html --url https://baomoi.example/x-123456.html --into try

    Exit codes: 0 proposed, 2 wrong call, 3 none of the pages is an article, 4 a page did not come.
    """
    from archive import VIETNAM, then_and_now
    from crawler.new_site.files import write_files
    from crawler.new_site.gather import gather
    from crawler.new_site.outlet import name_of_host
    from crawler.new_site.proposal import propose_site
    from crawler.new_site.report import as_record, lines_of
    from crawler.new_site.samples import read_samples
    from crawler.site_files.load import load_platforms
    from crawler.site_files.own import FOLDER, NAME
    from crawler.verbs.choice import open_catalogue

    if name and not NAME.fullmatch(name):
        raise click.UsageError(
            phrase("--name {name}: it names a file and a spider; use small letters, digits and hyphens", name=name)
        )
    old = then_and_now(province)[0].name if province is not None else None
    gathered = gather(targets, addresses, order=order)
    samples = read_samples(gathered.pages)
    known = open_catalogue(folder).by_name().values()
    owner = next((site for site in known if samples.host in site.domains), None)
    proposal = propose_site(
        samples,
        name=name or (owner.name if owner else name_of_host(samples.host)),
        province=old,
        sitemaps=gathered.sitemaps,
        platforms=load_platforms(),
        known=known,
        today=datetime.now(UTC).astimezone(VIETNAM).date(),
    )
    report(lines_of(proposal), aside=True)
    if as_json:
        print_json(as_record(proposal))
    else:
        print_data(proposal.toml)
    if into:
        for path in write_files(proposal, into, with_fixtures=not _is_own(into, folder)):
            say(phrase("written: {path}", path=path), aside=True)
    elif owner is None:
        into = folder / FOLDER
        say(phrase("next: {command}", command=next_command(_repeated(targets, into))), aside=True)
    if owner:
        _say_how_to_mend(owner)
    elif into:
        _say_what_follows(proposal.site, into, folder, order=order)


def _say_what_follows(site: "Site", into: Path, archive: Path, *, order: "Order") -> None:
    """Say how the site that the file in `into` describes is probed and crawled."""
    from crawler.site_files.own import FOLDER

    wanted = _wanted(site, into, archive)
    for command in (["baotinh", "probe", *wanted], ["baotinh", "crawl", *wanted, "--limit", "20", "--create"]):
        say(phrase("next: {command}", command=next_command(shlex.join(command))), aside=True)
    if not _is_own(into, archive):
        say(phrase("to find the site by name, put its file into {folder}", folder=archive / FOLDER), aside=True)
    if not (order.allow_private or order.contact or os.environ.get("BAOTINH_CONTACT")):
        say(phrase("public hosts want to know who asks: set BAOTINH_CONTACT, or add --contact ADDRESS"), aside=True)


def _say_how_to_mend(site: "Site") -> None:
    """Say how the file of a site that has the host already gets the new layout."""
    say(
        phrase(
            "next: put the [[layout]] into the file of {site}, before its own; give those their last day: {key}",
            site=site.name,
            key="valid_until = 2026-01-31",
        ),
        aside=True,
    )
    for command in (["baotinh", "check-sites", site.name], ["baotinh", "probe", site.name, "--mark"]):
        say(phrase("next: {command}", command=next_command(shlex.join(command))), aside=True)


def _repeated(targets: tuple[str, ...], into: Path) -> str:
    """Return the running command with --into: without it there is no file that the next command could read."""
    given = click.get_current_context().params
    options = [part for address in given["addresses"] for part in ("--url", address)]
    options += [part for key in ("name", "province") if given[key] for part in (f"--{key}", given[key])]
    return shlex.join(["baotinh", "new-site", *targets, *options, "--into", str(into)])


def _is_own(into: Path, archive: Path) -> bool:
    """Return whether the folder is that of the archive's own site files."""
    from crawler.site_files.own import FOLDER

    return into.resolve() == (archive / FOLDER).resolve()


def _wanted(site: "Site", into: Path, archive: Path) -> list[str]:
    """Return the words by which a command finds the file: the name, unless a packaged site has it or a host of it."""
    from crawler.site_files.load import packaged_sites

    packaged = packaged_sites()
    hosts = {host for other in packaged.values() for host in other.domains}
    is_free = site.name not in packaged and hosts.isdisjoint(site.domains)
    by_name = is_free and _is_own(into, archive)
    return [site.name] if by_name else ["--site-file", str(into / f"{site.name}.toml")]
