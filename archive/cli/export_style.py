"""The options that say how exported records look, as one argument of the command."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import TYPE_CHECKING, Any, TypeVar

import click

from archive.phrases import phrase

if TYPE_CHECKING:
    from archive.export import Exporter

_Result = TypeVar("_Result")


@dataclass(frozen=True, slots=True, kw_only=True)
class Style:
    """How the records look."""

    form: str
    """jsonl, csv or parquet."""
    is_flat: bool
    is_raw: bool
    is_excel: bool

    def exporter(self, cut: list[str], *, is_folder: bool) -> "Exporter":
        """Return the format; it adds to `cut` the names of cells that it must cut.

        A folder of data is for programs. Raises a usage error for options that do not go together.
        """
        from archive.export import EXPORTERS
        from archive.export.csv import Reader, Table

        if self.is_flat and self.form == "csv":
            raise click.UsageError(phrase("--flat goes with --format jsonl or parquet: CSV is flat anyway"))
        if (self.is_raw or self.is_excel) and (self.form != "csv" or (self.is_raw and self.is_excel)):
            raise click.UsageError(phrase("--raw and --excel go with --format csv, one at a time"))
        if self.is_excel:
            return Table(Reader.SPREADSHEET, cut)
        if self.form == "csv" and (self.is_raw or is_folder):
            return Table(Reader.PROGRAM)
        return EXPORTERS[self.form]


def style_options(command: Callable[..., _Result]) -> Callable[..., _Result]:
    """Add the options; the command gets them as one argument, `style`."""

    @wraps(command)
    def styled(*arguments: Any, form: str | None, is_excel: bool, **options: Any) -> _Result:
        style = Style(
            form=form or ("csv" if is_excel else "jsonl"),
            is_flat=options.pop("is_flat"),
            is_raw=options.pop("is_raw"),
            is_excel=is_excel,
        )
        return command(*arguments, style=style, **options)

    for option in reversed(_OPTIONS):
        styled = option(styled)
    return styled


_OPTIONS = (
    click.option(
        "--format",
        "form",
        type=click.Choice(["jsonl", "csv", "parquet"]),
        help="Form of the records (default: jsonl, and csv with --excel). Parquet needs the extra baotinh[parquet].",
    ),
    click.option(
        "--flat",
        "is_flat",
        is_flag=True,
        help="Text in place of lists and objects: every row has the same simple types.",
    ),
    click.option(
        "--raw", "is_raw", is_flag=True, help="CSV for programs: no byte order mark, formulas left as they are."
    ),
    click.option("--excel", "is_excel", is_flag=True, help="CSV that a spreadsheet keeps as it is: uids stay text."),
)
