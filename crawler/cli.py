"""The `baotinh` command: the crawler's verbs here, the archive's from its own room.

Heavy modules are imported by the verbs that need them: help answers at once.
"""

import json
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from io import TextIOWrapper
from pathlib import Path
from tempfile import TemporaryDirectory
from time import process_time
from typing import TYPE_CHECKING, Any

import click

from archive.cli import COMMANDS, DAY, DEFAULT_ARCHIVE, Command, archive_option, print_error, print_hit, print_table
from crawler import __version__

if TYPE_CHECKING:
    from crawler.crawl import Order
    from crawler.reader import Reader
    from crawler.site import Site


class CrawlCommand(Command):
    """A command whose CrawlerErrors become sentences too."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command."""
        from crawler.errors import CrawlerError

        try:
            return super().invoke(ctx)
        except CrawlerError as error:
            print_error(error)
            return ctx.exit(error.exit_code)


DEMO_WORDS = "khoi dai doan ket"
"""What the demo searches: typed without marks, found with them."""

_site_files = click.option(
    "--site-file",
    "site_files",
    type=click.Path(path_type=Path),
    multiple=True,
    metavar="FILE.toml",
    help="A site defined in any TOML file (docs/site-files.md).",
)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="baotinh")
def main() -> None:
    """Crawl, archive and search Vietnam's provincial news.

    \b
    baotinh demo                           try it on the bundled sample site
    baotinh crawl baokhanhhoa --limit 20   crawl a newspaper into ./news-archive
    baotinh search "khoi dai doan ket"     search with or without marks
    baotinh serve                          browse the archive in Datasette
    """
    for stream in (sys.stdout, sys.stderr):  # a terminal that cannot show a letter shows a question mark
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="replace")


for command in COMMANDS:
    main.add_command(command)


@main.command(cls=CrawlCommand)
@click.argument("names", metavar="SITE...", nargs=-1)
@click.option("--all", "all_sites", is_flag=True, help="Crawl every packaged site.")
@_site_files
@archive_option
@click.option("--since", type=DAY, metavar="DAY", help="Only articles published on this day or later (2026-01-31).")
@click.option("--until", type=DAY, metavar="DAY", help="Only articles published on this day or earlier.")
@click.option("--limit", type=click.IntRange(min=1), metavar="N", help="Fetch at most N articles per site.")
@click.option(
    "--delay", type=click.FloatRange(0, 3600), metavar="SECONDS", help="Between two requests to a host; 1 if not given."
)
@click.option("--allow-private", is_flag=True, help="Go to loopback and private addresses too.")
@click.option("--json", "as_json", is_flag=True, help="Print the reports as JSON, one line per site.")
@click.option("-v", "--verbose", count=True, help="Show Scrapy's log; -vv with every request.")
def crawl(
    names: tuple[str, ...],
    *,
    all_sites: bool,
    site_files: tuple[Path, ...],
    folder: Path,
    as_json: bool,
    verbose: int,
    **wishes: Any,
) -> None:
    """Crawl sites into the archive; a crawl that was stopped goes on where it stopped.

    \b
    baotinh crawl baokhanhhoa baocantho
    baotinh crawl --all --since 2026-01-01
    baotinh crawl --site-file mysite.toml --limit 20

    Exit codes: 0 all sources worked, 2 wrong call, 3 a site fell below what it should bring,
    4 no source of a site answered, 5 archive damaged or disk full, 6 archive in use, 130 interrupted.
    """
    from crawler.crawl import Order
    from crawler.site_files import find_site, load_site, load_sites

    sites = list(load_sites().values()) if all_sites else [find_site(name) for name in names]
    sites += [load_site(path) for path in site_files]
    sites = list({site.name: site for site in sites}.values())  # one name, one crawl
    if not sites:
        raise click.UsageError("name a site, or give --all or --site-file; `baotinh sites` lists the sites")
    days = {name: wishes[name] and wishes[name].date() for name in ("since", "until")}
    order = Order(**{**wishes, **days}, verbosity=("WARNING", "INFO", "DEBUG")[min(verbose, 2)])
    sys.exit(_crawl(sites, folder, order, as_json=as_json))


def _crawl(sites: "Sequence[Site]", folder: Path, order: "Order", *, as_json: bool = False) -> int:
    """Crawl, show progress on stderr and the summary on stdout; return the exit code."""
    from rich.console import Console

    from archive import ArchiveError
    from crawler.crawl import crawl_sites, exit_code, summary
    from crawler.progress import Progress

    with Progress(Console(stderr=True)) as progress:
        results = crawl_sites(sites, folder, order=order, watch=progress.watch)
    reports = [result for result in results if not isinstance(result, ArchiveError)]
    for report in reports:
        click.echo(json.dumps(report.as_record(), ensure_ascii=False) if as_json else summary(report))
    troubles = [result for result in results if isinstance(result, ArchiveError)]
    for trouble in troubles:
        print_error(trouble)
    return troubles[0].exit_code if troubles else exit_code(reports)


