"""What an export holds, counted while it is written: the numbers of its data card."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from archive.reading.columns import Batch, Column

MONTH = slice(0, 7)
_SPANS = ("published_date", "first_seen_at", "last_seen_at")


@dataclass(slots=True)
class Tally:
    """Counts that grow with each batch; everything in them comes from the exported cells."""

    rows: int = 0
    months: Counter[tuple[str, str]] = field(default_factory=Counter)
    """Outlet and month of publication, each "" if unknown → articles."""
    known: Counter[str] = field(default_factory=Counter)
    """Column → articles of which it says something."""
    languages: Counter[str] = field(default_factory=Counter)
    credits: Counter[str] = field(default_factory=Counter)
    """Agency or newspaper that a text is taken from → articles."""
    spans: dict[str, tuple[str, str]] = field(default_factory=dict)
    """Column of times → the first and the last."""

    def counted(self, batches: Iterable[Batch], columns: Sequence[Column]) -> Iterator[Batch]:
        """Yield the batches, and count what is in them."""
        for batch in batches:
            self._count(batch, columns)
            yield batch

    def _count(self, batch: Batch, columns: Sequence[Column]) -> None:
        cells = batch.cells
        self.rows += batch.size
        days = [(day or b"")[MONTH].decode() for day in cells["published_date"]]
        self.months.update(zip(map(_text, cells["outlet"]), days, strict=True))
        self.languages.update(map(_text, filter(None, cells["language"])))
        self.credits.update(map(_text, filter(None, cells["source_credit"])))
        for column in columns:
            self.known[column.name] += sum(bool(cell) and cell != b"{}" for cell in cells[column.name])
        for name in _SPANS:
            if times := [*filter(None, cells[name])]:
                first, last = min(times).decode(), max(times).decode()
                before = self.spans.get(name, (first, last))
                self.spans[name] = min(first, before[0]), max(last, before[1])


def _text(cell: bytes | None) -> str:
    return (cell or b"").decode()
