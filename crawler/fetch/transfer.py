"""Fetches whole answers only: one that ends early is a failed request, never half a page.

Scrapy accepts the readable part of a cut or damaged gzip body as the page, and checks no checksum.
"""

import re
from typing import Any
from urllib.parse import urlsplit

from scrapy import Request
from scrapy.core.downloader.handlers.http11 import HTTP11DownloadHandler, TunnelError
from scrapy.crawler import Crawler
from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    ResponseDataLossError,
)
from scrapy.http import Response

from archive import Exchange, Reason, Refusal, decode_body, phrase
from crawler.fetch.guard import Forbidden
from crawler.fetch.head import BoundedFactory, head_error, take_heads
from crawler.fetch.proxy import Proxy, proxy_of
from crawler.fetch.run import meta_of, run_of
from crawler.site import Site

CUT = "download_stopped"
"""Scrapy's flag of a response whose download we ended."""
WANTS_PASSWORD = 407
"""Status that only a proxy answers: taken for that of a robots.txt, it would allow everything."""


class TransferHandler(HTTP11DownloadHandler):
    """Scrapy's own handler of http and https, with bounded heads, and bodies decompressed and checked."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._pool._factory = BoundedFactory
        self._proxy = proxy_of(crawler.settings)

    async def download_request(self, request: Request) -> Response:
        """Raises the errors of Scrapy's handler, and Forbidden for a name that has only private addresses.

        An answer that is too large, head or body, raises DownloadCancelledError. A proxy that does not pass the request
        on raises DownloadFailedError.
        """
        try:
            if self._proxy is None:
                response = await super().download_request(request)
            else:
                response = await self._download_through(self._proxy, request)
        except CannotResolveHostError:
            host = urlsplit(request.url).hostname or ""
            if address := _private_address(host):
                refusal = Refusal(
                    Reason.OFF_SITE,
                    phrase("{host} is {address}, an address of a private network", host=host, address=address),
                )
                raise Forbidden(refusal, request.url, is_private=True) from None
            raise
        except DownloadCancelledError:  # Scrapy's text shows the request
            most = self._crawler.settings.getint("DOWNLOAD_MAXSIZE") // 1024 // 1024
            raise DownloadCancelledError(phrase("more than {most} MiB on the wire", most=most)) from None
        except DownloadFailedError as error:
            if too_large := head_error(error):
                raise DownloadCancelledError(str(too_large)) from error
            raise
        self._note_exchange(request, response)
        return decoded(response)

    async def _download_through(self, proxy: Proxy, request: Request) -> Response:
        """Return the answer that comes through the proxy; `request` itself never has its password."""
        routed = request.replace(meta={**request.meta, "proxy": str(proxy)})
        if proxy.authorization:
            routed.headers["Proxy-Authorization"] = proxy.authorization
        try:
            response = await super().download_request(routed)
        except (CannotResolveHostError, DownloadConnectionRefusedError):
            raise DownloadFailedError(phrase("the proxy {proxy} cannot be reached", proxy=proxy)) from None
        except TunnelError as error:  # its text shows Python objects
            found = re.search(r"'status': (\d+)", str(error))
            raise _not_passed_on(proxy, int(found[1]) if found else None) from None
        if response.status == WANTS_PASSWORD:
            raise _not_passed_on(proxy, response.status)
        return response

    def _note_exchange(self, request: Request, response: Response) -> None:
        """Note in `meta` what went over the wire: the raw page, if the answer is stored."""
        asked, head = take_heads(response.headers)
        exchange = Exchange(
            url=request.url,
            at=run_of(self._crawler).now(),
            request=asked,
            head=head,
            body=response.body,
            address=str(response.ip_address) if response.ip_address and not self._proxy else None,
            is_cut=CUT in response.flags,
        )
        meta_of(request).exchanges.append(exchange)


def _not_passed_on(proxy: Proxy, status: int | None) -> DownloadFailedError:
    if status == WANTS_PASSWORD:
        return DownloadFailedError(
            phrase("the proxy {proxy} does not accept the user and password", proxy=proxy)
            if proxy.authorization
            else phrase("the proxy {proxy} wants a user and a password", proxy=proxy)
        )
    answer = phrase("status {status}", status=status) if status else phrase("an answer that is not HTTP")
    return DownloadFailedError(
        phrase("the proxy {proxy} opens no way to this host: {answer}", proxy=proxy, answer=answer)
    )


def decoded(response: Response) -> Response:
    """Return the response without its content encodings.

    Raises ResponseDataLossError for a cut body and DownloadCancelledError for one that is too large, as Scrapy does for
    such a body on the wire.
    """
    body = decode_body(response.body, b",".join(response.headers.getlist("Content-Encoding")).decode("latin-1"))
    if isinstance(body, Refusal):
        error = DownloadCancelledError if body.reason is Reason.TOO_LARGE else ResponseDataLossError
        raise error(body.detail)
    if body is response.body:
        return response
    response = response.replace(body=body)
    del response.headers["Content-Encoding"]
    return response


def tls_settings(site: Site) -> dict[str, Any]:
    """Return Scrapy settings for the exceptions that a site file makes; they are recorded with each run."""
    settings: dict[str, Any] = {}
    if site.insecure_tls:
        settings["DOWNLOAD_VERIFY_CERTIFICATES"] = False
    if site.legacy_tls:
        settings["DOWNLOAD_TLS_MIN_VERSION"] = "TLSv1.0"
        # OpenSSL allows old ciphers and keys only at its level 0
        settings["DOWNLOADER_CLIENT_TLS_CIPHERS"] = "DEFAULT:@SECLEVEL=0"
    return settings


def _private_address(host: str) -> str | None:
    """Return the private address because of which our resolver refused a name; None if it did not refuse it."""
    from twisted.internet import reactor

    address: str | None = getattr(reactor, "nameResolver").refused.get(host)  # noqa: B009 - unknown to its type
    return address