@main.command(cls=CrawlCommand)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON array.")
def sites(as_json: bool) -> None:
    """List the packaged sites, and what each file rests on."""
    from crawler.site_files import load_sites

    known = load_sites().values()
    rows = [
        {
            "name": site.name,
            "outlet": site.outlet,
            "kind": site.kind,
            "province": site.province,
            "domain": site.domains[0],
            "platform": site.platform.name if site.platform else None,
            "checked": site.checked,
        }
        for site in known
    ]
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False, indent=1))
        return
    columns = ("name", "outlet", "province", "domain", "platform", "checked")
    print_table([columns, *([str(row[column] or "–") for column in columns] for row in rows)])


@main.command(cls=CrawlCommand)
@click.argument("targets", metavar="URL-or-FILE...", nargs=-1)
@click.option("--url", "address", metavar="URL", help="The address that a file came from.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object per page.")
@click.option("--jsonl", is_flag=True, help='Answer each stdin line {"html_path","url"} with one line.')
@_site_files
@click.option("--allow-private", is_flag=True, help="Go to loopback and private addresses too.")
def extract(
    targets: tuple[str, ...],
    *,
    address: str | None,
    as_json: bool,
    jsonl: bool,
    site_files: tuple[Path, ...],
    allow_private: bool,
) -> None:
    """Show what the extractor makes of a page: each field with its source, and what lost against it.

    \b
    baotinh extract page.html --url https://baokhanhhoa.vn/...
    baotinh extract https://baokhanhhoa.vn/...
    """
    from crawler.reader import Reader, fetch_page, read_page
    from crawler.records import answer, explain

    reader = Reader.load(site_files)
    if jsonl:
        _answer_lines(reader)
        return
    if not targets:
        raise click.UsageError("name a file or URL, or give --jsonl")
    refused = False
    for target in targets:
        is_web = target.startswith(("http://", "https://"))
        page = fetch_page(target, allow_private=allow_private) if is_web else read_page(Path(target), address)
        extraction = reader.extract(page)
        click.echo(json.dumps(answer(extraction), ensure_ascii=False) if as_json else explain(extraction))
        refused = refused or extraction.refusal is not None
    sys.exit(3 if refused else 0)


def _answer_lines(reader: "Reader") -> None:
    """Lockstep over JSON lines: each answer is flushed before the next line is read."""
    from crawler.errors import CrawlerError
    from crawler.reader import read_page
    from crawler.records import answer

    for line in sys.stdin:
        if not line.strip():
            continue
        try:
            job = json.loads(line)
            began = process_time()
            page = read_page(Path(str(job["html_path"])), str(job["url"]) if job.get("url") else None)
            reply = answer(reader.extract(page))
            reply["cpu_ms"] = round((process_time() - began) * 1e3, 3)
        except (ValueError, KeyError, TypeError, RecursionError) as error:
            reply = {"error": f'a line is a JSON object with "html_path" and "url": {error}'}
        except CrawlerError as error:
            reply = {"error": str(error)}
        click.echo(json.dumps(reply, ensure_ascii=False))


@main.command("import", cls=CrawlCommand)
@click.argument("files", metavar="FILE...", nargs=-1, required=True, type=click.Path(path_type=Path))
@archive_option
@click.option("--url", metavar="URL", help="Where the text was published; for one file.")
@click.option("--site", metavar="SITE", help="The outlet that published it: the name of a site file.")
@click.option("--published", type=DAY, metavar="DAY", help="The day on which it was published; else one is proposed.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object per file.")
def import_texts(
    files: tuple[Path, ...],
    *,
    folder: Path,
    url: str | None,
    site: str | None,
    published: datetime | None,
    as_json: bool,
) -> None:
    """Store plain-text articles: first line the title, last line the sign-off, the body between.

    What is guessed is marked as proposed: the date comes from the first event in the text ("Chiều 2-7 … năm
    2020"); outlet and address are unknown unless given.

    \b
    baotinh import dai-doan-ket.txt
    baotinh import dai-doan-ket.txt --site baothainguyen --published 2020-07-03
    """
    from archive import VIETNAM, Archive
    from crawler.site_files import find_site
    from crawler.texts import import_file

    if url and len(files) > 1:
        raise click.UsageError("--url names one article: give one file with it")
    outlet = find_site(site).as_outlet() if site else None
    published_at = published.replace(tzinfo=VIETNAM) if published else None
    refused = False
    with Archive.open(folder, create=True) as archive:
        if outlet:
            archive.register(outlet)
        for path in files:
            result = import_file(archive, path, url=url, site=site, published_at=published_at, at=datetime.now(UTC))
            click.echo(json.dumps(result.as_record(), ensure_ascii=False) if as_json else str(result))
            refused = refused or result.refusal is not None
    sys.exit(3 if refused else 0)


@main.command(cls=CrawlCommand)
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
    from crawler.crawl import Order
    from crawler.demo.serve import serve
    from crawler.site_files import load_site

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
        click.echo(f"  baotinh crawl baokhanhhoa --limit 20{where}")
    sys.exit(code)


if __name__ == "__main__":
    main()
