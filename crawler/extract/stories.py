"""Other stories on the page: what follows below the article, or stands beside it, each under a headline of its own."""

from collections.abc import Iterator, Sequence

from selectolax.lexbor import LexborNode

from crawler.extract.blocks import is_running
from crawler.extract.body import read_blocks
from crawler.extract.weights import ancestors

LONG_ARTICLE = 500
"""Characters of an <article>; teasers are shorter."""
MOST_RIVALS = 20
"""Headlines of the same form that are looked at; a page that goes on without end has a handful."""


def find_other_stories(headline: LexborNode, root: LexborNode) -> list[LexborNode]:
    """Return the elements that hold other stories than the one under `headline`, in document order.

    Another story has a headline of the same form and running text below it, in a box of its own; the article's
    own box has running text too. Without boxes, a rule (<hr>) parts the two.
    """
    around = {node.mem_id for node in ancestors(headline)}
    found: dict[int, LexborNode] = {}
    own: dict[int, bool] = {}
    for rival in _rivals(headline, root):
        box = next(node for node in ancestors(rival) if node.parent is None or node.parent.mem_id in around)
        if box.parent is None or box.mem_id in found:
            continue
        if box.mem_id == rival.mem_id:
            found |= {node.mem_id: node for node in _behind_rule(rival, around)}
            continue
        mine = next(node for node in _children(box.parent) if node.mem_id in around)
        if mine.mem_id not in own:
            own[mine.mem_id] = _holds_text(mine)
        if own[mine.mem_id] and _holds_text(box):
            found[box.mem_id] = box
    return list(found.values())


def may_be_several(containers: Sequence[LexborNode], headline: LexborNode | None, others: Sequence[LexborNode]) -> bool:
    """True if the text holds another headline like its own, or two articles: where nothing tells them apart.

    `others` are the elements of the stories that were told apart.
    """
    apart = {node.mem_id for node in others}
    if headline is not None and headline.tag == "h1":
        rivals = (rival for container in containers for rival in _rivals(headline, container))
        if any(apart.isdisjoint(node.mem_id for node in ancestors(rival)) for rival in rivals):
            return True
    articles = (node for container in containers for node in container.css("article"))
    return sum(len(node.text()) > LONG_ARTICLE for node in articles) > 1


def _rivals(headline: LexborNode, root: LexborNode) -> list[LexborNode]:
    """Headings like the headline. One below the first level must have its class, or be a link as it is."""
    tag, name, text = headline.tag or "", headline.attributes.get("class") or "", headline.text().strip()
    is_linked = headline.css_first("a") is not None
    if tag not in ("h1", "h2") or (tag == "h2" and not (name or is_linked)):
        return []
    if tag == "h2" and any(node.text().strip() for node in root.css("h1")):
        return []  # then second-level headings are parts of a text
    alike = [
        node
        for node in root.css(tag)[: MOST_RIVALS + 1]
        if (node.attributes.get("class") or "") == name
        and node.mem_id != headline.mem_id
        and node.text().strip() != text
        and (tag == "h1" or (node.css_first("a") is not None) == is_linked)
    ]
    return alike[:MOST_RIVALS]


def _behind_rule(rival: LexborNode, around: set[int]) -> Iterator[LexborNode]:
    """Yield a headline that stands under a rule in the text itself, and all behind it."""
    before = rival.prev
    while before is not None and before.is_text_node:
        before = before.prev
    if before is None or before.tag != "hr":
        return
    at: LexborNode | None = rival
    while at is not None and at.mem_id not in around:
        if not at.is_text_node:
            yield at
        at = at.next


def _holds_text(box: LexborNode) -> bool:
    return any(is_running(block) for block in read_blocks(box))


def _children(node: LexborNode) -> Iterator[LexborNode]:
    child = node.first_child
    while child is not None:
        yield child
        child = child.next
