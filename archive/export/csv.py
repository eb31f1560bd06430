"""A table for spreadsheets: RFC 4180 with line feeds, UTF-8.

Excel reads a file as UTF-8 only after a byte order mark, and runs a cell that looks like a formula. So the file begins
with the mark, and an apostrophe precedes such a cell. `raw` leaves out both.
"""

import csv
import io
import json
from collections.abc import Iterable, Iterator
from typing import Any

from archive.safe_text import harmless

BYTE_ORDER_MARK = "\ufeff"

COLUMNS = (
    "uid",
    "url",
    "title",
    "lead",
    "body",
    "byline",
    "published_at",
    "published_precision",
    "site",
    "outlet",
    "province_then",
    "province_now",
    "section",
    "tags",
    "images",
    "source_credit",
    "lead_mark",
    "byline_raw",
    "published_raw",
    "modified_at",
    "language",
    "status",
    "first_seen_at",
    "last_seen_at",
    "last_changed_at",
    "revision_count",
    "urls",
    "aliases",
    "sources",
    "proposed",
    "doubts",
    "text_sha256",
)
JOINED = {"byline": ", ", "section": " > "}
"""Column → separator of a list that is joined for people. Other lists are JSON: their items may contain any sign."""


def write(records: Iterable[dict[str, Any]], *, raw: bool) -> Iterator[bytes]:
    """Yield the header, then one row per record."""
    yield ("" if raw else BYTE_ORDER_MARK).encode() + _row(COLUMNS)
    for record in records:
        cells = [_cell(column, record[column]) for column in COLUMNS]
        yield _row(cells if raw else [harmless(cell) for cell in cells])


def _cell(column: str, value: Any) -> str:
    if value is None:
        return ""
    if column in JOINED:
        return JOINED[column].join(value)
    if isinstance(value, (list, dict)):
        return json.dumps(value, ensure_ascii=False) if value else ""
    return str(value)


def _row(cells: Iterable[str]) -> bytes:
    line = io.StringIO()
    csv.writer(line, lineterminator="\n").writerow(cells)
    return line.getvalue().encode()
