"""`baotinh export`: articles as JSON lines, CSV or Parquet, all or what changed since the last time."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from archive.cli.command import Command, archive_option, cleaned_up_on_sigterm, end_damaged, open_to_read
from archive.cli.export_style import Style, style_options
from archive.cli.filter_options import filter_options
from archive.cli.terminal import data_stream, report, say
from archive.errors import DamagedRecord, ExitCode
from archive.phrases import counted, joined, phrase
from archive.reading.filters import Filters
from archive.store import Archive

if TYPE_CHECKING:
    from archive.export import Content, Exporter

STDOUT = Path("-")
Counted = Callable[[int], str]
"""Says how many of the exported things there are."""


@click.command(cls=Command)
@style_options
@click.option(
    "--output",
    type=click.Path(path_type=Path, dir_okay=False, allow_dash=True),
    help="File (default: -, standard output).",
)
@click.option(
    "--to", metavar="DIR", type=click.Path(path_type=Path), help="New folder: a file a year, and a data card."
)
@click.option("--after", metavar="CURSOR", help="Only operations since this cursor, which an export names at its end.")
@click.option("--search", "words", metavar="WORDS", help="Only articles with these words, as for a search.")
@filter_options
@click.option(
    "--verify", metavar="DIR", type=click.Path(path_type=Path), help="Check a folder of --to in place of an export."
)
@archive_option
def export(
    style: Style,
    *,
    output: Path | None,
    to: Path | None,
    after: str | None,
    words: str | None,
    filters: Filters,
    verify: Path | None,
    folder: Path,
) -> None:
    """Write all articles, or those that the options choose, as JSON lines, CSV or Parquet.

    \b
    baotinh export --format csv --output articles.csv
    baotinh export --province 'Đà Nẵng' --era now --since 2020-01-01
    baotinh export --search 'hợp tác xã' --since 7d | head -1
    baotinh export --after 3f2a91c0-12345 --output changes.jsonl
    baotinh export --format parquet --to articles

    The same archive gives the same bytes. A file or folder appears under its name only when it is whole. A damaged
    record is left out and named; the exit code is then 5.
    """
    if verify is not None:
        _verify(verify)
        return
    if output is not None and to is not None:
        raise click.UsageError(phrase("--output and --to: give one of them"))
    cut: list[str] = []
    damaged: list[DamagedRecord] = []
    exporter = style.exporter(cut, is_folder=to is not None)
    with cleaned_up_on_sigterm(), open_to_read(folder) as archive:
        cursor = archive.cursor()
        parts = _parts(archive, after, words=words, filters=filters, is_split=to is not None, damaged=damaged)
        contents = ((name, content.flat() if style.is_flat else content) for name, content in parts)
        counted_as = _articles if after is None else _operations
        if to is not None:
            _export_folder(contents, to, form=style.form, exporter=exporter, cursor=cursor, counted_as=counted_as)
        else:
            _export_one(next(contents)[1], output, exporter=exporter, counted_as=counted_as)
    for name in cut:
        say(phrase("cut, because a cell of a spreadsheet is too small for it: {name}", name=name), aside=True)
    report(
        [phrase("cursor {cursor}: `baotinh export --after {cursor}` gives what changes from now on", cursor=cursor)],
        aside=True,
    )
    end_damaged(damaged)


def _parts(
    archive: Archive,
    after: str | None,
    *,
    words: str | None,
    filters: Filters,
    is_split: bool,
    damaged: list[DamagedRecord],
) -> Iterator[tuple[str, "Content"]]:
    """Yield what is exported, by the name of its file in a folder."""
    from archive.export import articles, operations

    if after is not None:
        yield "operations", operations(archive.operations(after=after, filters=filters, words=words, damaged=damaged))
    elif is_split:
        for year, batches in archive.batches_by_year(filters=filters, words=words, damaged=damaged):
            yield str(year or "undated"), articles(batches)
    else:
        yield "articles", articles(archive.batches(filters=filters, words=words, damaged=damaged))


def _export_one(content: "Content", output: Path | None, *, exporter: "Exporter", counted_as: Counted) -> None:
    from archive.export import export_file, export_stream

    if output is None or output == STDOUT:
        done, where = export_stream(content, data_stream(), exporter=exporter), ""
    else:
        done, where = export_file(content, output, exporter=exporter), f" -> {output}"
    rows = counted_as(done.rows)
    said = phrase("{rows}, {size:,} bytes, sha256 {sha256}", rows=rows, size=done.size, sha256=done.sha256)
    say(joined("", [said, where]), aside=True)


def _export_folder(
    contents: Iterator[tuple[str, "Content"]],
    to: Path,
    *,
    form: str,
    exporter: "Exporter",
    cursor: str,
    counted_as: Counted,
) -> None:
    from archive.export import export_folder

    done = export_folder(contents, to, form=form, exporter=exporter, cursor=cursor)
    rows, files = counted_as(done.rows), counted("{n:,} file", "{n:,} files", n=done.files)
    say(phrase("{rows}, {size:,} bytes in {files} -> {to}", rows=rows, size=done.size, files=files, to=to), aside=True)


def _verify(folder: Path) -> None:
    from archive.export import check_folder

    rows, findings = check_folder(folder)
    for finding in findings:
        say(finding)
    counts = [counted("{n:,} row", "{n:,} rows", n=rows)]
    if findings:
        counts.append(counted("{n:,} finding", "{n:,} findings", n=len(findings)))
    whole = phrase("{folder} is whole", folder=folder)
    say(phrase("{what}: {counts}", what=folder if findings else whole, counts=joined(", ", counts)))
    if findings:
        click.get_current_context().exit(ExitCode.ARCHIVE_UNUSABLE)


def _articles(n: int) -> str:
    return counted("{n:,} article", "{n:,} articles", n=n)


def _operations(n: int) -> str:
    return counted("{n:,} operation", "{n:,} operations", n=n)
