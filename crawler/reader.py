"""Pages outside a crawl, from files and addresses, read with the rules of the site that they belong to."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

from archive import Kind, phrase
from crawler.crawl.order import Order, new_process
from crawler.crawl.visit import Answer, Ask, Script, Visit, visit_sites
from crawler.errors import BadArgument, UnreadableFile
from crawler.extract.article import extract
from crawler.extract.extraction import Extraction
from crawler.page import Page
from crawler.site import Layout, Site
from crawler.site_files.catalogue import Catalogue
from crawler.site_files.load import load_platforms
from crawler.site_files.unknown import site_of_address
from crawler.urls import canonical


@dataclass(frozen=True, slots=True)
class Reader:
    """All sites and layouts that a command knows."""

    sites: Mapping[str, Site]
    """Host (with its port) → site."""
    layouts: tuple[Layout, ...]

    @classmethod
    def load(cls, catalogue: Catalogue | None = None) -> "Reader":
        """Return a reader of the sites in `catalogue` (default: the packaged ones). Raises BadSiteFile."""
        layouts = (layout for platform in load_platforms().values() for layout in platform.layouts)
        return cls((catalogue or Catalogue()).by_host(), tuple(layouts))

    def extract(self, page: Page) -> Extraction:
        """Extract with the rules of the page's site; a page of no known site chooses among all layouts."""
        site = self._site_of(page.url)
        return extract(page, site, layouts=() if site else self.layouts)

    def fetch(self, urls: Sequence[str], *, order: Order) -> dict[str, Answer]:
        """Fetch pages as a crawl does, or the JSON answers from which their sites are read.

        Of `order` only delay, contact, proxy and `allow_private` count; a person who looks at a page needs no contact.
        Raises BadArgument, Interrupted.
        """
        sites: dict[str, Site] = {}
        wanted: dict[str, list[str]] = {}
        for url in dict.fromkeys(urls):
            address = checked_address(url)
            site = self._site_of(address) or site_of_address(address)
            sites[site.home] = site
            wanted.setdefault(site.home, []).append(url)
        answers: dict[str, Answer] = {}
        visits = [Visit(sites[home], _asking(named, answers)) for home, named in wanted.items()]
        if visits:
            visit_sites(visits, new_process((), order))
        return answers

    def _site_of(self, url: str) -> Site | None:
        try:
            return self.sites.get(urlsplit(url).netloc.lower())
        except ValueError:  # a saved page may have an address that is none
            return None


def checked_address(url: str) -> str:
    """Return the canonical form of a web address. Raises BadArgument."""
    try:
        return canonical(url)
    except ValueError:
        raise BadArgument("URL", url, wanted=phrase("a web address")) from None


def _asking(urls: Sequence[str], answers: dict[str, Answer]) -> Script:
    """Return what requests these addresses, one after the other, and keeps their answers."""

    async def ask_all(ask: Ask) -> None:
        for url in urls:
            answers[url] = await ask(checked_address(url), Kind.ARTICLE)

    return ask_all


def read_page(path: Path, url: str | None = None) -> Page:
    """Read a saved page. Its moment is now: a file's own time says when it was copied, not when it was captured.

    Without `url` it has no address to speak of.
    """
    try:
        urlsplit(url or "")
    except ValueError:
        raise BadArgument("url", str(url), wanted=phrase("a web address")) from None
    try:
        return Page(
            url or f"https://unknown.invalid/{path.name}",
            path.read_bytes(),
            datetime.now(UTC),
            is_saved=True,
        )
    except OSError as error:
        raise UnreadableFile(path, error=error) from error
