"""`baotinh backup`: a copy of the archive in another folder."""

from pathlib import Path

import click

from archive.cli.command import Command, archive_option, end_damaged, json_option
from archive.cli.terminal import print_json, say
from archive.phrases import phrase


@click.command(cls=Command)
@click.argument("target", metavar="DIR", type=click.Path(path_type=Path))
@json_option
@archive_option
def backup(target: Path, *, as_json: bool, folder: Path) -> None:
    """Copy the archive into the folder DIR, also while a crawl writes.

    \b
    baotinh backup /backup/news

    The copy is an archive itself: every command opens it, and to restore it is to copy it back. A second backup into
    the same folder copies only what is new. Everything is checked; what is damaged in the archive is named, and the
    exit code is then 5.
    """
    from archive.care.backup import back_up

    done = back_up(folder, target)
    if as_json:
        print_json(done.as_record(), indent=2)
    else:
        say(
            phrase(
                "{folder}: {bytes:,} bytes copied; WARC files: {copied} copied, {kept} as before",
                folder=done.folder,
                bytes=done.bytes,
                copied=done.copied,
                kept=done.kept,
            )
        )
    end_damaged(done.damaged)
