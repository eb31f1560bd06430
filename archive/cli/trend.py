"""`baotinh trend`: how often words are used through time, as a share of what the newspapers listed."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path

import click

from archive.cli.bars import print_bars
from archive.cli.command import Command, archive_option, json_option, open_to_read
from archive.cli.coverage import CAUSES, NAMES
from archive.cli.filter_options import outlet_options
from archive.cli.query_file import read_queries
from archive.cli.tables import print_table
from archive.cli.terminal import data_stream, print_json, report, said, say
from archive.files import whole_file
from archive.phrases import counted, figure, joined, phrase
from archive.reading.filters import Filters
from archive.reading.listed import MissingDays
from archive.reading.trend import By, Trend, TrendLine, TrendRow
from archive.record import VIETNAM

ROWS = 40
"""Rows unless --limit says otherwise: the months of three years fit, on a screen or two."""
GAPS = 12
"""Gaps that are printed, the longest; JSON has all of them."""
HEADS = {
    By.MONTH: phrase("month"),
    By.OUTLET: phrase("outlet"),
    By.PROVINCE_THEN: phrase("province"),
    By.PROVINCE_NOW: phrase("province"),
    By.MONTH_AND_OUTLET: phrase("month, outlet"),
}


@click.command(cls=Command)
@click.argument("queries", metavar="WORD…", nargs=-1)
@click.option(
    "--by",
    type=click.Choice([by.value for by in By]),
    default=By.MONTH.value,
    show_default=True,
    help="What the rows are; provinces of the day of publication, or today's of the same land.",
)
@click.option("--plot", "is_plot", is_flag=True, help="Print bars of the shares.")
@click.option("--limit", type=click.IntRange(1), metavar="N", default=ROWS, show_default=True, help="Most rows.")
@click.option(
    "--queries",
    "query_file",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Many searches, TOML or CSV, for one table.",
)
@click.option(
    "--output",
    type=click.Path(path_type=Path, dir_okay=False, allow_dash=True),
    metavar="FILE",
    help="Write the table of months and outlets as CSV; - is standard output.",
)
@outlet_options
@json_option
@archive_option
def trend(
    queries: tuple[str, ...],
    *,
    by: str,
    is_plot: bool,
    limit: int,
    query_file: Path | None,
    output: Path | None,
    filters: Filters,
    as_json: bool,
    folder: Path,
) -> None:
    """Show how often words are used: the share of the articles that the newspapers listed.

    \b
    baotinh trend 'sạt lở' 'lũ quét'
    baotinh trend 'nông thôn mới' --by outlet --since 2024-01-01
    baotinh trend 'hợp tác xã' --province 'Tuyên Quang' --era now --plot
    baotinh trend --queries searches.toml --output trend.csv

    Each WORD is a search of its own, as for `baotinh search`: put several words in quotes. The denominator is what
    the feeds, sitemaps and lists of the newspapers named, stored or missed. Days without evidence are taken to be
    like the other days of the newspaper's month, and are listed. docs/research.md explains the numbers.
    """
    asked = [*queries, *(read_queries(query_file) if query_file else ())]
    if not asked:
        raise click.UsageError(phrase("give words to look for, or a file with --queries"))
    if output is None and query_file is not None and not as_json:
        raise click.UsageError(phrase("--queries makes a table: name its file with --output FILE.csv"))
    rows = By(by) if output is None else By.MONTH_AND_OUTLET
    with open_to_read(folder) as archive:
        found = archive.trend(*asked, at=datetime.now(VIETNAM), by=rows, filters=filters)
    if output is not None:
        _write(found, output)
    elif as_json:
        print_json(found.as_record(), indent=2)
    else:
        _print(found, is_plot=is_plot, limit=limit)


def _write(found: Trend, output: Path) -> None:
    from archive.export.trend_table import lines  # it imports what only exports need

    if output == Path("-"):
        for line in lines(found):
            data_stream().write(line)
        return
    with whole_file(output) as file:
        file.writelines(lines(found))
    rows = sum(len(line.rows) for line in found.lines)
    say(
        phrase(
            "{rows:,} rows of {searches:,} searches -> {output}", rows=rows, searches=len(found.lines), output=output
        )
    )


def _print(found: Trend, *, is_plot: bool, limit: int) -> None:
    for line in found.lines:
        _say_line(line)
    if not found.has_denominator and found.lines[0].rows:
        say(
            phrase(
                "No crawl of these newspapers is in the archive: nobody knows what they published, so there are "
                "numbers of articles and no shares"
            )
        )
    rows = found.lines[0].rows
    shown = slice(-limit, None) if found.by in (By.MONTH, By.MONTH_AND_OUTLET) else slice(limit)
    if is_plot:
        for line in found.lines:
            say()
            say(line.query, bold=True)
            print_bars([(name_of(row), _percent(row), row.share or 0) for row in line.rows[shown]])
    elif rows:
        say()
        print_table(list(_table(found, shown)))
    if len(rows) > limit:
        say(phrase("{shown:,} of {every:,} rows; more with --limit N", shown=limit, every=len(rows)), aside=True)
    _say_gaps(found.missing)


def _say_line(line: TrendLine) -> None:
    said_of = [counted("{n:,} article", "{n:,} articles", n=line.found)]
    if line.undated:
        said_of.append(phrase("{n:,} more without a date", n=line.undated))
    if line.read_as:
        said_of.append(phrase("read as: {read_as}", read_as=line.read_as))
    say(joined("", [line.query, ": ", joined("; ", said_of)]))


def _table(found: Trend, shown: slice) -> Iterator[Sequence[str]]:
    yield (
        HEADS[found.by],
        *(line.query for line in found.lines),
        phrase("stored"),
        phrase("listed"),
        phrase("expected"),
        phrase("gap days"),
    )
    for rows in zip(*(line.rows[shown] for line in found.lines), strict=True):
        same = rows[0]
        yield (
            name_of(same),
            *(joined(" ", [_percent(row), f"({row.found})"]) for row in rows),
            figure(same.stored),
            figure(same.listed),
            figure(same.expected, ",.0f"),
            figure(sum(same.gap_days.values())),
        )


def name_of(row: TrendRow) -> str:
    """Return what a row is of."""
    return joined(", ", [each for each in (row.month, row.outlet, row.province) if each]) or phrase("none")


def _percent(row: TrendRow) -> str:
    """Return the share; – where too little is known."""
    return "–" if row.share is None else figure(row.share, ".2%")


def _say_gaps(missing: Sequence[MissingDays]) -> None:
    if not missing:
        return
    say()
    say(counted("{n:,} gap:", "{n:,} gaps:", n=len(missing)))
    longest = sorted(missing, key=lambda each: -each.days)[:GAPS]
    for each in longest:
        why = CAUSES[each.unknown] if each.unknown else NAMES[each.state]
        days = counted("{n:,} day", "{n:,} days", n=each.days)
        span = phrase("{first} to {last}", first=each.first, last=each.last)
        say("  " + said(joined(", ", [f"{each.outlet} ({each.site})", span, days, why])))
    if len(missing) > GAPS:
        report([phrase("the {n} longest; all of them with --json", n=GAPS)], aside=True)
