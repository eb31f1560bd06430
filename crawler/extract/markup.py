"""Markup that would hold up the parser for minutes: mended or refused before it is parsed.

lexbor takes time that grows with the square of the nesting, of the attributes of one tag, and of the formatting
elements that are never closed.
"""

import re
from collections import Counter

from archive import Reason, Refusal, phrase

MOST_TAGS = 15_000
"""Start and end tags of a page; the richest page seen, a section page, has 3,400."""
MOST_DEPTH = 4_000
"""Elements inside each other; broken generators nest hundreds."""
MOST_OPTIONS = 5_000
"""Of all lists to choose from; the longest one seen has the 700 communes of a region."""
MOST_CLONES = 50_000
"""Elements that unclosed formatting makes a parser add: each paragraph gets all of it anew."""
FEW_TAGS = 500
"""Tags of a page whose formatting is not looked at: it cannot add more than a parser bears."""
MOST_ATTRIBUTES = 1_000
"""Of one tag; a tag with more loses them all, and its text stays."""
WINDOW = 5_000
"""Bytes; a tag in which one such window of the page fits is looked at. It holds a picture or many attributes."""

_WHOLE_TAG = re.compile(rb"<(/?[a-zA-Z][^\s/>]*+)([^<>=]*+(?:=(?:\s*+(?:\"[^\"]*+\"|'[^']*+'))?+[^<>=]*+)*+)>")
_VALUE = re.compile(rb"=\s*(?:\"[^\"]*\"|'[^']*')")
_TAG = re.compile(rb"<(/?)([a-zA-Z][a-zA-Z0-9]*)")
_FORMATTING_TAG = re.compile(rb"<(/?)(?:[bisuBISU]|em|EM|font|FONT|big|small|strike|strong|STRONG|code|nobr|tt)[\s>]")

_TEMPLATE = re.compile(rb"<(/?)template\b([^<>]*)>", re.IGNORECASE)
_SHADOW_ROOT = b"shadowrootmode"
_SHADOWED = re.compile(rb"<template\b[^<>]*shadowrootmode", re.IGNORECASE)

_VOID = frozenset(
    {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "wbr"}
)
_IMPLIED_END = frozenset({"p", "li", "td", "th", "tr", "tbody", "thead", "tfoot", "dt", "dd", "option", "optgroup"})
"""The next of their kind ends them, so they nest only as deep as the lists and tables around them."""
_FORMATTING = frozenset({
    "a", "b", "big", "code", "em", "font", "i", "nobr", "s", "small", "strike", "strong", "tt", "u",
})  # fmt: skip
_LEVELS = {"table": 4, "ul": 2, "ol": 2, "dl": 2, "select": 2}
"""With the row and the cell, or the item, that stands in between."""


def bound(markup: bytes) -> bytes | Refusal:
    """Return markup that can be parsed in time: as it is, or without the attributes of tags that have too many."""
    tags = markup.count(b"<")
    if tags > MOST_TAGS:
        return Refusal(Reason.MALFORMED, phrase("{tags} tags, at most {most} are read", tags=tags, most=MOST_TAGS))
    markup = _open_shadow_roots(_bare_long_tags(markup))
    if tags > MOST_DEPTH or (tags > FEW_TAGS and _unclosed_formatting(markup) * tags > MOST_CLONES):
        return _judge_nesting(markup) or markup
    return markup


def _open_shadow_roots(markup: bytes) -> bytes:
    """Make <template shadowrootmode> a <div>: browsers show what stands in it, parsers keep it apart."""
    if not _SHADOWED.search(markup):
        return markup
    opened: list[bool] = []

    def name(match: re.Match[bytes]) -> bytes:
        if match[1]:
            return b"</div>" if opened and opened.pop() else match[0]
        opened.append(_SHADOW_ROOT in match[2].lower())
        return b"<div%b>" % match[2] if opened[-1] else match[0]

    return _TEMPLATE.sub(name, markup)


def _unclosed_formatting(markup: bytes) -> int:
    """Start tags less end tags: none on a sound page."""
    found = _FORMATTING_TAG.findall(markup)
    return found.count(b"") - found.count(b"/")


def _bare_long_tags(markup: bytes) -> bytes:
    """Look only where no tag begins for a whole window: there stands one tag, a script or a very long line."""
    last, looked = -1, -1
    cuts: list[tuple[int, int, bytes]] = []
    for start in range(0, len(markup), WINDOW):
        begin = markup.rfind(b"<", start, start + WINDOW)
        if begin >= 0:
            last = begin
        elif last > looked:
            looked = last
            tag = _WHOLE_TAG.match(markup, last)
            if tag and tag.end() > start and len(_VALUE.sub(b"", tag[2]).split()) > MOST_ATTRIBUTES:
                cuts.append((last, tag.end(), b"<%b>" % tag[1]))
    for start, end, bare in reversed(cuts):
        markup = markup[:start] + bare + markup[end:]
    return markup


def _judge_nesting(markup: bytes) -> Refusal | None:
    """Follow the tags as a parser does, but for its special cases."""
    stack: list[str] = []
    opened: Counter[str] = Counter()
    depth = deepest = blocks = options = unclosed = 0
    for end, name in _TAG.findall(markup):
        tag = name.decode("ascii").lower()
        if tag in _VOID or tag in _IMPLIED_END:
            blocks += not end
            options += tag == "option"
        elif not end:
            stack.append(tag)
            opened[tag] += 1
            depth += _LEVELS.get(tag, 1)
            deepest = max(deepest, depth)
        elif opened[tag]:
            while stack:
                last = stack.pop()
                opened[last] -= 1
                depth -= _LEVELS.get(last, 1)
                if last == tag:
                    break
                unclosed += last in _FORMATTING
    if deepest > MOST_DEPTH:
        return Refusal(
            Reason.MALFORMED,
            phrase("elements nested {deepest} deep, at most {most} are read", deepest=deepest, most=MOST_DEPTH),
        )
    if options > MOST_OPTIONS:
        return Refusal(
            Reason.MALFORMED,
            phrase(
                "{options} options to choose from, at most {most} are read",
                options=options,
                most=MOST_OPTIONS,
            ),
        )
    if unclosed * blocks > MOST_CLONES:
        return Refusal(
            Reason.MALFORMED, phrase("{unclosed} formatting elements that nothing closes", unclosed=unclosed)
        )
    return None
