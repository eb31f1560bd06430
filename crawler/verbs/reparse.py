"""`baotinh reparse`: the raw pages of the archive, read again with today's rules."""

import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from archive import ExitCode, counted, phrase
from archive.cli import DAY, archive_option, print_json, report, say
from crawler.verbs.command import CrawlCommand, site_files_option

if TYPE_CHECKING:
    from archive import Archive
    from crawler.reparse.plan import Request
    from crawler.reparse.report import SiteReparse
    from crawler.site import Site
    from crawler.site_files.catalogue import Catalogue
    from crawler.verbs.stopping import Stop


def _first(_: click.Context, __: click.Parameter, day: datetime | None) -> datetime | None:
    """Return the begin of a day in Vietnam."""
    from crawler.spiders.arguments import start_of

    return start_of(day and day.date(), "since")


def _last(_: click.Context, __: click.Parameter, day: datetime | None) -> datetime | None:
    """Return the end of a day in Vietnam; None for the last day of the calendar."""
    from crawler.spiders.arguments import end_of

    return end_of(day and day.date(), "until")


def _name_of_warc(_: click.Context, __: click.Parameter, given: str | None) -> str | None:
    """Return the name that a WARC file has once it is finished."""
    from crawler.reparse.job import UNFINISHED

    if given is None:
        return None
    path = Path(given)
    return path.stem if path.suffix in UNFINISHED else path.name


@click.command(cls=CrawlCommand)
@click.argument("names", metavar="[SITE]...", nargs=-1)
@click.option("--all", "all_sites", is_flag=True, help="Every site of the archive, as without names.")
@site_files_option
@archive_option
@click.option("--since", type=DAY, callback=_first, metavar="DAY", help="Only pages fetched on this day or later.")
@click.option("--until", type=DAY, callback=_last, metavar="DAY", help="Only pages fetched on this day or before.")
@click.option("--doubtful", "only_doubtful", is_flag=True, help="Only articles with doubts or a reading that waits.")
@click.option("--again", is_flag=True, help="Also pages that today's rules have read again already.")
@click.option("--dry-run", "is_dry", is_flag=True, help="Say what would change; change nothing.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON, one line per site.")
@click.option(
    "--warc",
    metavar="NAME",
    callback=_name_of_warc,
    help="Only read the pages of this WARC file, and keep what they give: the next reparse stores it.",
)
@click.option(
    "--workers", type=click.IntRange(1, 256), metavar="N", help="Processes that read (default: one per core)."
)
def reparse(
    names: tuple[str, ...],
    *,
    all_sites: bool,
    site_files: tuple[Path, ...],
    folder: Path,
    as_json: bool,
    warc: str | None,
    workers: int | None,
    **chosen: Any,
) -> None:
    """Read the raw pages of the archive again with today's rules, without network, and store what is better.

    \b
    baotinh reparse baokhanhhoa --dry-run
    baotinh reparse --doubtful

    A better text is in force from then on, as re-extracted; a worse one replaces nothing, and is listed. A reparse
    that is stopped goes on the next time.
    Exit codes: 0 done, 2 wrong call, 5 a raw page or the archive is damaged, 130 interrupted.
    """
    from crawler.reparse.report import lines_of
    from crawler.verbs.choice import open_catalogue
    from crawler.verbs.stopping import say_interrupted, stopped_by_signals

    if warc is not None and (as_json or chosen["again"] or chosen["is_dry"]):
        raise click.UsageError(
            phrase("--warc goes without --again, --dry-run and --json: it stores nothing, the next reparse does")
        )
    catalogue = open_catalogue(folder, site_files, names)
    if warc is not None:
        _read_file(folder, catalogue, warc, names, all_sites=all_sites, workers=workers, **chosen)
        return
    with stopped_by_signals() as stop:
        results = read_again(folder, catalogue, names, stop=stop, all_sites=all_sites, workers=workers, **chosen)
    shown = [each for each in results if each.pages or each.site in names]
    for each in shown:
        if as_json:
            print_json(each.as_record())
        else:
            report(lines_of(each, is_dry=chosen["is_dry"]))
    if not shown and not as_json:
        say(phrase("nothing to read: no chosen raw page is new to today's rules"))
    if stop.is_asked:
        say_interrupted()
        sys.exit(ExitCode.INTERRUPTED)
    sys.exit(ExitCode.ARCHIVE_UNUSABLE if any(each.damaged for each in shown) else ExitCode.DONE)


def read_again(
    folder: Path,
    catalogue: "Catalogue",
    names: Sequence[str] = (),
    *,
    stop: "Stop",
    all_sites: bool = False,
    workers: int | None = None,
    **chosen: Any,
) -> "list[SiteReparse]":
    """Read the raw pages of an archive again until a `stop`; return what became of each site. Raises ArchiveError."""
    from archive import Archive
    from crawler.reparse.run import reparse

    with Archive.open(folder) as archive:
        request = request_of(archive, catalogue, names, all_sites=all_sites, workers=workers, **chosen)
        return reparse(archive, request, now=lambda: datetime.now(UTC), is_over=lambda: stop.is_asked)


def _read_file(folder: Path, catalogue: "Catalogue", warc: str, names: Sequence[str], **chosen: Any) -> None:
    """Read the pages of one WARC file, and keep what they give; ends the program if it is stopped."""
    from archive import Archive
    from crawler.reparse.job import read_file
    from crawler.verbs.stopping import stopped_by_signals

    with stopped_by_signals() as stop, Archive.open(folder, read_only=True) as archive:
        request = request_of(archive, catalogue, names, **chosen)
        pages = read_file(archive, warc, request, is_over=lambda: stop.is_asked)
    if pages is None:
        sys.exit(ExitCode.INTERRUPTED)
    if not pages:
        say(phrase("nothing to read: all chosen pages of {warc} are read by today's rules, or kept", warc=warc))
        return
    say(
        counted(
            "{n:,} page read: the next `baotinh reparse` stores it",
            "{n:,} pages read: the next `baotinh reparse` stores them",
            n=pages,
        )
    )


def request_of(
    archive: "Archive",
    catalogue: "Catalogue",
    names: Sequence[str] = (),
    *,
    all_sites: bool = False,
    workers: int | None = None,
    place: str = "--site-file",
    **chosen: Any,
) -> "Request":
    """Return what is to be read again by today's rules.

    `workers` is the number of processes; None for one per core. `place` is where the user gives a site file that is
    missing.
    """
    from crawler import __version__
    from crawler.reparse.plan import Request
    from crawler.site_files.load import load_platforms
    from crawler.workers import cores

    sites, is_whole = _choose(names, catalogue, archive, all_sites=all_sites, place=place)
    return Request(
        sites=sites,
        layouts=[each for platform in load_platforms().values() for each in platform.layouts] if is_whole else [],
        processes=cores() if workers is None else workers,
        version=__version__,
        **chosen,
    )


def _choose(
    names: Sequence[str], catalogue: "Catalogue", archive: "Archive", *, all_sites: bool, place: str
) -> "tuple[list[Site], bool]":
    """Return the sites that are meant, and whether pages of no site are meant too: by default all of the archive."""
    if (names or catalogue.given) and not all_sites:
        from crawler.verbs.choice import choose_sites

        return choose_sites(names, catalogue, all_sites=False), False
    known = catalogue.by_name()
    held = sorted(archive.site_totals())
    for name in held:
        if name not in known:
            say(phrase("{name} has no site file here; give it with {place}", name=name, place=place), aside=True)
    return [known[name] for name in held if name in known], True
