"""`baotinh sites`: the map of the outlets; `baotinh check-sites`: site files against their own examples."""

import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from archive import Era, phrase
from archive.cli import (
    archive_option,
    print_data,
    print_error,
    print_json,
    print_table,
    report,
    say,
    wide_option,
)
from crawler.site import KINDS, STATUSES
from crawler.verbs.command import CrawlCommand, site_files_option

if TYPE_CHECKING:
    from archive import SiteTotals
    from crawler.site_files.catalogue import Catalogue
    from crawler.site_files.checks import FileCheck
    from crawler.site_files.outlets import MappedOutlet

_SHORT = (phrase("name"), phrase("domain"), phrase("province_now"), phrase("status"), phrase("articles"))
"""Columns that fit 80 characters; the others wait for --wide."""
_WIDE = (
    phrase("name"),
    phrase("outlet"),
    phrase("province_then"),
    phrase("province_now"),
    phrase("domain"),
    phrase("platform"),
    phrase("checked"),
    phrase("articles"),
    phrase("last_success"),
    phrase("status"),
)


@click.command(cls=CrawlCommand)
@click.option("--province", metavar="NAME", help="Only outlets of this province; marks are optional.")
@click.option(
    "--era",
    type=click.Choice([era.value for era in Era]),
    default=Era.ANY.value,
    show_default=True,
    help="Whether --province is one of before 1 July 2025, of today, or either.",
)
@click.option("--status", type=click.Choice(STATUSES), help="Only outlets of this status.")
@click.option("--kind", type=click.Choice(KINDS), help="Only outlets of this kind.")
@wide_option
@click.option("--json", "as_json", is_flag=True, help="Print one JSON array.")
@click.option("--markdown", "as_page", is_flag=True, help="Print docs/outlets.md, which needs no archive.")
@click.option("--trust", "trusted", metavar="NAME", help="Trust the archive's own file of this site, on this machine.")
@archive_option
def sites(
    *,
    province: str | None,
    era: str,
    status: str | None,
    kind: str | None,
    is_wide: bool,
    as_json: bool,
    as_page: bool,
    trusted: str | None,
    folder: Path,
) -> None:
    """List the outlets: province, status, and what the archive holds.

    An outlet without a name has no site file: its address is known, the markup of its articles is not.
    Files in the folder `sites` of the archive are its own; --trust says that you have read one.

    \b
    baotinh sites
    baotinh sites --wide
    baotinh sites --province "quang nam"
    baotinh sites --status active --json
    baotinh sites --trust baomoi
    """
    from archive import find_provinces
    from crawler.site_files.catalogue import Catalogue
    from crawler.site_files.outlets import as_markdown, map_outlets

    if as_json and as_page:
        raise click.UsageError(phrase("give either --json or --markdown"))
    if trusted is not None:
        _trust(trusted, folder)
        return
    catalogue = Catalogue() if as_page else Catalogue.load(folder)
    totals = {} if as_page else _totals(folder)
    outlets = map_outlets(catalogue.by_name().values(), totals, own=catalogue.own_names())
    if province is not None:
        wanted = find_provinces(province, era=Era(era))
        outlets = [outlet for outlet in outlets if outlet.is_in(wanted, Era(era))]
    outlets = [each for each in outlets if status in (None, each.status) and kind in (None, each.kind)]
    if as_page:
        print_data(as_markdown(outlets))
    elif as_json:
        print_json([outlet.as_record() for outlet in outlets], indent=1)
    elif outlets:
        _print_outlets(outlets, is_wide=is_wide)
    else:
        say(phrase("no outlet matches these filters"), aside=True)
    report(_own_lines(catalogue), aside=True)


def _trust(name: str, folder: Path) -> None:
    """Trust the archive's own file of a site. Raises NoOwnSiteFile, UnusableSiteFile, NotWritable."""
    from crawler.errors import NoOwnSiteFile, UnusableSiteFile
    from crawler.site_files.own import FOLDER, own_files
    from crawler.site_files.trust import trust

    own = own_files(folder).get(name)
    if own is None:
        raise NoOwnSiteFile(folder / FOLDER / f"{name}.toml")
    if own.site is None or own.flaw:
        raise UnusableSiteFile(own.path, own.obstacle or "")
    note = trust(own.path, folder)
    say(phrase("trusted: {path}, which asks {hosts}", path=own.path, hosts=", ".join(own.hosts)), aside=True)
    say(
        phrase("noted in {note}; a changed file, or one of a moved archive, must be trusted anew", note=note),
        aside=True,
    )


