"""Every list as one text: for programs that want the same simple type in each row.

A loader guesses the type of a column from its first rows, and fails when a list or an object has others later. So here
a text that is unknown is empty, a list is one text, and only times and numbers have other types.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any

from archive.export.json_cells import encoded, has_controls, safely_encoded
from archive.reading.columns import Batch, Column, Kind

JOINED = {"byline": b", ", "section": b" > "}
"""Column → separator of a list that is joined for people. Other lists are JSON: their items may contain any sign."""


def flat_columns(columns: Sequence[Column]) -> tuple[Column, ...]:
    """Return the columns of flat batches."""
    return tuple(
        replace(column, kind=Kind.TEXT, keys=(), is_known=True)
        if column.is_list
        else replace(column, is_known=column.is_known or column.kind in (Kind.TEXT, Kind.CODE))
        for column in columns
    )


def flat_batches(batches: Iterable[Batch], columns: Sequence[Column]) -> Iterator[Batch]:
    """Yield batches in which every list is a text, and unknown text is empty."""
    for batch in batches:
        yield Batch(batch.size, {column.name: _flat(column, batch.cells[column.name]) for column in columns})


def as_texts(column: Column, cells: Sequence[Any]) -> Sequence[bytes | None]:
    """Return the lists of a column as one text each; an empty one is None."""
    if separator := JOINED.get(column.name):
        return [separator.join(cell) if cell else None for cell in cells]
    texts = encoded(column, cells)
    if any(map(has_controls, texts)):
        texts = safely_encoded(column, cells)
    return [text if cell and text != b"{}" else None for cell, text in zip(cells, texts, strict=True)]


def _flat(column: Column, cells: Sequence[Any]) -> Sequence[Any]:
    if column.is_list:
        cells = as_texts(column, cells)
    elif column.kind not in (Kind.TEXT, Kind.CODE):
        return cells
    return [b"" if cell is None else cell for cell in cells]
