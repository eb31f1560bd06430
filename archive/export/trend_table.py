"""A trend as one tidy table for R and pandas: a row for each search, month and outlet."""

import csv
import io
from collections.abc import Iterable, Iterator

from archive.export.csv import BYTE_ORDER_MARK
from archive.months import end_of_month, first_day_of
from archive.reading.listed import MissingDays
from archive.reading.trend import Trend
from archive.safe_text import harmless

COLUMNS = ("query", "month", "outlet", "articles", "share", "denominator", "gaps")
"""`articles` are those found, `denominator` what the newspaper listed, `gaps` the days whose articles are missing."""


def lines(found: Trend) -> Iterator[bytes]:
    """Yield the lines of the file, the header first. The rows of `found` are months and outlets.

    A share that is not known is an empty cell. A cell that a spreadsheet would run has an apostrophe before it.
    """
    missing: dict[str, list[MissingDays]] = {}
    for each in found.missing:
        missing.setdefault(each.outlet, []).append(each)
    yield BYTE_ORDER_MARK + _line(COLUMNS)
    for line in found.lines:
        for row in line.rows:
            gaps = _gaps(missing.get(row.outlet or "", []), row.month or "") if row.gap_days else ""
            share = "" if row.share is None else f"{row.share:.6f}"
            cells = (line.query, row.month, row.outlet or "", row.found, share, row.listed, gaps)
            yield _line([harmless(cell) if isinstance(cell, str) else cell for cell in cells])


def _gaps(missing: list[MissingDays], month: str) -> str:
    """Return the gaps of a month as `crawler-down 2026-11-03/2026-11-12; missed 2026-11-20/2026-11-20`."""
    first = first_day_of(month)
    last = end_of_month(first)
    return "; ".join(
        f"{each.state} {max(each.first, first)}/{min(each.last, last)}"
        for each in missing
        if each.first <= last and each.last >= first
    )


def _line(cells: Iterable[object]) -> bytes:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerow(cells)
    return text.getvalue().encode()
