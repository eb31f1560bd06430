"""What each element of a page weighs: how much running text it holds, and how far that is from the headline.

Every paragraph weighs as much as it looks like running text; an element weighs what its paragraphs do, the less the
deeper they lie.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass

from selectolax.lexbor import LexborNode

from crawler.extract.blocks import MOST_LINKED_RUNNING, SHORTEST_RUNNING
from crawler.extract.elements import HEADINGS, INLINE, SILENT, name_of, traits_of

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
    climb: int
    """Levels from the headline up to the nearest element around both."""
    holds_title: bool
    is_below: bool
    """True if it begins under the headline."""
    is_marginal: bool = False
    """True in a header, a footer or an aside."""
    text: int = 0
    linked: int = 0
    factor: float | None = None
    """What its class and the elements around it leave of its weight; 0 if no reader sees it, None if nobody asked."""
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
    scale = _Scale(root, title, others, by_class=by_class)
    scale.measure()
    for element in filter(_may_be_text, scale.elements):
        factor = scale.judge(element)
        if not factor:
            continue
        if element.tag not in HEADINGS and not element.is_marginal:
            _count_running(element)
        if element.tag in HEADINGS or (title is not None and element.climb == 0):
            continue  # a headline is no text, in whatever element it stands
        plain = min(element.text, LONGEST_PARAGRAPH) - element.linked
        element.weight = plain * factor * (1.0 if element.is_below else BEFORE_TITLE) / DEPTH
    elements = [each for each in scale.elements if each.factor]
    for element in reversed(elements):
        if element.around is not None and (element.weight or element.running):
            element.around.weight += element.weight * DEPTH
            element.around.plain += element.plain * DEPTH
            element.around.running += element.running
    return Weights(elements)


def _may_be_text(element: Element) -> bool:
    return element.text >= SHORTEST_PARAGRAPH and element.linked <= element.text * MOST_LINKED


def _count_running(element: Element) -> None:
    if element.text >= SHORTEST_RUNNING and element.linked <= element.text * MOST_LINKED_RUNNING:
        element.running = min(element.text, LONGEST_PARAGRAPH)
        element.plain = float(element.running)


class _Scale:
    """Measures all text of a page, then judges the few elements around what may be a paragraph.

    To ask an element for its attributes takes time, and most elements of a page are menus and teasers.
    """

    def __init__(self, root: LexborNode, title: LexborNode | None, others: Collection[int], *, by_class: bool) -> None:
        self._root = root
        self._others = others
        self._by_class = by_class
        self._chain = {node.mem_id: climb for climb, node in enumerate(ancestors(title))} if title else {}
        # where the headline stands in an <article>, other ones beside it are other stories
        self._within_article = title is not None and any(node.tag == "article" for node in ancestors(title))
        self._is_below = title is None
        climb = self._chain.get(root.mem_id, 0)
        self._whole = Element(root, root.tag or "", None, climb, True, self._is_below)
        self._whole.factor = 1.0
        self._places: dict[int, tuple[Element, bool]] = {root.mem_id: (self._whole, False)}
        self.elements = [self._whole]
        """Those with text, in document order."""

    def measure(self) -> None:
        """Count the text of all elements; what stands in inline elements counts for the one around."""
        places = self._places
        for node in self._root.traverse(include_text=True):
            if not node.is_text_node or node.is_empty_text_node or (parent := node.parent) is None:
                continue
            place, in_link = places.get(parent.mem_id) or self._place(parent)
            if place.tag in SILENT:
                continue
            size = _size_of((node.text_content or "").strip())
            place.text += size
            place.linked += size * in_link

    def _place(self, node: LexborNode) -> tuple[Element, bool]:
        """Return the element for which the text in `node` counts, and whether it stands in a link."""
        missing: list[LexborNode] = []
        at: LexborNode | None = node
        while at is not None and at.mem_id not in self._places:
            missing.append(at)
            at = at.parent
        assert at is not None, "what is traversed stands in the root"
        place, in_link = self._places[at.mem_id]
        for each in reversed(missing):
            tag = name_of(each)
            climb = self._chain.get(each.mem_id)
            if tag in INLINE:
                in_link = in_link or tag == "a"
            else:
                levels = place.climb if climb is None else climb
                is_below = self._is_below and not climb
                place = Element(each, tag, place, levels, climb is not None, is_below)
                self.elements.append(place)
            if climb == 0 and self.judge(place):
                self._is_below = True
                place.is_below = place.is_below or tag not in INLINE
            self._places[each.mem_id] = place, in_link
        return place, in_link

    def judge(self, element: Element) -> float:
        """Return what its name, its class and all around it leave of an element's weight; 0 if no reader sees it."""
        unjudged = []
        at: Element | None = element
        while at is not None and at.factor is None:
            unjudged.append(at)
            at = at.around
        factor = at.factor if at and at.factor else 0.0
        for each in reversed(unjudged):
            each.factor = factor = factor and factor * self._share_of(each)
        return element.factor or 0.0

    def _share_of(self, element: Element) -> float:
        """Return what an element leaves of the weight of its text."""
        node, tag = element.node, element.tag
        traits = traits_of(node, tag)
        if traits.is_unread or node.mem_id in self._others:
            return 0.0
        element.is_marginal = tag in MARGINAL or (element.around is not None and element.around.is_marginal)
        is_other = self._by_class and traits.is_named_junk
        is_other = is_other or (tag == "article" and self._within_article and not element.holds_title)
        return IN_SUSPECT if is_other else IN_LIST if tag == "li" else 1.0


def _size_of(text: str) -> int:
    """Characters of a text; an address or a cipher, long and without a space, has none."""
    size = len(text)
    return 0 if size >= SHORTEST_PARAGRAPH and text.isascii() and " " not in text else size


def ancestors(node: LexborNode) -> Iterator[LexborNode]:
    at: LexborNode | None = node
    while at is not None:
        yield at
        at = at.parent
