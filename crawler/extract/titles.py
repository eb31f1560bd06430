"""The headline: the visible one that is nearest to what the page's metadata calls itself."""

import re
from dataclasses import dataclass, replace

from selectolax.lexbor import LexborNode

from crawler.extract.document import Document
from crawler.extract.text import overlap, tidy, words

ALIKE = 0.5
"""Overlap (0 to 1) below which a visible heading is another thing than the declared title: a logo, a breadcrumb."""
LONGEST_TITLE = 300
"""Characters; the longest headline seen has 160."""

_VISIBLE = (
    "h1, h2, h3, h4, [class*=title], [class*=Title], [class*=headline], [itemprop=headline]"
)
_SITE_NAME = re.compile(r"\s+[|»–—-]\s+[^|»–—-]{2,60}$")


@dataclass(frozen=True, slots=True)
class Headline:
    text: str
    source: str
    node: LexborNode | None
    """The element that shows it; None when only metadata has it."""


def find_headline(document: Document, ruled: list[tuple[LexborNode, str]]) -> list[Headline]:
    """Return the candidates, best first. `ruled` are the elements that the layout's rules gave, with their source."""
    declared = [
        Headline(text, source, None)
        for text, source in (
            (document.first_meta("og:title"), "meta:og:title"),
            (next(iter(document.ld_texts("headline")), None), "ld:headline"),
        )
        if text
    ]
    window = [Headline(text, "title", None)] if (text := _page_title(document)) else []
    visible = [Headline(text, source, node) for node, source in ruled if (text := tidy(node.text()))]
    if not visible:
        nodes = document.tree.css(_VISIBLE)
        visible = [
            Headline(text, f"generic:{node.tag}", node)
            for node in sorted(nodes, key=lambda node: node.tag != "h1")
            if (text := tidy(node.text())) and len(text) <= LONGEST_TITLE
        ]
    nearness = {id(each): _nearness(each.text, [*declared, *window]) for each in visible}
    near = sorted((each for each in visible if nearness[id(each)] >= ALIKE), key=lambda each: -nearness[id(each)])
    # a window title alone may be the newspaper's name on every page: then the heading is the better word
    headings = [each for each in visible if each.node is not None and each.node.tag == "h1"]
    named = [replace(each, text=_without_site(each.text)) for each in declared]
    window = [replace(each, text=_without_site(each.text)) for each in window]
    return [*near, *named, *headings, *window]


def _nearness(text: str, declared: list[Headline]) -> float:
    """Overlap with the nearest declared title."""
    return max((overlap(text, _without_site(each.text)) for each in declared), default=0.0)


def _page_title(document: Document) -> str | None:
    node = document.tree.css_first("title")
    return tidy(node.text()) or None if node else None


def _without_site(text: str) -> str:
    """ "Headline - Báo X" → "Headline"; a headline of two words is left as it is."""
    shorter = _SITE_NAME.sub("", text)
    return shorter if len(words(shorter)) >= 3 else text
