"""What of a WARC file goes into a pack: all that is committed, or the answers that were chosen, byte by byte."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from archive.warc.copying import read_pieces
from archive.warc.members import FoundRecord, read_records

PART = "part-of-"
"""Begin of the name of a file that has only some records of another."""


@dataclass(frozen=True, slots=True)
class WarcPart:
    """A WARC file in a pack."""

    name: str
    source: Path
    ranges: tuple[tuple[int, int], ...]
    """First byte, and the one behind the last, in the order of the source."""

    @property
    def size(self) -> int:
        """Bytes in the pack."""
        return sum(end - start for start, end in self.ranges)

    def pieces(self) -> Iterator[bytes]:
        """Yield the bytes."""
        with self.source.open("rb") as file:
            for start, end in self.ranges:
                yield from read_pieces(file, start=start, size=end - start)

    def records(self) -> Iterator[tuple[FoundRecord, int]]:
        """Yield each record, with its first byte in the pack. Raises DamagedWarc."""
        before = 0
        for start, end in self.ranges:
            for record in read_records(self.source, start):
                if record.offset >= end:
                    break
                yield record, record.offset - start + before
            before += end - start

    def place_of(self, offset: int) -> int:
        """Return where a byte of the source is in the pack."""
        before = 0
        for start, end in self.ranges:
            if start <= offset < end:
                return offset - start + before
            before += end - start
        raise ValueError(f"byte {offset} of {self.source} is not in the pack")


def choose_ranges(answers: Iterable[int], chosen: set[int], *, size: int) -> tuple[tuple[int, int], ...]:
    """Return the bytes of chosen answers, with the records that follow each of them and those that begin the file.

    `answers` are the first bytes of all answers in the file, in order, and `size` is its end.
    """
    bounds = [*answers, size]
    ranges = [(0, bounds[0])] if bounds[0] else []
    for start, end in pairwise(bounds):
        if start not in chosen:
            continue
        if ranges and ranges[-1][1] == start:
            ranges[-1] = ranges[-1][0], end
        else:
            ranges.append((start, end))
    return tuple(ranges)
