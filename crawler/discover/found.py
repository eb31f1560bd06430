"""What a source led to."""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urljoin

from archive import Kind, Link
from crawler.site import Site
from crawler.urls import canonical, classify


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


def resolve(address: str, base: str) -> str | None:
    """Return the canonical form of an address as a source writes it; None if it leads to no web page."""
    address = address.strip()
    try:
        return canonical(urljoin(base, address)) if address else None
    except ValueError:
        return None


def choose_articles(
    links: Sequence[Link], site: Site, *, problem: str | None = None, next_page: str | None = None
) -> Found:
    """Return the links to articles of this site, each address once, with what its first mention says."""
    distinct: dict[str, Link] = {}
    for link in links:
        if link.url not in distinct and classify(link.url, site) is Kind.ARTICLE:
            distinct[link.url] = link
    if not (distinct or problem):
        problem = f"none of {len(links)} links is to an article of this site"
    return Found(tuple(distinct.values()), next_page, problem)
