"""What a source led to."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from urllib.parse import urljoin

from archive import Kind, Link, Loss, phrase
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
    loss: Loss | None = None
    """The entries that gave no address; the example is cut to 80 characters."""


def resolve(address: str, base: str) -> str | None:
    """Return the canonical form of an address as a source writes it; None if it leads to no web page.

    As in browsers, a backslash in the path is a slash. "&amp;" that is left after reading was escaped twice.
    """
    address = address.strip()
    # an entity of the document's own is not read
    if not address or len(address) > LONGEST_ADDRESS or address.startswith("&"):
        return None
    if "&" in address:
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
    found = Found(tuple(distinct.values()), next_page, problem, loss=loss_of(lost))
    if distinct or problem:
        return found
    none = phrase("none of {n} links is to an article of this site", n=len(links))
    return replace(found, problem=str(found.loss) if found.loss and not links else none)


def loss_of(lost: Sequence[str]) -> Loss | None:
    """Return the loss of a source; `lost` has for each entry what it holds in place of an address."""
    return Loss(len(lost), next(filter(None, lost), "")[:LONGEST_SHOWN]) if lost else None
