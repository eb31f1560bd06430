"""Turn text into HTML: escape it, and add the quirks of real pages.

Quirks, each seen on saved pages: "nfd" (two of three paragraphs are decomposed), "nbsp" (no-break spaces from
the editor), "double-spaces", "eth" (Ð, U+00D0, for Đ), "entities" (&agrave; and the like), "zero-width"
(U+200B after commas), "inline-link" (the province's name is a link).
"""

import unicodedata
from html import escape
from html.entities import codepoint2name

SPACE_PITCH = 9
"""Every ninth space becomes a no-break or double space, so that each paragraph has some."""

_NAMED = {code: f"&{name};" for code, name in codepoint2name.items() if code > 127 and name not in ("nbsp", "shy")}


def set_text(text: str, quirks: frozenset[str] = frozenset(), *, place: int = 0) -> str:
    """Return `text` as HTML. place: number of the paragraph; "nfd" decomposes two of three."""
    html = escape(text, quote=False)
    if "eth" in quirks:
        html = html.replace("Đ", "\N{LATIN CAPITAL LETTER ETH}")
    if "entities" in quirks:
        html = html.translate(_NAMED)
    if "zero-width" in quirks:
        html = html.replace(", ", ",\N{ZERO WIDTH SPACE} ")
    if "nbsp" in quirks:
        html = _mark_spaces(html, "&nbsp;")
    if "double-spaces" in quirks:
        html = _mark_spaces(html, "  ")
    if "inline-link" in quirks:
        html = html.replace("Thái Nguyên ", '<a href="#" rel="nofollow" target="_blank">Thái Nguyên </a>', 1)
    if "nfd" in quirks and place % 3:
        html = unicodedata.normalize("NFD", html)
    return html


def attribute(text: str) -> str:
    """Return `text` for use between double quotes."""
    return escape(text)


def _mark_spaces(html: str, mark: str) -> str:
    first, *others = html.split(" ")
    spaces = (" " if place % SPACE_PITCH else mark for place in range(1, len(others) + 1))
    return first + "".join(space + word for space, word in zip(spaces, others, strict=True))
