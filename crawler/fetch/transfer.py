"""Fetches whole answers only: one that ends early is a failed request, never half a page.

Scrapy accepts the readable part of a cut or damaged gzip body as the page, and checks no checksum.
"""

from typing import Any
from urllib.parse import urlsplit

from scrapy import Request
from scrapy.core.downloader.handlers.http11 import HTTP11DownloadHandler
from scrapy.crawler import Crawler
from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadFailedError,
    ResponseDataLossError,
)
from scrapy.http import Response

from archive import Exchange, Reason, Refusal, decode_body, phrase
from crawler.fetch.guard import Forbidden
from crawler.fetch.head import BoundedFactory, head_error, take_heads
from crawler.fetch.run import meta_of, run_of
from crawler.site import Site

CUT = "download_stopped"
"""Scrapy's flag of a response whose download we ended."""


class TransferHandler(HTTP11DownloadHandler):
    """Scrapy's own handler of http and https, with bounded heads, and bodies decompressed and checked."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._pool._factory = BoundedFactory

    async def download_request(self, request: Request) -> Response:
        """Raises the errors of Scrapy's handler, and Forbidden for a name that has only private addresses.

        An answer that is too large, head or body, raises DownloadCancelledError.
        """
        try:
            response = await super().download_request(request)
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

    def _note_exchange(self, request: Request, response: Response) -> None:
        """Note in `meta` what went over the wire: the raw page, if the answer is stored."""
        asked, head = take_heads(response.headers)
        exchange = Exchange(
            url=request.url,
            at=run_of(self._crawler).now(),
            request=asked,
            head=head,
            body=response.body,
            address=str(response.ip_address) if response.ip_address else None,
            is_cut=CUT in response.flags,
        )
        meta_of(request).exchanges.append(exchange)


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
