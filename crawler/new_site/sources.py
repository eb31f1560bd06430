"""Propose an outlet's sources of links, from its own pages and its robots.txt."""

import re
from collections.abc import Iterator, Sequence
from urllib.parse import urlsplit

from selectolax.lexbor import LexborNode

from archive import fold
from crawler.discover.feeds import DECLARED_FEEDS
from crawler.discover.found import resolve
from crawler.extract.document import Document
from crawler.extract.text import tidy, words
from crawler.new_site.family import fits
from crawler.new_site.outlet import domains_of
from crawler.new_site.samples import Samples
from crawler.site import Source
from crawler.urls import is_on

MOST_SECTIONS = 12
"""Sections taken from the menu, the first ones; a person adds others that are wanted."""
MOST_FEEDS = 5
LONGEST_NAME = 30
"""Characters of a section's name; a longer link in the menu is a headline."""

_MENUS = ("nav", "header", "[class*=menu]", "[id*=menu]", "[class*=nav]", "[id*=nav]")
_MENU_LINKS = ", ".join(f"{menu} a[href]" for menu in _MENUS)
_LISTS = "ul, ol"
LEAST_ENTRIES = 3
"""Links of a plain list that is taken for a menu."""
LEAST_SECTIONS = 0.6
"""Share of the links of such a list that must lead to sections: the others are the home page, contact and video."""
_NO_SECTION = re.compile(
    r"lien-?he|gioi-?thieu|toa-?soan|quang-?cao|rao-?vat|dat-?bao|mua-?bao|xem-?bao|doc-?bao|bao-?(?:in|giay)|"
    r"dang-?(?:nhap|ky)|login|contact|about|search|tim-?kiem|rss|sitemap|tags?\b|video|truyen-?hinh|podcast|audio|"
    r"photo|multimedia|media|e-?magazine|infographic|emagazine|thoi-tiet|xo-so|lich-(?:am|van-nien)|gia-vang|"
    r"tin-?moi|xem-?nhieu|binh-?luan-?nhieu|/(?:en|english|news|khmer|zh|chinese)(?:/|\.|$)",
    re.IGNORECASE,
)
"""Words in addresses of menu entries that lead to no Vietnamese articles of their own: contact, e-paper, newest."""


def find_sources(
    samples: Samples, *, home: str, patterns: Sequence[re.Pattern[str]], sitemaps: Sequence[str]
) -> tuple[Source, ...]:
    """Return declared sitemaps and feeds, the home page, the given section pages, and the sections of the menus.

    patterns: which addresses are articles. sitemaps: addresses from robots.txt.
    """
    feeds = dict.fromkeys(url for url, _ in _links(samples, DECLARED_FEEDS))
    named = {url: name for url, name in _links(samples, _MENU_LINKS) if name}  # a link around a picture has no name
    sections = [url for url, name in named.items() if _is_section(url, name) and not fits(url, patterns)]
    sections += [url for url in _listed_sections(samples, patterns) if url not in sections]
    return (
        *(Source("sitemap", url) for url in sitemaps if is_on(url, domains_of(samples.host))),
        *(Source("feed", url) for url in list(feeds)[:MOST_FEEDS] if "comment" not in url),
        *(Source("section", url) for url in dict.fromkeys([home, *samples.sections, *sections[:MOST_SECTIONS]])),
    )


def find_links(samples: Samples) -> tuple[str, ...]:
    """Return each address on the outlet's hosts to which its pages link, once."""
    return tuple(dict.fromkeys(url for url, _ in _links(samples, "a[href]")))


def _listed_sections(samples: Samples, patterns: Sequence[re.Pattern[str]]) -> Iterator[str]:
    """Yield the sections in lists that nothing marks as a menu but their links: few words each, most to sections."""
    for document in samples.documents:
        for entries in document.tree.css(_LISTS):
            links = [
                pair
                for item in entries.iter()
                if (node := item.css_first("a[href]"))
                for pair in _link(node, document, samples.host)
            ]
            sections = [url for url, name in links if _is_section(url, name) and not fits(url, patterns)]
            if len(links) >= LEAST_ENTRIES and len(sections) >= LEAST_SECTIONS * len(links):
                yield from sections


def _links(samples: Samples, selector: str) -> Iterator[tuple[str, str]]:
    """Yield address and text of each link to the outlet's own hosts."""
    for document in samples.documents:
        for node in document.tree.css(selector):
            yield from _link(node, document, samples.host)


def _link(node: LexborNode, document: Document, host: str) -> Iterator[tuple[str, str]]:
    """Yield address and text of a link, if it leads to another page on one of the outlet's own hosts."""
    address = (node.attributes.get("href") or "").strip()
    url = None if address.startswith("#") else resolve(address, document.page.url)
    if url and is_on(url, domains_of(host)):
        yield url, tidy(node.text())


def _is_section(url: str, name: str) -> bool:
    """Whether a menu entry leads to a section of the first level: "/thoi-su/", "/Thoi-su/57.bcb"."""
    parts = urlsplit(url)
    first, *rest = parts.path.strip("/").split("/")
    is_top = bool(first) and (not rest or re.fullmatch(r"\d+(?:\.\w+)?", "/".join(rest)) is not None)
    if not is_top or parts.query or not 0 < len(name) <= LONGEST_NAME or _NO_SECTION.search(parts.path):
        return False
    return bool(_letters(name) & _letters(first))


def _letters(text: str) -> set[str]:
    """Return the words without marks, to compare the address of a section with its name."""
    return set(words(fold(text.replace("-", " ").replace("_", " ").replace(".", " "))))
