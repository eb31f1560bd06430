"""`baotinh stats`: how many articles the archive has, and of which fields; or where they are from."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import click

from archive.cli.bars import print_bars
from archive.cli.command import Command, archive_option, json_option, open_to_read
from archive.cli.filter_options import filter_options
from archive.cli.reprints import print_reprints
from archive.cli.tables import print_table
from archive.cli.terminal import print_json, said, say
from archive.phrases import counted, figure, phrase
from archive.reading.filters import Filters
from archive.reading.stats import FIELDS, Growth, Stats, Tally

NONE = {
    "outlet": phrase("no outlet"),
    "month": phrase("no date"),
    "section": phrase("no section"),
}
"""What is shown in the place of a name that the articles do not have."""
HEADS = {
    "outlet": phrase("outlet"),
    "section": phrase("section"),
    "month": phrase("month"),
    "byline": phrase("byline"),
    "lead": phrase("lead"),
    "date": phrase("date"),
    "minute": phrase("minute"),
    "tags": phrase("tags"),
    "images": phrase("images"),
}
"""Column → its head."""
ROWS = 40
"""Rows of a table unless --limit says otherwise: the months of three years fit, on a screen or two."""
REPRINTS = "reprints"


@click.command(cls=Command)
@click.argument("what", metavar="[reprints]", type=click.Choice([REPRINTS]), required=False)
@click.option(
    "--by",
    type=click.Choice(["outlet", "month", "section", "growth"]),
    default="outlet",
    show_default=True,
    help="What the rows are: outlets, months of publication, sections, or months of arrival in the archive.",
)
@click.option("--plot", "is_plot", is_flag=True, help="Print bars in place of shares.")
@click.option("--limit", type=click.IntRange(1), metavar="N", default=ROWS, show_default=True, help="Most rows.")
@filter_options
@json_option
@archive_option
def stats(
    *, what: str | None, by: str, is_plot: bool, limit: int, filters: Filters, as_json: bool, folder: Path
) -> None:
    """Count the articles, and the shares of those that have a byline, lead, date and so on.

    \b
    baotinh stats
    baotinh stats --by month --plot --site baokhanhhoa
    baotinh stats --province 'Đà Nẵng' --era now --since 2020-01-01 --json
    baotinh stats reprints --since 2026-01-01

    A month without an article is shown as 0. With --json everything is printed, whatever --by and --limit say.

    `reprints` counts where the articles are from: how many of each outlet and year are its own text, and who reprints
    whom; with --by month, in which month.
    """
    if what == REPRINTS:
        _reprints(by=by, is_plot=is_plot, limit=limit, filters=filters, as_json=as_json, folder=folder)
        return
    with open_to_read(folder) as archive:
        found = archive.stats(filters=filters)
    if as_json:
        print_json(found.as_record(), indent=2)
        return
    say(_summary(found))
    rows: Sequence[Tally | Growth]
    if by == "growth":
        rows = found.growth[-limit:]
    elif by == "month":
        rows = found.months[-limit:]
    else:
        rows = (found.outlets if by == "outlet" else found.sections)[:limit]
    if not rows:
        return
    say()
    if is_plot:
        print_bars(list(_bars(rows, none=NONE.get(by, ""))))
    else:
        print_table(list(_growth_table(found.growth[-limit:]) if by == "growth" else _table(by, rows)))
    _say_cut(by, found, shown=len(rows))


def _reprints(*, by: str, is_plot: bool, limit: int, filters: Filters, as_json: bool, folder: Path) -> None:
    if is_plot or by not in ("outlet", "month"):
        raise click.UsageError(phrase("`baotinh stats reprints` has no --plot, and --by outlet or --by month"))
    with open_to_read(folder) as archive:
        found = archive.reprints(filters=filters)
    if as_json:
        print_json(found.as_record(), indent=2)
    else:
        print_reprints(found, by_month=by == "month", limit=limit)


def _summary(found: Stats) -> str:
    count = found.all.articles
    first, last = found.all.first_day, found.all.last_day
    return phrase(
        "{articles}{days}; {revised:,} with several texts, {gone:,} taken away",
        articles=counted("{n:,} article", "{n:,} articles", n=count),
        days=phrase(", published {first} to {last}", first=first, last=last) if first else "",
        revised=found.revised,
        gone=found.gone,
    )


def _table(by: str, rows: Sequence[Tally | Growth]) -> Iterator[Sequence[str]]:
    yield (HEADS[by], phrase("articles"), *(HEADS[field] for field in FIELDS))
    for row in rows:
        assert isinstance(row, Tally)
        shares = [figure(row.shares[field], ".0%") if row.shares else "" for field in FIELDS]
        yield (row.name or NONE[by], figure(row.articles), *shares)


def _growth_table(rows: Sequence[Growth]) -> Iterator[Sequence[str]]:
    yield (phrase("month"), phrase("added"), phrase("total"))
    for row in rows:
        yield (row.month, figure(row.added), figure(row.total))


def _bars(rows: Sequence[Tally | Growth], *, none: str) -> Iterator[tuple[str, str, float]]:
    """Yield name, count as it is printed, and count of each row."""
    for row in rows:
        name, count = (row.month, row.added) if isinstance(row, Growth) else (row.name or said(none), row.articles)
        yield name, figure(count), count


def _say_cut(by: str, found: Stats, *, shown: int) -> None:
    tables = {"outlet": found.outlets, "month": found.months, "section": found.sections, "growth": found.growth}
    if shown < (every := len(tables[by])):
        say(phrase("{shown:,} of {every:,} rows; more with --limit N", shown=shown, every=every), aside=True)
