"""Which linked texts are one story.

A chain of links is not enough: a text that was merged out of two is linked with the copies of both, and a report that
repeats half of yesterday's with the report of tomorrow. Such a text is *compound*: its links lead to different parts of
it, and it was not printed before them, as a text is that others cut in two ways. It does not join stories; it is a
member of each.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from archive.copies.overlap import Spans, covered_by, size_of

SAME = 0.85
"""Two texts that cover each other so far are one text to a group."""
OVERLAP = 0.5
"""Share of the smaller of two parts that lies in the other one, if both are from one story."""
MERGERS = 2
"""Newspapers that print a merged text, if no more print the texts that it was merged out of."""
NEAR = 2
"""Links from the text that is linked most, up to which a text is of its story without being compared with it."""
Links = Mapping[int, Mapping[int, float]]
"""Article → article → share of the first one's text that the second one has."""


@dataclass(frozen=True, slots=True)
class Look:
    """How the texts can be looked at again."""

    spans: Callable[[int, int], Spans]
    """The spans of the first text that the second one has."""
    is_copy: Callable[[int, int], bool]
    is_before: Callable[[int, int], bool]
    """Whether the first article was printed before the second for certain."""
    order: Callable[[int], datetime]
    """When an article was printed, as well as that is known."""


def stories(links: Links, look: Look) -> list[set[int]]:
    """Return the sets of articles that are one story each; an article may be in several, and one alone in none."""
    classes = _classes(links)
    class_of = {article: number for number, members in enumerate(classes) for article in members}
    beside = _beside(links, class_of)
    compound = _compound(classes, beside, links, look)
    found: list[set[int]] = []
    for start in _components(set(range(len(classes))) - compound, beside):
        found += _near(start, classes, beside, look)
    for number in sorted(compound):
        for story in found:
            if any(other not in compound and other in story for other in beside[number]):
                story.add(number)
    found += _left_over(compound, beside, found)
    return [{article for number in story for article in classes[number]} for story in found]


def _classes(links: Links) -> list[list[int]]:
    """Return the articles by text: those that cover each other nearly."""
    same = {
        one: {other for other, cover in others.items() if cover >= SAME and links[other][one] >= SAME}
        for one, others in links.items()
    }
    return [sorted(component) for component in _components(set(links), same)]


def _components(numbers: set[int], beside: Mapping[int, Iterable[int]]) -> list[set[int]]:
    left, found = set(numbers), []
    for first in sorted(numbers):
        if first not in left:
            continue
        component, edge = {first}, [first]
        left.remove(first)
        while edge:
            new = [other for other in beside[edge.pop()] if other in left]
            left.difference_update(new)
            component.update(new)
            edge += new
        found.append(component)
    return found


def _beside(links: Links, class_of: Mapping[int, int]) -> dict[int, dict[int, tuple[int, int]]]:
    """Return class → linked class → a pair of articles that links them."""
    beside: dict[int, dict[int, tuple[int, int]]] = defaultdict(dict)
    for one, others in links.items():
        for other in others:
            if class_of[one] != class_of[other]:
                beside[class_of[one]].setdefault(class_of[other], (one, other))
    return beside


def _compound(
    classes: Sequence[Sequence[int]], beside: Mapping[int, Mapping[int, tuple[int, int]]], links: Links, look: Look
) -> set[int]:
    """Return the texts whose links lead to different parts of them, and that were not there before these."""
    found: set[int] = set()
    simple: set[int] = set()
    for number in sorted(beside, key=lambda each: min(map(look.order, classes[each]))):
        pairs = beside[number]
        covers = sorted(links[one][other] for one, other in pairs.values())
        is_simple = len(covers) < 2 or covers[1] + OVERLAP * covers[0] >= 1
        if not is_simple:
            sides, spanning = _sides(pairs, simple, look)
            articles = [[article for each in side for article in classes[each]] for side in sides]
            whole = [article for each in (number, *spanning) for article in classes[each]]
            is_simple = len(sides) < 2 or _is_cut(whole, articles, look)
        (simple if is_simple else found).add(number)
    return found


def _is_cut(whole: Sequence[int], sides: Sequence[Sequence[int]], look: Look) -> bool:
    """Whether the sides are parts of a text that was there before, and not texts that it was merged out of.

    It was there before one of the parts; or many print it, and few the parts: a merged text is one newspaper's work.
    """
    if any(all(look.is_before(one, other) for other in side) for one in whole for side in sides):
        return True
    return len(whole) > max(MERGERS, min(map(len, sides)))


def _sides(pairs: Mapping[int, tuple[int, int]], simple: set[int], look: Look) -> tuple[list[list[int]], list[int]]:
    """Return the neighbours of a text by the part of it that they have, and those that have several parts.

    Parts that a simple text has together are of one story.
    """
    spans = {other: look.spans(*pair) for other, pair in pairs.items()}
    parts: list[Spans] = []
    sides: list[list[int]] = []
    spanning: list[int] = []
    for other in sorted(spans, key=lambda each: (size_of(spans[each]), each)):
        hits = [n for n, part in enumerate(parts) if _is_shared(part, spans[other])]
        if len(hits) > 1 and other not in simple:
            spanning.append(other)
            continue
        part = covered_by([*spans[other], *(span for n in hits for span in parts[n])])
        side = [other, *(each for n in hits for each in sides[n])]
        for n in reversed(hits):
            del parts[n], sides[n]
        parts.append(part)
        sides.append(side)
    return sides, spanning


def _is_shared(one: Spans, other: Spans) -> bool:
    size = size_of(one) + size_of(other) - size_of(covered_by([*one, *other]))
    return size >= OVERLAP * min(size_of(one), size_of(other))


def _near(
    component: set[int],
    classes: Sequence[Sequence[int]],
    beside: Mapping[int, Mapping[int, tuple[int, int]]],
    look: Look,
) -> list[set[int]]:
    """Return a component as it is, or without the texts that have nothing of its centre; these are looked at again."""
    within = {number: [other for other in beside[number] if other in component] for number in component}
    centre = max(component, key=lambda each: (sum(len(classes[other]) for other in within[each]), -each))
    near, edge = {centre}, {centre}
    for _ in range(NEAR):
        edge = {other for number in edge for other in within[number]} - near
        near |= edge
    far = {each for each in component - near if not look.is_copy(classes[each][0], classes[centre][0])}
    rest = [story for part in _components(far, within) for story in _near(part, classes, beside, look)] if far else []
    return [component - far, *rest]


def _left_over(
    compound: set[int], beside: Mapping[int, Mapping[int, tuple[int, int]]], found: Sequence[set[int]]
) -> list[set[int]]:
    """Return pairs of compound texts that no story has together."""
    pairs = [{one, other} for one in compound for other in beside[one] if other in compound and one < other]
    return [pair for pair in pairs if not any(pair <= story for story in found)]
