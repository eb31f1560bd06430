"""Where the text of a page stands when no layout says so.

The container is found by descending from the page to the element that still holds most of its running
text; a text that is split over several containers stops the descent at the element around them.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from selectolax.lexbor import LexborNode

from crawler.extract.body import INLINE, JUNK_SHARE, Block, BlockKind, is_suspect, is_unread, read_blocks

SHORTEST_PARAGRAPH = 50
"""Characters; menus, buttons and teaser headlines are shorter, sentences are not."""
MOST_LINKED = 0.5
"""Share of a paragraph's text in links; above it is navigation."""
MAJORITY = 0.6
"""Share of its running text that one child must hold for the descent to go on into it."""
CLIMB = 3
"""Levels above the element around title and body in which a date line is looked for."""


@dataclass(slots=True)
class _Element:
    """An element with what was read inside it."""

    node: LexborNode
    parent: int
    block: int
    """Index of the nearest element that is no inline element: itself or one above."""
    text: int = 0
    linked: int = 0
    running: int = 0
    """Characters of running text inside: its own and that of its descendants."""


def find_container(root: LexborNode) -> LexborNode | None:
    """Return the element that holds the running text of the page, or None if it has none."""
    elements = _measure(root)
    for element in elements:
        if element.text >= SHORTEST_PARAGRAPH and element.linked <= element.text * MOST_LINKED:
            element.running = element.text
    most_junk = sum(element.running for element in elements) * JUNK_SHARE
    for index in range(len(elements) - 1, 0, -1):
        element = elements[index]
        if element.running > most_junk or not is_suspect(element.node):
            elements[element.parent].running += element.running
        else:
            element.running = 0
    if not elements[0].running:
        return None
    best: dict[int, int] = {}
    for index, element in enumerate(elements[1:], 1):
        rival = best.get(element.parent)
        if rival is None or element.running > elements[rival].running:
            best[element.parent] = index
    at = 0
    while at in best and elements[best[at]].running >= elements[at].running * MAJORITY:
        at = best[at]
    while elements[at].text and at:  # a paragraph: the text is the element around it
        at = elements[at].parent
    return elements[at].node


def _measure(root: LexborNode) -> list[_Element]:
    """All elements in document order, each with the text that it holds itself."""
    elements = [_Element(root, 0, 0)]
    stack = [(child, 0, False) for child in reversed(list(root.iter(include_text=True)))]
    while stack:
        node, parent, linked = stack.pop()
        tag = node.tag or ""
        if tag == "-text":
            size = len((node.text_content or "").strip())
            block = elements[elements[parent].block]
            block.text += size
            block.linked += size * linked
        elif not is_unread(node):
            index = len(elements)
            elements.append(_Element(node, parent, elements[parent].block if tag in INLINE else index))
            linked = linked or tag == "a"
            stack += [(child, index, linked) for child in reversed(list(node.iter(include_text=True)))]
    return elements


def regions(title: LexborNode, body: LexborNode) -> Iterator[LexborNode]:
    """Yield the smallest element around both, then the ones around that, CLIMB levels at most."""
    around = {node.mem_id: node for node in _ancestors(body)}
    region = next((node for node in _ancestors(title) if node.mem_id in around), None)
    for _ in range(CLIMB + 1):
        if region is None or region.tag in (None, "html", "-document", "#document"):
            return
        yield region
        region = region.parent


def lines_around(region: LexborNode, bodies: Iterable[LexborNode]) -> tuple[list[Block], list[Block]]:
    """Return the blocks of the region before its first body and after its last."""
    blocks = read_blocks(region, bodies=bodies)
    marks = [index for index, block in enumerate(blocks) if block.kind is BlockKind.BODY]
    if not marks:
        return blocks, []
    return blocks[: marks[0]], blocks[marks[-1] + 1 :]


def _ancestors(node: LexborNode) -> Iterator[LexborNode]:
    at: LexborNode | None = node
    while at is not None:
        yield at
        at = at.parent
