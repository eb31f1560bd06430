"""`baotinh export`: articles as JSON lines or CSV."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import click

from archive.cli.command import Command, archive_option, end_damaged, open_to_read
from archive.cli.filter_options import filter_options
from archive.cli.terminal import data_stream, say
from archive.errors import DamagedRecord
from archive.reading.filters import Filters
from archive.reading.lookup import StoredArticle


@click.command(cls=Command)
@click.option(
    "--format",
    "form",
    type=click.Choice(["jsonl", "csv"]),
    default="jsonl",
    show_default=True,
    help="Form of the file.",
)
@click.option("--output", type=click.Path(path_type=Path, dir_okay=False), help="File (default: standard output).")
@click.option("--raw", is_flag=True, help="CSV for programs: no byte order mark, formulas left as they are.")
@filter_options
@archive_option
def export(form: str, *, output: Path | None, raw: bool, filters: Filters, folder: Path) -> None:
    """Write all articles, or those that the options choose, as JSON lines or CSV.

    \b
    baotinh export --format csv --output articles.csv
    baotinh export --province 'Đà Nẵng' --era now --since 2020-01-01
    baotinh export | head -1

    The same archive gives the same bytes. The file appears under its name only when it is whole. A damaged record is
    left out and named; the exit code is then 5.
    """
    from archive.export import EXPORTERS, export_file, export_stream

    damaged: list[DamagedRecord] = []
    with open_to_read(folder) as archive:
        records = _records(archive.articles(filters=filters, skipped=damaged), damaged)
        if output is None:
            done = export_stream(records, data_stream(), exporter=EXPORTERS[form], raw=raw)
        else:
            done = export_file(records, output, exporter=EXPORTERS[form], raw=raw)
    where = "" if output is None else f" -> {output}"
    noun = "article" if done.articles == 1 else "articles"
    say(f"{done.articles:,} {noun}, {done.size:,} bytes, sha256 {done.sha256}{where}", aside=True)
    end_damaged(damaged)


def _records(articles: Iterable[StoredArticle], damaged: list[DamagedRecord]) -> Iterator[dict[str, Any]]:
    """Yield the records; one whose text does not fit its digest is among the damaged too."""
    for stored in articles:
        if not stored.fits_digest:
            name = f"article {stored.article.uid} ({stored.article.url})"
            damaged.append(DamagedRecord(name, "its text does not fit text_sha256; it was written as it is"))
        yield stored.as_record()
