"""Where a crawl may send requests: to hosts and ports of its site, over http(s), and to no private network by accident.

A host that a site file names only for JSON, or for pictures, gets only requests for those and for its robots.txt.
"""

from urllib.parse import urlsplit

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest
from scrapy.settings import BaseSettings

from archive import Reason, Refusal, phrase
from crawler.contact import CONTACT
from crawler.errors import NoContact, PrivateAddress
from crawler.fetch.reserved import is_public
from crawler.fetch.run import meta_of, run_of
from crawler.site import Site
from crawler.urls import is_on


class Forbidden(IgnoreRequest):
    """A request that must not be sent. Raised by GuardMiddleware, recorded by the spider."""

    def __init__(self, refusal: Refusal, url: str, *, is_private: bool = False) -> None:
        super().__init__(refusal.detail)
        self.refusal = refusal
        self.url = url
        """The target of the redirect, if one led to the request."""
        self.is_private = is_private
        """True if the host is on a private network."""


class Closed(Forbidden):
    """A request to a host that the site needs, but whose robots.txt did not come: what is due there stays due.

    Raised by RobotsMiddleware. The spider records it for a source, and not for an article.
    """


class GuardMiddleware:
    """Judge every request, redirects included, before it is sent."""

    def __init__(self, site: Site, *, allow_private: bool) -> None:
        self._site = site
        self._allow_private = allow_private

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> "GuardMiddleware":
        return cls(run_of(crawler).site, allow_private=crawler.settings.getbool("BAOTINH_ALLOW_PRIVATE"))

    def process_request(self, request: Request) -> None:
        """Raises Forbidden."""
        site, meta = self._site, meta_of(request)
        hosts = site.domains
        if meta.is_api or meta.is_robots_txt:
            hosts = (*hosts, *site.api_hosts)
        if meta.is_picture or meta.is_robots_txt:
            hosts = (*hosts, *site.picture_hosts)
        if not is_on(request.url, hosts):
            refusal = Refusal(
                Reason.OFF_SITE, phrase("{url} is not on {hosts}", url=request.url, hosts=", ".join(hosts))
            )
            raise Forbidden(refusal, request.url)
        if not self._allow_private and is_private(request.url):
            refusal = Refusal(Reason.OFF_SITE, phrase("{url} is on a private network", url=request.url))
            raise Forbidden(refusal, request.url, is_private=True)


def check_start(site: Site, settings: BaseSettings) -> None:
    """Raise PrivateAddress or NoContact if a crawl with these settings must not send requests to the site."""
    if not is_private(site.home):
        if not settings[CONTACT]:
            raise NoContact(site.name)
    elif not settings.getbool("BAOTINH_ALLOW_PRIVATE"):
        raise PrivateAddress(site.home)


def is_private(url: str) -> bool:
    """Return whether the host is an address that is not public, or a name of this machine or its network.

    `PublicResolver` judges the address that a name resolves to. Behind a proxy nobody does: the proxy resolves it.
    """
    host = (urlsplit(url).hostname or "").rstrip(".")
    if host == "localhost" or host.endswith((".localhost", ".local", ".internal")):
        return True
    try:
        return not is_public(host)
    except ValueError:
        # "2130706433" and "0x7f.1" are addresses to the resolver, though not to RFC 3986; no domain is all digits
        return host.replace(".", "").isdigit() or host.startswith("0x")
