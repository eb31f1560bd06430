"""What two texts have in common, syllable by syllable, and what speaks against that one is a copy of the other."""

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate, chain, compress, count, islice, pairwise
from unicodedata import normalize

from archive.fold import SYLLABLE, folded_words
from archive.shingles import SHINGLE

LONGEST_SLOT = 40
"""Syllables. Where two texts differ in more between two common passages, one of them has another sentence there."""
LONGEST_EDGE = 8
"""Syllables before the first common passage, or after the last one, that are looked at as a slot: more are a lead, or
an end, of a newspaper's own."""
DENSE = 1 / 3
"""Share of names and numbers in a place where texts differ, from which it is a list that a template has there. In a
place longer than a slot only numbers count."""
LEAST_MATCHED = 25
"""Syllables that a copy shares with the other text at least: the name of a resolution, with its date, has as many."""
LEAST_COVER = 0.3
"""Share of the shorter text, or of the longer one if it is more. Reports of one event share a quotation; half of a
merged text, which a local paragraph follows, is more."""
LEAST_RUN = 25
"""Syllables of the longest common passage, if less than HALF is common: chance and set phrases make short ones."""
HALF = 0.5
NEARLY_ALL = 0.9
"""Cover of copies whose common hashes recur: set phrases alone do not make nine tenths of a text."""
SYLLABLES_OF_A_CONFLICT = 60
"""Syllables in common for each passage with other names or numbers. A correction changes one or two of a text, and a
template has one in each sentence."""
SHORT = 80
"""Syllables in common up to which there may be no such passage: a notice has only the place and the day to fill in."""
LONG = 240
"""Syllables in common up to which one number or one syllable of a name may differ, only on the same day and beside
NUMBERS_OF_A_STORY. Notices, obituaries and price lists are shorter, and a name that is filled in has more syllables."""
NUMBERS_OF_A_STORY = 2
"""Numbers in common, apart from the one that was corrected: a template has few outside of what is filled in."""
Spans = Sequence[tuple[int, int]]
"""Pairs of the places at which a passage begins, and behind which it ends."""
_NUMBER = re.compile(rb"[0-9]+")
_ENDS_SENTENCE = re.compile(r"[.!?:;\n“\"•]|-\s")


class Prepared:
    """A text, ready to be compared."""

    def __init__(self, paragraphs: Sequence[str]) -> None:
        """Split and fold the paragraphs."""
        self.paragraphs = paragraphs
        words = [folded_words(each) for each in paragraphs]
        self.words: tuple[bytes, ...] = tuple(chain.from_iterable(words))
        """A tuple, as the shingles: the garbage collector of Python looks again and again at each item of a list."""
        self.starts = [0, *accumulate(map(len, words))]
        """Place of the first syllable of each paragraph, and the number of syllables."""
        self._spans: dict[int, tuple[str, list[tuple[int, int]]]] = {}

    @cached_property
    def shingles(self) -> tuple[int, ...]:
        """Of each five syllables that follow each other, the hash that this process gives them: 64 bits."""
        return tuple(map(hash, zip(*(self.words[start:] for start in range(SHINGLE)), strict=False)))

    @cached_property
    def places(self) -> dict[int, int]:
        """Shingle → its first place."""
        return dict(zip(reversed(self.shingles), range(len(self.shingles) - 1, -1, -1), strict=True))

    def facts_in(self, start: int, end: int, *, with_names: bool) -> set[bytes]:
        """Return the numbers and names between two places: what a template fills in. Of "10h" it is the number.

        A word in capitals is a name only beside another one: alone it is an abbreviation, which papers spell out.
        """
        found = set()
        for place in range(start, end):
            word = self.words[place]
            if number := _NUMBER.match(word):
                found.add(number[0])
            elif with_names and self._is_name(place):
                found.add(word)
        return found

    def _printed(self, place: int) -> tuple[str, list[tuple[int, int]], int]:
        """Return the paragraph of a place, where each syllable is in it, and which of them is at the place."""
        number = bisect_right(self.starts, place) - 1
        if number not in self._spans:
            text = normalize("NFC", self.paragraphs[number])
            self._spans[number] = text, [word.span() for word in SYLLABLE.finditer(text)]
        return *self._spans[number], place - self.starts[number]

    def _is_name(self, place: int) -> bool:
        text, spans, at = self._printed(place)
        start, end = spans[at]
        word = text[start:end]
        if word.isupper() and len(word) > 1:
            beside = (text[slice(*spans[n])] for n in (at - 1, at + 1) if 0 <= n < len(spans))
            return any(each.isupper() and len(each) > 1 for each in beside)
        is_first = at == 0 or _ENDS_SENTENCE.search(text, spans[at - 1][1], start)
        return word[0].isupper() and not is_first


