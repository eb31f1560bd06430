"""The pages over which an article goes on: "?trang=2", "77-p2.html", with a pager below the text."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from urllib.parse import urlsplit, urlunsplit

from selectolax.lexbor import LexborNode

from crawler.extract.document import Document
from crawler.urls import LONGEST_ADDRESS, canonical, resolve

MOST_STEPS = 100
"""Links of pagers that are looked at; an article of twenty parts names each of them twice."""

MOST_PARTS = 20
"""Pages of one article that are asked for. The longest one seen has seven."""

_KEY = re.compile(r"(?:p|pg|page|trang|part|phan)=([0-9]{1,2})", re.IGNORECASE)
"""The key that counts the pages, with its number."""
_SUFFIX = re.compile(r"[-_/.](?:p|pg|page|trang|part|phan)?[-_/]?(\d{1,2})/?", re.IGNORECASE)
"""What a page adds to the path of the first one."""
_COUNTED = re.compile(r"[-_/.](?:p|pg|page|trang|part|phan)[-_/]?(\d{1,2})(?:/|\.\w{2,5})?$", re.IGNORECASE)
"""The end of a path with the number of the page, where the first page has one too: "77-p1.html"."""
_NUMBER = re.compile(r"[0-9]{1,2}")
_ENDING = re.compile(r"\.\w{2,5}$|/$")


@dataclass(frozen=True, slots=True)
class FurtherPages:
    """The pages of an article, as one of them names them. All addresses are canonical."""

    n: int
    """Number of the page that names them; 1 is the first."""
    first: str
    """Address of the first page."""
    others: Mapping[int, str]
    """Number → address of each other page that is named; never empty."""

    @property
    def named(self) -> int:
        """The highest number of a page, that of the page itself included."""
        return max(self.n, *self.others)


def find_further_pages(document: Document) -> FurtherPages | None:
    """Return the pages of the article that links name: those after this one and before it; None if there are none."""
    own = _spelled(document.page.url)
    if own is None:
        return None
    steps = list(islice(_steps(document, own), MOST_STEPS))
    n, first = _place(own, steps)
    numbered = ((shown, other, _number_of(other, first)) for shown, other in steps)
    others = {number: other for shown, other, number in numbered if number and number != n and shown in (None, number)}
    if not others:
        return None
    return FurtherPages(n, first, {**others, **({1: first} if n > 1 else {})})


def _steps(document: Document, own: str) -> Iterator[tuple[int | None, str]]:
    """Yield the links of a pager: the number that a link shows, None for `rel=next` and `rel=prev`, and its address."""
    for node in document.tree.css("[rel=next], [rel=prev]"):
        if other := _address_of(node, own):
            yield None, other
    for node in document.tree.css("a[href]"):
        if _NUMBER.fullmatch(number := node.text().strip()) and (other := _address_of(node, own)):
            yield int(number), other


def _address_of(node: LexborNode, own: str) -> str | None:
    address = node.attributes.get("href") or ""
    absolute = resolve(own, address) if len(address) <= LONGEST_ADDRESS else None
    return absolute and _spelled(absolute)


def _place(own: str, steps: list[tuple[int | None, str]]) -> tuple[int, str]:
    """Return the number of the page at `own`, and the address of the first page."""
    without, number = _split(own)
    if number:
        return number, without
    for shown, other in steps:
        if shown in (None, 1) and (number := _number_in_path(own, other)):
            return number, other
    first, number = _counted(own)
    if number and any(shown in (None, n) and n != number for shown, other in steps for n in [_number_of(other, first)]):
        return number, first
    return 1, own


def _number_of(url: str, first: str) -> int | None:
    """Return the number of the page at `url` among those of the article at `first`; None if it is none of them."""
    if url == first:
        return 1
    for spelled, number in (_split(url), _counted(url)):
        if number and spelled == first:
            return number
    return _number_in_path(url, first)


def _split(url: str) -> tuple[str, int | None]:
    """Return an address without the last key that counts pages, and the number of that; None without one.

    The address of the first page has more than that key: an address such as "/?p=12" has the id of an article.
    """
    parts = urlsplit(url)
    pairs = parts.query.split("&")
    for place, pair in reversed(list(enumerate(pairs))):
        found = _KEY.fullmatch(pair)
        if found and int(found[1]) and len(parts.path) > 1:
            rest = "&".join(pairs[:place] + pairs[place + 1 :])
            return urlunsplit(parts._replace(query=rest)), int(found[1])
    return url, None


def _counted(url: str) -> tuple[str, int | None]:
    """Return the address of page 1 of an article whose pages all have a number in their path, and that of this page."""
    found = _COUNTED.search(url)
    return (f"{url[: found.start(1)]}1{url[found.end(1) :]}", int(found[1]) or None) if found else (url, None)


def _number_in_path(url: str, first: str) -> int | None:
    here, there = urlsplit(first), urlsplit(url)
    if (here.netloc, here.query) != (there.netloc, there.query):
        return None
    ending = _ENDING.search(here.path)
    stem, end = (here.path[: ending.start()], ending[0]) if ending else (here.path, "")
    if not stem.strip("/") or not there.path.startswith(stem) or not there.path.endswith(end):
        return None
    found = _SUFFIX.fullmatch(there.path[len(stem) : len(there.path) - len(end)])
    return int(found[1]) or None if found else None


def _spelled(url: str) -> str | None:
    try:
        return canonical(url)
    except ValueError:
        return None
