"""From a container element to blocks of text: paragraphs, headings, list items, rows, captions, pictures."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from enum import StrEnum

from selectolax.lexbor import LexborNode

from crawler.extract.text import tidy


class BlockKind(StrEnum):
    PARAGRAPH = "paragraph"
    HEADING = "heading"
    ITEM = "item"
    ROW = "row"
    CAPTION = "caption"
    PICTURE = "picture"
    BODY = "body"
    """Where a container of the body stands, when the lines around it are read."""


@dataclass(frozen=True, slots=True)
class Block:
    """A line of the article as it stands on the page, with what is needed to judge it."""

    kind: BlockKind
    text: str
    """Tidy; the address as the page writes it if the kind is PICTURE."""
    align: str = ""
    """left, right, center or justify, as the nearest element says; "" if none does."""
    emphasised: bool = False
    """The whole text is bold or italic."""
    linked: float = 0.0
    """Share of the text, 0 to 1, that stands in links."""
    label: str = ""
    """Classes and ids of the element and the elements around it, inside out, up to the container."""

    @property
    def line(self) -> str:
        """The text as a line of `Article.body`."""
        return f"- {self.text}" if self.kind is BlockKind.ITEM else self.text


_SILENT = frozenset(
    [
        "script",
        "style",
        "noscript",
        "template",
        "iframe",
        "svg",
        "button",
        "select",
        "input",
        "textarea",
        "nav",
        "audio",
        "video",
        "object",
        "embed",
        "canvas",
        "map",
        "link",
        "meta",
        "head",
        "title",
        "ins",
        "dialog",
        "_comment",
        "-comment",
        "!doctype",
    ]
)
"""Elements whose text no reader reads as part of an article."""
INLINE = frozenset(
    [
        "a",
        "abbr",
        "acronym",
        "b",
        "bdi",
        "bdo",
        "big",
        "cite",
        "code",
        "data",
        "dfn",
        "em",
        "font",
        "i",
        "kbd",
        "label",
        "mark",
        "nobr",
        "o:p",
        "q",
        "ruby",
        "rt",
        "rp",
        "s",
        "samp",
        "small",
        "span",
        "strike",
        "strong",
        "sub",
        "sup",
        "time",
        "tt",
        "u",
        "var",
        "wbr",
        "st1:place",
        "st1:city",
        "-text",
    ]
)
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_EMPHASIS = frozenset({"b", "strong", "em", "i"})
_JUNK = re.compile(
    r"(?:^|[\s_-])(?:relat(?:ed|es?|ion)\w*|(?:tin|bai)-?lien-?quan|lien-?quan|(?:list[_-])?links?|share\w*|sharing|social\w*|fb|facebook|zalo\w*|"
    r"ads?|adv\w*|banner\w*|sponsor\w*|quang-?cao|adsbygoogle|sda|comments?|binh-?luan|disqus\w*|tags?|tu-?khoa|"
    r"keywords?|breadcrumbs?|pagination|pager|newsletter|subscri\w*|read-?more|xem-?them|doc-?them|most-?read|popular|"
    r"sidebar|(?<!elementor-)widgets?|print|toolbar|tooltip|rating|vote|poll|player|tts|skip|promo\w*|cookie\w*)"
    r"(?=$|[\s_-])",
    re.IGNORECASE,
)
"""Words in a class or id of boxes that stand inside bodies and are no part of the text."""
_CREDITS = re.compile(r"author|tac-?gia|byline|date|time|publish", re.IGNORECASE)
"""A box of share buttons that is named for these holds the byline or the date too."""
_TEXT = re.compile(r"(?:article|entry|post|story|news|main|detail)[_-]?(?:body|content|text)", re.IGNORECASE)
"""A box that is named for the text itself is the text, whatever else it is named for ("article-body pagination-first")."""
_INVISIBLE_CLASSES = frozenset({"hidden", "d-none", "sr-only", "visually-hidden"})
_MARGINAL = frozenset({"aside", "footer"})
_CAPTION = re.compile(r"caption|(?:image|img|photo)[_-]?desc|chu-?thich|note-?img|pic(?:ture)?-?desc", re.IGNORECASE)
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_ALIGN = re.compile(r"text-align\s*:\s*(left|right|center|justify)", re.IGNORECASE)
_PICTURE_SOURCES = ("data-src", "data-original", "data-lazy-src", "data-img", "src")

LONGEST_CAPTION = 600
"""Characters of a table with a picture; a longer one is a layout table that holds the article."""
JUNK_SHARE = 0.4
"""A box that holds more than this share of its container's text is the text, whatever its class says."""


