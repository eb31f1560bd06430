"""What an element says of its text by its name, its class, its id and its style."""

import re
from functools import lru_cache
from typing import NamedTuple

from selectolax.lexbor import LexborNode

from crawler.extract.class_words import (
    ALIGNED,
    CAPTION,
    CREDITS,
    INVISIBLE,
    JUNK,
    NAMED_JUNK,
    PANEL,
    PICTURE,
    POPUP,
    PORTRAIT,
    TEXT,
    alignment_of,
    said_by,
)

SILENT = frozenset({
    "script", "style", "noscript", "template", "iframe", "svg", "button", "select", "input", "textarea", "nav",
    "audio", "video", "object", "embed", "canvas", "map", "link", "meta", "head", "title", "dialog", "meter",
    "progress", "_comment", "-comment", "!doctype",
})  # fmt: skip
"""Elements whose text no reader reads as part of an article. Not form: ASP.NET sites wrap the whole page in one."""
INLINE = frozenset({
    "a", "abbr", "acronym", "b", "bdi", "bdo", "big", "cite", "code", "data", "del", "dfn", "em", "font", "i", "ins",
    "kbd", "label", "legend", "mark", "nobr", "output", "q", "ruby", "rt", "rp", "s", "samp", "slot", "small", "span",
    "strike", "strong", "sub", "sup", "time", "tt", "u", "var", "wbr", "-text",
})  # fmt: skip
IN_SENTENCE = frozenset({"button", "meter", "progress"})
"""SILENT, but inside a sentence their words are a part of it."""
HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
EMPHASIS = frozenset({"b", "strong", "em", "i"})

_PLAIN = INLINE | HEADINGS | (SILENT - IN_SENTENCE) | {"p", "div", "section", "ul", "ol", "li", "br", "img", "figure"}
"""The elements of most pages whose name says what they are, wherever they stand."""
LINES = HEADINGS | {"p"}
"""Elements that hold one line; a word in the class of one says little as long as other lines have the same class."""
_TEXTS = frozenset({"blockquote", "pre", "article", "main", "body"})
"""Elements that hold text by their own name, whatever their class says."""
_HIDDEN = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*(?:hidden|collapse)|opacity\s*:\s*0(?:\.0+)?\s*(?:;|!|$)|"
    r"font-size\s*:\s*0(?:px|em|rem|pt|%)?\s*(?:;|!|$)|(?:left|right|top|text-indent)\s*:\s*-\d{4,}|"
    r"clip\s*:\s*rect\(\s*(?:0|1px)",
    re.IGNORECASE,
)
"""Styles that take a text from its readers' eyes: none of it shown, no size, or moved off the screen."""
_TABLE_PARTS = frozenset({"table", "tbody", "tr", "td", "th"})
"""Their classes name what stands in the row: "player-580" is a sportsman."""
_MARGINAL = frozenset({"aside", "footer"})
_ALIGN = re.compile(r"text-align\s*:\s*(left|right|center|justify)", re.IGNORECASE)

LONGEST_WORDING = 1_000
"""Characters of an attribute that are looked at; what is judged is remembered, and a page may write megabytes."""


class Traits(NamedTuple):
    """What is known of an element before its text is read."""

    label: str
    """Its classes and its id."""
    align: str
    """left, right, center or justify; "" if it does not say."""
    is_unread: bool
    """No reader sees its text: scripts, menus, hidden boxes."""
    is_suspect: bool
    """A part of its class calls it something else than text: "share-row", "box-related", "no-tts"."""
    is_caption: bool
    is_named_junk: bool = False
    """A whole class of it does, "share" or "comments", and it holds more than a line."""
    is_portrait: bool = False
    """It is named for a portrait of the writer: the name in it is a byline, the sentences are no text."""
    is_hidden: bool = False
    is_picture: bool = False
    """A <figure>, or a box that is named for a picture: the short text in it is the caption."""
    is_panel: bool = False
    """It is hidden, and a click may open it: running text in it is text."""


