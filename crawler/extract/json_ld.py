"""The page's JSON-LD: read although it is spoilt, and only what is about this page.

The head of a page may describe other stories too: the one before, the most read, those of its list.
"""

import html
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from crawler.extract.text import overlap, tidy
from crawler.urls import names_same_page

NEWS_TYPES = frozenset(
    {"NewsArticle", "Article", "ReportageNewsArticle", "AnalysisNewsArticle", "OpinionNewsArticle", "BlogPosting"}
)
"""JSON-LD types that describe the article of a page. Others lie: a LocalBusiness carries article titles."""
LARGEST = 1_000_000
"""Characters of a block; a larger one is data for a program, and is not read."""
MOST_ITEMS = 1_000
"""Objects of a page that are looked at; the graph of an article has ten."""
ALIKE = 0.5
"""Overlap, 0 to 1, below which a block's headline belongs to another story."""
LONGEST_HEADLINE = 1_000
"""Characters of a block's headline that are compared."""

_INSIDE = ("@graph", "mainEntity")
"""Keys under which the article of a page is described. An ItemList names other stories under other keys."""
_ADDRESSES = ("url", "mainEntityOfPage", "@id")
_NOTHING: tuple[Any, ...] = (None, "", [], {})
_GROUPS = frozenset({"Organization", "NewsMediaOrganization", "Corporation", "WebSite", "GovernmentOrganization"})
"""Types of a publisher."""
_STRING_OR_SPOILT = re.compile(
    r'(?P<string>"(?:[^"\\]|\\.)*")|/\*.*?(?:\*/|\Z)|//[^\n]*|<!\[CDATA\[|\]\]>|<!--|-->|,(?=\s*[}\]])', re.DOTALL
)
"""What is no JSON: comment marks of HTML, XML and scripts, and the comma behind the last value."""


def news_article(blocks: Sequence[str], *, headlines: Sequence[str], addresses: Sequence[str]) -> dict[str, Any]:
    """Return what the JSON-LD of a page says of its article, {} if it says nothing.

    `blocks` are the texts of the scripts; `headlines` and `addresses` are what the page gives as its own. A block whose
    headline and address are those of another story is left out. Where two are about this page, what the nearer one
    leaves out is taken from the other.
    """
    items = [item for block in blocks for item in _items(_load(block))][:MOST_ITEMS]
    articles = [item for item in items if NEWS_TYPES.intersection(_types(item))]
    if not articles:
        return {}
    named = {item["@id"]: item for item in items if isinstance(item.get("@id"), str) and "name" in item}
    scored = [(_nearness(item, headlines, addresses), item) for item in reversed(articles)]
    own = sorted(((score, item) for score, item in scored if score is not None), key=lambda pair: pair[0])
    return {key: _resolved(value, named) for _, item in own for key, value in item.items() if value not in _NOTHING}


def texts(value: Any) -> Iterator[str]:
    """Yield the strings, the values and the names of objects in `value`, alone or in a list."""
    stack = [value]
    while stack:
        item = stack.pop()
        if isinstance(item, str):
            yield item
        elif isinstance(item, list):
            stack += reversed(item)
        elif isinstance(item, dict):
            stack.append(item.get("@value") or item.get("name"))


def authors(value: Any) -> Iterator[str]:
    """Yield the names in `value` that are not said to be those of a publisher."""
    for each in value if isinstance(value, list) else [value]:
        types = _types(each) if isinstance(each, dict) else set()
        if "Person" in types or not _GROUPS.intersection(types):
            yield from texts(each)


def _nearness(item: Mapping[str, Any], headlines: Sequence[str], addresses: Sequence[str]) -> tuple[bool, float] | None:
    """Return how near a block is to this page, the greatest last; None if it describes another story.

    A missing headline or address tells nothing: many blocks have neither.
    """
    told = next(texts(item.get("headline") or item.get("name")), "")
    headline = tidy(html.unescape(told[:LONGEST_HEADLINE]))
    alike = max((overlap(headline, each) for each in headlines), default=ALIKE) if headline else ALIKE
    is_here = any(names_same_page(url, own) for url in _addresses(item) for own in addresses)
    return None if alike < ALIKE and not is_here else (is_here, alike)


def _addresses(item: Mapping[str, Any]) -> Iterator[str]:
    for key in _ADDRESSES:
        value = item.get(key)
        for each in (value.get("@id"), value.get("url")) if isinstance(value, dict) else (value,):
            if isinstance(each, str):
                yield each


def _resolved(value: Any, named: Mapping[str, Mapping[str, Any]]) -> Any:
    """Put the object of the graph that has the name in place of a reference to it: {"@id": "#lan"}."""
    if isinstance(value, list):
        return [_resolved(each, named) for each in value]
    is_reference = isinstance(value, dict) and isinstance(value.get("@id"), str)
    return named.get(value["@id"], value) if is_reference else value


def _types(item: Mapping[str, Any]) -> set[str]:
    """Types without their vocabulary: "https://schema.org/NewsArticle", "schema:NewsArticle"."""
    return {re.split(r"[/:#]", text)[-1] for text in texts(item.get("@type"))}


def _load(text: str) -> Any:
    """Parse JSON as pages write it; None if it cannot be mended."""
    if len(text) > LARGEST:
        return None
    text = text.strip()
    try:
        return json.loads(text, strict=False)
    except (ValueError, RecursionError):
        pass
    if "&quot;" in text and '"' not in text:
        text = html.unescape(text)
    mended = _STRING_OR_SPOILT.sub(lambda found: found["string"] or "", text).strip(" \t\r\n;")
    try:
        return json.loads(mended, strict=False)
    except (ValueError, RecursionError):
        return None


def _items(data: Any) -> Iterator[dict[str, Any]]:
    """Yield the objects of a block: alone, in a list, in a @graph, or as the main entity of a WebPage."""
    stack = [data]
    while stack:
        item = stack.pop()
        if isinstance(item, list):
            stack += reversed(item)
        elif isinstance(item, dict):
            yield item
            stack += [item[key] for key in reversed(_INSIDE) if key in item]