@dataclass(frozen=True, slots=True)
class _State:
    """What an element hands down to the elements inside it."""

    kind: BlockKind
    align: str
    label: str
    link: bool = False
    emphasis: bool = False


@dataclass(slots=True)
class _Line:
    """The line being collected; its state is that of its first visible text."""

    state: _State | None = None
    pieces: list[str] = field(default_factory=list)
    linked: int = 0
    plain: int = 0
    total: int = 0


def read_blocks(
    container: LexborNode,
    *,
    drop: Iterable[LexborNode] = (),
    captions: Iterable[LexborNode] = (),
    bodies: Iterable[LexborNode] = (),
) -> list[Block]:
    """Return the blocks of `container` in document order.

    `drop` and `captions` are elements inside it that its layout names; `bodies` are not read, a block of
    kind BODY stands in their place. Boxes whose class says that they are no text are left out, unless they
    hold JUNK_SHARE of it. Iterative: nesting has no limit here.
    """
    marked = ({node.mem_id for node in nodes} for nodes in (drop, captions, bodies))
    return _Reader(container, *marked).read()


def is_unread(node: LexborNode) -> bool:
    """True if no reader sees the element's text: scripts, forms, hidden boxes."""
    attributes = node.attributes
    return (node.tag or "") in _SILENT or _is_invisible(attributes, _label_of(attributes))


def is_suspect(node: LexborNode) -> bool:
    """True if the element's name, class or id says that it is no part of an article's text."""
    return _is_suspect(node.tag or "", _label_of(node.attributes))


