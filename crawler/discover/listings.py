"""Section pages and home pages: the links to articles, and the next page."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlencode, urlsplit

from selectolax.lexbor import LexborHTMLParser

from archive import Kind, Link, Refusal, phrase
from crawler.discover.documents import PAGE, open_document
from crawler.discover.found import Found, choose_articles, resolve
from crawler.discover.tags import Tag, attributes_of, read_tags, tags_named
from crawler.extract.markup import bound
from crawler.page import Page
from crawler.site import Site
from crawler.urls import canonical, in_scope

MAX_TREE = 5_000
"""Tags of a page of which a tree is built, for a site's own `next_page`: its time grows with the square of its depth
and of the attributes of a tag."""

_TAGS = tags_named(
    ("a", "area", "link", "base", "script", "style", "textarea", "title", "xmp", "iframe", "noembed", "noframes")
)
_PAGE_PARAMETERS = ("p", "page", "paged", "trang")
_PAGE_IN_PATH = re.compile(r"[/-](?:trang|page|p)[-/]?(\d{1,6})$", re.IGNORECASE)
"""Ends of a path without extension: "/trang-2", "/trang2", "/page/2", "-p2", "-page1"."""


@dataclass(frozen=True, slots=True)
class _Links:
    """The links of a page: absolute addresses in the order of the page, an address as often as it is named."""

    base: str
    targets: tuple[str, ...]
    """Of <a> and <area>."""
    following: tuple[str, ...]
    """With rel=next: those of <link> before the others."""


def read_listing(page: Page, site: Site) -> Found:
    """Return the articles that a section page links to, in its order, and the address of its next page."""
    document, problem = open_document(page, PAGE)
    found, is_whole = _read_links(document, page.url)
    if not is_whole:
        problem = problem or phrase("more than {entries:,} links: the rest was not read", entries=PAGE.entries)
    following = (*_by_rules(document, found.base, site), *found.following)
    next_page = _next_page(found, following, page_url=page.url, site=site)
    links = [Link(url, Kind.ARTICLE) for url in found.targets]
    return choose_articles(links, site, problem=problem, next_page=next_page)


def _read_links(document: bytes, url: str) -> tuple[_Links, bool]:
    """Return the links of a page, and whether that is all of them."""
    tags = [tag for tag in read_tags(document, _TAGS) if not tag.is_end]
    anchors = [tag for tag in tags if tag.name in ("a", "area")]
    declared = (attributes_of(tag, ("href",)).get("href") for tag in tags if tag.name == "base")
    base = resolve(next((href for href in declared if href), ""), url) or url
    read = [_target(tag, base) for tag in anchors[: PAGE.entries]]
    declared_next = [_target(tag, base) for tag in tags if tag.name == "link" and b"next" in tag.attributes.lower()]
    targets = tuple(target for target, _ in read if target)
    following = tuple(target for target, is_next in (*declared_next[:1], *read) if target and is_next)
    return _Links(base, targets, following), len(anchors) <= PAGE.entries


def _target(tag: Tag, base: str) -> tuple[str | None, bool]:
    """Return the canonical address to which an element leads, None if to none; and whether it has rel=next."""
    given = attributes_of(tag, ("href", "rel"))
    href = given.get("href", "")
    # "#" is this page again
    target = resolve(href, base) if not href.startswith("#") else None
    return target, "next" in given.get("rel", "").lower().split()


def _by_rules(document: bytes, base: str, site: Site) -> Iterator[str]:
    """Yield the addresses that the site's own rules for the next page find; none on a page too large for a tree."""
    markup = bound(document) if site.next_page and document.count(b"<") <= MAX_TREE else None
    if markup is None or isinstance(markup, Refusal):
        return
    tree = LexborHTMLParser(markup)
    for rule in site.next_page:
        selector, _, attribute = rule.rpartition("@")
        for node in tree.css(selector or rule):
            if url := resolve(node.attributes.get(attribute if selector else "href") or "", base):
                yield url


def _next_page(found: _Links, following: Iterable[str], *, page_url: str, site: Site) -> str | None:
    """Return the page after this one: by the site's rules, by rel=next, or by the numbers of a pager."""
    here = canonical(page_url)
    for url in following:
        if url != here and in_scope(url, site):
            return url
    return _number_after(here, found.targets, site=site)


def _number_after(here: str, targets: Iterable[str], *, site: Site) -> str | None:
    """Return the link that differs from this page only in its page number, which is the next one."""
    section, number = _split_page_number(here)
    pages: dict[int, str] = {}
    for url in targets:
        other, count = _split_page_number(url)
        if count is not None and other == section and in_scope(url, site):
            pages.setdefault(count, url)
    if number is None:
        # the first page has no number of its own; vietnamnet's pager counts from 0
        number = 0 if 0 in pages else 1
    return pages.get(number + 1)


def _split_page_number(url: str) -> tuple[str, int | None]:
    """Return the address without page number, extension and empty parameters, and the number."""
    parts = urlsplit(url)
    number, kept = None, []
    for name, value in parse_qsl(parts.query):
        if name.lower() in _PAGE_PARAMETERS and re.fullmatch(r"[0-9]{1,6}", value):
            number = int(value)
        else:
            kept.append((name, value))
    path = re.sub(r"\.[A-Za-z]{2,5}$", "", parts.path).rstrip("/")
    if number is None and (found := _PAGE_IN_PATH.search(path)):
        number, path = int(found[1]), path[: found.start()]
    return f"{parts.netloc}{path}?{urlencode(kept)}", number
