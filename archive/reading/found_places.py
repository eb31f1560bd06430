"""Where in a printed text all words of a search are near each other.

The index marks each found word. Of several words that are not one phrase, a place is the shortest stretch of a
paragraph that has all of them, with few other words between them: what a reader takes for one statement.
"""

from collections.abc import Iterable, Iterator, Sequence

from archive.fold import WORD, same_as_typed
from archive.reading.query import Query, Term
from archive.reading.tiers import NEAR

Span = tuple[int, int]
"""Where in a text something begins and ends."""


def has_parts(query: Query) -> bool:
    """Return whether a search is for several words that need not follow each other."""
    return any(len(side) > 1 for side in query.alternatives)


def whole_places(text: str, runs: Sequence[Span], query: Query, *, is_title: bool) -> list[Span]:
    """Return where all words of one of the alternatives are near each other; `runs` are the found words.

    A word of the title is only looked for there.
    """
    found: set[Span] = set()
    for side in query.alternatives:
        terms = [term for term in side if is_title or not term.in_title]
        if terms:
            found.update(_together(text, runs, terms))
    return sorted(found)


def _together(text: str, runs: Sequence[Span], terms: Sequence[Term]) -> Iterator[Span]:
    """Yield the shortest stretches with all terms; none of them overlaps another."""
    last: dict[int, Span] = {}
    for begin, end, number in sorted(_occurrences(text, runs, terms)):
        last[number] = begin, end
        if len(last) == len(terms):
            first = min(span[0] for span in last.values())
            whole = text[first : max(span[1] for span in last.values())]
            if "\n" not in whole and _others(text, whole, last.values()) <= NEAR:
                yield first, first + len(whole)
                last = {}


def _others(text: str, whole: str, spans: Iterable[Span]) -> int:
    """Return how many words of a stretch are not of the spans."""
    own = {word.start() + begin for begin, end in spans for word in WORD.finditer(text[begin:end])}
    return len(WORD.findall(whole)) - len(own)


def _occurrences(text: str, runs: Sequence[Span], terms: Sequence[Term]) -> Iterator[tuple[int, int, int]]:
    """Yield where a term begins and ends, and its number."""
    for begin, end in runs:
        words = [(begin + word.start(), begin + word.end()) for word in WORD.finditer(text[begin:end])]
        for number, term in enumerate(terms):
            for spelling in term.spellings:
                typed = " ".join(spelling)
                length = len(WORD.findall(typed))
                for first, last in zip(words, words[length - 1 :], strict=False):
                    if same_as_typed(typed, text[first[0] : last[1]]):
                        yield first[0], last[1], number
