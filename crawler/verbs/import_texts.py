"""`baotinh import`: plain-text articles into the archive."""

import json
import sys
from datetime import UTC, datetime
from pathlib import Path

import click

from archive.cli import DAY, archive_option
from crawler.verbs.command import CrawlCommand


@click.command("import", cls=CrawlCommand)
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
    from crawler.errors import BadArgument, UnreadableFile
    from crawler.imports import import_file
    from crawler.site_files.load import find_site
    from crawler.urls import canonical

    if url and len(files) > 1:
        raise click.UsageError("--url names one article: give one file with it")
    try:
        url = canonical(url) if url else None
    except ValueError:
        raise BadArgument("--url", str(url), wanted="a web address such as https://baothainguyen.vn/…") from None
    if missing := next((path for path in files if not path.is_file()), None):
        raise UnreadableFile(missing)  # before any is stored: the call can be mended and made again
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
