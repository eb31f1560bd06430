"""Whether the text of an article goes on on further pages: "?trang=2", "77-p2.html", with a pager below the text."""

import re
from collections.abc import Iterator
from itertools import islice
from urllib.parse import parse_qsl, urlsplit

from crawler.extract.document import Document
from crawler.urls import LONGEST_ADDRESS, resolve

MOST_STEPS = 100
"""Links of pagers that are looked at; an article of twenty parts names each of them twice."""

_KEY = re.compile(r"(?:p|pg|page|trang|part|phan)", re.IGNORECASE)
"""Names of the key that counts the pages."""
_SUFFIX = re.compile(r"[-_/.](?:p|pg|page|trang|part|phan)?[-_/]?(\d{1,2})/?", re.IGNORECASE)
"""What a page adds to the path of the first one."""
_NUMBER = re.compile(r"[0-9]{1,2}")
_ENDING = re.compile(r"\.\w{2,5}$|/$")


def has_further_pages(document: Document) -> bool:
    """Return whether links name a page after this one, or before it, with another part of the same text."""
    own = document.page.url
    for number, address in islice(_steps(document), MOST_STEPS):
        other = resolve(own, address) if len(address) <= LONGEST_ADDRESS else None
        part = other and (_part_of(own, other) or _part_of(other, own))
        if part and number in (None, 1, part):
            return True
    return False


def _steps(document: Document) -> Iterator[tuple[int | None, str]]:
    """Yield the links of a pager: the number that a link shows, None for `rel=next` and `rel=prev`, and its address."""
    for node in document.tree.css("[rel=next], [rel=prev]"):
        yield None, node.attributes.get("href") or ""
    for node in document.tree.css("a[href]"):
        if _NUMBER.fullmatch(number := node.text().strip()):
            yield int(number), node.attributes.get("href") or ""


def _part_of(first: str, other: str) -> int | None:
    """Return the number of the page that `other` is of the article at `first`, None if it is none."""
    try:
        here, there = urlsplit(first), urlsplit(other)
    except ValueError:
        return None
    if here.netloc != there.netloc:
        return None
    if here.path == there.path:
        return _number_in_query(here.query, there.query)
    ending = _ENDING.search(here.path)
    stem, end = (here.path[: ending.start()], ending[0]) if ending else (here.path, "")
    if not stem.strip("/") or not there.path.startswith(stem) or not there.path.endswith(end):
        return None
    found = _SUFFIX.fullmatch(there.path[len(stem) : len(there.path) - len(end)])
    return int(found[1]) if found and here.query == there.query else None


def _number_in_query(here: str, there: str) -> int | None:
    added = [pair for pair in parse_qsl(there) if pair not in parse_qsl(here)]
    lost = [name for name, _ in parse_qsl(here) if name not in dict(parse_qsl(there))]
    if len(added) != 1 or lost:
        return None
    name, value = added[0]
    return int(value) if _KEY.fullmatch(name) and _NUMBER.fullmatch(value) else None
