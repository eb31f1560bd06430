"""`baotinh probe`: one polite visit to a live site, before its file is trusted, or to all of them."""

import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from archive import ExitCode, phrase
from archive.cli import archive_option, print_json, report, say
from crawler.verbs.command import CrawlCommand, site_files_option
from crawler.verbs.order_options import visit_options

if TYPE_CHECKING:
    from crawler.crawl.order import Order
    from crawler.probe.target import Target
    from crawler.reader import Reader


@click.command(cls=CrawlCommand)
@click.argument("names", metavar="SITE|URL...", nargs=-1)
@click.option("--all", "all_sites", is_flag=True, help="Visit every site that `crawl --all` crawls, each briefly.")
@site_files_option
@click.option("--article", metavar="URL", help="Article to look at (default: one that a source names).")
@click.option("--save", "into", type=click.Path(path_type=Path), metavar="FOLDER", help="Folder for the pages.")
@click.option("--mark", "is_marking", is_flag=True, help="Write the day into the site file, if nothing is wrong.")
@click.option(
    "--bundle",
    type=click.Path(path_type=Path),
    metavar="FILE.zip",
    help="File for pages, findings and proposals (.zip or .tar.gz).",
)
@click.option(
    "--browser",
    "in_browser",
    is_flag=True,
    help="Open one page in Chromium, name the JSON that fills it, and propose how to read it.",
)
@archive_option
@visit_options
@click.option("--json", "as_json", is_flag=True, help="Print the report as one JSON object; of several, an array.")
def probe(
    names: tuple[str, ...],
    *,
    all_sites: bool,
    site_files: tuple[Path, ...],
    bundle: Path | None,
    in_browser: bool,
    folder: Path,
    order: "Order",
    as_json: bool,
    **of_one: Any,
) -> None:
    """Visit a live site once: report what each source and an article give, what broke, and how to mend it.

    \b
    baotinh probe baokhanhhoa
    baotinh probe --site-file mysite.toml --mark
    baotinh probe https://baokhanhhoa.vn/...
    baotinh probe --all --bundle first-day.zip
    baotinh probe --browser https://baodienbienphu.vn/...

    Several sites are visited side by side, each more briefly, and reported in a table. Nothing is stored.
    Exit codes: 0 all right, 2 wrong call, 3 something broke, 4 no source of a site answered.
    """
    from crawler.reader import Reader
    from crawler.verbs.choice import open_catalogue
    from crawler.verbs.targets import choose_targets

    catalogue = open_catalogue(folder, site_files, names)
    reader = Reader.load(catalogue)
    targets = choose_targets(names, catalogue, all_sites=all_sites, layouts=reader.layouts)
    if in_browser:
        from crawler.verbs.browse import browse

        if len(names) != 1 or any(of_one.values()) or bundle or as_json:
            raise click.UsageError(phrase("--browser opens one page: give its address and no other choice"))
        sys.exit(browse(names[0], targets[0], order))
    if all_sites or bundle or len(targets) > 1:
        if any(of_one.values()):
            raise click.UsageError(phrase("--article, --save and --mark are for one site, without --all and --bundle"))
        sys.exit(_survey(targets, reader, order, bundle=bundle, as_json=as_json))
    sys.exit(_probe(targets[0], reader, order, as_json=as_json, **of_one))


def _probe(
    target: "Target",
    reader: "Reader",
    order: "Order",
    *,
    article: str | None,
    into: Path | None,
    is_marking: bool,
    as_json: bool,
) -> ExitCode:
    """Visit one site in full, and print its report."""
    from dataclasses import replace

    from crawler.probe.judge import judge
    from crawler.probe.keeping import mark, new_folder, save
    from crawler.probe.report import lines_of
    from crawler.probe.visit import visit

    if is_marking and target.path is None:
        raise click.UsageError(phrase("--mark needs a site file; baotinh new-site writes one"))
    if into:
        new_folder(into)
    answers = visit(replace(target, article=article or target.article), order=order)
    judged = judge(target.site, answers, known=reader.sites, layouts=reader.layouts, at=datetime.now(UTC))
    if as_json:
        print_json(judged.as_record())
    else:
        report(lines_of(judged))
    if into:
        save(answers, into)
    if is_marking and target.path and judged.exit_code is ExitCode.DONE:
        mark(target.path, judged.day)
        say(phrase("marked: {path} is probed {day}", path=target.path, day=judged.day), aside=True)
    elif is_marking:
        say(phrase("not marked: {path} is unchanged", path=target.path), aside=True)
    return judged.exit_code


def _survey(
    targets: "Sequence[Target]", reader: "Reader", order: "Order", *, bundle: Path | None, as_json: bool
) -> ExitCode:
    """Visit several sites briefly, and print one table."""
    from archive.cli import print_table
    from crawler.crawl.report import gravest
    from crawler.errors import SharedHost
    from crawler.probe.bundle import check_bundle, write_bundle
    from crawler.probe.table import closing_lines, table_of
    from crawler.probe.visit import survey
    from crawler.site_files.load import shared_hosts
    from crawler.verbs.surveyed import judge_all

    if shared := next(shared_hosts([target.site for target in targets]), None):
        raise SharedHost(*shared)
    if bundle:
        check_bundle(bundle)
    visited = survey(
        targets, order=order, watch=lambda site: say(phrase("visited: {name}", name=site.name or site.home), aside=True)
    )
    surveyed, faults = judge_all(targets, visited, reader, at=datetime.now(UTC))
    probes = [each.probe for each in surveyed]
    if as_json:
        print_json([probe.as_record() for probe in probes], indent=1)
    else:
        print_table(table_of(probes))
        report(closing_lines(probes))
    for home, error in faults.items():
        say(
            phrase(
                "{home}: a fault of the program, please report it: {name}, {error}",
                home=home,
                name=type(error).__name__,
                error=error,
            ),
            aside=True,
        )
    if bundle:
        write_bundle(bundle, surveyed)
        say(phrase("written: {bundle}", bundle=bundle), aside=True)
    return gravest([*(probe.exit_code for probe in probes), *(ExitCode.FAULT for _ in faults)])
