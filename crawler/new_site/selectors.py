"""Short selectors for an element, from class names and ids that tomorrow's pages will have too."""

import re
from collections.abc import Iterator
from itertools import combinations, islice
from typing import Literal

from selectolax.lexbor import LexborNode

MOST_LEVELS = 6
"""Levels above an element from which a selector may take a class or id."""
NAMES_LENT = 2
"""How many selectors of an outer element are combined with how many of the element itself."""
FEWEST_LETTERS = 3
"""Fewest letters of a class or id: a shorter one abbreviates a look, such as "tr" or "b2"."""
SELECTORS = 24
"""Most selectors of one element, the best first: more take longer and are seldom better."""

_WORD = re.compile(r"[A-Za-z]{2,}\d{0,2}(?:[_-]{1,2}[A-Za-z]+\d{0,2})*")
"""detail-content, fck_detail, t1; not 171, post-12345, _2a3b."""
_UTILITY = re.compile(
    r"(?:[mp][trblxyse]?|margin\w*|padding\w*|[wh]|f[sw]?|fz|font|lh|line-?height|col\w*|gap|top|bottom|z|order|size)-?\d.*|"
    r"(?:col|d|bg|font|align|justify|items|flex|float|pull|border|rounded|shadow|position|overflow|dt|tw)-.*|"
    r"text-(?:left|right|center|justify|start|end|xs|sm|base|lg|xl|bold|black|white|dark|light|muted|gray|red|blue)(?:-.*)?|"
    r"(?:m[trblxy]|p[trblxy])-(?:\w+)|color\d*|row\d*|col|flex|grid|block|inline|hidden|show|active|open|first|last|odd|"
    r"even|bold|italic|normal|uppercase|left|right|center|middle|justify|fleft|fright|fl|fr|cf|clear|clearfix|relative|"
    r"absolute|fixed|sticky|container(?:-fluid)?|wrapper|wrap|inner|outer|full|box|mobile\d*|desktop|pc|sm|md|lg|xl",
    re.IGNORECASE,
)
"""Classes that say how an element looks or where it is placed: many other elements have them too."""
_HUMP = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")
_SHORT_HUMP = 3
"""Letters; "mainContent" has long humps, the machine-made "bdVaJa" short ones."""
_SPEAKING = frozenset({"article", "h1", "main", "time", "figcaption"})
"""Elements whose tag alone says what they are."""


def is_stable(name: str) -> bool:
    """Return whether a class or id consists of words, not of numbers or a hash."""
    if not _WORD.fullmatch(name) or sum(map(str.isalpha, name)) < FEWEST_LETTERS:
        return False
    humps = _HUMP.findall(name)
    return len(humps) < 3 or sum(map(len, humps)) >= _SHORT_HUMP * len(humps)


def own_selectors(node: LexborNode, hint: re.Pattern[str] | None = None) -> Iterator[str]:
    """Yield selectors from the element's own id and classes; classes that match `hint` come first."""
    attributes, tag = node.attributes, node.tag or ""
    name = attributes.get("id") or ""
    if is_stable(name):
        yield f"{tag}#{name}"
    given = dict.fromkeys((attributes.get("class") or "").split())
    classes = [each for each in given if is_stable(each) and not _UTILITY.fullmatch(each)]
    if hint:
        classes.sort(key=lambda each: not hint.search(each))
    for each in classes:
        yield f"{tag}.{each}"
    for pair in combinations(classes, 2):
        yield f"{tag}.{pair[0]}.{pair[1]}"


def selectors(node: LexborNode, hint: re.Pattern[str] | None = None) -> list[str]:
    """Return selectors that match the element, and perhaps others, from the best to the worst.

    An element without a class or id of its own gets one from the elements around it or next to it.
    """
    return list(islice(dict.fromkeys(_selectors(node, hint)), SELECTORS))


def _selectors(node: LexborNode, hint: re.Pattern[str] | None) -> Iterator[str]:
    tag = node.tag or ""
    own = list(own_selectors(node, hint))
    yield from own
    around, level = node.parent, 0
    while around is not None and around.tag not in (None, "body", "html") and level < MOST_LEVELS:
        for name in islice(own_selectors(around), NAMES_LENT):
            for last in own[:NAMES_LENT] or [tag]:
                yield f"{name} > {last}" if level == 0 else f"{name} {last}"
        around, level = around.parent, level + 1
    for last in own[:1] or [tag]:
        if before := _beside(node, "prev"):
            yield f"{before} + {last}"
        if after := _beside(node, "next"):
            yield f"{last}:has(+ {after})"
    if tag in _SPEAKING:
        yield tag


def _beside(node: LexborNode, side: Literal["prev", "next"]) -> str | None:
    """Return the best selector of the element directly before or after this one; None if it has none."""
    at = getattr(node, side)
    while at is not None and not at.is_element_node:
        at = getattr(at, side)
    return next(own_selectors(at), None) if at is not None else None
