"""Two texts of an article beside each other: what a template needs to show their difference."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from archive.reading.difference import FIELDS, Change, Piece, difference, lines_of, without_islands, words_changed
from archive.reading.stored import Revision

FEWEST_FOLDED = 2
"""Unchanged paragraphs in a row that are only counted; a single one is shown."""

Line = list[Piece]


@dataclass(frozen=True, slots=True)
class Part:
    """One field of both texts."""

    field: str
    lines: tuple[Line, ...]
    """Its paragraphs."""
    is_changed: bool

    @property
    def folded(self) -> Iterator[Line | int]:
        """The paragraphs that changed; in place of a run of others, how many there are."""
        for is_same, run in groupby(self.lines, key=_is_same):
            lines = list(run)
            if is_same and len(lines) >= FEWEST_FOLDED:
                yield len(lines)
            else:
                yield from lines


@dataclass(frozen=True, slots=True)
class Comparison:
    """The difference between two texts."""

    old: Revision
    new: Revision
    parts: tuple[Part, ...]
    """Fields that neither text has are left out."""
    added: int
    """Words."""
    removed: int

    @property
    def changed(self) -> tuple[str, ...]:
        """Names of the fields that differ."""
        return tuple(part.field for part in self.parts if part.is_changed)


def compare(old: Revision, new: Revision) -> Comparison:
    """Return the difference between two texts of an article."""
    pieces = {field: difference(getattr(old, field), getattr(new, field)) for field in FIELDS}
    counts = [words_changed(found) for found in pieces.values()]
    parts = tuple(_part(field, found) for field, found in pieces.items() if found)
    return Comparison(old, new, parts, sum(added for added, _ in counts), sum(removed for _, removed in counts))


def chosen(texts: Sequence[Revision], one: str, other: str) -> tuple[Revision, Revision] | None:
    """Return the texts with these numbers, as they were typed; the last two for numbers that no text has.

    None if there is only one text.
    """
    if len(texts) < 2:
        return None
    by_number = {str(text.n): text for text in texts}
    if one in by_number and other in by_number and one != other:
        return by_number[one], by_number[other]
    return texts[-2], texts[-1]


def _part(field: str, pieces: Sequence[Piece]) -> Part:
    lines = tuple(without_islands(line) for line in lines_of(pieces))
    return Part(field, lines, not all(map(_is_same, lines)))


def _is_same(line: Line) -> bool:
    return all(piece.change is Change.SAME for piece in line)
