"""Sitemaps: all articles that a site offers, or an index of such files."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from archive import Kind, Link, phrase
from crawler.discover.documents import SITEMAP, is_html, lines_of, open_document
from crawler.discover.feeds import ROOTS as FEED_ROOTS
from crawler.discover.feeds import feed_of
from crawler.discover.found import LONGEST_SHOWN, Found, choose_articles, resolve
from crawler.discover.moments import read_moment
from crawler.discover.tags import Tag, first_name, read_tags, tags_named, text_after
from crawler.page import Page
from crawler.site import Site
from crawler.urls import classify, in_scope

AT_ONCE = timedelta(minutes=10)
"""From the middle one of the times of change: closer ones were written as the CMS built the sitemap, at our request or
every night."""
FEW = 10
"""Entries that may share a time of change: the latest news in a busy hour, or days without a time."""

_ROOTS = {"urlset": "url", "sitemapindex": "sitemap"}
"""Name of the first element → that of its entries."""
_ENTRIES = ("url", "sitemap")
_FIELDS = ("lastmod", "publication_date")
_TAGS = tags_named((*_ROOTS, *_ENTRIES), only_begun=("loc", *_FIELDS))
_LIST = re.compile(r"\.(?:xml|txt)(?:\.gz)?$", re.IGNORECASE)
"""End of the path of a sitemap or feed."""


@dataclass(slots=True)
class _Entry:
    """An entry while it is read."""

    name: str
    prefix: str
    loc: str | None = None
    lastmod: str | None = None
    publication_date: str | None = None


def read_sitemap(page: Page, site: Site) -> Found:
    """Return the articles of a sitemap, and the sitemaps of this site that it or an index names.

    A feed and a plain list of addresses are sitemaps too, says the protocol.
    """
    document, problem = open_document(page, SITEMAP)
    if not document:
        return Found(problem=problem)
    if is_html(document):
        return Found(problem=phrase("an HTML page in place of a sitemap"))
    name = first_name(document)
    if name is None:
        return _read_lines(document, page, site=site, problem=problem)
    if name.rpartition(":")[2].lower() in FEED_ROOTS:
        return feed_of(document, page.url, site=site, problem=problem)
    return _read_entries(document, page, site=site, problem=problem)


def _read_lines(document: bytes, page: Page, *, site: Site, problem: str | None) -> Found:
    """Return the articles of a list with an address in each line."""
    links, lost = [], []
    for number, line in enumerate(lines_of(document)):
        if number == SITEMAP.entries:
            problem = problem or phrase("more than {entries:,} entries: the rest was not read", entries=SITEMAP.entries)
            break
        url = resolve(line, page.url) if line.lower().startswith(("http://", "https://")) else None
        if url:
            links.append(Link(url, Kind.ARTICLE))
        else:
            lost.append(line[:LONGEST_SHOWN])
    if not links:
        return Found(problem=problem or phrase("broken XML: no element"))
    return choose_articles(links, site, problem=problem, lost=lost)


def _read_entries(document: bytes, page: Page, *, site: Site, problem: str | None) -> Found:
    reader = _Reader()
    entries, links, lost = 0, [], []
    for entry in reader.entries(document):
        entries += 1
        if entries > SITEMAP.entries:
            problem = problem or phrase("more than {entries:,} entries: the rest was not read", entries=SITEMAP.entries)
            break
        if url := resolve(entry.loc or "", page.url):
            published, modified = read_moment(entry.publication_date), read_moment(entry.lastmod)
            links.append(Link(url, _kind_of(url, entry, site), published, modified))
        else:
            lost.append((entry.loc or "")[:LONGEST_SHOWN])
    if reader.root is None:
        return Found(problem=problem or phrase("not a sitemap: it begins with <{name}>", name=first_name(document)))
    if not reader.is_whole and entries <= SITEMAP.entries:
        problem = problem or phrase("broken XML: it ends before </{root}>", root=reader.root)
    return _chosen(links, site, problem=problem or (None if entries else phrase("there are no entries")), lost=lost)


def _chosen(links: Sequence[Link], site: Site, *, problem: str | None, lost: Sequence[str]) -> Found:
    nested = {link.url: link for link in links if link.kind is Kind.SITEMAP and in_scope(link.url, site)}
    articles = [link for link in links if link.kind is Kind.ARTICLE]
    found = choose_articles(_without_made_up(articles), site, problem=problem, lost=lost)
    # one of sections or pictures alone is in order: its index leads to others
    return replace(found, links=(*nested.values(), *found.links), problem=problem if links else found.problem)


def _kind_of(url: str, entry: _Entry, site: Site) -> Kind:
    """Return what an entry leads to. Some programs name the sitemaps of an index as <url>."""
    is_list = entry.name == "sitemap" or (
        _LIST.search(url.partition("?")[0]) and classify(url, site) is not Kind.ARTICLE
    )
    return Kind.SITEMAP if is_list else Kind.ARTICLE


class _Reader:
    """Reads the entries of one sitemap; what it knows of it grows as it goes."""

    def __init__(self) -> None:
        self.root: str | None = None
        self.is_whole = False
        """The end of the sitemap was seen, and no entry behind it."""
        self._entry: _Entry | None = None
        self._prefix = ""

    def entries(self, document: bytes) -> Iterator[_Entry]:
        """Yield each entry when it ends: with its end tag, with the next entry or address, or with the sitemap.

        Entries that are not closed give one link for each <loc>. The last one of a cut document counts if its
        address is whole.
        """
        for tag in read_tags(document, _TAGS):
            if tag.name in _ROOTS:
                self._note_root(tag)
            elif self.root is None:
                return
            elif tag.prefix == self._prefix and tag.name in (*_ENTRIES, "loc"):
                yield from self._step(tag, document)
            elif self._entry and tag.name in _FIELDS and getattr(self._entry, tag.name) is None:
                setattr(self._entry, tag.name, text_after(document, tag))
        if self._entry and self._entry.loc:
            yield self._entry

    def _note_root(self, tag: Tag) -> None:
        self.root, self._prefix = self.root or tag.name, tag.prefix
        self.is_whole = tag.is_end or tag.is_empty

    def _step(self, tag: Tag, document: bytes) -> Iterator[_Entry]:
        """Go on to the next entry if this tag ends one or begins another; yield the one before."""
        if tag.name == "loc":
            text = text_after(document, tag)
            if self._entry and self._entry.loc is not None:  # a second address: the entry before was not closed
                yield self._entry
                self._entry = _Entry(self._entry.name, tag.prefix)
            self._entry = self._entry or _Entry(_ROOTS[self.root or "urlset"], tag.prefix)
            self._entry.loc = text
            self.is_whole = False
            return
        if self._entry and (self._entry.loc is not None or tag.is_end):
            yield self._entry
        self._entry = None if tag.is_end else _Entry(tag.name, tag.prefix)
        self.is_whole = False


def _without_made_up(links: Sequence[Link]) -> Sequence[Link]:
    """Return the links without the moment at which most of them claim to have been changed: nobody edits like that."""
    moments = sorted(link.modified_at for link in links if link.modified_at)
    if not moments:
        return links
    middle = moments[len(moments) // 2]  # of any majority that lies close together, it is one
    made_up = {moment for moment in moments if abs(moment - middle) < AT_ONCE}
    if sum(moment in made_up for moment in moments) <= max(FEW, len(links) / 2):
        return links
    return [replace(link, modified_at=None) if link.modified_at in made_up else link for link in links]
