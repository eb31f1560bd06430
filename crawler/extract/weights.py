"""What each element of a page weighs: how much running text it holds, and how far that is from the headline.

Every paragraph weighs as much as it looks like running text; an element weighs what its paragraphs do, the less the
deeper they lie.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import takewhile

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
    """An element that readers see, and that holds what may be a paragraph."""

    node: LexborNode
    tag: str
    around: "Element | None"
    factor: float
    """What its class and the elements around it leave of its weight."""
    climb: int
    """Levels from the headline up to the nearest element around both."""
    holds_title: bool
    is_marginal: bool = False
    """True in a header, a footer or an aside."""
    weight: float = 0.0
    plain: float = 0.0
    """Its weight as running text, whatever it is called and wherever it stands."""
    running: int = 0
    """Characters of running text in it."""


@dataclass(slots=True)
class _Wording:
    """The text that an element holds itself, with that of the inline elements in it."""

    node: LexborNode
    tag: str
    is_below: bool
    """True if it begins under the headline."""
    text: int = 0
    linked: int = 0

    @property
    def may_be_paragraph(self) -> bool:
        return self.text >= SHORTEST_PARAGRAPH and self.linked <= self.text * MOST_LINKED

    @property
    def is_running(self) -> bool:
        return self.text >= SHORTEST_RUNNING and self.linked <= self.text * MOST_LINKED_RUNNING


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
    tree = _Tree(root, title, others, by_class=by_class)
    for wording in _wordings(root, title if title and tree.shows_title else None, is_below=title is None):
        # most elements of a page are menus and teasers; to ask an element for its class takes time
        if not wording.may_be_paragraph or (element := tree.element_of(wording.node)) is None:
            continue
        length = min(wording.text, LONGEST_PARAGRAPH)
        if element.tag in HEADINGS:
            continue
        if wording.is_running and not element.is_marginal:
            element.running, element.plain = length, float(length)
        if title is None or element.climb:  # else it is the headline, in whatever element it stands
            is_below = wording.is_below and (title is None or not element.holds_title)
            place = 1.0 if is_below else BEFORE_TITLE
            element.weight = (length - wording.linked) * element.factor * place / DEPTH
    for element in reversed(tree.elements):
        if element.around is not None and (element.weight or element.running):
            element.around.weight += element.weight * DEPTH
            element.around.plain += element.plain * DEPTH
            element.around.running += element.running
    return Weights(tree.elements)


def _wordings(root: LexborNode, title: LexborNode | None, *, is_below: bool) -> Iterable[_Wording]:
    """Return the texts of all elements in document order, and which of them begin under the headline."""
    headline = {node.mem_id for node in (title, *title.css("*"))} if title else set()
    found: dict[int, _Wording] = {}
    places: dict[int, tuple[_Wording, bool]] = {}
    for node in root.traverse(include_text=True):
        if not node.is_text_node or node.is_empty_text_node or (around := node.parent) is None:
            continue
        number = around.mem_id
        if (place := places.get(number)) is None:
            is_below = is_below or number in headline
            block, tag, in_link = _block_of(around)
            if (wording := found.get(block.mem_id)) is None:
                found[block.mem_id] = wording = _Wording(block, tag, is_below)
            places[number] = place = wording, in_link
        wording, in_link = place
        if wording.tag not in SILENT:
            size = _size_of((node.text_content or "").strip())
            wording.text += size
            if in_link:
                wording.linked += size
    return found.values()


def _block_of(node: LexborNode) -> tuple[LexborNode, str, bool]:
    """Return the nearest element that is not inline, its name, and whether a link stands between."""
    in_link = False
    while (tag := name_of(node)) in INLINE and node.parent is not None:
        in_link = in_link or tag == "a"
        node = node.parent
    return node, tag, in_link


class _Tree:
    """The elements around the paragraphs of a page."""

    def __init__(self, root: LexborNode, title: LexborNode | None, others: Collection[int], *, by_class: bool) -> None:
        self._others = others
        self._by_class = by_class
        self._chain = {node.mem_id: climb for climb, node in enumerate(ancestors(title))} if title else {}
        # where the headline stands in an <article>, other ones beside it are other stories
        self._within_article = title is not None and any(node.tag == "article" for node in ancestors(title))
        whole = Element(root, root.tag or "", None, 1.0, self._chain.get(root.mem_id, 0), holds_title=True)
        self._known: dict[int, Element | None] = {root.mem_id: whole}
        self.elements = [whole]
        """In document order, if they are asked for in document order."""
        self.shows_title = title is not None and self._is_seen(title)

    def element_of(self, node: LexborNode) -> Element | None:
        """Return a block element with the ones around it; None if no reader sees it, or if it stands in a link."""
        missing = []
        at: LexborNode | None = node
        while at is not None and at.mem_id not in self._known:
            missing.append(at)
            at = at.parent
        element = self._known[at.mem_id] if at else None
        for each in reversed(missing):
            tag = name_of(each)
            if tag == "a":
                element = None
            elif element is not None and tag not in INLINE:
                element = self._enter(each, tag, element)
            self._known[each.mem_id] = element
        return element

    def _enter(self, node: LexborNode, tag: str, around: Element) -> Element | None:
        traits = traits_of(node, tag)
        if traits.is_unread or node.mem_id in self._others:
            return None
        climb = self._chain.get(node.mem_id)
        is_other = self._by_class and traits.is_named_junk
        is_other = is_other or (tag == "article" and self._within_article and climb is None)
        factor = around.factor * (IN_SUSPECT if is_other else IN_LIST if tag == "li" else 1.0)
        levels = around.climb if climb is None else climb
        is_marginal = around.is_marginal or tag in MARGINAL
        self.elements.append(Element(node, tag, around, factor, levels, climb is not None, is_marginal))
        return self.elements[-1]

    def _is_seen(self, title: LexborNode) -> bool:
        """True if nothing around the headline hides it, and it stands in no other story."""
        within = takewhile(lambda node: node.mem_id not in self._known, ancestors(title))
        blocks = ((node, tag) for node in within if (tag := name_of(node)) not in INLINE)
        return not any(node.mem_id in self._others or traits_of(node, tag).is_unread for node, tag in blocks)


def _size_of(text: str) -> int:
    """Characters of a text; an address or a cipher, long and without a space, has none."""
    size = len(text)
    return 0 if size >= SHORTEST_PARAGRAPH and text.isascii() and " " not in text else size


def ancestors(node: LexborNode) -> Iterator[LexborNode]:
    at: LexborNode | None = node
    while at is not None:
        yield at
        at = at.parent
