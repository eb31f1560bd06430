"""Where the text of a page stands when no layout says so.

Every paragraph weighs as much as it looks like running text; an element weighs what its paragraphs do, the
less the deeper they lie. So the element directly around the text wins: elements above it add only depth,
unless the text is split over several of them. Text near the headline counts more than text far from it.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass

from selectolax.lexbor import LexborNode

from crawler.extract.body import Block, BlockKind, read_blocks
from crawler.extract.elements import HEADINGS, INLINE, name_of, traits_of

SHORTEST_PARAGRAPH = 25
"""Characters; menu entries and buttons are shorter."""
LONGEST_PARAGRAPH = 1000
"""Characters that count of one paragraph: a legal notice in one piece does not outweigh an article."""
MOST_LINKED = 0.5
"""Share of a paragraph's text in links; above it is navigation."""
DEPTH = 0.8
"""What is left of a paragraph's weight at each level above its parent."""
DISTANCE = 0.85
"""What is left of an element's weight for each level that one climbs from the headline to meet it."""
BEFORE_TITLE = 0.3
"""Share of its weight that text above the headline keeps."""
IN_SUSPECT = 0.15
"""Share that text keeps in a box that calls itself comments or sidebar; a layout may misname its main column."""
IN_LIST = 0.5
"""Share that a list item keeps: teasers stand in lists, and so do some articles."""
TWIN_LEVELS = 6
"""Levels from the best element up on which its like is looked for; page builders wrap each part that deep."""
LEAST_TWIN = 0.05
"""Weight of a part, as a share of the best: a part may be one paragraph."""
CLIMB = 3
"""Levels above the element around title and body in which a date line is looked for."""


_SINGLE_LINES = HEADINGS | {"p", "li", "dd", "dt", "blockquote", "figcaption"}
"""Elements that hold a line of a text, not a text."""


@dataclass(slots=True, eq=False)
class _Element:
    """An element with the text that it holds itself."""

    node: LexborNode
    tag: str
    around: "_Element | None"
    factor: float
    """What the elements around it leave of its weight."""
    climb: int
    """Levels from the headline up to the nearest element around both."""
    holds_title: bool
    is_below: bool
    """True if it begins under the headline."""
    text: int = 0
    linked: int = 0
    weight: float = 0.0


def find_containers(root: LexborNode, title: LexborNode | None, *, others: Collection[int] = ()) -> list[LexborNode]:
    """Return the element that holds the running text of the page, or those over which it is split; none without text.

    `title` is the element that shows the headline, None if none does; `others` are elements (mem_id) of other stories.
    """
    elements = _measure(root, title, others)
    for element in elements:
        if element.text < SHORTEST_PARAGRAPH or element.linked > element.text * MOST_LINKED:
            continue
        if element.tag in HEADINGS or (title is not None and element.climb == 0):
            continue  # a headline is no text, in whatever element it stands
        plain = min(element.text, LONGEST_PARAGRAPH) - element.linked
        element.weight = plain * element.factor * (1.0 if element.is_below else BEFORE_TITLE) / DEPTH
    for element in reversed(elements):
        if element.around is not None:
            element.around.weight += element.weight * DEPTH
    texts = [element for element in elements if element.weight > 0 and element.tag not in _SINGLE_LINES]
    best = max(texts, key=lambda element: element.weight * DISTANCE**element.climb, default=None)
    return [element.node for element in _twins(elements, best)] if best else []


def _twins(elements: Sequence[_Element], best: _Element) -> list[_Element]:
    """Return `best` alone, or with the elements of its kind that hold the other parts of a split text.

    They stand beside it, or beside an element around it that does not yet hold the headline.
    """
    at = best
    for _ in range(TWIN_LEVELS):
        if at.holds_title or at.around is None:
            break
        sign = _signature(at)
        beside = [
            other
            for other in elements
            if other.around is at.around and other.weight >= best.weight * LEAST_TWIN and _signature(other) == sign
        ]
        if len(beside) > 1:
            return beside
        at = at.around
    return [best]


def _signature(element: _Element) -> tuple[str, str]:
    """Element name and first class: the others say how this one looks."""
    return element.tag, (element.node.attributes.get("class") or " ").split(" ")[0]


def _measure(root: LexborNode, title: LexborNode | None, others: Collection[int]) -> list[_Element]:
    """All elements that readers see, in document order; what stands in inline elements counts for the one around."""
    chain = {node.mem_id: climb for climb, node in enumerate(_ancestors(title))} if title else {}
    # where the headline stands in an <article>, other ones beside it are other stories
    within_article = title is not None and any(node.tag == "article" for node in _ancestors(title))
    is_below = title is None
    whole = _Element(root, root.tag or "", None, 1.0, chain.get(root.mem_id, 0), holds_title=True, is_below=is_below)
    elements = [whole]
    stack: list[tuple[LexborNode, _Element, bool]] = []
    _read_children(stack, root, whole, linked=False)
    while stack:
        node, around, linked = stack.pop()
        tag = name_of(node)
        climb = chain.get(node.mem_id)
        is_below = is_below or climb == 0
        if tag in INLINE:
            _read_children(stack, node, around, linked=linked or tag == "a")
            continue
        traits = traits_of(node, tag)
        if traits.is_unread or node.mem_id in others:
            continue
        is_other = tag == "article" and within_article and climb is None
        factor = around.factor * (IN_SUSPECT if is_other or traits.is_named_junk else IN_LIST if tag == "li" else 1.0)
        levels = around.climb if climb is None else climb
        element = _Element(node, tag, around, factor, levels, holds_title=climb is not None, is_below=is_below)
        elements.append(element)
        _read_children(stack, node, element, linked=linked)
    return elements


def _read_children(
    stack: list[tuple[LexborNode, _Element, bool]], node: LexborNode, place: _Element, *, linked: bool
) -> None:
    """Count what `node` says for `place`, and put the elements in it on the stack, in reverse as a stack wants them."""
    child = node.last_child
    while child is not None:
        if not child.is_text_node:
            stack.append((child, place, linked))
        elif size := _size_of((child.text_content or "").strip()):
            place.text += size
            place.linked += size * linked
        child = child.prev


def _size_of(text: str) -> int:
    """Characters of a text; an address or a cipher, long and without a space, has none."""
    size = len(text)
    return 0 if size >= SHORTEST_PARAGRAPH and text.isascii() and " " not in text else size


def regions(title: LexborNode, body: LexborNode) -> Iterator[LexborNode]:
    """Yield the smallest element around both, then the ones around that, CLIMB levels at most."""
    around = {node.mem_id: node for node in _ancestors(body)}
    region = next((node for node in _ancestors(title) if node.mem_id in around), None)
    for _ in range(CLIMB + 1):
        if region is None or region.tag in (None, "html", "-document", "#document"):
            return
        yield region
        region = region.parent


def lines_around(
    region: LexborNode, bodies: Iterable[LexborNode], *, below: int = 0, with_suspects: bool = False
) -> tuple[list[Block], list[Block]]:
    """Return the blocks of the region before its first body, and the first `below` after its last.

    Share rows are left out unless `with_suspects` is set.
    """
    blocks = read_blocks(region, bodies=bodies, below=below, with_suspects=with_suspects)
    marks = [index for index, block in enumerate(blocks) if block.kind is BlockKind.BODY]
    if not marks:
        return blocks, []
    return blocks[: marks[0]], blocks[marks[-1] + 1 :]


def _ancestors(node: LexborNode) -> Iterator[LexborNode]:
    at: LexborNode | None = node
    while at is not None:
        yield at
        at = at.parent
