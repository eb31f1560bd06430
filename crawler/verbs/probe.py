"""`baotinh probe`: one polite visit to a live site, before its file is trusted."""

import sys
from datetime import UTC, datetime
from pathlib import Path

import click

from archive import ExitCode
from archive.cli import print_json, report, say
from crawler.verbs.command import CrawlCommand, allow_private_option, contact_option, delay_option


@click.command(cls=CrawlCommand)
@click.argument("target", metavar="SITE|URL", required=False)
@click.option(
    "--site-file",
    type=click.Path(path_type=Path),
    metavar="FILE.toml",
    help="A site defined in any TOML file (docs/site-files.md).",
)
@click.option("--article", metavar="URL", help="Article to look at (default: one that a source names).")
@click.option("--save", "folder", type=click.Path(path_type=Path), metavar="FOLDER", help="Folder for the pages.")
@click.option("--mark", "is_marking", is_flag=True, help="Write the day into the site file, if nothing is wrong.")
@delay_option
@contact_option
@allow_private_option
@click.option("--json", "as_json", is_flag=True, help="Print the report as one JSON object.")
def probe(
    target: str | None,
    *,
    site_file: Path | None,
    article: str | None,
    folder: Path | None,
    is_marking: bool,
    delay: float | None,
    contact: str | None,
    allow_private: bool,
    as_json: bool,
) -> None:
    """Visit a live site once: report what each source and an article give, what broke, and how to mend it.

    \b
    baotinh probe baokhanhhoa
    baotinh probe --site-file mysite.toml --mark
    baotinh probe https://baokhanhhoa.vn/...

    Nothing is stored. Exit codes: 0 all right, 2 wrong call, 3 something broke, 4 no source answered.
    """
    from crawler.crawl.order import Order
    from crawler.probe.judge import judge
    from crawler.probe.keeping import mark, new_folder, save
    from crawler.probe.report import lines_of
    from crawler.probe.target import find_target
    from crawler.probe.visit import visit
    from crawler.reader import Reader

    if target is None and site_file is None:
        raise click.UsageError("name a site or an address, or give --site-file; `baotinh sites` lists the sites")
    reader = Reader.load()
    found = find_target(target, site_file, layouts=reader.layouts)
    if is_marking and found.path is None:
        raise click.UsageError("--mark needs a site file; baotinh new-site writes one")
    if folder:
        new_folder(folder)
    order = Order(delay=delay, contact=contact, allow_private=allow_private)
    answers = visit(found.site, article=article or found.article, order=order)
    judged = judge(found.site, answers, known=reader.sites, layouts=reader.layouts, at=datetime.now(UTC))
    if as_json:
        print_json(judged.as_record())
    else:
        report(lines_of(judged))
    if folder:
        save(answers, folder)
    if is_marking and found.path and judged.exit_code is ExitCode.DONE:
        mark(found.path, judged.day)
        say(f"marked: {found.path} is probed {judged.day}", aside=True)
    elif is_marking:
        say(f"not marked: {found.path} is unchanged", aside=True)
    sys.exit(judged.exit_code)
