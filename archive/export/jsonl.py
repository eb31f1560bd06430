"""One JSON object per line, UTF-8, its keys in the order of the columns: the export with all fields of a record."""

from collections.abc import Iterable, Iterator, Sequence

from archive.export.json_cells import encoded, has_controls, safely_encoded
from archive.reading.columns import Batch, Column


def write(batches: Iterable[Batch], columns: Sequence[Column]) -> Iterator[bytes]:
    """Yield the lines of each batch."""
    template = b"{%b}\n" % b", ".join(b'"%b": %%b' % column.name.encode() for column in columns)
    for batch in batches:
        cells = [encoded(column, batch.cells[column.name]) for column in columns]
        lines = [template % each for each in zip(*cells, strict=True)]
        if any(map(has_controls, lines)):
            cells = [safely_encoded(column, batch.cells[column.name]) for column in columns]
            lines = [template % each for each in zip(*cells, strict=True)]
        yield b"".join(lines)
