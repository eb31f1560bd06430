"""Where the text of a page stands when no layout says so.

Every paragraph weighs as much as it looks like running text; an element weighs what its paragraphs do, the
less the deeper they lie. So the element directly around the text wins: elements above it add only depth,
unless the text is split over several of them. Text near the headline counts more than text far from it.
"""

from collections.abc import Iterable, Iterator, Sequence

from selectolax.lexbor import LexborNode

from crawler.extract.blocks import Block, BlockKind
from crawler.extract.body import read_blocks
from crawler.extract.elements import HEADINGS
from crawler.extract.weights import Element, Weights, ancestors

DISTANCE = 0.85
"""What is left of an element's weight for each level that one climbs from the headline to meet it."""
TWIN_LEVELS = 6
"""Levels from the best element up on which its like is looked for; page builders wrap each part that deep."""
LEAST_TWIN = 0.05
"""Weight of a part, as a share of the best: a part may be one paragraph."""
WHOLE_SHARE = 0.8
"""Share of the page's running text, 0 to 1, in the smallest element that holds all parts of a text."""
CLIMB = 3
"""Levels above the element around title and body in which a date line is looked for."""


_SINGLE_LINES = HEADINGS | {"p", "li", "dd", "dt", "blockquote", "figcaption"}
"""Elements that hold a line of a text, not a text."""


def find_containers(weights: Weights) -> list[LexborNode]:
    """Return the element that holds the running text, or those over which it is split; none without text."""
    elements = weights.elements
    texts = [element for element in elements if element.weight > 0 and element.tag not in _SINGLE_LINES]
    best = max(texts, key=lambda element: element.weight * DISTANCE**element.climb, default=None)
    return [element.node for element in _twins(elements, best)] if best else []


def find_whole(weights: Weights) -> list[LexborNode]:
    """Return the smallest element around most of the page's running text; none on a page without."""
    enough = weights.running * WHOLE_SHARE
    around = [each for each in weights.elements if each.running > enough and each.tag not in _SINGLE_LINES]
    return [around[-1].node] if around else []


def _twins(elements: Sequence[Element], best: Element) -> list[Element]:
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


def _signature(element: Element) -> tuple[str, str]:
    """Element name and first class: the others say how this one looks."""
    return element.tag, (element.node.attributes.get("class") or " ").split(" ")[0]


def regions(title: LexborNode, body: LexborNode) -> Iterator[LexborNode]:
    """Yield the smallest element around both, then the ones around that, CLIMB levels at most."""
    around = {node.mem_id: node for node in ancestors(body)}
    region = next((node for node in ancestors(title) if node.mem_id in around), None)
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
