"""Where links to the articles of an outlet are found, as its own pages say."""

import re
from collections.abc import Iterator, Sequence
from urllib.parse import urlsplit

from archive import fold
from crawler.discover.feeds import DECLARED_FEEDS
from crawler.discover.found import resolve
from crawler.extract.text import tidy, words
from crawler.new_site.family import fits
from crawler.new_site.outlet import domains_of
from crawler.new_site.samples import Samples
from crawler.site import Source
from crawler.urls import is_on

MOST_SECTIONS = 12
"""Of the menu, the first; a person adds the others that are wanted."""
MOST_FEEDS = 5
LONGEST_NAME = 30
"""Characters of a section's name; a longer link of the menu is a headline."""

_MENUS = ("nav", "header", "[class*=menu]", "[id*=menu]", "[class*=nav]", "[id*=nav]")
_MENU_LINKS = ", ".join(f"{menu} a[href]" for menu in _MENUS)
_NO_SECTION = re.compile(
    r"lien-?he|gioi-?thieu|toa-?soan|quang-?cao|rao-?vat|dat-?bao|mua-?bao|xem-?bao|doc-?bao|bao-?(?:in|giay)|"
    r"dang-?(?:nhap|ky)|login|contact|about|search|tim-?kiem|rss|sitemap|tags?\b|video|truyen-?hinh|podcast|audio|"
    r"photo|multimedia|media|e-?magazine|infographic|emagazine|thoi-tiet|xo-so|lich-(?:am|van-nien)|gia-vang|"
    r"tin-?moi|xem-?nhieu|binh-?luan-?nhieu|/(?:en|english|news|khmer|zh|chinese)(?:/|\.|$)",
    re.IGNORECASE,
)
"""Words in addresses of menu entries that lead to no articles in Vietnamese, or to those of all sections again."""


def find_sources(
    samples: Samples, *, home: str, patterns: Sequence[re.Pattern[str]], sitemaps: Sequence[str]
) -> tuple[Source, ...]:
    """Return sitemaps and feeds that the outlet declares, its home page, section pages that were given, and its menu.

    `patterns` say which links are articles; `sitemaps` are those of robots.txt.
    """
    feeds = dict.fromkeys(url for url, _ in _links(samples, DECLARED_FEEDS))
    menu = {url: name for url, name in _links(samples, _MENU_LINKS) if name}  # the picture of an entry has none
    sections = [url for url, name in menu.items() if _is_section(url, name) and not fits(url, patterns)]
    return (
        *(Source("sitemap", url) for url in sitemaps if is_on(url, domains_of(samples.host))),
        *(Source("feed", url) for url in list(feeds)[:MOST_FEEDS] if "comment" not in url),
        *(Source("section", url) for url in dict.fromkeys([home, *samples.sections, *sections[:MOST_SECTIONS]])),
    )


def find_links(samples: Samples) -> tuple[str, ...]:
    """Return all addresses on the outlet's hosts that its pages link to, each once."""
    return tuple(dict.fromkeys(url for url, _ in _links(samples, "a[href]")))


def _links(samples: Samples, selector: str) -> Iterator[tuple[str, str]]:
    """Yield address and text of each link to the outlet's own hosts."""
    domains = domains_of(samples.host)
    for document in samples.documents:
        for node in document.tree.css(selector):
            address = (node.attributes.get("href") or "").strip()
            url = None if address.startswith("#") else resolve(address, document.page.url)
            if url and is_on(url, domains):
                yield url, tidy(node.text())


def _is_section(url: str, name: str) -> bool:
    """True for an entry of the menu that names a section of the first level: "/thoi-su/", "/Thoi-su/57.bcb"."""
    parts = urlsplit(url)
    first, *rest = parts.path.strip("/").split("/")
    is_top = bool(first) and (not rest or re.fullmatch(r"\d+(?:\.\w+)?", "/".join(rest)) is not None)
    if not is_top or parts.query or not 0 < len(name) <= LONGEST_NAME or _NO_SECTION.search(parts.path):
        return False
    return bool(_letters(name) & _letters(first))


def _letters(text: str) -> set[str]:
    """Return the words without marks: the address of a section spells its name."""
    return set(words(fold(text.replace("-", " ").replace("_", " ").replace(".", " "))))