def _own_lines(catalogue: "Catalogue") -> Iterator[str]:
    """Yield a line for each file of the archive: whether it counts, and for what."""
    for own in catalogue.own.values():
        if not own.obstacle:
            limits = (
                ""
                if own.is_trusted
                else phrase("; `--all` leaves it out until `baotinh sites --trust {name}`", name=own.name)
            )
            yield phrase(
                "{path} is the archive's own file of {name}{limits}", path=own.path, name=own.name, limits=limits
            )
    yield from catalogue.obstacles()


def _totals(folder: Path) -> "Mapping[str, SiteTotals]":
    """Return what the archive holds; a missing archive counts as an empty one."""
    from archive import Archive, ArchiveNotFound

    try:
        with Archive.open(folder, read_only=True) as archive:
            return archive.site_totals()
    except ArchiveNotFound:
        return {}


def _print_outlets(outlets: "Sequence[MappedOutlet]", *, is_wide: bool) -> None:
    heads = _WIDE if is_wide else _SHORT
    records = ({**outlet.as_record(), **({"status": outlet.fate} if is_wide else {})} for outlet in outlets)
    print_table([heads, *(tuple(_cell(record, head) for head in heads) for record in records)], is_wide=is_wide)


def _cell(record: Mapping[str, Any], head: str) -> str:
    value = str(record[head] or "–")
    return value[:16] if head == "last_success" else value


@click.command("check-sites", cls=CrawlCommand)
@click.argument("names", metavar="[SITE]...", nargs=-1)
@site_files_option
@archive_option
@click.option("--json", "as_json", is_flag=True, help="Print one JSON array.")
def check_sites(names: tuple[str, ...], *, site_files: tuple[Path, ...], folder: Path, as_json: bool) -> None:
    """Check all site files against their own examples; name what is untested and what has no fixture.

    Files of the archive are checked too, trusted or not.

    \b
    baotinh check-sites
    baotinh check-sites baocantho --json
    baotinh check-sites --site-file mysite.toml
    """
    from crawler.errors import BadSiteFile, UnknownSite, check_file
    from crawler.site_files.checks import check_files
    from crawler.site_files.load import SITES, load_platforms, read_site_files
    from crawler.site_files.own import own_files

    for path in site_files:
        check_file(path, wanted=phrase("site file"))
    own = [each.path for each in own_files(folder).values()]
    known = read_site_files([*sorted(SITES.glob("*.toml")), *own, *site_files])
    for name in names:
        if name not in known:
            raise UnknownSite(name, known)
    asked = {*names, *(path.stem for path in site_files)}
    checks = [check for check in check_files(known, load_platforms()) if not asked or check.name in asked]
    if as_json:
        print_json([check.as_record() for check in checks], indent=1)
    else:
        _print_checks(checks, in_full=bool(asked))
    if problems := [problem for check in checks for problem in check.problems]:
        error = BadSiteFile(problems)
        print_error(error)
        sys.exit(error.exit_code)


def _print_checks(checks: "Sequence[FileCheck]", *, in_full: bool) -> None:
    """Print a row for each file; `in_full` also the patterns and layouts that the row counts."""
    rows: list[Sequence[str]] = [
        (phrase("file"), phrase("examples"), phrase("untested"), phrase("without fixture"), phrase("problems"))
    ]
    for check in checks:
        examples = check.articles + check.sections + check.not_articles
        lists = (check.untested, check.without_fixture, check.problems)
        rows.append((check.file, str(examples), *(str(len(each)) for each in lists)))
    print_table(rows)
    for check in checks if in_full else ():
        for pattern in check.untested:
            say(phrase("{file}: no example matches {pattern}", file=check.file, pattern=pattern))
        for layout in check.without_fixture:
            say(phrase("{file}: no page in tests/pages has layout {layout}", file=check.file, layout=layout))
