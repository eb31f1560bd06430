"""Tables for people: as wide as the terminal, broken between words."""

import shutil
import textwrap
from collections.abc import Iterator, Sequence
from itertools import zip_longest

from archive.cli.terminal import said, say

Row = Sequence[str]

NARROW = 80
"""Columns of a terminal that does not say how wide it is, and of a file or a pipe."""
GAP = "  "


def print_table(rows: Sequence[Row], *, is_wide: bool = False) -> None:
    """Print rows of equal length in columns, the first row as their heads.

    A table that is too wide for the terminal is broken between words; a wide one is not: a row is one line.
    """
    width = None if is_wide else shutil.get_terminal_size((NARROW, 24)).columns
    for line in table_lines(rows, width=width):
        say(line)


def table_lines(rows: Sequence[Row], *, width: int | None) -> Iterator[str]:
    """Yield the lines of a table of at most `width` columns; None is no limit.

    Where even broken cells do not fit, each row becomes a block of lines, a head and its value on each.
    """
    shown = [[said(cell) for cell in row] for row in rows]
    widths = _widths(shown, width=width)
    if widths is None:
        yield from _blocks(shown)
        return
    for row in shown:
        cells = [_broken(cell, size) for cell, size in zip(row, widths, strict=True)]
        for parts in zip_longest(*cells, fillvalue=""):
            yield GAP.join(part.ljust(size) for part, size in zip(parts, widths, strict=True)).rstrip()


def _widths(rows: Sequence[Row], *, width: int | None) -> list[int] | None:
    """Return the width of each column; None if the longest words do not fit side by side."""
    columns = list(zip(*rows, strict=True))
    widths = [max(map(len, column)) for column in columns]
    least = [max((len(word) for cell in column for word in cell.split()), default=0) for column in columns]
    room = sum(widths) if width is None else width - len(GAP) * (len(columns) - 1)
    if sum(least) > room:
        return None
    while sum(widths) > room:
        widest = max((size, column) for column, size in enumerate(widths) if size > least[column])[1]
        widths[widest] -= 1
    return widths


def _broken(cell: str, width: int) -> list[str]:
    return textwrap.wrap(cell, max(width, 1), break_long_words=False, break_on_hyphens=False) or [""]


def _blocks(rows: Sequence[Row]) -> Iterator[str]:
    heads, *others = rows
    size = max(map(len, heads))
    for number, row in enumerate(others):
        if number:
            yield ""
        yield from (f"{head.ljust(size)}{GAP}{cell}" for head, cell in zip(heads, row, strict=True))
