"""Section pages and home pages: the links to articles, and the next page."""

import re
from collections.abc import Iterable, Iterator
from urllib.parse import parse_qsl, urlencode, urlsplit

from selectolax.lexbor import LexborHTMLParser

from archive import Kind, Link
from crawler.discover.found import Found, choose_articles, resolve
from crawler.page import Page
from crawler.site import Site
from crawler.urls import canonical, in_scope

_PAGE_PARAMETERS = ("p", "page", "paged", "trang")
_PAGE_IN_PATH = re.compile(r"[/-](?:trang|page|p)[-/]?(\d{1,6})$", re.IGNORECASE)
"""Ends of a path without extension: "/trang-2", "/trang2", "/page/2", "-p2", "-page1"."""


def read_listing(page: Page, site: Site) -> Found:
    """Return the articles that a section page links to, in its order, and the address of its next page."""
    tree = LexborHTMLParser(page.body)
    declared = tree.css_first("base[href]")
    base = (resolve(declared.attributes.get("href") or "", page.url) if declared else None) or page.url
    targets = list(_targets(tree, "a[href]", attribute="href", base=base))
    links = [Link(url, Kind.ARTICLE) for url in targets]
    problem = None if page.body.strip() else "the answer is empty"
    next_page = _next_page(tree, targets, page_url=page.url, base=base, site=site)
    return choose_articles(links, site, problem=problem, next_page=next_page)


def _next_page(tree: LexborHTMLParser, targets: Iterable[str], *, page_url: str, base: str, site: Site) -> str | None:
    """Return the page after this one: by the site's rules, by rel=next, or by the numbers of a pager."""
    here = canonical(page_url)
    for rule in (*site.next_page, 'link[rel~="next"]@href', 'a[rel~="next"]@href'):
        selector, _, attribute = rule.rpartition("@")
        for url in _targets(tree, selector or rule, attribute=attribute if selector else "href", base=base):
            if url != here and in_scope(url, site):
                return url
    return _number_after(here, targets, site=site)


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


def _targets(tree: LexborHTMLParser, selector: str, *, attribute: str, base: str) -> Iterator[str]:
    """Yield the canonical addresses that these elements lead to, in the order of the page."""
    for node in tree.css(selector):
        address = (node.attributes.get(attribute) or "").strip()
        # "#" is this page again
        if address and not address.startswith("#") and (url := resolve(address, base)):
            yield url
