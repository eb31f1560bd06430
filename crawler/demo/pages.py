"""What the CMS families of the sample site share: the kinds of their pages, and the sample site's date."""

from dataclasses import dataclass
from typing import Protocol

from crawler.demo.newsroom import Newspaper, SampleArticle

TODAY = "Thứ Hai, 15/06/2026"
"""The date in every masthead: later than every article."""


@dataclass(frozen=True, slots=True)
class OddLink:
    """A link on a listing that does not lead to a new article: a clip, an advert, a tracked copy, another host."""

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
    """A page that is no article: its title and its HTML."""

    title: str
    html: str


class Templates(Protocol):
    """The page templates of a CMS family; each family is a module."""

    def article_page(self, article: SampleArticle, paper: Newspaper, *, origin: str) -> str: ...

    def listing_page(self, listing: Listing, paper: Newspaper, *, origin: str) -> str: ...

    def notice_page(self, notice: Notice, paper: Newspaper, *, origin: str) -> str: ...
