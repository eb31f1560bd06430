"""What changed between two texts, word by word. Pure: nothing here reads the database.

    difference("Tỉnh họp sáng nay.", "Tỉnh họp chiều nay.")
    # same "Tỉnh họp", removed " sáng", added " chiều", same " nay."

A word is a Vietnamese syllable, and punctuation is a word of its own. White space and Unicode form are no difference.
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum
from itertools import groupby
from unicodedata import normalize

MOST_PAIRS = 2_000_000
"""Most pairs of equal words, one of each text, that are compared word by word: that takes up to a second, for texts of
some 8,000 syllables. Longer ones are compared paragraph by paragraph first."""
FIELDS = ("title", "lead", "byline", "body")
"""The parts of a text, in the order in which a person should see their changes."""
_TOKEN = re.compile(r"(\s*)(\w+|[^\w\s])")
_LINE = re.compile(r"\n[^\n]*|[^\n]+")


class Change(StrEnum):
    """What became of a piece of text."""

    SAME = "same"
    REMOVED = "removed"
    ADDED = "added"


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of words with the white space before each."""

    change: Change
    text: str

    @property
    def words(self) -> int:
        """How many words it has, punctuation not counted."""
        return sum(word[0].isalnum() for _, word in _TOKEN.findall(self.text))


_REPLACEMENT = (Change.REMOVED, Change.ADDED)
_Token = tuple[str, str]
"""White space, and the word after it."""


def difference(old: str | None, new: str | None) -> tuple[Piece, ...]:
    """Return the pieces that lead from one text to the other: the same and the added ones in order are the new text.

    Where the white space differs, a piece that is the same has that of the new text.
    """
    return tuple(_joined(_compare(normalize("NFC", old or ""), normalize("NFC", new or ""))))


def differences(old: Mapping[str, str | None], new: Mapping[str, str | None]) -> dict[str, tuple[Piece, ...]]:
    """Return the parts of two texts that differ, in the order of FIELDS, with what changed in each."""
    found = {name: difference(old[name], new[name]) for name in FIELDS}
    return {name: pieces for name, pieces in found.items() if any(piece.change is not Change.SAME for piece in pieces)}


def words_changed(pieces: Sequence[Piece]) -> tuple[int, int]:
    """Return how many words were added, and how many were removed."""
    words = {
        change: sum(piece.words for piece in pieces if piece.change is change)
        for change in (Change.ADDED, Change.REMOVED)
    }
    return words[Change.ADDED], words[Change.REMOVED]


def lines_of(pieces: Sequence[Piece]) -> Iterator[list[Piece]]:
    """Yield the pieces of each paragraph, of both texts."""
    line: list[Piece] = []
    for piece in pieces:
        first, *others = piece.text.split("\n")
        for number, text in enumerate([first, *others]):
            if number:
                if line:
                    yield line
                line = []
            if text:
                line.append(Piece(piece.change, text))
    if line:
        yield line


def without_islands(line: Sequence[Piece]) -> list[Piece]:
    """Return the pieces of a paragraph; a single word between a replacement and another change is a part of both.

    It reads easier as one replacement than as two changes.
    """
    found: list[Piece] = []
    for is_same, group in groupby(line, key=lambda piece: piece.change is Change.SAME):
        run = list(group)
        is_island = len(found) > 1 and found[-1].change is Change.SAME and found[-1].words == 1
        before = [piece for piece in found[-3:-1] if piece.change is not Change.SAME] if is_island else []
        if is_same or not before or len(before) + len(run) < len(_REPLACEMENT) + 1:
            found += run
            continue
        island = found.pop()
        del found[-len(before) :]
        for change in _REPLACEMENT:
            sides = [[piece.text for piece in pieces if piece.change is change] for pieces in (before, run)]
            found.append(Piece(change, "".join([*sides[0], island.text, *sides[1]])))
    return found


def _compare(old: str, new: str) -> Iterator[Piece]:
    before, after = _TOKEN.findall(old), _TOKEN.findall(new)
    if _pairs(_words(before), _words(after)) <= MOST_PAIRS:
        yield from _by_word(before, after)
        return
    before_lines, after_lines = _LINE.findall(old), _LINE.findall(new)
    if _pairs(before_lines, after_lines) > MOST_PAIRS:
        yield from _replaced(old, new)
        return
    for is_same, one, other in _blocks(before_lines, after_lines):
        old_part, new_part = "".join(before_lines[one]), "".join(after_lines[other])
        if is_same:
            yield Piece(Change.SAME, new_part)
            continue
        before, after = _TOKEN.findall(old_part), _TOKEN.findall(new_part)
        is_short = _pairs(_words(before), _words(after)) <= MOST_PAIRS
        yield from _by_word(before, after) if is_short else _replaced(old_part, new_part)


def _by_word(before: Sequence[_Token], after: Sequence[_Token]) -> Iterator[Piece]:
    for is_same, one, other in _blocks(_words(before), _words(after)):
        if is_same:
            yield Piece(Change.SAME, _text(after[other]))
        else:
            yield from _replaced(_text(before[one]), _text(after[other]))


def _blocks(before: Sequence[str], after: Sequence[str]) -> Iterator[tuple[bool, slice, slice]]:
    """Yield whether a run of both is the same, and where it is in each."""
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    for tag, one, end, other, other_end in matcher.get_opcodes():
        yield tag == "equal", slice(one, end), slice(other, other_end)


def _replaced(old: str, new: str) -> Iterator[Piece]:
    yield Piece(Change.REMOVED, old)
    yield Piece(Change.ADDED, new)


def _joined(pieces: Iterator[Piece]) -> Iterator[Piece]:
    """Yield the pieces without empty ones, and neighbours of one kind as one."""
    last: Piece | None = None
    for piece in pieces:
        if last and piece.change is last.change:
            last = Piece(last.change, last.text + piece.text)
        elif piece.text:
            if last:
                yield last
            last = piece
    if last:
        yield last


def _pairs(before: Sequence[str], after: Sequence[str]) -> int:
    """Return how many pairs of equal items there are: so many steps the search for the longest run takes."""
    counted = Counter(after)
    return sum(number * counted[item] for item, number in Counter(before).items())


def _words(tokens: Sequence[_Token]) -> list[str]:
    return [word for _, word in tokens]


def _text(tokens: Sequence[_Token]) -> str:
    return "".join(space + word for space, word in tokens)
