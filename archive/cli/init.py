"""`baotinh init`: a new, empty archive."""

from pathlib import Path

import click

from archive.cli.command import Command, archive_option
from archive.cli.terminal import say
from archive.errors import ArchiveNotFound
from archive.phrases import phrase
from archive.store import Archive


@click.command(cls=Command)
@archive_option
def init(*, folder: Path) -> None:
    """Make a new, empty archive. One that is there already stays as it is.

    \b
    baotinh init --archive /srv/news
    """
    try:
        Archive.open(folder, read_only=True).close()
    except ArchiveNotFound:
        Archive.open(folder, create=True).close()
        say(
            phrase("made an archive in {folder}; `baotinh sites` lists what can be crawled into it", folder=folder),
            aside=True,
        )
    else:
        say(phrase("{folder} is an archive already", folder=folder), aside=True)
