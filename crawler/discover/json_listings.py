"""Lists of articles as JSON: what the scripts of a newspaper's own pages ask for."""

import json
from collections.abc import Sequence
from functools import partial
from itertools import islice
from typing import Any

from archive import Kind, Link, phrase
from crawler import json_answers, templates
from crawler.discover.documents import JSON, is_html, unpack
from crawler.discover.found import Found, choose_articles, loss_of, resolve
from crawler.discover.moments import read_moment
from crawler.page import Page
from crawler.site import Site, Source

_PAGE = "page"
"""The {key} of `next_page` that counts; all others are taken from the last entry."""


def read_json_listing(page: Page, site: Site) -> Found:
    """Return the articles of a JSON list, the lists to which a menu leads, and the address of the next page.

    `page.url` is the address that was asked for: by it the list is known among the sources of the site.
    """
    source = next((source for source in site.sources if _is_of(page.url, source)), None)
    if source is None:
        return Found(problem=phrase("no [[source]] of the site file has this address"))
    entries, problem = _read_entries(page, source)
    if not entries:
        # the page behind the last one has an empty list: that is how most of them end
        return Found(problem=problem or (phrase("there are no entries") if page.url == source.url else None))
    read = [_article(entry, source, site) for entry in entries]
    links = [link for link in read if link]
    lists = _lists(entries, source)
    if not (links or lists):
        return Found(
            problem=problem
            or phrase("none of {n} entries has {address}", n=len(entries), address=" or ".join(source.address))
        )
    found = choose_articles(links, site, problem=problem)
    return Found(
        (*lists, *found.links),
        next_page=_next_page(page.url, source, entries[-1]),
        is_cursor=_PAGE not in templates.keys_of(source.next_page or ""),
        problem=problem if lists else found.problem,
        loss=None if lists else loss_of([""] * (len(read) - len(links))),
    )


def _is_of(address: str, source: Source) -> bool:
    made = (template for template in (source.next_page, source.lists) if template)
    return source.kind == Kind.JSON and (
        address == source.url or any(templates.match(template, address) is not None for template in made)
    )


def _read_entries(page: Page, source: Source) -> tuple[list[dict[str, Any]], str | None]:
    """Return the entries of a list, and what was wrong with it."""
    document, problem = unpack(page.body, JSON)
    if is_html(document):
        return [], phrase("an HTML page in place of JSON")
    try:
        lists = json_answers.find(json_answers.load(document), source.items)
    except json_answers.NotJson as error:
        return [], problem or str(error)
    if not lists:
        return [], phrase('the answer has no "{items}"', items=source.items)
    entries = list(islice(json_answers.elements(lists), JSON.entries + 1))
    if len(entries) > JSON.entries:
        problem = phrase("more than {entries:,} entries: the rest was not read", entries=JSON.entries)
    objects = [entry for entry in entries[: JSON.entries] if isinstance(entry, dict)]
    if not objects and any(entry is not None for entry in entries):
        problem = phrase("the entries are no objects: {first}", first=json.dumps(entries[0], ensure_ascii=False)[:40])
    return objects, problem


def _article(entry: dict[str, Any], source: Source, site: Site) -> Link | None:
    addresses = (
        templates.fill(address, partial(_text, entry), safe="/%")
        if templates.is_template(address)
        else _text(entry, address)
        for address in source.address
    )
    # an interface may stand on a host of its own: what it names are addresses of the outlet's pages
    url = next((url for address in addresses if address and (url := resolve(address, site.home))), None)
    published = _text(entry, source.published) if source.published else None
    return None if url is None else Link(url, Kind.ARTICLE, read_moment(published))


def _lists(entries: Sequence[dict[str, Any]], source: Source) -> tuple[Link, ...]:
    made = (templates.fill(source.lists, partial(_text, entry)) for entry in entries) if source.lists else ()
    return tuple(Link(address, Kind.JSON) for address in dict.fromkeys(made) if address)


def _next_page(address: str, source: Source, last: dict[str, Any]) -> str | None:
    """Return the address of the page after this one; None if there is none, or it would be this one again."""
    if source.next_page is None:
        return None
    here = (templates.match(source.next_page, address) or {}).get(_PAGE, "1")
    number = str(int(here) + 1) if here.isascii() and here.isdigit() else None
    following = templates.fill(source.next_page, lambda key: number if key == _PAGE else _text(last, key))
    return following if following != address else None


def _text(entry: dict[str, Any], path: str) -> str | None:
    """Return the first text or number at a path."""
    return next(json_answers.texts(entry, path), None)
