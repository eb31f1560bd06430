"""The text of a page that its own script would write there: HTML that a script holds as a string.

Nothing is run. Read only for pages that show no text: a string that is named for the text counts if it belongs to the
page's headline. Advertisements, related stories and pop-ups stand in scripts the same way, so two texts are none.
"""

import html
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from selectolax.lexbor import LexborHTMLParser, LexborNode

from crawler.extract.document import Document, tidy_markup
from crawler.extract.text import tidy, words

FEWEST_WORDS = 40
"""Words of a string; the shortest real brief has about 40, a message to the reader has less."""
ABOUT = 0.5
"""Share, 0 to 1, of the headline's words that its text must have: texts repeat most of them, an advertisement few."""
SHORTEST_HEADLINE = 3
"""Distinct words; a shorter one is the name of a section, which any text may have."""
MOST_LINKED = 0.5
"""Share of a string's words in links; above it is a list of related stories."""
MOST_PARTS = 200
"""Of a page that was sent piece by piece; the largest seen has 40."""
LARGEST_SCRIPTS = 2_000_000
"""Characters of all scripts in a page; texts stand in far smaller ones, and more would take a second to read."""

_NAME = re.compile(
    r"(?:article|news|post|detail|page|main|output)?_?(?:content|body|text|html|data|detail)_?(?:html|text|data)?",
    re.IGNORECASE,
)
"""What scripts call the text: outputData, contentHTML, articleBody, detail_content."""
_TITLE = re.compile(r"(?:article|news|post|page|meta|og)?_?(?:title|headline|name)", re.IGNORECASE)
_MARKUP = re.compile(r"</(?:p|div)>|<br\s*/?>", re.IGNORECASE)
_STRING = re.compile(
    r"""(?<![\w$])["']?(?P<name>[A-Za-z_]\w{2,30})["']?\s*[:=]\s*(?:"""
    r""""(?P<double>[^"\\\n]*(?:\\.[^"\\\n]*)*)"|'(?P<single>[^'\\\n]*(?:\\.[^'\\\n]*)*)'|"""
    r"""`(?P<template>[^`\\]*(?:\\.[^`\\]*)*)`)""",
    re.DOTALL,
)
"""NAME = "…" or NAME: "…" in JavaScript."""
_ESCAPE = re.compile(r"\\(?:u\{([0-9a-fA-F]{1,6})\}|u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2})|(\r\n|.))", re.DOTALL)
_LETTERS = {"n": "\n", "r": "\n", "t": " ", "b": "", "f": " ", "v": " ", "0": "", "\n": "", "\r\n": ""}


@dataclass(frozen=True, slots=True)
class ScriptText:
    """A text that stands in a script."""

    name: str
    """How the script calls it: "outputData"."""
    markup: str
    """HTML, ready to be parsed."""


def find_script_text(document: Document, title: str) -> ScriptText | None:
    """Return the text of the article named `title` that a script of the page holds; None if none does, or several."""
    scripts = document.tree.css("script:not([src])")
    if sum(len(script.text()) for script in scripts) > LARGEST_SCRIPTS:
        return None
    found = {tuple(words(each.markup)): each for script in scripts for each in _texts(script, title)}
    return next(iter(found.values())) if len(found) == 1 else None


def write_text(text: ScriptText, place: LexborNode | None, *, headline: LexborNode | None, root: LexborNode) -> None:
    """Put the text where its script would: into `place`, else below what stands beside the headline: date and lead."""
    beside = headline.parent if headline else None
    (place or beside or root).insert_child(LexborHTMLParser(f"<div>{text.markup}</div>").css("div")[0])


def place_streamed(document: Document) -> None:
    """Put the parts of a page that was sent piece by piece where its own script would: React's "S:0" into "B:0"."""
    for part in document.tree.css('div[hidden][id^="S:"]')[:MOST_PARTS]:
        number = (part.attributes.get("id") or "").partition(":")[2]
        del part.attrs["hidden"]
        place = (
            document.tree.css_first(f'template[id="B:{number}"], template[id="P:{number}"]')
            if number.isalnum()
            else None
        )
        if place is not None:
            place.insert_before(part)
            part.decompose()


def _texts(script: LexborNode, title: str) -> Iterator[ScriptText]:
    is_json = (script.attributes.get("type") or "").lower().endswith("json")
    for name, value in _json_strings(script.text(), title) if is_json else _script_strings(script.text()):
        markup = value if "<" in value else html.unescape(value)
        # an object says by its title whose text it holds, a variable does not
        if _NAME.fullmatch(name) and _MARKUP.search(markup) and _is_running(markup, about=None if is_json else title):
            yield ScriptText(name, markup)


def _json_strings(source: str, title: str) -> Iterator[tuple[str, str]]:
    """Yield names and strings of the objects that have the headline: other stories on the page have their own."""
    try:
        stack: list[Any] = [json.loads(source, strict=False)]
    except (ValueError, RecursionError):
        return
    while stack:
        item = stack.pop()
        if isinstance(item, list):
            stack += item
        elif isinstance(item, dict):
            stack += item.values()
            strings = [(key, value) for key, value in item.items() if isinstance(value, str)]
            if any(_TITLE.fullmatch(key) and tidy_markup(value) == title for key, value in strings):
                yield from strings


def _script_strings(source: str) -> Iterator[tuple[str, str]]:
    for match in _STRING.finditer(source):
        yield match["name"], _unescape(match["double"] or match["single"] or match["template"] or "")


def _unescape(literal: str) -> str:
    """Read the escapes of a JavaScript string; a letter in two halves (\\ud83d\\ude00) becomes one."""
    if "\\" not in literal:
        return literal
    text = _ESCAPE.sub(_letter, literal)
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _letter(match: re.Match[str]) -> str:
    if code := match[1] or match[2] or match[3]:
        return chr(number) if (number := int(code, 16)) < 0x110000 else ""
    return _LETTERS.get(match[4], match[4])


def _is_running(markup: str, *, about: str | None) -> bool:
    """True for running text, not a list of links; with `about`, only if it has the words of that headline."""
    tree = LexborHTMLParser(markup)
    said = words(tidy(tree.root.text(separator=" "))) if tree.root else []
    linked = sum(len(words(link.text())) for link in tree.css("a"))
    if len(said) < FEWEST_WORDS or linked > len(said) * MOST_LINKED:
        return False
    wanted = set(words(about or ""))
    return about is None or (len(wanted) >= SHORTEST_HEADLINE and len(wanted.intersection(said)) >= len(wanted) * ABOUT)
