"""What a failed request means for the record."""

import re

from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadTimeoutError,
    IgnoreRequest,
    ResponseDataLossError,
)

from archive import GONE_STATUS, Reason, Refusal
from crawler.fetch.guard import Forbidden

_REASONS: tuple[tuple[type[Exception], Reason], ...] = (
    (CannotResolveHostError, Reason.DNS),
    (DownloadTimeoutError, Reason.TIMEOUT),
    (DownloadConnectionRefusedError, Reason.CONNECTION),
    (DownloadCancelledError, Reason.TOO_LARGE),  # Scrapy cancels a download for its size only
    (ResponseDataLossError, Reason.TRUNCATED),
    (ValueError, Reason.HTTP_ERROR),  # a redirect to what is no address
    (IgnoreRequest, Reason.HTTP_ERROR),  # too many redirects, or a host that is not asked any more
)
_LAST_TAG = re.compile(rb"</html", re.IGNORECASE)
_LAST_BYTES = 1024
"""Where the last tag of nearly every page stands; only without it there the whole page is searched."""


def refusal_of(error: BaseException | None) -> Refusal:
    """Return the reason for which a request gave no response; an unknown error counts as a broken connection."""
    if isinstance(error, Forbidden):
        return error.refusal
    text = " ".join(str(error).split()) or type(error).__name__
    if "certificate" in text.lower() or "SSL" in text:
        return Refusal(Reason.TLS, text)
    reason = next((reason for kind, reason in _REASONS if isinstance(error, kind)), Reason.CONNECTION)
    return Refusal(reason, text)


def status_refusal(status: int) -> Refusal | None:
    """Return why an answer with this HTTP status holds no article, None if it may hold one."""
    if status < 300:
        return None
    return Refusal(Reason.GONE if status in GONE_STATUS else Reason.HTTP_ERROR, f"status {status}")


def has_no_end(body: bytes) -> bool:
    """True for an HTML page without its last tag: HTTP cannot tell that a Content-Length was too short."""
    return b"<html" in body[:4096].lower() and not (_LAST_TAG.search(body[-_LAST_BYTES:]) or _LAST_TAG.search(body))
