"""RSS 2.0, RSS 1.0 and Atom: the newest articles of a site or a section."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import urljoin

from archive import Kind, Link, phrase
from crawler.discover.documents import FEED, is_html, open_document
from crawler.discover.found import LONGEST_SHOWN, Found, choose_articles, resolve
from crawler.discover.moments import read_moment
from crawler.discover.tags import Tag, attributes_of, first_name, read_tags, tags_named, text_after
from crawler.page import Page
from crawler.site import Site

DECLARED_FEEDS = 'link[rel~="alternate"][type*="rss"], link[rel~="alternate"][type*="atom"]'
"""CSS of the elements with which a page names the feeds of its site."""

ROOTS = ("rss", "rdf", "feed")
"""Names of the first element, in lower case."""
_ENTRIES = ("item", "entry")
_PUBLISHED = ("pubdate", "published", "date", "issued")
_DATES = (*_PUBLISHED, "updated", "modified")
_TAGS = tags_named((*ROOTS, "channel", *_ENTRIES, "link", "guid", "id", "content", "source", *_DATES))
MOST_LINKS = 10
"""Of one entry that are looked at; an entry of a real feed has up to four."""
_RELATION = "http://www.iana.org/assignments/relation/"
"""The long form of a relation begins with it (RFC 4287, 4.2.7.2)."""
_RANKS = ("alternate", "link", "guid", "id", "src", "about")
"""What names the article of an entry, the best first: <link rel="alternate">, the text of <link>, <guid>, Atom's <id>
and <content src>, rdf:about. Only the first two may be relative."""


@dataclass(slots=True)
class _Entry:
    """An entry while it is read."""

    prefix: str
    base: str
    named: dict[str, str] = field(default_factory=dict)
    """Rank → the first address of this rank, resolved for the first two."""
    dates: dict[str, str] = field(default_factory=dict)
    links: int = 0

    def name(self, rank: str, address: str) -> None:
        if address:
            self.named.setdefault(rank, address)

    @property
    def url(self) -> str | None:
        """The address of the article; None if nothing in the entry is one."""
        for rank in _RANKS:
            address = self.named.get(rank, "")
            if rank in ("guid", "id", "src", "about") and not address.lower().startswith(("http://", "https://")):
                continue
            if url := resolve(address, self.base):
                return url
        return None


def read_feed(page: Page, site: Site) -> Found:
    """Return the articles that a feed names, in its order: as a rule the newest first."""
    document, problem = open_document(page, FEED)
    if not document:
        return Found(problem=problem)
    if is_html(document):
        return Found(problem=phrase("an HTML page in place of a feed"))
    return feed_of(document, page.url, site=site, problem=problem)


def feed_of(document: bytes, url: str, *, site: Site, problem: str | None) -> Found:
    """Return the articles of a feed that was opened; `problem` is what was wrong with it so far."""
    reader = _Reader(url)
    entries, links, lost = 0, [], []
    for entry in reader.entries(document):
        entries += 1
        if entries > FEED.entries:
            problem = problem or phrase("more than {entries:,} entries: the rest was not read", entries=FEED.entries)
            break
        if found := entry.url:
            links.append(_link(found, entry))
        else:
            lost.append(next(iter(entry.named.values()), "")[:LONGEST_SHOWN])
    if reader.root is None:
        name = first_name(document)
        return Found(
            problem=problem
            or (phrase("not a feed: it begins with <{name}>", name=name) if name else phrase("broken XML: no element"))
        )
    if not reader.is_whole and entries <= FEED.entries:
        problem = problem or phrase("broken XML: it ends before </{root}>", root=reader.root)
    return choose_articles(
        links, site, problem=problem or (None if entries else phrase("there are no entries")), lost=lost
    )


def _link(url: str, entry: _Entry) -> Link:
    dates = entry.dates
    published = next((dates[name] for name in _PUBLISHED if dates.get(name)), None)
    modified = dates.get("updated") or dates.get("modified")
    return Link(url, Kind.ARTICLE, read_moment(published), read_moment(modified))


class _Reader:
    """Reads the entries of one feed; what it knows of the feed grows as it goes."""

    def __init__(self, url: str) -> None:
        self.root: str | None = None
        self.is_whole = False
        """The end of the feed, or of its channel, was seen, and no entry behind it."""
        self._base = url
        self._entry: _Entry | None = None
        self._is_in_source = False

    def entries(self, document: bytes) -> Iterator[_Entry]:
        """Yield each entry when it ends: with its end tag, with the next entry, or with the feed.

        An entry in which the document is cut counts if its address is whole.
        """
        for tag in read_tags(document, _TAGS):
            if self.root is None and tag.name not in ROOTS:
                return
            if tag.name in ROOTS or tag.name == "channel":
                self._note_container(tag)
            elif tag.name in _ENTRIES:
                if self._entry:
                    yield self._entry
                self._entry = None if tag.is_end else self._begin(tag)
            elif self._entry:
                self._read(self._entry, tag, document)
        if self._entry and self._entry.named:
            yield self._entry

    def _note_container(self, tag: Tag) -> None:
        self.root = self.root or tag.name
        self.is_whole = tag.is_end or tag.is_empty
        if not tag.is_end:
            self._base = urljoin(self._base, attributes_of(tag, ("base",)).get("base", ""))

    def _begin(self, tag: Tag) -> _Entry:
        self.is_whole = self._is_in_source = False
        given = attributes_of(tag, ("base", "about")) if tag.attributes else {}
        entry = _Entry(tag.prefix, urljoin(self._base, given.get("base", "")))
        entry.name("about", given.get("about", ""))
        return entry

    def _read(self, entry: _Entry, tag: Tag, document: bytes) -> None:
        """Note what a tag inside an entry says."""
        if tag.name == "source":
            # in Atom the feed that the entry was taken from, with ids and links of its own
            self._is_in_source = self.root == "feed" and not (tag.is_end or tag.is_empty)
        if tag.is_end or self._is_in_source:
            return
        is_own = tag.prefix == entry.prefix
        if tag.name == "link":
            self._read_link(entry, tag, text_after(document, tag) if is_own and not tag.is_empty else "")
        elif tag.name == "content":
            entry.name("src", attributes_of(tag, ("src",)).get("src", "") if is_own else "")
        elif tag.name in _DATES and tag.name not in entry.dates:
            entry.dates[tag.name] = text_after(document, tag) or ""
        elif tag.name in ("guid", "id") and is_own and tag.name not in entry.named:
            entry.name(tag.name, text_after(document, tag) or "")

    def _read_link(self, entry: _Entry, tag: Tag, text: str | None) -> None:
        entry.links += 1
        if entry.links > MOST_LINKS:
            return
        given = attributes_of(tag, ("href", "rel", "base")) if tag.attributes else {}
        relation = given.get("rel", "alternate").strip().lower().removeprefix(_RELATION)
        if relation != "alternate":
            return
        address = given.get("href", "")
        if address and (base := given.get("base")):
            address = urljoin(urljoin(entry.base, base), address)
        entry.name("alternate", address)
        entry.name("link", text or "")
