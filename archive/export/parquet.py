"""Parquet: typed columns, compressed. Times are instants in the zone of Vietnam."""

import json
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import accumulate, chain, islice
from typing import Any

from archive.errors import MissingLibrary
from archive.reading.columns import Batch, Column, Kind

ZONE = "Asia/Ho_Chi_Minh"
UNIT = "ms"
"""Parquet has no seconds."""
FIELD_KEYS = ("field", "source")
"""Of the objects that a column of FIELDS has here: a column has the same keys in each row."""
GROUP = 4
"""Batches of a row group: some 20 MB before compression."""
MOST_DIFFERENT = 20_000
"""Cells of FIELDS that are remembered: most articles of a layout have the same."""
LEVEL = 1
"""Of zstd: a higher one takes more time than it saves space."""


def write(batches: Iterable[Batch], columns: Sequence[Column]) -> Iterator[bytes]:
    """Yield the parts of the file. Raises MissingLibrary before the first."""
    try:
        import pyarrow as pa
        from pyarrow import parquet
    except ModuleNotFoundError:
        raise MissingLibrary("Parquet", library="pyarrow", extra="parquet") from None
    arrays = _Arrays(pa)
    schema = pa.schema([pa.field(c.name, arrays.type_of(c), nullable=not c.is_known) for c in columns])
    few = [column.name for column in columns if column.kind is Kind.CODE]
    sink = _Sink()
    with parquet.ParquetWriter(sink, schema, compression="zstd", compression_level=LEVEL, use_dictionary=few) as writer:
        rest = iter(batches)
        while group := list(islice(rest, GROUP)):
            parts = [[arrays.array_of(c, batch.cells[c.name]) for c in columns] for batch in group]
            writer.write_table(pa.Table.from_batches([pa.record_batch(part, schema=schema) for part in parts]))
            yield sink.take()
    yield sink.take()


class _Sink:
    """A file whose bytes are taken as they are written."""

    closed = False

    def __init__(self) -> None:
        self._parts: list[bytes] = []

    def write(self, part: Any) -> int:
        self._parts.append(bytes(part))
        return len(self._parts[-1])

    def take(self) -> bytes:
        taken, self._parts = b"".join(self._parts), []
        return taken

    def flush(self) -> None:
        """Do nothing: there is no file."""

    def close(self) -> None:
        """Do nothing: there is no file."""


class _Arrays:
    """Makes the arrays of Arrow from the cells of columns."""

    def __init__(self, pa: Any) -> None:
        self._pa = pa
        self._time = pa.timestamp(UNIT, ZONE)
        objects = pa.struct([(key, pa.string()) for key in FIELD_KEYS])
        self._types = {
            Kind.TIME: self._time,
            Kind.DAY: pa.date32(),
            Kind.NUMBER: pa.int64(),
            Kind.TEXTS: pa.list_(pa.string()),
            Kind.FIELDS: pa.list_(objects),
        }

    def type_of(self, column: Column) -> Any:
        """Return the type of a column."""
        if column.kind is Kind.OBJECTS:
            return self._pa.list_(self._pa.struct([(key, self._type_of_key(key)) for key in column.keys]))
        return self._types.get(column.kind, self._pa.string())

    def array_of(self, column: Column, cells: Sequence[Any]) -> Any:
        """Return the array of a column."""
        if column.kind is Kind.NUMBER:
            return self._pa.array(cells, self._pa.int64())
        if column.kind is Kind.TEXTS:
            return self._lists(cells, self._texts(list(chain.from_iterable(cells))))
        if column.kind is Kind.FIELDS:
            pairs = list(map(_pairs, cells))
            return self._lists(pairs, self._objects(FIELD_KEYS, pairs))
        if column.kind is Kind.OBJECTS:
            return self._lists(cells, self._objects(column.keys, cells))
        texts = self._texts(cells)
        return texts if column.kind in (Kind.TEXT, Kind.CODE) else texts.cast(self._types[column.kind])

    def _type_of_key(self, key: str) -> Any:
        return self._time if key.endswith("_at") else self._pa.string()

    def _texts(self, cells: Sequence[bytes | None]) -> Any:
        known = [cell for cell in cells if cell is not None]
        if len(known) < len(cells):
            return self._pa.array(cells, self._pa.binary()).cast(self._pa.string())
        data = self._pa.py_buffer(b"".join(known))  # one copy in place of several; what is read was checked to be UTF-8
        return self._pa.StringArray.from_buffers(len(known), self._offsets(known).buffers()[1], data)

    def _offsets(self, cells: Sequence[Any]) -> Any:
        return self._pa.array(accumulate(map(len, cells), initial=0), self._pa.int32())

    def _lists(self, cells: Sequence[Sequence[Any]], values: Any) -> Any:
        return self._pa.ListArray.from_arrays(self._offsets(cells), values)

    def _objects(self, keys: Sequence[str], cells: Sequence[Sequence[Any]]) -> Any:
        parts = list(zip(*chain.from_iterable(cells), strict=True)) or [()] * len(keys)
        arrays = [self._texts(part).cast(self._type_of_key(key)) for key, part in zip(keys, parts, strict=True)]
        return self._pa.StructArray.from_arrays(arrays, names=list(keys))


@lru_cache(MOST_DIFFERENT)
def _pairs(cell: bytes) -> tuple[tuple[bytes, bytes], ...]:
    return tuple((field.encode(), source.encode()) for field, source in json.loads(cell).items())
