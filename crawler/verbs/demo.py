"""`baotinh demo`: a crawl of the bundled sample site, a search in what it stored, and the proof that it is whole."""

import sys
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import click

from archive import phrase
from archive.cli import archive_option, next_command, print_checked, print_hit, say
from crawler.verbs.command import CrawlCommand
from crawler.verbs.crawl import print_results, run_crawls

WORDS = "khoi dai doan ket"
"""What the demo searches: typed without marks, found with them."""


@click.command(cls=CrawlCommand)
@archive_option
@click.option(
    "--port",
    type=click.IntRange(1, 65533),
    metavar="N",
    default=8871,
    show_default=True,
    help="First of the three ports of the sample site.",
)
def demo(*, folder: Path, port: int) -> None:
    """Serve the bundled sample site on loopback, crawl it, search and verify the archive. Nothing leaves this machine.

    \b
    baotinh demo
    baotinh demo --archive /tmp/try
    """
    from archive import Archive, ExitCode, verify
    from crawler.crawl.order import Order
    from crawler.demo.serve import serve
    from crawler.site_files.load import load_site

    with serve(port=port) as web, TemporaryDirectory() as files:
        site_files = [Path(files) / f"{name}.toml" for name in web.site_files]
        for path, text in zip(site_files, web.site_files.values(), strict=True):
            path.write_text(text, encoding="utf-8")
        say(phrase("The sample site is served at {addresses}", addresses=", ".join(web.origins.values())), aside=True)
        code = print_results(
            run_crawls(list(map(load_site, site_files)), folder, Order(create=True, delay=0, allow_private=True))
        )
    say()
    say(next_command(f"baotinh search {WORDS}"))
    say()
    with Archive.open(folder, read_only=True) as archive:
        hits = archive.search(WORDS, limit=3)
    for hit in hits:
        print_hit(hit)
    say(next_command("baotinh verify --deep"))
    say()
    checked = verify(folder, at=datetime.now(UTC), deep=True)
    print_checked(checked)
    if hits:
        say()
        say(phrase("Next:"))
        for command in (f"baotinh show {hits[0].uid[:8]}", "baotinh serve", "baotinh sites"):
            say(f"  {next_command(command)}")
    sys.exit(code if checked.is_whole else ExitCode.ARCHIVE_UNUSABLE)
