"""`baotinh merge`: another archive into this one."""

from pathlib import Path

import click

from archive.cli.command import Command, archive_option, json_option
from archive.cli.terminal import print_json, say
from archive.phrases import phrase
from archive.store import Archive


@click.command(cls=Command)
@click.argument("other", metavar="OTHER", type=click.Path(path_type=Path))
@click.option("--site", "only", metavar="SITE", multiple=True, help="Only what belongs to this site; more than once.")
@json_option
@archive_option
def merge(other: Path, *, only: tuple[str, ...], as_json: bool, folder: Path) -> None:
    """Bring everything of the archive in the folder OTHER into this one, or all of some sites.

    \b
    baotinh merge /media/disk/news-archive
    baotinh merge /media/disk/news-archive --site baokhanhhoa

    No article is doubled: one that both archives have gets the texts of both in the order of time. OTHER is never
    written, and a second merge changes nothing. Stop the crawls of this archive first: they would wait.
    """
    from archive.care.merge import merge as merge_archives

    done = merge_archives(folder, other, sites=only)
    if as_json:
        print_json(done.as_record(), indent=2)
    elif done.is_empty:
        say(phrase("{other} has nothing new", other=other))
    else:
        say(
            phrase(
                "{articles:,} new articles, {joined:,} changed; {captures:,} captures, {runs:,} runs, {files:,} "
                "WARC files",
                articles=done.articles,
                joined=done.joined,
                captures=done.captures,
                runs=done.runs,
                files=done.files,
            )
        )
    if not done.is_empty:
        with Archive.open(folder) as archive:
            archive.tidy_at_end()
