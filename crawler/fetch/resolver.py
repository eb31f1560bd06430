"""Resolves names to public addresses only; the crawl connects to the very address that was checked.

A public name can resolve to 127.0.0.1 or to 169.254.169.254, and to another address a moment later. So the answer of
the resolver is checked for every connection.
"""

from typing import Any

from scrapy.crawler import Crawler

from crawler.fetch.proxy import proxy_of
from crawler.fetch.reserved import is_public


class PublicResolver:
    """Twisted's IHostnameResolver; it returns only the first public address of a name: one host, one connection."""

    def __init__(self, reactor: Any, *, allow_private: bool) -> None:
        self._reactor = reactor
        self._system = reactor.nameResolver
        self._allow_private = allow_private
        self.refused: dict[str, str] = {}
        """Name → its private address at the last look-up."""

    @classmethod
    def from_crawler(cls, crawler: Crawler, reactor: Any) -> "PublicResolver":
        # with a proxy, its own name is the only one that is resolved here, and it is most often on a private network
        is_free = crawler.settings.getbool("BAOTINH_ALLOW_PRIVATE") or proxy_of(crawler.settings) is not None
        return cls(reactor, allow_private=is_free)

    def install_on_reactor(self) -> None:
        """Called by Scrapy, once in a process."""
        self._reactor.installNameResolver(self)

    def resolveHostName(self, receiver: Any, name: str, *places: Any, **options: Any) -> Any:  # noqa: N802
        """Resolve as the system does; a name that has only private addresses resolves to none."""
        chosen = _FirstPublic(receiver, name, refused=self.refused, allow_private=self._allow_private)
        return self._system.resolveHostName(chosen, name, *places, **options)


class _FirstPublic:
    """Twisted's IResolutionReceiver, between the system's resolver and its caller."""

    def __init__(self, receiver: Any, name: str, *, refused: dict[str, str], allow_private: bool) -> None:
        self._receiver = receiver
        self._name = name
        self._refused = refused
        self._allow_private = allow_private
        self._is_found = False
        refused.pop(name, None)

    def resolutionBegan(self, resolution: Any) -> None:  # noqa: N802
        self._receiver.resolutionBegan(resolution)

    def addressResolved(self, address: Any) -> None:  # noqa: N802
        if self._is_found:
            return
        if self._allow_private or is_public(address.host):
            self._is_found = True
            self._refused.pop(self._name, None)
            self._receiver.addressResolved(address)
        else:
            self._refused[self._name] = address.host

    def resolutionComplete(self) -> None:  # noqa: N802
        self._receiver.resolutionComplete()
