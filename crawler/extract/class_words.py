"""What the words of an element's class and id say of its text: that it is a caption, or none at all."""

import re
from functools import lru_cache

_JUNK_WORD = (
    r"(?:relat(?:ed|es?|ion)\w*|(?:tin|bai)?-?lien-?quan\w*|(?:list[_-])?links?|share\w*|sharing|"
    r"social\w*|fb|facebook|zalo\w*|ads?|ads(?:web|ense|box)|amn|adv\w*|banner\w*|sponsor\w*|quang-?cao|adsbygoogle|sda|comments?|binh-?luan|"
    r"disqus\w*|tags?|tu-?khoa|keywords?|breadcrumbs?|pagination|pager|newsletter|subscri\w*|read-?more|xem-?them|"
    r"doc-?them|most-?read|popular|sidebar|(?<!elementor-)widgets?|print|toolbar|tooltip|rating|vote|poll|player|audio|tts|"
    r"skip|promo\w*|cookie\w*|consent|popup|popover|modal|print-?box)"
)
"""In lower case, of boxes that stand inside bodies and are no part of the text."""
_INVISIBLE = (
    "hidden", "d-none", "sr-only", "visually-hidden", "visuallyhidden", "screen-reader-text", "screen-reader-only",
    "element-invisible", "hidecompletely", "u-display-none", "u-hidden",
)  # fmt: skip

JUNK = "junk"
"""A part of the word calls it something else than text: "share-row", "no-tts"."""
NAMED_JUNK = "named junk"
"""The whole word does: "share", "comments"."""
TEXT = "text"
"""A box named for the text is the text, whatever else it is named for: "article-body pagination-first"."""
CREDITS = "credits"
"""A box of share buttons that is named for these holds the byline or the date too."""
PORTRAIT = "portrait"
"""A box that says who the writer is."""
CAPTION = "caption"
PICTURE = "picture"
"""A box that is named for a picture."""
INVISIBLE = "invisible"
"""What is not shown, or only read aloud."""
PANEL = "panel"
"""Of a hidden box: a click opens it."""
POPUP = "popup"
"""What a sentence shows only to a mouse above it."""
ALIGNED = "aligned"

_SIGNS = {
    JUNK: re.compile(rf"(?:^|[_-]){_JUNK_WORD}(?=$|[_-])"),
    NAMED_JUNK: re.compile(rf"^{_JUNK_WORD}$"),
    TEXT: re.compile(r"(?:article|entry|post|story|news|main|detail)[_-]?(?:body|content|text)"),
    CREDITS: re.compile(r"author|tac-?gia|byline|date|time|publish"),
    PORTRAIT: re.compile(
        r"(?:about|meet)[_-]?(?:the[_-]?)?author|author[_-]*(?:bio\w*|box|info|card|desc\w*|profile|detail\w*|about)|"
        r"(?:^|[_-])bio(?:graphy)?(?=$|[_-])"
    ),
    CAPTION: re.compile(
        r"caption|(?:image|img|photo|pic|picture|media)[_-]?(?:desc|credit|source|rights|copyright|info)|chu-?thich|"
        r"note-?img"
    ),
    PICTURE: re.compile(
        r"(?:^|[_-])(?:img|image|photo|picture)s?"
        r"(?:[_-]?(?:box\w{0,40}|wrap\w{0,40}|block|inline|container|frame|holder))?$"
    ),
    INVISIBLE: re.compile(f"^(?:{'|'.join(_INVISIBLE)})$"),
    PANEL: re.compile(r"accordion|collaps|tab-?pane|tab-?content|panel|spoiler|toggle|expand|faq|answer"),
    POPUP: re.compile(
        r"(?:tooltip|popover|popup|rollover|hover-?card)[\w-]{0,40}?(?:text|content|block|body|box|inner)$"
    ),
    ALIGNED: re.compile(r"^(?:text|align)-?(?:left|right|center|justify)$"),
}
_VARIANT = re.compile(r"[\w-]+:\S+")
"""A class that holds under a condition only: "print:hidden", "dark:text-white"."""


@lru_cache(maxsize=8192)  # whole classes are many, the words in them few
def said_by(word: str) -> frozenset[str]:
    """Return the signs that one word in lower case gives: JUNK, TEXT, CAPTION and so on."""
    if ":" in word and _VARIANT.match(word):
        return frozenset()
    return frozenset(sign for sign, form in _SIGNS.items() if form.search(word))


def alignment_of(words: list[str]) -> str:
    """Return left, right, center or justify as the first of the words says that does; "" if none does."""
    aligned = next((word for word in words if ALIGNED in said_by(word)), "")
    return aligned.removeprefix("text").removeprefix("align").removeprefix("-")