@dataclass(frozen=True, slots=True)
class Run:
    """A passage that both texts have."""

    one: int
    """Place of its first syllable in the one text."""
    other: int
    size: int
    """Syllables."""


@dataclass(frozen=True, slots=True)
class Gap:
    """A place where two texts have different words."""

    start: int
    """Place of its first syllable in the one text."""
    end: int
    start_other: int
    end_other: int

    @property
    def size(self) -> int:
        """Syllables, of the text that has more."""
        return max(self.end - self.start, self.end_other - self.start_other)


@dataclass(frozen=True, slots=True)
class Overlap:
    """What two texts have in common."""

    runs: tuple[Run, ...]
    """In the order of the other text."""
    spans_one: Spans
    """Where the one text has what the other one has too, in order and without overlaps."""
    spans_other: Spans
    matched: int
    """Syllables of the one text that the other has too, or the reverse if these are fewer."""
    cover_one: float
    """Share of the one text that the other has."""
    cover_other: float

    @property
    def cover(self) -> float:
        """The larger of both shares."""
        return max(self.cover_one, self.cover_other)

    @property
    def is_enough(self) -> bool:
        """Whether so much is common that one text may have its wording from the other."""
        if self.matched < LEAST_MATCHED or self.cover < LEAST_COVER:
            return False
        return self.cover >= HALF or max(run.size for run in self.runs) >= LEAST_RUN


NOTHING = Overlap((), (), (), 0, 0.0, 0.0)


def overlap(one: Prepared, other: Prepared) -> Overlap:
    """Return what two texts have in common. The one text is prepared for it once, however many are compared with it."""
    runs = tuple(_runs(one, other))
    if not runs:
        return NOTHING
    spans = covered_by((run.one, run.one + run.size) for run in runs)
    spans_other = covered_by((run.other, run.other + run.size) for run in runs)
    size, size_other = size_of(spans), size_of(spans_other)
    covers = size / len(one.words), size_other / len(other.words)
    return Overlap(runs, spans, spans_other, min(size, size_other), *covers)


def is_copy(one: Prepared, other: Prepared, shared: Overlap, *, is_recurring: bool, days_apart: int) -> bool:
    """Whether one text has its wording from the other, or both have it from a third, and not from a template.

    `is_recurring`: most of what they share is printed at other times too, as set phrases are. `days_apart`: of both
    publications.
    """
    if not shared.is_enough or (is_recurring and shared.cover < NEARLY_ALL):
        return False
    is_short = shared.matched < LONG
    if is_recurring or shared.matched < SHORT or (is_short and (days_apart or _is_without_numbers(one, shared))):
        most = 0
    else:
        most = 1 if is_short else shared.matched // SYLLABLES_OF_A_CONFLICT
    found = _conflicts(one, other, shared.runs, is_each_counted=is_short)
    return all(conflicts <= most for conflicts in accumulate(found))


def version_of(one: Prepared, other: Prepared, shared: Overlap) -> frozenset[bytes]:
    """Return the names and numbers of the other text in places where the one has others; none for the same version."""
    differing = (_differing(one, other, gap) for gap in _gaps(one, other, shared.runs))
    return frozenset(fact for ours, theirs in differing if ours for fact in theirs)


