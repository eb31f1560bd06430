"""One parsed page: the tree, and the structured data that it carries."""

import html
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any

from selectolax.lexbor import LexborHTMLParser, LexborNode

from crawler.extract import json_ld
from crawler.extract.text import tidy
from crawler.page import Page

LONGEST_VALUE = 4_000
"""Characters of one value of metadata that are read: some CMSs put the whole text into its description."""
MOST_VALUES = 200
"""Values of one name that are read."""
MOST_HEADLINES = 3
"""Window title and first headings that may name this page: further ones head other stories."""

_UNSHOWN = ["script", "style", "template"]
_LD = 'script[type*="ld+json" i]'


@dataclass(frozen=True, slots=True)
class Document:
    """A parsed page. `meta` and `ld` are read once; values are tidy text."""

    page: Page
    tree: LexborHTMLParser
    meta: dict[str, tuple[str, ...]]
    """Lower-case name, property or itemprop → contents in document order, the empty ones left out."""
    ld: dict[str, Any]
    """What the page's JSON-LD says of its article, or {}."""

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
        return _tidied(json_ld.texts(self.ld.get(key)))

    def ld_authors(self) -> list[str]:
        """Authors of the news article that are not said to be a publisher."""
        return _tidied(json_ld.authors(self.ld.get("author")))


def parse(page: Page, markup: bytes) -> Document:
    """Parse the page once; everything else reads from what this returns. `markup` is its body in UTF-8."""
    tree = LexborHTMLParser(markup)
    meta = _read_meta(tree)
    return Document(page=page, tree=tree, meta=meta, ld=_read_ld(page, tree, meta))


def tidy_markup(text: str) -> str:
    """Tidy a text that may hold entities or tags, once or twice escaped, as CMSs write them into attributes."""
    if "&" in text:
        text = html.unescape(html.unescape(text))
    if "<" in text:
        # tidy before and after: a parser cannot take a lone surrogate out of a JSON escape
        tree = LexborHTMLParser(tidy(text))
        tree.strip_tags(_UNSHOWN)
        text = tree.root.text(separator=" ") if tree.root else ""
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


def _tidied(texts: Iterable[str]) -> list[str]:
    tidied = (tidy_markup(text[:LONGEST_VALUE]) for text in texts)
    return list(islice((text for text in tidied if text), MOST_VALUES))


def _read_ld(page: Page, tree: LexborHTMLParser, meta: Mapping[str, tuple[str, ...]]) -> dict[str, Any]:
    blocks = [node.text() for node in tree.css(_LD)]
    if not blocks:
        return {}
    shown = [tidy(node.text()[:LONGEST_VALUE]) for node in tree.css("title, h1")[:MOST_HEADLINES]]
    told = [text for name in ("og:title", "twitter:title") for text in meta.get(name, ())]
    declared = [node.attributes.get("href") or "" for node in tree.css("link[rel=canonical]")]
    addresses = [page.url, *declared, *meta.get("og:url", ())]
    return json_ld.news_article(blocks, headlines=[text for text in (*told, *shown) if text], addresses=addresses)
