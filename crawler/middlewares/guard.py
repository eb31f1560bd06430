"""Where a crawl may go: registered hosts and ports of its site, over http(s), no private network by accident."""

import ipaddress
from urllib.parse import urlsplit

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest

from archive import Reason, Refusal
from crawler.site import Site
from crawler.urls import in_scope


class Forbidden(IgnoreRequest):
    """A request that must not be sent. Raised by GuardMiddleware, recorded by the spider."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.detail)
        self.refusal = refusal


class GuardMiddleware:
    """Judge every request, redirects included, before it is sent."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._allow_private = crawler.settings.getbool("BAOTINH_ALLOW_PRIVATE")

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> "GuardMiddleware":
        return cls(crawler)

    def process_request(self, request: Request) -> None:
        """Raises Forbidden."""
        site: Site = self._crawler.spidercls.site  # type: ignore[attr-defined]
        if not in_scope(request.url, site):
            raise Forbidden(Refusal(Reason.OFF_SITE, f"{request.url} is not on {', '.join(site.domains)}"))
        if not self._allow_private and is_private(request.url):
            raise Forbidden(Refusal(Reason.OFF_SITE, f"{request.url} is on a private network"))


def is_private(url: str) -> bool:
    """True if the host is written as an address that is not public, or is this machine's own name."""
    host = (urlsplit(url).hostname or "").rstrip(".")
    if host == "localhost" or host.endswith((".localhost", ".local", ".internal")):
        return True
    try:
        return not ipaddress.ip_address(host).is_global
    except ValueError:
        # "2130706433" and "0x7f.1" are addresses to the resolver, though not to RFC 3986; no domain is all digits
        return host.replace(".", "").isdigit() or host.startswith("0x")
