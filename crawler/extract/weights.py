"""What each element of a page weighs: how much running text it holds, and how far that is from the headline.

Every paragraph weighs as much as it looks like running text; an element weighs what its paragraphs do, the less the
deeper they lie.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass

from selectolax.lexbor import LexborNode

from crawler.extract.blocks import MOST_LINKED_RUNNING, SHORTEST_RUNNING
from crawler.extract.elements import HEADINGS, INLINE, name_of, traits_of

SHORTEST_PARAGRAPH = 25
"""Characters; menu entries and buttons are shorter."""
LONGEST_PARAGRAPH = 1000
"""Characters that count of one paragraph: a legal notice in one piece does not outweigh an article."""
MOST_LINKED = 0.5
"""Share of a paragraph's text in links; above it is navigation."""
DEPTH = 0.8
"""What is left of a paragraph's weight at each level above its parent."""
BEFORE_TITLE = 0.3
"""Share of its weight that text above the headline keeps."""
IN_SUSPECT = 0.15
"""Share that text keeps in a box that calls itself comments or sidebar; a layout may misname its main column."""
IN_LIST = 0.5
"""Share that a list item keeps: teasers stand in lists, and so do some articles."""
MARGINAL = frozenset({"header", "footer", "aside"})
"""Elements whose sentences are none of the running text that a page should have given."""


@dataclass(slots=True, eq=False)
class Element:
    """An element with the text that it holds itself."""

    node: LexborNode
    tag: str
    around: "Element | None"
    factor: float
    """What the elements around it leave of its weight."""
    climb: int
    """Levels from the headline up to the nearest element around both."""
    holds_title: bool
    is_below: bool
    """True if it begins under the headline."""
    is_marginal: bool = False
    """True in a header, a footer or an aside."""
    text: int = 0
    linked: int = 0
    weight: float = 0.0
    plain: float = 0.0
    """Its weight as running text, whatever it is called and wherever it stands."""
    running: int = 0
    """Characters of running text in it."""


@dataclass(frozen=True, slots=True)
class Weights:
    """What the elements of a page weigh."""

    elements: Sequence[Element]

    @property
    def running(self) -> int:
        """Characters of running text that the page shows."""
        return self.elements[0].running

    def heaviest_beside(self, containers: Iterable[LexborNode]) -> int:
        """Characters of running text in the heaviest element that holds none of `containers` and stands in none."""
        taken = {node.mem_id for node in containers}
        around = {each.mem_id for node in containers for each in ancestors(node)}
        inside: set[int] = set()
        heaviest = None
        for element in self.elements:
            within = element.around is not None and element.around.node.mem_id in inside
            if within or element.node.mem_id in taken:
                inside.add(element.node.mem_id)
            elif element.node.mem_id not in around and (heaviest is None or element.plain > heaviest.plain):
                heaviest = element
        return heaviest.running if heaviest else 0


def weigh(
    root: LexborNode, title: LexborNode | None, *, others: Collection[int] = (), by_class: bool = True
) -> Weights:
    """Weigh all elements of a page.

    `title` is the element that shows the headline, None if none does; `others` are elements (mem_id) of other stories.
    Boxes that call themselves something else than text weigh less, if `by_class` is set.
    """
    elements = _measure(root, title, others, by_class=by_class)
    for element in elements:
        if element.text < SHORTEST_PARAGRAPH or element.linked > element.text * MOST_LINKED:
            continue
        if element.tag not in HEADINGS and not element.is_marginal:
            _count_running(element)
        if element.tag in HEADINGS or (title is not None and element.climb == 0):
            continue  # a headline is no text, in whatever element it stands
        plain = min(element.text, LONGEST_PARAGRAPH) - element.linked
        element.weight = plain * element.factor * (1.0 if element.is_below else BEFORE_TITLE) / DEPTH
    for element in reversed(elements):
        if element.around is not None and (element.weight or element.running):
            element.around.weight += element.weight * DEPTH
            element.around.plain += element.plain * DEPTH
            element.around.running += element.running
    return Weights(elements)


def _count_running(element: Element) -> None:
    if element.text >= SHORTEST_RUNNING and element.linked <= element.text * MOST_LINKED_RUNNING:
        element.running = min(element.text, LONGEST_PARAGRAPH)
        element.plain = float(element.running)


def _measure(root: LexborNode, title: LexborNode | None, others: Collection[int], *, by_class: bool) -> list[Element]:
    """All elements that readers see, in document order; what stands in inline elements counts for the one around."""
    chain = {node.mem_id: climb for climb, node in enumerate(ancestors(title))} if title else {}
    # where the headline stands in an <article>, other ones beside it are other stories
    within_article = title is not None and any(node.tag == "article" for node in ancestors(title))
    is_below = title is None
    whole = Element(root, root.tag or "", None, 1.0, chain.get(root.mem_id, 0), True, is_below)
    elements = [whole]
    stack: list[tuple[LexborNode, Element, bool]] = []
    _read_children(stack, root, whole, linked=False)
    while stack:
        node, around, linked = stack.pop()
        tag = name_of(node)
        number = node.mem_id
        climb = chain.get(number)
        is_below = is_below or climb == 0
        if tag in INLINE:
            _read_children(stack, node, around, linked=linked or tag == "a")
            continue
        traits = traits_of(node, tag)
        if traits.is_unread or number in others:
            continue
        is_other = by_class and traits.is_named_junk
        is_other = is_other or (tag == "article" and within_article and climb is None)
        factor = around.factor * (IN_SUSPECT if is_other else IN_LIST if tag == "li" else 1.0)
        levels = around.climb if climb is None else climb
        element = Element(node, tag, around, factor, levels, climb is not None, is_below)
        element.is_marginal = around.is_marginal or tag in MARGINAL
        elements.append(element)
        _read_children(stack, node, element, linked=linked)
    return elements


def _read_children(
    stack: list[tuple[LexborNode, Element, bool]], node: LexborNode, place: Element, *, linked: bool
) -> None:
    """Count what `node` says for `place`, and put the elements in it on the stack, in reverse as a stack wants them."""
    child = node.last_child
    while child is not None:
        if not child.is_text_node:
            stack.append((child, place, linked))
        elif not child.is_empty_text_node:
            size = _size_of((child.text_content or "").strip())
            place.text += size
            place.linked += size * linked
        child = child.prev


def _size_of(text: str) -> int:
    """Characters of a text; an address or a cipher, long and without a space, has none."""
    size = len(text)
    return 0 if size >= SHORTEST_PARAGRAPH and text.isascii() and " " not in text else size


def ancestors(node: LexborNode) -> Iterator[LexborNode]:
    at: LexborNode | None = node
    while at is not None:
        yield at
        at = at.parent
