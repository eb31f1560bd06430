"""What a failed request means for the record."""

import re

from OpenSSL import SSL
from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadTimeoutError,
    IgnoreRequest,
    ResponseDataLossError,
)
from service_identity import VerificationError
from twisted.internet.error import ConnectionDone, ConnectionLost
from twisted.web._newclient import ParseError

from archive import Reason, Refusal, phrase
from crawler.fetch.guard import Forbidden

_REASONS: tuple[tuple[type[Exception], Reason], ...] = (
    (CannotResolveHostError, Reason.DNS),
    (DownloadTimeoutError, Reason.TIMEOUT),
    (DownloadConnectionRefusedError, Reason.CONNECTION),
    (DownloadCancelledError, Reason.TOO_LARGE),  # Scrapy cancels a download for its size only
    (ResponseDataLossError, Reason.TRUNCATED),
    (ValueError, Reason.HTTP_ERROR),  # a redirect to something that is not an address
    (IgnoreRequest, Reason.HTTP_ERROR),  # too many redirects, or a host that gets no more requests
)
_SENTENCES: tuple[tuple[type[Exception], str], ...] = (
    (ResponseDataLossError, phrase("the answer ended before its announced length")),
    (ParseError, phrase("the answer is not HTTP")),
    (ConnectionDone, phrase("the server closed the connection before the answer was complete")),
    (ConnectionLost, phrase("the connection broke before the answer was complete")),
    (VerificationError, phrase("the certificate is for another host")),
)
"""For errors whose own text is empty or names Python objects."""
_SHOWS_OBJECTS = re.compile(r"<\w+[ .]|\bb['\"]|[\[(]['\"(<]")


def refusal_of(error: BaseException | None) -> Refusal:
    """Return the reason for which a request gave no response; an unknown error counts as a broken connection."""
    if isinstance(error, Forbidden):
        return error.refusal
    cause = _innermost(error) if error else None
    if isinstance(cause, (SSL.Error, VerificationError)) or "certificate" in str(error).lower():
        return Refusal(Reason.TLS, _sentence(error, cause))
    reason = next((reason for kind, reason in _REASONS if isinstance(error, kind)), Reason.CONNECTION)
    return Refusal(reason, _sentence(error, cause))


def _innermost(error: BaseException) -> BaseException:
    """Return the first error: Scrapy raises its own from Twisted's, and Twisted wraps its own in failures."""
    reasons = getattr(error, "reasons", None)
    inner = reasons[0].value if reasons else error.__cause__
    return _innermost(inner) if inner else error


def _sentence(error: BaseException | None, cause: BaseException | None) -> str:
    """Return what happened, in words: the text of some errors is empty, or a list of objects."""
    known = (text for kind, text in _SENTENCES for each in (error, cause) if isinstance(each, kind))
    if text := next(known, None):
        return text
    if isinstance(cause, SSL.Error) and cause.args:
        return phrase("TLS failed: {reasons}", reasons=", ".join(reason for *_, reason in cause.args[0]))
    words = [text for each in (cause, error) if each and not _SHOWS_OBJECTS.search(text := str(each)) and text]
    return words[0] if words else phrase("the connection failed ({name})", name=type(cause).__name__)
