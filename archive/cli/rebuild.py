"""`baotinh rebuild`: a new database from the WARC files alone."""

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

import click

from archive.care.compare import Difference, compare
from archive.care.rebuild import Rebuilt, rebuild
from archive.cli.command import Command, archive_option, json_option
from archive.cli.terminal import print_json, report, say
from archive.errors import ExitCode
from archive.phrases import phrase

SHOWN = 50
"""Lines of each kind that are listed for people; --json has all."""


new_argument = click.argument("new", metavar="NEWDIR", type=click.Path(path_type=Path))
compare_option = click.option(
    "--compare",
    "with_old",
    metavar="DIR",
    type=click.Path(path_type=Path),
    help="Then list what is not as in this archive: what was stored with --no-raw, or by an older version.",
)


@click.command("rebuild", cls=Command)
@new_argument
@compare_option
@json_option
@archive_option
def rebuild_command(new: Path, *, with_old: Path | None, as_json: bool, folder: Path) -> None:
    """Make the archive again in NEWDIR, from the WARC files alone.

    \b
    baotinh rebuild news-again
    baotinh rebuild news-again --compare news-archive

    The folder of the archive needs nothing but warc/. It stays as it is; its WARC files get a second name in NEWDIR, or
    are copied. If it is interrupted, run it again. What could not be read ends with exit code 5.
    """
    rebuilt = rebuild(folder, new)
    print_rebuilt(rebuilt, with_old=with_old, as_json=as_json)
    if rebuilt.damaged:
        click.get_current_context().exit(ExitCode.ARCHIVE_UNUSABLE)


def print_rebuilt(rebuilt: Rebuilt, *, with_old: Path | None, as_json: bool, reread: Sequence[object] = ()) -> None:
    """Print what a rebuild made, and how it differs from an old archive; `reread` is what today's rules changed."""
    differences = compare(with_old, rebuilt.folder) if with_old else []
    if as_json:
        record = {**asdict(rebuilt), "folder": str(rebuilt.folder), "reread": list(reread)}
        print_json({**record, "differences": [asdict(each) for each in differences]}, indent=2)
    else:
        _print(rebuilt, differences, is_compared=with_old is not None)


def _print(rebuilt: Rebuilt, differences: list[Difference], *, is_compared: bool) -> None:
    where = {
        "one": phrase("only in the old archive"),
        "other": phrase("only in the new one"),
        "both": phrase("it differs"),
    }
    for lines in (
        [str(each) for each in rebuilt.damaged],
        list(rebuilt.differing),
        [
            phrase("{kind} {name}: {where}", kind=each.kind, name=each.name, where=where[each.where])
            for each in differences
        ],
    ):
        report(lines[:SHOWN])
        if len(lines) > SHOWN:
            say(phrase("and {n} more", n=len(lines) - SHOWN))
    counts = phrase(
        "{articles:,} articles of {captures:,} captures in {warc_files:,} WARC files",
        articles=rebuilt.articles,
        captures=rebuilt.captures,
        warc_files=rebuilt.warc_files,
    )
    say(phrase("{folder}: {counts}", folder=rebuilt.folder, counts=counts), bold=True)
    if is_compared and not differences:
        say(phrase("it is equal to the old archive"))
