"""From a container element to blocks of text: paragraphs, headings, list items, rows, captions, pictures."""

import re
from collections.abc import Iterable

from selectolax.lexbor import LexborNode

from crawler.extract.blocks import SHORTEST_RUNNING, Block, BlockKind, is_running
from crawler.extract.elements import EMPHASIS, HEADINGS, INLINE, LINES, Traits, name_of, traits_of
from crawler.extract.open_line import OpenLine, State
from crawler.extract.picture_sources import picture_address

_DOCUMENT = re.compile(r"\.(?:pdf|docx?|xlsx?|pptx?|rtf|odt|zip|rar)(?:$|[?#])", re.IGNORECASE)

LONGEST_CAPTION = 600
"""Characters of a table with a picture; a longer one is a layout table that holds the article."""
MOST_FRAMES = 100
"""Tables of one container of which it is asked whether they frame a picture."""
LONGEST_TEXT = 1_000_000
"""Characters; the longest article seen has 30,000."""
LONGEST_LABELS = 400
"""Characters of the classes around a line that are kept: the nearest ones tell what it is."""
MOST_SUSPECTS = 30
"""Boxes inside each other that call themselves junk and hold the text; those further inside are not weighed."""
JUNK_SHARE = 0.4
"""A box that holds more than this share of its container's text is the text, whatever its class says."""
RUNNING_SHARE = 0.6
"""Share of its text, 0 to 1, from which a smaller box is text too; a related story with its teaser has less."""
FEWEST_RUNNING = 2
"""Running lines of such a box; one is a notice or a teaser."""
QUOTED_SHARE = 0.5
"""Share of a box, 0 to 1, that is one quotation."""


class TextTooLong(Exception):
    """A container holds more than LONGEST_TEXT. Raised by `read_blocks`, caught by `extract`."""

    def __init__(self) -> None:
        super().__init__(f"more than {LONGEST_TEXT} characters of text")


def read_blocks(
    container: LexborNode,
    *,
    drop: Iterable[LexborNode] = (),
    captions: Iterable[LexborNode] = (),
    bodies: Iterable[LexborNode] = (),
    below: int = 0,
    with_suspects: bool = False,
) -> list[Block]:
    """Return the blocks of `container` in document order.

    `drop` and `captions` are elements inside it that its layout names; `bodies` are not read, a block of
    kind BODY stands in their place, and under the last of them no more than `below` blocks are read. Boxes
    whose class says that they are no text are left out, unless they hold JUNK_SHARE of it or `with_suspects`
    is set. Iterative: nesting has no limit here.
    """
    marked = ({node.mem_id for node in nodes} for nodes in (drop, captions, bodies))
    return _Reader(container, *marked, below=below, with_suspects=with_suspects).read()


