"""Pages outside a crawl: from a file or one URL, read with the rules of the site they belong to."""

import socket
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

import httpx

from crawler.errors import BadArgument, PageUnreachable, PrivateAddress, UnreadableFile
from crawler.extract.article import Extraction, extract
from crawler.extract.gate import LARGEST_PAGE
from crawler.fetch.guard import is_private
from crawler.fetch.reserved import is_public
from crawler.page import Page
from crawler.settings import DOWNLOAD_TIMEOUT, USER_AGENT
from crawler.site import Layout, Site
from crawler.site_files.load import load_platforms, load_site, packaged_sites
from crawler.urls import api_address, canonical


@dataclass(frozen=True, slots=True)
class Reader:
    """All sites and page designs that this installation knows."""

    sites: Mapping[str, Site]
    """Host (with its port) → site; what a given file claims wins over a packaged one."""
    layouts: tuple[Layout, ...]

    @classmethod
    def load(cls, site_files: Sequence[Path] = ()) -> "Reader":
        """Load the packaged files, and before them those given. Raises BadSiteFile, UnreadableFile."""
        given = [load_site(path) for path in site_files]
        layouts = (layout for platform in load_platforms().values() for layout in platform.layouts)
        sites = {domain: site for site in (*packaged_sites().values(), *given) for domain in site.domains}
        return cls(sites, tuple(layouts))

    def extract(self, page: Page) -> Extraction:
        """Extract with the rules of the page's site; a page of no known site chooses among all designs."""
        site = self._site_of(page.url)
        return extract(page, site, layouts=() if site else self.layouts)

    def fetch(self, url: str, *, allow_private: bool = False) -> Page:
        """Fetch a page, or the JSON answer from which its site is read, as `fetch_page`."""
        site = self._site_of(url)
        api = api_address(canonical(url), site) if site else None
        if api is None:
            return fetch_page(url, allow_private=allow_private)
        return replace(fetch_page(api, allow_private=allow_private), url=url)

    def _site_of(self, url: str) -> Site | None:
        try:
            return self.sites.get(urlsplit(url).netloc.lower())
        except ValueError:  # no address at all: whoever fetches it says so
            return None


def read_page(path: Path, url: str | None = None) -> Page:
    """Read a saved page. Its moment is now: a file's own time says when it was copied, not when it was captured.

    Without `url` it has no address to speak of.
    """
    try:
        urlsplit(url or "")
    except ValueError:
        raise BadArgument("url", str(url), wanted="a web address") from None
    try:
        return Page(
            url or f"https://unknown.invalid/{path.name}",
            path.read_bytes(),
            datetime.now(UTC),
            is_saved=True,
        )
    except OSError as error:
        raise UnreadableFile(path, error=error) from error


class _PublicTransport(httpx.HTTPTransport):
    """Connects to the address that was judged: a name can have another a moment later."""

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Raises PrivateAddress for a name with private addresses only."""
        name = request.url.host
        try:
            found = [str(each[4][0]) for each in socket.getaddrinfo(name, None, type=socket.SOCK_STREAM)]
        except OSError as error:
            raise httpx.ConnectError(str(error), request=request) from error
        address = next(filter(is_public, found), None)
        if address is None:
            raise PrivateAddress(str(request.url))
        return super().handle_request(
            httpx.Request(
                request.method,
                request.url.copy_with(host=address),
                headers=request.headers,  # Host among them
                stream=request.stream,
                extensions={**request.extensions, "sni_hostname": name},
            )
        )


def fetch_page(url: str, *, allow_private: bool = False) -> Page:
    """Fetch one page for a person who asked for it. Raises PrivateAddress for any hop, PageUnreachable."""

    def check(request: httpx.Request) -> None:
        if not allow_private and is_private(str(request.url)):
            raise PrivateAddress(str(request.url))

    body = b""
    try:
        with (
            httpx.Client(
                transport=None if allow_private else _PublicTransport(),
                trust_env=allow_private,  # a proxy resolves names itself
                follow_redirects=True,
                timeout=DOWNLOAD_TIMEOUT,
                headers={"User-Agent": USER_AGENT},
                event_hooks={"request": [check]},
            ) as client,
            client.stream("GET", url) as response,
        ):
            for piece in response.iter_bytes():
                body += piece
                if len(body) > LARGEST_PAGE:
                    raise PageUnreachable(url, f"larger than {LARGEST_PAGE} bytes")
    except (httpx.HTTPError, httpx.InvalidURL, UnicodeError) as error:
        raise PageUnreachable(url, str(error) or type(error).__name__) from error
    if response.status_code >= 400:
        raise PageUnreachable(url, f"status {response.status_code}", status=response.status_code)
    return Page(str(response.url), body, datetime.now(UTC), response.headers.get("Content-Type"))
