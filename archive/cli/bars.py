"""Bars for people: a line for each value, as wide as the terminal."""

import shutil
from collections.abc import Sequence

from archive.cli.tables import GAP, NARROW
from archive.cli.terminal import said, say

BLOCK = "█"
LONGEST_NAME = 24
"""Columns of a name beside its bar: most names of outlets fit, and 40 columns are left for the bar."""


def print_bars(rows: Sequence[tuple[str, str, float]]) -> None:
    """Print a line for each row: its name, its value as text, and a bar as long as the value is of the largest one."""
    if not rows:
        return
    names = [name if len(name) <= LONGEST_NAME else f"{name[: LONGEST_NAME - 1]}…" for name, _, _ in rows]
    shown = [said(text) for _, text, _ in rows]
    width, digits = max(map(len, names)), max(map(len, shown))
    room = max(shutil.get_terminal_size((NARROW, 24)).columns - width - digits - 2 * len(GAP), 1)
    most = max(value for _, _, value in rows) or 1
    for name, text, (_, _, value) in zip(names, shown, rows, strict=True):
        bar = BLOCK * max(round(room * value / most), value > 0)
        say(f"{name.ljust(width)}{GAP}{text.rjust(digits)}{GAP}{bar}".rstrip())