def _is_without_numbers(one: Prepared, shared: Overlap) -> bool:
    common = (word for start, end in shared.spans_one for word in one.words[start:end])
    return len([*islice(filter(_NUMBER.match, common), NUMBERS_OF_A_STORY)]) < NUMBERS_OF_A_STORY


def covered_by(spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return spans without overlaps, in order."""
    joined: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined


def size_of(spans: Spans) -> int:
    """Return how many places the spans have."""
    return sum(end - start for start, end in spans)


def missing_paragraphs(text: Prepared, spans: Spans) -> list[int]:
    """Return the numbers of the paragraphs, 1 for the first, of which less than half is within the spans."""
    starts = [start for start, _ in spans]
    missing = []
    for number, (begin, end) in enumerate(pairwise(text.starts), start=1):
        first = max(bisect_right(starts, begin) - 1, 0)
        within = 0
        for start, stop in spans[first:]:
            if start >= end:
                break
            within += max(0, min(stop, end) - max(start, begin))
        if end > begin and within < HALF * (end - begin):
            missing.append(number)
    return missing


def _runs(one: Prepared, other: Prepared) -> Iterator[Run]:
    """Yield the common passages in the order of the other text; what lies inside of one is not looked up."""
    is_known, end = one.places.__contains__, 0
    while (place := next(compress(count(end), map(is_known, islice(other.shingles, end, None))), None)) is not None:
        there = one.places[other.shingles[place]]
        size = _size_of_run(one.words, there, theirs=other.words, there=place)
        yield Run(there, place, size)
        end = place + size - SHINGLE + 1


def _size_of_run(ours: Sequence[bytes], place: int, *, theirs: Sequence[bytes], there: int) -> int:
    """Return how many syllables are the same from two places with the same shingle: in steps that grow, then shrink."""
    size = step = SHINGLE
    most = min(len(ours) - place, len(theirs) - there)
    while step:
        end = size + step
        if end <= most and ours[place + size : place + end] == theirs[there + size : there + end]:
            size, step = end, step * 2
        else:
            step //= 2
    return size


def _gaps(one: Prepared, other: Prepared, runs: Sequence[Run]) -> Iterator[Gap]:
    """Yield the places between two common passages where both texts have something else, and at both edges."""
    first, last = runs[0], runs[-1]
    edges = (
        Gap(0, first.one, 0, first.other),
        Gap(last.one + last.size, len(one.words), last.other + last.size, len(other.words)),
    )
    between = (
        Gap(before.one + before.size, after.one, before.other + before.size, after.other)
        for before, after in pairwise(runs)
    )
    kept = (*(edge for edge in edges if edge.size <= LONGEST_EDGE), *between)
    return (gap for gap in kept if gap.end > gap.start and gap.end_other > gap.start_other)


def _conflicts(one: Prepared, other: Prepared, runs: Sequence[Run], *, is_each_counted: bool) -> Iterator[int]:
    """Yield how many conflicts there are in each gap: other names or numbers, in both texts.

    There is at most one, or in a list one for every two facts; with `is_each_counted` one for each fact.
    """
    for gap in _gaps(one, other, runs):
        ours, theirs = _differing(one, other, gap)
        differing, is_slot = min(len(ours), len(theirs)), gap.size <= LONGEST_SLOT
        is_list = differing >= DENSE * gap.size
        if is_each_counted:
            yield differing if is_slot or is_list else 0
        else:
            yield (differing + 1) // 2 if is_list else int(differing > 0 and is_slot)


def _differing(one: Prepared, other: Prepared, gap: Gap) -> tuple[set[bytes], set[bytes]]:
    """Return the names and numbers that only the one, and only the other text has in a gap."""
    is_slot = gap.size <= LONGEST_SLOT
    ours = one.facts_in(gap.start, gap.end, with_names=is_slot)
    theirs = other.facts_in(gap.start_other, gap.end_other, with_names=is_slot)
    return ours - theirs, theirs - ours
