"""One parsed page: the tree, and the structured data that it carries."""

import html
import json
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

from selectolax.lexbor import LexborHTMLParser, LexborNode

from crawler.extract.text import tidy
from crawler.page import Page

NEWS_TYPES = frozenset(
    {"NewsArticle", "Article", "ReportageNewsArticle", "AnalysisNewsArticle", "OpinionNewsArticle", "BlogPosting"}
)
"""JSON-LD types that describe the article of a page. Others lie: a LocalBusiness carries article titles."""

LARGEST_LD = 1_000_000
"""Characters of a JSON-LD block; a larger one is data for a program, and is not read."""
LONGEST_VALUE = 4_000
"""Characters of one value of metadata that are read: some CMSs put the whole text into its description."""
MOST_VALUES = 200
"""Values of one name that are read."""


@dataclass(frozen=True, slots=True)
class Document:
    """A parsed page. `meta` and `ld` are read once; values are tidy text."""

    page: Page
    tree: LexborHTMLParser
    meta: dict[str, tuple[str, ...]]
    """Lower-case name, property or itemprop → contents in document order, the empty ones left out."""
    ld: dict[str, Any]
    """The page's JSON-LD news article, or {}."""

    @property
    def root(self) -> LexborNode:
        """The body element; the whole document when a page has none."""
        node = self.tree.body or self.tree.root
        assert node is not None, "lexbor always builds a document element"
        return node

    def first_meta(self, *names: str) -> str | None:
        """Content of the first of `names` that the page has."""
        return next((self.meta[name][0] for name in names if name in self.meta), None)

    def ld_texts(self, key: str) -> list[str]:
        """Texts under `key` of the news article: a string, names of persons, or a list of either."""
        texts = (tidy_markup(text[:LONGEST_VALUE]) for text in _strings(self.ld.get(key)))
        return list(islice((text for text in texts if text), MOST_VALUES))


def parse(page: Page, markup: bytes) -> Document:
    """Parse the page once; everything else reads from what this returns. `markup` is its body in UTF-8."""
    tree = LexborHTMLParser(markup)
    return Document(page=page, tree=tree, meta=_read_meta(tree), ld=_read_ld(tree))


def tidy_markup(text: str) -> str:
    """Tidy a text that may hold entities or tags, once or twice escaped, as CMSs write them into attributes."""
    if "&" in text:
        text = html.unescape(html.unescape(text))
    if "<" in text:
        from bs4 import BeautifulSoup  # 0.15 s to import: only pages with tags in their metadata pay for it

        # tidy before and after: a parser cannot take a lone surrogate out of a JSON escape
        text = BeautifulSoup(tidy(text), "lxml").get_text(" ")
    return tidy(text)


def _read_meta(tree: LexborHTMLParser) -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for node in tree.css("meta[content]"):
        attributes = node.attributes
        content = tidy_markup((attributes.get("content") or "")[:LONGEST_VALUE])
        if not content:
            continue
        for key in ("name", "property", "itemprop"):
            name = (attributes.get(key) or "").strip().lower()
            if name and len(values := found.setdefault(name, [])) < MOST_VALUES:
                values.append(content)
    return {name: tuple(values) for name, values in found.items()}


def _read_ld(tree: LexborHTMLParser) -> dict[str, Any]:
    for node in tree.css('script[type="application/ld+json"]'):
        for item in _items(_load(node.text())):
            kinds = item.get("@type")
            if NEWS_TYPES.intersection(kinds if isinstance(kinds, list) else [kinds]):
                return item
    return {}


def _load(text: str) -> Any:
    """JSON as pages write it: raw line feeds inside strings, a semicolon or comment marks around."""
    if len(text) > LARGEST_LD:
        return None
    text = text.strip().removeprefix("<!--").removesuffix("-->").strip().rstrip(";")
    try:
        return json.loads(text, strict=False)
    except (ValueError, RecursionError):
        return None


def _items(data: Any) -> Iterator[dict[str, Any]]:
    """Objects of a JSON-LD block: alone, in a list, or in a @graph."""
    stack = [data]
    while stack:
        item = stack.pop()
        if isinstance(item, list):
            stack += reversed(item)
        elif isinstance(item, dict):
            yield item
            stack.append(item.get("@graph"))


def _strings(value: Any) -> Iterator[str]:
    """Strings, and the names of objects, alone or in a list."""
    stack = [value]
    while stack:
        item = stack.pop()
        if isinstance(item, str):
            yield item
        elif isinstance(item, list):
            stack += reversed(item)
        elif isinstance(item, dict):
            stack.append(item.get("name"))
