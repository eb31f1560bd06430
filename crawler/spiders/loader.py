"""Every site file is a spider: `scrapy list`, `scrapy crawl baokhanhhoa`."""

from collections.abc import Sequence
from functools import cached_property
from pathlib import Path

from scrapy import Request
from scrapy.settings import BaseSettings

from crawler.errors import CrawlerError
from crawler.site import Site
from crawler.site_files.catalogue import Catalogue
from crawler.spiders.news import NewsSpider
from crawler.urls import in_scope


def spider_for(site: Site) -> type[NewsSpider]:
    """Return the spider class of a site: the one spider, with its name and its site."""
    return type(f"{site.name.title()}Spider", (NewsSpider,), {"name": site.name, "site": site})


class SiteSpiderLoader:
    """Scrapy's spider loader interface over the packaged site files and those of the archive in the settings.

    They are read when Scrapy asks for a spider: `baotinh crawl` never does.
    """

    def __init__(self, archive: Path) -> None:
        self._archive = archive

    @classmethod
    def from_settings(cls, settings: BaseSettings) -> "SiteSpiderLoader":
        return cls(Path(settings["BAOTINH_ARCHIVE"]))

    @cached_property
    def _catalogue(self) -> Catalogue:
        return Catalogue.load(self._archive)

    def load(self, spider_name: str) -> type[NewsSpider]:
        """Raises KeyError, as Scrapy wants it, with the message of the CrawlerError."""
        try:
            return spider_for(self._catalogue.find(spider_name).site)
        except CrawlerError as error:
            raise KeyError(str(error)) from None

    def list(self) -> Sequence[str]:
        """Return the names of all spiders."""
        return sorted(self._catalogue.by_name())

    def find_by_request(self, request: Request) -> Sequence[str]:
        """Return the names of the spiders whose site has the address."""
        return [name for name, site in self._catalogue.by_name().items() if in_scope(request.url, site)]
