"""Where an article stands on its page: the lines above its text, the text, and the lines below."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from selectolax.lexbor import LexborNode

from crawler.extract.blocks import Block
from crawler.extract.body import read_blocks
from crawler.extract.generic import find_containers, find_whole, lines_around, regions
from crawler.extract.paragraphs import clean_blocks, find_offer, is_linked_headline, is_text, split_head
from crawler.extract.rules import LaidOutPage
from crawler.extract.stories import find_other_stories
from crawler.extract.text import words
from crawler.extract.titles import Headline
from crawler.extract.weights import Weights, weigh

LINES_BELOW = 3
"""Blocks below the text that are read: a sign-off may stand there."""
FEWEST_HEADLINES = 2
"""Linked headlines from which on what stands between them is counted; one is a related story."""


@dataclass(frozen=True, slots=True)
class Anatomy:
    """One article on one page."""

    title: str
    containers: tuple[LexborNode, ...]
    """The elements that hold the text; none if the page has no running text."""
    source: str
    """Who says so: the layout, or "generic"."""
    regions: tuple[LexborNode, ...] = ()
    """The element around headline and text, then the elements around that."""
    above: tuple[Block, ...] = ()
    text: tuple[Block, ...] = ()
    """With lead and sign-off still in it."""
    linked: float = 0.0
    """Share, 0 to 1, of what the containers hold that is links: before teasers were left out."""
    between: tuple[int, ...] = ()
    """Words before, between and behind the linked headlines in the containers; none if fewer than two stand there."""
    below: tuple[Block, ...] = ()
    """LINES_BELOW at most."""
    headline: LexborNode | None = None
    """The element that shows the title; None if none does."""
    others: tuple[LexborNode, ...] = ()
    """The elements of other stories."""
    weights: Weights | None = None
    """None where a layout said where the text stands."""
    is_sold: bool = False
    """An offer of the rest stands where the text ends."""


class Path(StrEnum):
    """How the text is looked for."""

    FIRST = "first"
    """By the layout's rule; without one by weight, where boxes that call themselves junk weigh little."""
    GENERIC = "generic"
    """By weight, whatever the layout says."""
    UNNAMED = "unnamed"
    """By weight, whatever boxes call themselves."""
    WHOLE = "whole"
    """All that stands around most of the page's running text."""


def dissect(laid_out: LaidOutPage, headlines: list[Headline], path: Path = Path.FIRST) -> Anatomy:
    """Find the text, and read what stands around it."""
    title = headlines[0].text
    shown = next((each.node for each in headlines if each.node is not None), None)
    others = find_other_stories(shown, laid_out.document.root) if shown is not None else []
    containers, source, weights = _containers(laid_out, shown, others, path=path)
    if not containers:
        return Anatomy(title, (), source, headline=shown, others=tuple(others), weights=weights)
    read = [
        block
        for container in containers
        for block in read_blocks(
            container,
            drop=(*laid_out.inside(container, "drop"), *others),
            captions=laid_out.inside(container, "caption"),
            with_suspects=path is Path.UNNAMED,
        )
    ]
    head, text = split_head(read, title)
    around = tuple(regions(shown or containers[0], containers[0]))
    # a container that holds the headline too has nothing around it: its head was parted from its text
    is_whole = not around or any(node.mem_id == around[0].mem_id for node in containers)
    above, below = ([], []) if is_whole else lines_around(around[0], containers, below=LINES_BELOW)
    return Anatomy(
        title,
        containers,
        source,
        regions=around,
        above=(*above, *head),
        text=tuple(clean_blocks(text)),
        linked=_linked(text),
        between=_between(text),
        below=tuple(below),
        headline=shown,
        others=tuple(others),
        weights=weights,
        is_sold=find_offer([*text, *below]) is not None,
    )


def _linked(blocks: list[Block]) -> float:
    worded = [block for block in blocks if is_text(block)]
    size = sum(len(block.text) for block in worded)
    return sum(len(block.text) * block.linked for block in worded) / size if size else 0.0


def _between(blocks: list[Block]) -> tuple[int, ...]:
    worded = [block for block in blocks if is_text(block)]
    if sum(is_linked_headline(block) for block in worded) < FEWEST_HEADLINES:
        return ()
    counts = [0]
    for block in worded:
        if is_linked_headline(block):
            counts.append(0)
        else:
            counts[-1] += len(words(block.text))
    return tuple(counts)


def _containers(
    laid_out: LaidOutPage, title: LexborNode | None, others: Sequence[LexborNode], *, path: Path
) -> tuple[tuple[LexborNode, ...], str, Weights | None]:
    """Return the elements that hold the text, who says so, and what the page's elements weigh."""
    foreign = {node.mem_id for node in others}
    if path is Path.FIRST:
        if nodes := [node for node in laid_out.nodes("body") if not _stands_inside(node, foreign)]:
            known = {node.mem_id for node in nodes}
            return tuple(node for node in nodes if not _stands_inside(node, known)), laid_out.source, None
        if laid_out.places("body"):  # empty: the text comes by a script, or not at all
            return (), laid_out.source, None
    weights = weigh(laid_out.document.root, title, others=foreign, by_class=path is not Path.UNNAMED)
    found = find_whole(weights) if path is Path.WHOLE else find_containers(weights)
    # menus and footers of a page that shows no headline: the text comes by a script, or not at all
    is_shell = title is None and any(node.tag == "body" for node in found)
    return () if is_shell else tuple(found), "generic", weights


def _stands_inside(node: LexborNode, others: set[int]) -> bool:
    at = node.parent
    while at is not None:
        if at.mem_id in others:
            return True
        at = at.parent
    return False
