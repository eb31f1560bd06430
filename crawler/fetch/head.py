"""The head of an answer, its status line and headers: bounded, and kept as it was sent.

Twisted bounds each line, but not all together; its headers have lost their order and spelling.

Neither Twisted nor Scrapy has a public way to replace the parser of answers. So these classes extend private classes of
Scrapy; pyproject.toml bounds the versions to those that the tests ran with.
"""

from typing import Any

from scrapy.core.downloader.handlers.http11 import (
    _LenientHTTP11ClientFactory,
    _LenientHTTP11ClientProtocol,
    _LenientHTTPClientParser,
)
from scrapy.exceptions import DownloadFailedError
from scrapy.http import Headers
from twisted.web.client import ResponseFailed

from archive import phrase

MOST_BYTES = 64 * 1024
"""Most bytes of a head. Browsers and proxies have bounds of 8 to 256 KiB; heads of outlets have 1 or 2 KiB."""
MOST_LINES = 500
"""Most lines of a head, including answers like "103 Early Hints" before it; heads of outlets have 10 to 40."""


_REQUEST = "X-Baotinh-Request"
_HEAD = "X-Baotinh-Head"
"""Headers that we add to an answer: the heads that were on the wire, in hexadecimal. Scrapy makes its response from the
headers of Twisted's and keeps nothing else of it."""


class HeadTooLarge(Exception):
    """The head of an answer exceeds a bound; the connection is closed."""


class BoundedFactory(_LenientHTTP11ClientFactory):
    """Makes the protocol of a new connection."""

    def buildProtocol(self, addr: Any) -> "_BoundedProtocol":  # noqa: N802, ARG002
        """Called by Twisted, once for each connection."""
        return _BoundedProtocol(self._quiescentCallback)  # type: ignore[no-untyped-call]


def take_heads(headers: Headers) -> tuple[bytes, bytes]:
    """Remove the heads of request and answer from the headers of a response, and return them."""
    request, head = (bytes.fromhex((headers.pop(name)[-1]).decode()) for name in (_REQUEST, _HEAD))
    return request, head


def head_error(error: DownloadFailedError) -> HeadTooLarge | None:
    """Return the bound that a failed download exceeded; None if it failed for another reason."""
    return _bound_in(error.__cause__)


def _bound_in(error: BaseException | None) -> HeadTooLarge | None:
    reasons = error.reasons if isinstance(error, ResponseFailed) else ()
    return next((each.value for each in reasons if isinstance(each.value, HeadTooLarge)), None)


class _BoundedParser(_LenientHTTPClientParser):
    """A parser with the bounds; if it raises, the protocol ends the connection."""

    head = b""
    """The lines so far, without those of an answer like "103 Early Hints" before it."""
    _bytes = 0
    _lines = 0

    def connectionMade(self) -> None:  # noqa: N802
        """Called by Twisted after such an answer too."""
        super().connectionMade()  # type: ignore[no-untyped-call]
        self.head = b""

    def lineReceived(self, line: bytes) -> None:  # noqa: N802
        self.head += line + b"\n"
        self._bytes += len(line)
        self._lines += 1
        if self._lines > MOST_LINES:
            raise HeadTooLarge(phrase("more than {most} lines of headers", most=MOST_LINES))
        if self._bytes > MOST_BYTES:
            raise HeadTooLarge(phrase("more than {most} KiB of headers", most=MOST_BYTES // 1024))
        super().lineReceived(line)

    def lineLengthExceeded(self, line: bytes) -> None:  # noqa: N802, ARG002
        raise HeadTooLarge(phrase("a header of more than {most} KiB", most=self.MAX_LENGTH // 1024))


class _BoundedProtocol(_LenientHTTP11ClientProtocol):
    """A connection that is closed at once if the head exceeds a bound, whatever else the server sends."""

    def request(self, request: Any) -> Any:
        answer = super().request(request)
        parser: Any = self._parser
        parser.__class__ = _BoundedParser  # as Scrapy's own protocol sets the class

        def keep_heads(response: Any) -> Any:
            response.headers.setRawHeaders(_REQUEST, [_head_of(request).hex()])
            response.headers.setRawHeaders(_HEAD, [parser.head.hex()])
            return response

        answer.addCallbacks(keep_heads, self._abort)
        return answer

    def _abort(self, failure: Any) -> Any:
        """Close the connection without waiting for the server to agree: over TLS it could go on sending."""
        if self.transport and _bound_in(failure.value):
            self.transport.abortConnection()
        return failure


def _head_of(request: Any) -> bytes:
    """Return the head of a request, as Twisted writes it, without the password of a proxy."""
    lines = [b"%s %s HTTP/1.1" % (request.method, request.uri)]
    if not request.persistent:
        lines.append(b"Connection: close")
    headers = [each for each in request.headers.getAllRawHeaders() if each[0].lower() != b"proxy-authorization"]
    lines += [b"%s: %s" % (name, value) for name, values in headers for value in values]
    return b"\r\n".join((*lines, b"", b""))
