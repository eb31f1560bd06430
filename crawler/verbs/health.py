"""`baotinh health`: the state of the crawls; `baotinh why`: the whole story of one address."""

import sys
from datetime import UTC, datetime
from pathlib import Path

import click

from archive import ExitCode, phrase
from archive.cli import archive_option, print_json, print_table, report, waiting_lines, wide_option
from crawler.verbs.command import CrawlCommand, flags_for, site_files_option
from crawler.verbs.missing import look_for_archive


@click.command(cls=CrawlCommand)
@click.argument("names", metavar="[SITE]...", nargs=-1)
@site_files_option
@wide_option
@click.option("--json", "as_json", is_flag=True, help="Print one JSON array.")
@archive_option
def health(names: tuple[str, ...], *, site_files: tuple[Path, ...], is_wide: bool, as_json: bool, folder: Path) -> None:
    """Report the state of the crawls: last success, yield beside the usual one, lags, and what needs a look.

    \b
    baotinh health
    baotinh health baokhanhhoa
    baotinh health --json

    Its last line says how many days the disk will last.

    Exit codes: 0 all is well, 2 wrong call, 3 something needs a look or nothing was crawled yet, 4 no source of a
    site answered.
    """
    from archive import Archive
    from crawler.errors import NeverCrawled
    from crawler.operate.health import check_up, detail_lines, disk_line, is_short, problem_lines, table_of
    from crawler.verbs.choice import open_catalogue

    known = open_catalogue(folder, site_files, names).by_name()
    at = datetime.now(UTC)
    with Archive.open(folder, read_only=True) as archive:
        asked = names or sorted(archive.site_totals())
        found = {name: check_up(archive, name, known.get(name), at=at) for name in asked}
        disk = archive.disk(at=at)
        waiting = archive.waiting_for_copies()
    checkups = [checkup for checkup in found.values() if checkup]
    for name in names:
        if found[name] is None:
            raise NeverCrawled(name, folder)
    if as_json:
        whole = {"disk": disk.as_record(), "waiting_for_copies": waiting}
        print_json([{**checkup.as_record(), **whole} for checkup in checkups], indent=1)
    elif checkups:
        print_table(table_of(checkups, is_wide=is_wide), is_wide=is_wide)
        for checkup in checkups:
            if lines := [*(detail_lines(checkup) if names else ()), *problem_lines(checkup)]:
                site = known.get(checkup.health.site)
                report(["", *lines], flags=flags_for(site.home) if site else ())
        report(["", disk_line(disk), *waiting_lines(waiting)])
    else:
        report(
            [phrase("no site was crawled yet; begin with baotinh crawl: `baotinh sites` lists the sites")], aside=True
        )
    own = ExitCode.LESS_THAN_EXPECTED if is_short(disk) or not checkups else ExitCode.DONE
    sys.exit(max(own, *(checkup.exit_code for checkup in checkups)) if checkups else own)


@click.command(cls=CrawlCommand)
@click.argument("url")
@site_files_option
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@archive_option
def why(url: str, *, site_files: tuple[Path, ...], as_json: bool, folder: Path) -> None:
    """Tell the whole story of an address: who named it, every answer, and what became of it or will.

    \b
    baotinh why https://baokhanhhoa.vn/...

    Nothing is requested, not even robots.txt.
    """
    from crawler.operate.why import explain, lines_of
    from crawler.verbs.choice import open_catalogue

    look_for_archive(folder)
    explanation = explain(url, open_catalogue(folder, site_files).by_host(), folder, at=datetime.now(UTC))
    if as_json:
        print_json(explanation.as_record(), indent=1)
    else:
        report(lines_of(explanation), flags=flags_for(explanation.url))