_Wording = tuple[str, str, str, str, bool]
"""Class, id, style and alignment of an element, and whether it has the attribute `hidden`."""


def traits_of(node: LexborNode, tag: str) -> Traits:
    """Judge an element; inline elements carry no traits of their own but being hidden."""
    if tag in SILENT or not (attributes := node.attributes):
        return _BARE_TRAITS.get(tag, _BARE)
    said = attributes.get
    wording = (
        (said("class") or "")[:LONGEST_WORDING],
        (said("id") or "")[:LONGEST_WORDING],
        (said("style") or "")[:LONGEST_WORDING],
        (said("align") or "")[:LONGEST_WORDING],
        "hidden" in attributes,
    )
    traits = _judge(tag, wording)
    if traits.is_hidden and not traits.is_panel and _stands_in_panels(node):
        return traits._replace(is_unread=False, is_panel=True)
    return traits


def _stands_in_panels(node: LexborNode) -> bool:
    """True for a box among others that a click opens: the box around it says so."""
    around = node.parent
    return around is not None and PANEL in _said_in((around.attributes.get("class") or "").lower().split())


def _said_in(words: list[str]) -> frozenset[str]:
    return frozenset[str]().union(*map(said_by, words))


_BARE = Traits("", "", is_unread=False, is_suspect=False, is_caption=False)
_BARE_TRAITS = {
    "figure": _BARE._replace(is_picture=True),
    **{tag: _BARE._replace(is_unread=True) for tag in SILENT},
    **{tag: _BARE._replace(is_suspect=True, is_named_junk=True) for tag in _MARGINAL},
    "center": _BARE._replace(align="center"),
}
"""Of elements without attributes, by their name."""


@lru_cache(maxsize=8192)  # a page repeats its elements, and so do the pages of a site
def _judge(tag: str, wording: _Wording) -> Traits:
    classes, name, style, align, has_hidden = wording
    label = f"{classes} {name}".strip()
    named = label.lower().split()
    said = _said_in(named)
    styled = _ALIGN.search(style) if style else None
    worded = alignment_of(named) if ALIGNED in said else ""
    aligned = styled[1] if styled else align or worded or ("center" if tag == "center" else "")
    is_hidden = has_hidden or INVISIBLE in said or (style != "" and _HIDDEN.search(style) is not None)
    if tag in INLINE or tag in _TABLE_PARTS:
        is_unread = is_hidden or (tag == "ins" and JUNK in said) or POPUP in said
        return Traits(label, aligned.lower(), is_unread, is_suspect=False, is_caption=False)
    is_panel = is_hidden and PANEL in said
    is_junk = JUNK in said and tag not in _TEXTS and CREDITS not in said and TEXT not in said
    return Traits(
        label,
        aligned.lower(),
        is_unread=is_hidden and not is_panel,
        is_suspect=tag in _MARGINAL or is_junk,
        is_caption=CAPTION in said,
        is_named_junk=tag in _MARGINAL or (is_junk and tag not in LINES and NAMED_JUNK in said),
        is_portrait=PORTRAIT in said and tag not in _TEXTS and tag not in LINES,
        is_hidden=is_hidden,
        is_picture=tag == "figure" or (tag == "div" and PICTURE in said),
        is_panel=is_panel,
    )


def name_of(node: LexborNode) -> str:
    """Return the name of an element; "span" for one that is a part of the sentence around it, whatever its name."""
    tag = node.tag or ""
    if tag in _PLAIN:
        return tag
    if tag in IN_SENTENCE:
        return "span" if _is_text(node.prev) and _is_text(node.next) else tag
    is_own = tag[:1] != "-" and ("-" in tag or ":" in tag)  # of no standard: <bt-price>, <o:p>
    return "span" if is_own and (_is_text(node.prev) or _is_text(node.next)) else tag


def _is_text(node: LexborNode | None) -> bool:
    return node is not None and node.is_text_node and bool((node.text_content or "").strip())
