"""`baotinh kwic`: words in context."""

from pathlib import Path

import click

from archive.cli.command import Command, archive_option, end_damaged, json_option, limit_option, open_to_read
from archive.cli.filter_options import filter_options
from archive.cli.terminal import print_json, say
from archive.errors import DamagedRecord
from archive.phrases import counted, phrase
from archive.reading.concordance import Sort
from archive.reading.filters import Filters

CONTEXT = 8
"""Words on each side: with the place in the middle, a line fits on most terminals."""


@click.command(cls=Command)
@click.argument("words", nargs=-1, required=True)
@click.option(
    "--sort",
    type=click.Choice([each.value for each in Sort]),
    default=Sort.DATE.value,
    show_default=True,
    help="Order: by date, or by the words on the left or right.",
)
@click.option(
    "--context",
    type=click.IntRange(0, 100),
    metavar="N",
    default=CONTEXT,
    show_default=True,
    help="Words on each side.",
)
@filter_options
@limit_option
@json_option
@archive_option
def kwic(
    words: tuple[str, ...],
    *,
    sort: str,
    context: int,
    filters: Filters,
    limit: int,
    as_json: bool,
    folder: Path,
) -> None:
    """Show words in context: each place where a search finds them, in the middle of a line.

    \b
    baotinh kwic 'sạt lở'
    baotinh kwic '"đoàn kết"' --sort right --context 5 --limit 100

    The words are those of a search, as for `baotinh search`. Several words without quotes are shown where they are near
    each other. If more articles have them than --limit, the lines are taken evenly over time, one from each article.
    """
    damaged: list[DamagedRecord] = []
    with open_to_read(folder) as archive:
        found = archive.kwic(
            " ".join(words), filters=filters, sort=Sort(sort), context=context, limit=limit, skipped=damaged
        )
    if as_json:
        print_json(found.as_record(), indent=2)
    else:
        width = max((len(line.left) for line in found.lines), default=0)
        for line in found.lines:
            day = line.published_at.date().isoformat() if line.published_at else " " * 10
            say(f"{day}  {line.uid[:8]}  {line.left.rjust(width)}[{line.match}]{line.right}")
        number = len(found.lines)
        if found.is_sample:
            said = phrase("{n:,} lines, evenly over time from {articles:,} articles", n=number, articles=found.articles)
        else:
            said = phrase("{n:,} lines of {articles:,} articles", n=number, articles=found.articles)
        say(said, aside=True)
        apart = sum(not line.is_together for line in found.lines)
        if apart:
            say(
                counted(
                    "{n:,} line has only the first word found: the words are not near each other in its article",
                    "{n:,} lines have only the first word found: the words are not near each other in their articles",
                    n=apart,
                ),
                aside=True,
            )
    end_damaged(damaged)
