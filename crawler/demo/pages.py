"""What the page designs have in common: their shape, and the day on which the sample web stands still."""

from dataclasses import dataclass
from typing import Protocol

from crawler.demo.newsroom import Newspaper, SampleArticle

TODAY = "Thứ Hai, 15/06/2026"
"""What the clocks in the mastheads show: after every article, and no article's date."""


@dataclass(frozen=True, slots=True)
class OddLink:
    """A link on a listing that leads to no new article: a clip, an advert, a tracked copy, another host."""

    href: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """One page of a section, or the home page."""

    title: str
    path: str
    """"/kinh-te/"; "/" for the home page."""
    articles: tuple[SampleArticle, ...]
    odd_links: tuple[OddLink, ...] = ()
    page: int = 1
    pages: int = 1


@dataclass(frozen=True, slots=True)
class Notice:
    """A page that is no article: title and a piece of HTML."""

    title: str
    html: str


class Design(Protocol):
    """The templates of a CMS family; each is a module."""

    def article_page(self, article: SampleArticle, paper: Newspaper, *, origin: str) -> str: ...

    def listing_page(self, listing: Listing, paper: Newspaper, *, origin: str) -> str: ...

    def notice_page(self, notice: Notice, paper: Newspaper, *, origin: str) -> str: ...
