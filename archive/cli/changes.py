"""`baotinh changes`: what is new, revised, withdrawn or withheld since a cursor, for people."""

from collections import deque
from pathlib import Path

import click

from archive.cli.command import Command, archive_option, json_option, limit_option, open_to_read, wide_option
from archive.cli.tables import print_table
from archive.cli.terminal import print_json, say
from archive.phrases import phrase
from archive.reading.operations import START, Operation


@click.command(cls=Command)
@click.option(
    "--since",
    "cursor",
    metavar="CURSOR",
    default=START,
    show_default=True,
    help="Changes after this cursor, which an export or this command names; 0 is everything.",
)
@limit_option
@wide_option
@json_option
@archive_option
def changes(cursor: str, *, limit: int, is_wide: bool, as_json: bool, folder: Path) -> None:
    """List what changed since a cursor, the last change first.

    \b
    baotinh changes
    baotinh changes --since 3f2a91c0-12345

    An export gives the same with the records: baotinh export --after CURSOR.
    """
    with open_to_read(folder) as archive:
        now = archive.cursor()
        total, last = 0, deque[Operation](maxlen=limit)
        for operation in archive.changed_since(cursor):
            total += 1
            last.appendleft(operation)
    if as_json:
        print_json({"cursor": now, "total": total, "operations": [each.as_record() for each in last]}, indent=2)
        return
    if last:
        rows = [(each.what, each.published_date or "", each.site or "", each.title or each.url) for each in last]
        print_table([(phrase("what"), phrase("published"), phrase("site"), phrase("title")), *rows], is_wide=is_wide)
    say(phrase("{n:,} of {total:,} changes; cursor {now}", n=len(last), total=total, now=now), aside=True)
