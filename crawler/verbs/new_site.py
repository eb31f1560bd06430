"""`baotinh new-site`: from a few pages of an outlet to a site file."""

import re
import shlex
from datetime import UTC, datetime
from pathlib import Path

import click

from archive.cli import next_command, print_data, print_json, report, say
from crawler.verbs.command import CrawlCommand, allow_private_option


@click.command("new-site", cls=CrawlCommand)
@click.argument("targets", metavar="URL-or-FILE...", nargs=-1, required=True)
@click.option(
    "--url", "addresses", multiple=True, metavar="URL", help="Address that a file came from; once for each file."
)
@click.option("--name", metavar="NAME", help="Name of the site file (default: made from the host).")
@click.option("--province", metavar="NAME", help="Province of the outlet before July 2025; marks are optional.")
@click.option("--into", "folder", type=click.Path(path_type=Path), metavar="FOLDER", help="Folder to write to.")
@allow_private_option
@click.option("--json", "as_json", is_flag=True, help="Print the proposal as one JSON object.")
def new_site(
    targets: tuple[str, ...],
    *,
    addresses: tuple[str, ...],
    name: str | None,
    province: str | None,
    folder: Path | None,
    allow_private: bool,
    as_json: bool,
) -> None:
    """Propose a site file for an outlet, from its home page and one or two of its articles.

    The file goes to standard output. The evidence for it, and the records that it gives, go to standard error.

    \b
    baotinh new-site https://baomoi.example/ https://baomoi.example/x-123456.html > baomoi.toml
    baotinh new-site page.html --url https://baomoi.example/x-123456.html --into try

    Exit codes: 0 proposed, 2 wrong call, 3 none of the pages is an article, 4 a page did not come.
    """
    from archive import VIETNAM, then_and_now
    from crawler.crawl.order import Order
    from crawler.new_site.files import write_files
    from crawler.new_site.gather import gather
    from crawler.new_site.outlet import name_of_host
    from crawler.new_site.proposal import propose_site
    from crawler.new_site.report import as_record, lines_of
    from crawler.new_site.samples import read_samples
    from crawler.site_files.load import load_platforms, packaged_sites

    if name and not re.fullmatch(r"[a-z0-9][a-z0-9_-]*", name):
        raise click.UsageError(f"--name {name}: it names a file and a spider; use small letters, digits and hyphens")
    old = then_and_now(province)[0].name if province is not None else None
    gathered = gather(targets, addresses, order=Order(allow_private=allow_private))
    samples = read_samples(gathered.pages)
    proposal = propose_site(
        samples,
        name=name or name_of_host(samples.host),
        province=old,
        sitemaps=gathered.sitemaps,
        platforms=load_platforms(),
        known=packaged_sites().values(),
        today=datetime.now(UTC).astimezone(VIETNAM).date(),
    )
    report(lines_of(proposal), aside=True)
    if as_json:
        print_json(as_record(proposal))
    else:
        print_data(proposal.toml)
    if folder:
        for path in write_files(proposal, folder):
            say(f"written: {path}", aside=True)
    file = f"{proposal.site.name}.toml"
    probe = next_command(shlex.join(["baotinh", "probe", "--site-file", str(folder / file if folder else file)]))
    say(f"next: {probe}", aside=True)
