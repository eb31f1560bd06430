"""`baotinh pack`: the archive as one file to pass on."""

from datetime import datetime
from pathlib import Path

import click

from archive.cli.command import Command, archive_option, json_option
from archive.cli.filter_options import DAY
from archive.cli.terminal import print_json, say
from archive.phrases import phrase
from archive.record import VIETNAM


@click.command(cls=Command)
@click.argument("target", metavar="FILE.wacz", type=click.Path(path_type=Path, dir_okay=False))
@click.argument("sites", metavar="[SITE]...", nargs=-1)
@click.option("--since", type=DAY, metavar="DAY", help="Only what was captured since this day (2026-01-31).")
@json_option
@archive_option
def pack(target: Path, sites: tuple[str, ...], *, since: datetime | None, as_json: bool, folder: Path) -> None:
    """Write the archive into one WACZ file, which ReplayWeb.page replays and which has the database too.

    \b
    baotinh pack news.wacz
    baotinh pack khanhhoa.wacz baokhanhhoa --since 2026-01-01

    Without SITE, all sites. The same archive gives the same bytes. The file appears under its name only when it is
    whole; a damaged raw page ends the command with exit code 5.
    """
    from archive.care.pack import pack as pack_archive

    done = pack_archive(folder, target, sites=sites, since=since and since.replace(tzinfo=VIETNAM))
    if as_json:
        print_json(done.as_record(), indent=2)
    else:
        say(
            phrase(
                "{target}: {articles:,} articles, {pages:,} of them with their page, {files:,} WARC files, "
                "{bytes:,} bytes",
                target=target,
                articles=done.articles,
                pages=done.pages,
                files=done.files,
                bytes=done.bytes,
            )
        )
