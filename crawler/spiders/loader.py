"""Every site file is a spider: `scrapy list`, `scrapy crawl baokhanhhoa`."""

from collections.abc import Sequence

from scrapy import Request
from scrapy.settings import BaseSettings

from crawler.errors import UnknownSite
from crawler.site import Site
from crawler.site_files.load import packaged_sites
from crawler.spiders.news import NewsSpider
from crawler.urls import in_scope


def spider_for(site: Site) -> type[NewsSpider]:
    """Return the spider class of a site: the one spider, with its name and its site."""
    return type(f"{site.name.title()}Spider", (NewsSpider,), {"name": site.name, "site": site})


class SiteSpiderLoader:
    """Scrapy's spider loader interface over the packaged site files, which are read when Scrapy asks for one."""

    @classmethod
    def from_settings(cls, settings: BaseSettings) -> "SiteSpiderLoader":  # noqa: ARG003 - Scrapy's interface
        return cls()

    def load(self, spider_name: str) -> type[NewsSpider]:
        """Raises KeyError, as Scrapy wants it, with the message of UnknownSite."""
        try:
            return spider_for(packaged_sites()[spider_name])
        except KeyError:
            raise KeyError(str(UnknownSite(spider_name, packaged_sites()))) from None

    def list(self) -> Sequence[str]:
        """Return the names of all spiders."""
        return sorted(packaged_sites())

    def find_by_request(self, request: Request) -> Sequence[str]:
        """Return the names of the spiders whose site has the address."""
        return [name for name, site in packaged_sites().items() if in_scope(request.url, site)]
