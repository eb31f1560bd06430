"""A table: RFC 4180 with line feeds, UTF-8. Unknown is an empty cell without quotes.

Excel reads a file as UTF-8 only after a byte order mark, and runs a cell that looks like a formula. So the file begins
with the mark, and an apostrophe precedes such a cell; a table for programs has neither. A table for a spreadsheet keeps
what Excel would change as well: it makes a number of a uid such as 25173818218221627e02, and breaks a cell that is too
long into several.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import Enum
from functools import partial
from typing import Any

from archive.export.flat import as_texts
from archive.phrases import phrase
from archive.reading.columns import Batch, Column, Kind
from archive.safe_text import FORMULA_SIGNS

BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_FORMULA_SIGNS = tuple(sign.encode() for sign in FORMULA_SIGNS)
LONGEST_CELL = 32_767
"""Characters that a cell of Excel holds, in UTF-16."""
CUT = " […]"
"""The end of a cell that was cut."""
_NUMBER = re.compile(rb"\d[\d.,]*(?:[eE][+-]?\d+)?")
"""Text that a spreadsheet takes for a number."""


class Reader(Enum):
    """Who reads the table."""

    PERSON = "person"
    PROGRAM = "program"
    SPREADSHEET = "spreadsheet"


@dataclass(frozen=True, slots=True)
class Table:
    """The format, for a reader."""

    reader: Reader = Reader.PERSON
    cut: list[str] = field(default_factory=list)
    """Grows by the name of each cell that was cut for a spreadsheet."""

    def __call__(self, batches: Iterable[Batch], columns: Sequence[Column]) -> Iterator[bytes]:
        """Yield the header, then the rows of each batch."""
        mark = b"" if self.reader is Reader.PROGRAM else BYTE_ORDER_MARK
        yield mark + b",".join(column.name.encode() for column in columns) + b"\n"
        template = b",".join([b"%b"] * len(columns)) + b"\n"
        for batch in batches:
            cells = [self._cells(column, batch) for column in columns]
            yield b"".join([template % row for row in zip(*cells, strict=True)])

    def _cells(self, column: Column, batch: Batch) -> Sequence[bytes]:
        found = batch.cells[column.name]
        if column.kind in (Kind.TIME, Kind.DAY):
            return [cell or b"" for cell in found]
        if column.kind is Kind.NUMBER:
            return [b"" if cell is None else b"%d" % cell for cell in found]
        texts: Sequence[bytes | None] = found
        if column.is_list:
            texts = as_texts(column, found)
        if self.reader is Reader.SPREADSHEET:
            texts = [cell and self._short(cell, partial(_name, column, batch, at)) for at, cell in enumerate(texts)]
        if self.reader is not Reader.PROGRAM:
            texts = [b"'" + cell if cell and cell.startswith(_FORMULA_SIGNS) else cell for cell in texts]
        if self.reader is Reader.SPREADSHEET:
            texts = [b'="%b"' % cell if cell and _NUMBER.fullmatch(cell) else cell for cell in texts]
        return [b"" if cell is None else b'"%b"' % cell.replace(b'"', b'""') for cell in texts]

    def _short(self, cell: bytes, name: Any) -> bytes:
        if len(cell) <= LONGEST_CELL:
            return cell
        units = cell.decode().encode("utf-16-le")
        if len(units) <= 2 * LONGEST_CELL:
            return cell
        self.cut.append(name())
        kept = units[: 2 * (LONGEST_CELL - len(CUT))].decode("utf-16-le", "ignore")
        return (kept + CUT).encode()


def _name(column: Column, batch: Batch, at: int) -> str:
    return phrase("{name} of article {uid}", name=column.name, uid=batch.cells["uid"][at].decode())