class _Reader:
    def __init__(self, container: LexborNode, dropped: set[int], captions: set[int], bodies: set[int]) -> None:
        self._container = container
        self._dropped = dropped
        self._captions = captions
        self._bodies = bodies
        self._most_junk = len(container.text(deep=True)) * JUNK_SHARE
        self._blocks: list[Block] = []
        self._line = _Line()

    def read(self) -> list[Block]:
        start = _State(BlockKind.PARAGRAPH, _align_of(self._container), "")
        stack: list[tuple[LexborNode | None, _State]] = _children(self._container, start)
        while stack:
            node, state = stack.pop()
            tag = (node.tag or "") if node is not None else "br"
            if tag == "-text" and node is not None:
                self._add(node.text_content or "", state)
            elif node is None or tag == "br":  # an element ends, or a line does
                self._break_line(state)
            elif tag == "img":
                self._add_picture(node, state)
            elif node.mem_id in self._bodies:
                self._end_line()
                self._blocks.append(Block(BlockKind.BODY, ""))
            elif not self._is_left_out(node, tag):
                inner = self._enter(node, tag, state)
                if tag not in INLINE:
                    self._break_line(state, cell=tag in ("td", "th"))
                    stack.append((None, state))
                stack += _children(node, inner)
        self._end_line()
        return self._blocks

    def _break_line(self, state: _State, *, cell: bool = False) -> None:
        """A row of data stays one line: its cells are set apart by a bar."""
        if state.kind is BlockKind.ROW:
            self._line.pieces.append(" | " if cell else " ")
        else:
            self._end_line()

    def _is_left_out(self, node: LexborNode, tag: str) -> bool:
        if tag in _SILENT or node.mem_id in self._dropped:
            return True
        attributes = node.attributes
        label = _label_of(attributes)
        if _is_invisible(attributes, label):
            return True
        return _is_suspect(tag, label) and len(node.text(deep=True)) <= self._most_junk

    def _enter(self, node: LexborNode, tag: str, state: _State) -> _State:
        if tag in INLINE:
            return replace(state, link=state.link or tag == "a", emphasis=state.emphasis or tag in _EMPHASIS)
        label = _label_of(node.attributes)
        return replace(
            state,
            kind=self._kind_of(node, tag, label=label, inside=state.kind),
            align=_align_of(node) or state.align,
            label=f"{label} {state.label}".strip(),
        )

    def _kind_of(self, node: LexborNode, tag: str, *, label: str, inside: BlockKind) -> BlockKind:
        if inside in (BlockKind.CAPTION, BlockKind.ROW):
            return inside
        if node.mem_id in self._captions or tag == "figcaption" or _CAPTION.search(label):
            return BlockKind.CAPTION
        if tag == "tr":
            return _kind_of_row(node)
        return BlockKind.HEADING if tag in _HEADINGS else BlockKind.ITEM if tag == "li" else inside

    def _add(self, text: str, state: _State) -> None:
        line = self._line
        line.pieces.append(text)
        visible = len(text) - text.count(" ")
        if not text.strip():
            return
        if not line.total:
            line.state = state
        line.total += visible
        line.linked += visible * state.link
        line.plain += visible * (not state.emphasis)

    def _add_picture(self, node: LexborNode, state: _State) -> None:
        attributes = node.attributes
        address = next((value for name in _PICTURE_SOURCES if (value := (attributes.get(name) or "").strip())), "")
        if address and not address.startswith("data:"):
            self._end_line()
            self._blocks.append(Block(BlockKind.PICTURE, address, label=state.label))

    def _end_line(self) -> None:
        line, self._line = self._line, _Line()
        text = tidy("".join(line.pieces)).strip("|").strip()
        if not text or line.state is None:
            return
        self._blocks.append(
            Block(
                line.state.kind,
                text,
                align=line.state.align,
                emphasised=not line.plain,
                linked=line.linked / line.total,
                label=line.state.label,
            )
        )


def _children(node: LexborNode, state: _State) -> list[tuple[LexborNode | None, _State]]:
    """In reverse, as a stack wants them."""
    return [(child, state) for child in reversed(list(node.iter(include_text=True)))]


def _kind_of_row(row: LexborNode) -> BlockKind:
    """A row of a table that frames a picture is its caption, one of several cells is data, any other is text."""
    table: LexborNode | None = row
    while table is not None and table.tag != "table":
        table = table.parent
    if table is not None and table.css_first("img") and len(table.text(deep=True)) <= LONGEST_CAPTION:
        return BlockKind.CAPTION
    cells = sum(child.tag in ("td", "th") for child in row.iter())
    return BlockKind.ROW if cells > 1 else BlockKind.PARAGRAPH


def _is_invisible(attributes: dict[str, str | None], label: str) -> bool:
    return (
        "hidden" in attributes
        or not _INVISIBLE_CLASSES.isdisjoint(label.split())
        or _HIDDEN.search(attributes.get("style") or "") is not None
    )


def _is_suspect(tag: str, label: str) -> bool:
    if tag in INLINE:
        return False
    return tag in _MARGINAL or (_JUNK.search(label) is not None and not _CREDITS.search(label) and not _TEXT.search(label))


def _label_of(attributes: dict[str, str | None]) -> str:
    return f"{attributes.get('class') or ''} {attributes.get('id') or ''}".strip()


def _align_of(node: LexborNode) -> str:
    attributes = node.attributes
    match = _ALIGN.search(attributes.get("style") or "")
    return (match[1] if match else attributes.get("align") or "").lower()
