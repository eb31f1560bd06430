"""One parsed page: the tree, and the structured data that it carries."""

import html
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from selectolax.lexbor import LexborHTMLParser, LexborNode

from crawler.extract.text import decode, tidy
from crawler.page import Page

NEWS_TYPES = frozenset(
    {"NewsArticle", "Article", "ReportageNewsArticle", "AnalysisNewsArticle", "OpinionNewsArticle", "BlogPosting"}
)
"""JSON-LD types that describe the article of a page. Others lie: a LocalBusiness carries article titles."""

_TAG = re.compile(r"<[^<>]*>")


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
        return [text for text in map(tidy_markup, _strings(self.ld.get(key))) if text]


def parse(page: Page) -> Document:
    """Parse the page once; everything else reads from what this returns."""
    tree = LexborHTMLParser(decode(page.body, page.content_type))
    return Document(page=page, tree=tree, meta=_read_meta(tree), ld=_read_ld(tree))


def tidy_markup(text: str) -> str:
    """Tidy a text that may hold entities or tags, once or twice escaped, as CMSs write them into attributes."""
    if "&" in text:
        text = html.unescape(html.unescape(text))
    if "<" in text:
        text = _TAG.sub(" ", text)
    return tidy(text)


def _read_meta(tree: LexborHTMLParser) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for node in tree.css("meta[content]"):
        attributes = node.attributes
        content = tidy_markup(attributes.get("content") or "")
        if not content:
            continue
        for key in ("name", "property", "itemprop"):
            name = (attributes.get(key) or "").strip().lower()
            if name:
                found[name] = (*found.get(name, ()), content)
    return found


def _read_ld(tree: LexborHTMLParser) -> dict[str, Any]:
    for node in tree.css('script[type="application/ld+json"]'):
        for item in _items(_load(node.text())):
            kinds = item.get("@type")
            if NEWS_TYPES.intersection(kinds if isinstance(kinds, list) else [kinds]):
                return item
    return {}


def _load(text: str) -> Any:
    """JSON as pages write it: raw line feeds inside strings, a semicolon or comment marks around."""
    text = text.strip().removeprefix("<!--").removesuffix("-->").strip().rstrip(";")
    try:
        return json.loads(text, strict=False)
    except (ValueError, RecursionError):
        return None


def _items(data: Any) -> Iterator[dict[str, Any]]:
    """Objects of a JSON-LD block: alone, in a list, or in a @graph."""
    if isinstance(data, list):
        for each in data:
            yield from _items(each)
    elif isinstance(data, dict):
        yield data
        yield from _items(data.get("@graph"))


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for each in value:
            yield from _strings(each)
    elif isinstance(value, dict):
        yield from _strings(value.get("name"))
