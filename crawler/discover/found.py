"""What a source led to."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from urllib.parse import urljoin

from archive import Kind, Link
from crawler.site import Site
from crawler.urls import LONGEST_ADDRESS, canonical, classify

LONGEST_SHOWN = 80
"""Characters of a lost entry in a message."""

_ABSOLUTE = re.compile(r"https?://", re.IGNORECASE)
_ESCAPED_AGAIN = re.compile(r"&(?:(?:amp|#38|#[xX]26);)++")


@dataclass(frozen=True, slots=True)
class Found:
    """The links of one source, and what was wrong with it."""

    links: tuple[Link, ...] = ()
    """In the order of the source, each address once."""
    next_page: str | None = None
    """Address of the next page of a section or JSON list."""
    problem: str | None = None
    """One line for people; there may be links all the same, read as far as the source was sound."""
    is_cursor: bool = False
    """The address of the next page changes with the news: nobody has asked for it, yet its articles may be known."""
    lost: int = 0
    """Entries that gave no address of a web page. The source was read to its end all the same."""
    lost_example: str = ""
    """What one of them has in its place, cut to 80 characters: "urn:x", "javascript:…"; "" for nothing."""

    @property
    def loss(self) -> str | None:
        """One line for people about the lost entries; None if there are none."""
        if not self.lost:
            return None
        entries = f"{self.lost:,} entries have" if self.lost > 1 else "1 entry has"
        return f"{entries} no address of a web page: {self.lost_example or 'nothing in its place'}"


def resolve(address: str, base: str) -> str | None:
    """Return the canonical form of an address as a source writes it; None if it leads to no web page.

    As in browsers, a backslash in the path is a slash. "&amp;" that is left after reading was escaped twice.
    """
    address = address.strip()
    if not address or len(address) > LONGEST_ADDRESS:
        return None
    address = _ESCAPED_AGAIN.sub("&", address)
    if "\\" in address:
        path = re.match(r"[^?#]*+", address)
        address = path[0].replace("\\", "/") + address[path.end() :] if path else address
    try:
        return canonical(address if _ABSOLUTE.match(address) else urljoin(base, address))
    except ValueError:
        return None


def choose_articles(
    links: Sequence[Link],
    site: Site,
    *,
    problem: str | None = None,
    next_page: str | None = None,
    lost: Sequence[str] = (),
) -> Found:
    """Return the links to articles of this site, each address once, with what its first mention says."""
    distinct: dict[str, Link] = {}
    for link in links:
        if link.url not in distinct and classify(link.url, site) is Kind.ARTICLE:
            distinct[link.url] = link
    example = next((text for text in lost if text), "")[:LONGEST_SHOWN]
    found = Found(tuple(distinct.values()), next_page, problem, lost=len(lost), lost_example=example)
    if distinct or problem:
        return found
    none = f"none of {len(links)} links is to an article of this site"
    return replace(found, problem=found.loss if found.lost and not links else none)
