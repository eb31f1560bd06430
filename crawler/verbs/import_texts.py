"""`baotinh import`: plain-text articles into the archive."""

import sys
from datetime import UTC, datetime
from pathlib import Path

import click

from archive import ExitCode
from archive.cli import DAY, archive_option, print_json, say
from crawler.verbs.command import CrawlCommand


@click.command("import", cls=CrawlCommand)
@click.argument("files", metavar="FILE...", nargs=-1, required=True, type=click.Path(path_type=Path))
@archive_option
@click.option("--url", metavar="URL", help="Address at which the text was published; for one file.")
@click.option("--site", metavar="SITE", help="Name of the site file of the outlet that published it.")
@click.option("--published", type=DAY, metavar="DAY", help="Day of publication (default: one is proposed).")
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
    from crawler.errors import BadArgument, UnreadableFile
    from crawler.imports import import_file, lines_of
    from crawler.urls import canonical
    from crawler.verbs.choice import open_catalogue

    if url and len(files) > 1:
        raise click.UsageError("--url names one article: give one file with it")
    try:
        url = canonical(url) if url else None
    except ValueError:
        raise BadArgument("--url", str(url), wanted="a web address such as https://baothainguyen.vn/…") from None
    if missing := next((path for path in files if not path.is_file()), None):
        raise UnreadableFile(missing)  # before any is stored: the corrected call stores each once
    outlet = open_catalogue(folder, names=[site]).find(site).site.as_outlet() if site else None
    published_at = published.replace(tzinfo=VIETNAM) if published else None
    refused = False
    with Archive.open(folder, create=True) as archive:
        if outlet:
            archive.register(outlet)
        for path in files:
            result = import_file(archive, path, url=url, site=site, published_at=published_at, at=datetime.now(UTC))
            if as_json:
                print_json(result.as_record())
            else:
                for line in lines_of(result):
                    say(line)
            refused = refused or result.refusal is not None
    sys.exit(ExitCode.LESS_THAN_EXPECTED if refused else ExitCode.DONE)