class _Reader:
    def __init__(
        self,
        container: LexborNode,
        dropped: set[int],
        captions: set[int],
        bodies: set[int],
        *,
        below: int,
        with_suspects: bool,
    ) -> None:
        self._container = container
        self._dropped = dropped
        self._captions = captions
        self._bodies = bodies
        self._below = below
        self._end: int | None = None
        self._with_suspects = with_suspects
        self._most_junk: float | None = None
        self._blocks: list[Block] = []
        self._line = OpenLine()
        self._kept_suspects = 0
        self._size = 0
        self._frames: dict[int, bool] = {}
        self._doubted: dict[int, str] = {}
        self._gaps: set[int] = set()

    def read(self) -> list[Block]:
        start = State(BlockKind.PARAGRAPH, traits_of(self._container, "").align, "")
        stack: list[tuple[LexborNode | None, State]] = []
        _push_children(stack, self._container, start)
        while stack and (self._end is None or len(self._blocks) < self._end):
            node, state = stack.pop()
            if node is None:  # an element ends
                self._break_line(state)
                continue
            if node.is_text_node:
                self._add(node.text_content or "", state)
                continue
            tag = name_of(node)
            if tag == "br":
                self._break_line(state)
            elif tag == "img":
                self._add_picture(node, state)
            elif node.mem_id in self._bodies:
                self._pass_body(node)
            elif tag == "noscript":
                self._add_fallback(node, state)
            elif not self._is_left_out(node, tag, traits := traits_of(node, tag)):
                inner = self._enter(node, tag, traits=traits, state=state)
                if tag not in INLINE:
                    self._break_line(state, cell=tag in ("td", "th"))
                    stack.append((None, state))
                _push_children(stack, node, inner)
        self._end_line()
        return self._blocks if self._with_suspects or not self._doubted else self._without_doubted()

    def _without_doubted(self) -> list[Block]:
        """Leave out the lines that call themselves junk, unless a running line has the same class or follows one."""
        texts = {label for index, label in self._doubted.items() if self._reads_on(index)}
        gone = {index for index, label in self._doubted.items() if label not in texts}
        return [block for index, block in enumerate(self._blocks) if index not in gone]

    def _reads_on(self, index: int) -> bool:
        """True for a running line, and for a heading right above one: no box was left out between them."""
        if self._blocks[index].kind is not BlockKind.HEADING:
            return is_running(self._blocks[index])
        below = index + 1
        is_apart = below in self._gaps or below in self._doubted or below == len(self._blocks)
        return not is_apart and is_running(self._blocks[below])

    def _pass_body(self, node: LexborNode) -> None:
        self._end_line()
        self._blocks.append(Block(BlockKind.BODY, ""))
        self._bodies.remove(node.mem_id)
        if not self._bodies:
            self._end = len(self._blocks) + self._below

    def _break_line(self, state: State, *, cell: bool = False) -> None:
        """A row of data stays one line: its cells are set apart by a bar."""
        if state.kind is BlockKind.ROW:
            self._line.pieces.append(" | " if cell else " ")
        else:
            self._end_line()

    def _is_left_out(self, node: LexborNode, tag: str, traits: Traits) -> bool:
        if traits.is_unread or node.mem_id in self._dropped:
            return True
        if traits.is_panel:
            return not any(is_running(block) for block in read_blocks(node))
        if traits.is_portrait and not self._with_suspects:
            return self._is_small(node) and any(is_running(block) for block in read_blocks(node))
        if not traits.is_suspect or tag in LINES or self._with_suspects or self._kept_suspects > MOST_SUSPECTS:
            return False
        is_kept = not self._is_small(node) or _is_quotation(node) or _holds_running_text(node, traits)
        if not is_kept:
            self._end_line()
            self._gaps.add(len(self._blocks))
        self._kept_suspects += is_kept
        return not is_kept

    def _is_small(self, node: LexborNode) -> bool:
        """True for a box that holds no more than JUNK_SHARE of the container's text."""
        if self._most_junk is None:  # to read the whole container takes time: only where it is asked for
            self._most_junk = len(self._container.text(deep=True)) * JUNK_SHARE
        return len(node.text(deep=True)) <= self._most_junk

    def _enter(self, node: LexborNode, tag: str, *, traits: Traits, state: State) -> State:
        if tag == "a":  # a document that the text offers is a part of it, another page is not
            is_link = _DOCUMENT.search(node.attributes.get("href") or "") is None
            return State(state.kind, state.align, state.label, is_link, state.emphasis, state.doubted)
        if tag in EMPHASIS:
            return State(state.kind, state.align, state.label, state.link, True, state.doubted)
        if tag in INLINE:
            return state
        kind = self._kind_of(node, tag, traits=traits, inside=state.kind)
        if kind is state.kind and not traits.label and not traits.align:
            return state
        label = f"{traits.label} {state.label}".strip()[:LONGEST_LABELS]
        doubted = traits.label if traits.is_suspect and tag in LINES else state.doubted
        return State(kind, traits.align or state.align, label, state.link, state.emphasis, doubted)

    def _kind_of(self, node: LexborNode, tag: str, *, traits: Traits, inside: BlockKind) -> BlockKind:
        if inside in (BlockKind.CAPTION, BlockKind.ROW):
            return inside
        if node.mem_id in self._captions or tag == "figcaption" or traits.is_caption:
            return BlockKind.CAPTION
        if traits.is_picture and _frames_picture(node) and node.css_first("blockquote") is None:
            return BlockKind.CAPTION
        if tag == "tr":
            return self._kind_of_row(node)
        return BlockKind.HEADING if tag in HEADINGS else BlockKind.ITEM if tag == "li" else inside

    def _kind_of_row(self, row: LexborNode) -> BlockKind:
        """A row of a table that frames a picture is its caption, one of several cells is data, any other is text."""
        table: LexborNode | None = row
        while table is not None and table.tag != "table":
            table = table.parent
        if table is not None:
            if table.mem_id not in self._frames and len(self._frames) < MOST_FRAMES:
                self._frames[table.mem_id] = _frames_picture(table)
            if self._frames.get(table.mem_id):
                return BlockKind.CAPTION
        cells = sum(child.tag in ("td", "th") for child in row.iter())
        return BlockKind.ROW if cells > 1 else BlockKind.PARAGRAPH

    def _add(self, text: str, state: State) -> None:
        self._size += len(text)
        if self._size > LONGEST_TEXT:
            raise TextTooLong
        self._line.add(text, state)

    def _add_fallback(self, noscript: LexborNode, state: State) -> None:
        """Add the picture that is shown without scripts, where none stands that scripts fill."""
        around = noscript.parent
        picture = noscript.css_first("img")
        if picture is not None and around is not None and len(around.css("img")) == len(around.css("noscript img")):
            self._add_picture(picture, state)

    def _add_picture(self, node: LexborNode, state: State) -> None:
        if address := picture_address(node):
            self._end_line()
            self._blocks.append(Block(BlockKind.PICTURE, address, label=state.label))

    def _end_line(self) -> None:
        line = self._line
        if line.state is None:  # no visible text
            line.pieces.clear()
            return
        self._line = OpenLine()
        block = line.block()
        if block is None:
            return
        if line.state.doubted:
            self._doubted[len(self._blocks)] = line.state.doubted
        self._blocks.append(block)


def _push_children(stack: list[tuple[LexborNode | None, State]], node: LexborNode, state: State) -> None:
    """In reverse, as a stack wants them."""
    child = node.last_child
    while child is not None:
        stack.append((child, state))
        child = child.prev


def _is_quotation(box: LexborNode) -> bool:
    """True for a post of a social network that the text quotes."""
    quoted = box.css_first("blockquote")
    return quoted is not None and len(quoted.text(deep=True)) >= QUOTED_SHARE * len(box.text(deep=True))


def _holds_running_text(box: LexborNode, traits: Traits) -> bool:
    """True if most of a box that calls itself junk is running text: its class says less than its sentences do."""
    if "consent" in traits.label.lower():  # what a reader is asked to agree to
        return False
    fewest = 1 if "link" in traits.label else FEWEST_RUNNING  # of a card that is a link the sentences are not
    if len(box.text(deep=True)) < SHORTEST_RUNNING * fewest:  # most such boxes, and to read blocks takes time
        return False
    blocks = [block for block in read_blocks(box, with_suspects=True) if block.kind is not BlockKind.PICTURE]
    running = [len(block.text) for block in blocks if is_running(block)]
    return len(running) >= fewest and sum(running) >= RUNNING_SHARE * sum(len(block.text) for block in blocks)


def _frames_picture(table: LexborNode) -> bool:
    return table.css_first("img") is not None and len(table.text(deep=True)) <= LONGEST_CAPTION
