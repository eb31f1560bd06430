"""`baotinh rebuild`: the archive's own verb, and with `--reread` the raw pages are read by today's rules too."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from archive import ExitCode, phrase
from archive.cli import archive_option, compare_option, json_option, new_argument, print_rebuilt, report, say
from crawler.verbs.command import CrawlCommand, site_files_option
from crawler.verbs.reparse import read_again

if TYPE_CHECKING:
    from crawler.reparse.report import SiteReparse


@click.command("rebuild", cls=CrawlCommand)
@new_argument
@click.option("--reread", is_flag=True, help="Then read the raw pages by today's rules, on all cores.")
@compare_option
@json_option
@site_files_option
@archive_option
def rebuild_command(
    new: Path, *, reread: bool, with_old: Path | None, as_json: bool, site_files: tuple[Path, ...], folder: Path
) -> None:
    """Make the archive again in NEWDIR, from the WARC files alone.

    \b
    baotinh rebuild news-again
    baotinh rebuild news-again --compare news-archive
    baotinh rebuild news-again --reread

    The folder of the archive needs nothing but warc/. It stays as it is; its WARC files get a second name in NEWDIR, or
    are copied. If it is interrupted, run it again. What could not be read ends with exit code 5.

    With --reread, better readings of today's rules are in force then, as re-extracted, and the result says in numbers
    what differs: as `baotinh reparse --again` in NEWDIR would do. Superseded texts stay as they were read.
    """
    from archive import rebuild
    from crawler.reparse.report import lines_of
    from crawler.verbs.choice import open_catalogue
    from crawler.verbs.stopping import stopped_by_signals

    catalogue = open_catalogue(folder, site_files) if reread else None
    rebuilt = rebuild(folder, new)
    sites: list[SiteReparse] = []
    is_stopped = False
    if catalogue:
        with stopped_by_signals() as stop:
            sites = read_again(new, catalogue, stop=stop, all_sites=True, again=True)
        is_stopped = stop.is_asked
    print_rebuilt(rebuilt, with_old=with_old, as_json=as_json, reread=[each.as_record() for each in sites])
    if not as_json:
        for each in sites:
            report(lines_of(each, is_dry=False))
    if is_stopped:
        say(
            phrase("interrupted: {new} is whole, and `baotinh reparse --archive {new}` reads the other pages", new=new),
            aside=True,
        )
        sys.exit(ExitCode.INTERRUPTED)
    is_damaged = rebuilt.damaged or any(each.damaged for each in sites)
    sys.exit(ExitCode.ARCHIVE_UNUSABLE if is_damaged else ExitCode.DONE)
