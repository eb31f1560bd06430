"""`baotinh export`: articles as JSON lines, CSV or Parquet, all or what changed since the last time."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from archive.cli.command import Command, archive_option, cleaned_up_on_sigterm, end_damaged, open_to_read
from archive.cli.filter_options import filter_options
from archive.cli.terminal import data_stream, say
from archive.errors import DamagedRecord
from archive.reading.filters import Filters
from archive.store import Archive

if TYPE_CHECKING:
    from archive.export import Content, Exported, Exporter

STDOUT = Path("-")


@click.command(cls=Command)
@click.option(
    "--format",
    "form",
    type=click.Choice(["jsonl", "csv", "parquet"]),
    help="Form of the file (default: jsonl, and csv with --excel). Parquet needs the extra: baotinh[parquet].",
)
@click.option(
    "--output",
    type=click.Path(path_type=Path, dir_okay=False, allow_dash=True),
    help="File (default: -, standard output).",
)
@click.option("--after", metavar="CURSOR", help="Only operations since this cursor, which an export names at its end.")
@click.option("--search", "words", metavar="WORDS", help="Only articles with these words, as for a search.")
@click.option("--flat", "is_flat", is_flag=True, help="Text in place of lists and objects: every row has simple types.")
@click.option("--raw", "is_raw", is_flag=True, help="CSV for programs: no byte order mark, formulas left as they are.")
@click.option("--excel", "is_excel", is_flag=True, help="CSV that a spreadsheet keeps as it is: uids stay text.")
@filter_options
@archive_option
def export(
    form: str | None,
    *,
    output: Path | None,
    after: str | None,
    words: str | None,
    is_flat: bool,
    is_raw: bool,
    is_excel: bool,
    filters: Filters,
    folder: Path,
) -> None:
    """Write all articles, or those that the options choose, as JSON lines, CSV or Parquet.

    \b
    baotinh export --format csv --output articles.csv
    baotinh export --province 'Đà Nẵng' --era now --since 2020-01-01
    baotinh export --search 'hợp tác xã' --since 7d | head -1
    baotinh export --after 3f2a91c0-12345 --output changes.jsonl

    The same archive gives the same bytes. The file appears under its name only when it is whole. A damaged record is
    left out and named; the exit code is then 5.
    """
    from archive.export import export_file, export_stream

    form = form or ("csv" if is_excel else "jsonl")
    cut: list[str] = []
    exporter = _exporter(form, is_raw=is_raw, is_excel=is_excel, is_flat=is_flat, cut=cut)
    damaged: list[DamagedRecord] = []
    with cleaned_up_on_sigterm(), open_to_read(folder) as archive:
        cursor = archive.cursor()
        content = _content(archive, after, words=words, filters=filters, damaged=damaged)
        content = content.flat() if is_flat else content
        if output in (None, STDOUT):
            done = export_stream(content, data_stream(), exporter=exporter)
        else:
            done = export_file(content, output, exporter=exporter)
    report_export(done, "article" if after is None else "operation", output)
    for name in cut:
        say(f"cut, because a cell of a spreadsheet is too small for it: {name}", aside=True)
    say(f"cursor {cursor}: `baotinh export --after {cursor}` gives what changes from now on", aside=True)
    end_damaged(damaged)


def _exporter(form: str, *, is_raw: bool, is_excel: bool, is_flat: bool, cut: list[str]) -> "Exporter":
    """Return the format. A usage error for options that do not go together."""
    from archive.export import EXPORTERS
    from archive.export.csv import Reader, Table

    if is_flat and form == "csv":
        raise click.UsageError("--flat goes with --format jsonl or parquet: CSV is flat anyway")
    if not (is_raw or is_excel):
        return EXPORTERS[form]
    if form != "csv" or (is_raw and is_excel):
        raise click.UsageError("--raw and --excel go with --format csv, one at a time")
    return Table(Reader.PROGRAM if is_raw else Reader.SPREADSHEET, cut)


def _content(
    archive: Archive, after: str | None, *, words: str | None, filters: Filters, damaged: list[DamagedRecord]
) -> "Content":
    from archive.export import articles, operations

    if after is None:
        return articles(archive.batches(filters=filters, words=words, damaged=damaged))
    return operations(archive.operations(after=after, filters=filters, words=words, damaged=damaged))


def report_export(done: "Exported", noun: str, output: Path | None) -> None:
    """Say on standard error how large an export became."""
    where = "" if output in (None, STDOUT) else f" -> {output}"
    plural = "" if done.rows == 1 else "s"
    say(f"{done.rows:,} {noun}{plural}, {done.size:,} bytes, sha256 {done.sha256}{where}", aside=True)
