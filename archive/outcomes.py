"""The outcomes of a capture, and every reason why an address gave no article.

`Reason` is the only table of what the codes mean. Code that needs to know whether an address failed, may give an
article later, or hints at a new layout uses the properties of the reason, and keeps no list of codes of its own.
"""

from enum import Flag, StrEnum, auto
from typing import Self

GONE_STATUS = (404, 410)
"""HTTP statuses of a page that does not exist, or no longer exists."""

SERVER_ERROR = 500
"""The lowest HTTP status that says that the server, not the request, is at fault."""


class Outcome(StrEnum):
    """What `Archive.store` did with a capture."""

    ADDED = "added"
    REVISED = "revised"
    UNCHANGED = "unchanged"
    REFUSED = "refused"
    FAILED = "failed"


class _Sign(Flag):
    """What a code implies; the properties of `Reason` explain the signs."""

    FAILED = auto()
    OF_HOST = auto()
    TEMPORARY = auto()
    LAYOUT = auto()
    GONE = auto()
    NOT_ASKED = auto()
    TEXTLESS = auto()
    UNKNOWN = auto()
    NO_ARTICLE = auto()
    DOWN = auto()


_REFUSED = _Sign(0)
_FAILED, _OF_HOST, _TEMPORARY, _LAYOUT = _Sign.FAILED, _Sign.OF_HOST, _Sign.TEMPORARY, _Sign.LAYOUT
_GONE, _NOT_ASKED, _UNKNOWN = _Sign.GONE, _Sign.NOT_ASKED, _Sign.UNKNOWN
_NO_ARTICLE, _DOWN = _Sign.NO_ARTICLE, _Sign.DOWN
_TEXTLESS = _Sign.TEXTLESS | _UNKNOWN


class Reason(StrEnum):
    """Why a URL gave no article. The codes are kept in the archive: they are never renamed."""

    _signs: _Sign

    def __new__(cls, code: str, signs: _Sign = _REFUSED) -> Self:
        """Make a member; for this table only."""
        reason = str.__new__(cls, code)
        reason._value_ = code
        reason._signs = signs
        return reason

    # the page came, and it is not stored
    NOT_HTML = "not-html", _NO_ARTICLE
    NO_TITLE = "no-title", _TEMPORARY | _LAYOUT | _TEXTLESS
    NO_TEXT = "no-text", _TEMPORARY | _LAYOUT | _TEXTLESS
    LISTING = "listing", _LAYOUT | _UNKNOWN | _NO_ARTICLE
    MEDIA_ONLY = "media-only", _LAYOUT | _TEXTLESS | _NO_ARTICLE
    SHELL = "shell", _TEMPORARY | _LAYOUT | _TEXTLESS
    LOGIN = "login", _TEMPORARY | _LAYOUT
    PAYWALL = "paywall", _TEMPORARY | _LAYOUT
    TAKEN_OVER = "taken-over", _LAYOUT
    GARBLED = "garbled", _TEMPORARY | _LAYOUT
    MALFORMED = "malformed", _LAYOUT
    SOFT_404 = "soft-404", _TEMPORARY | _GONE
    GONE = "gone", _TEMPORARY | _GONE
    ROBOTS = "robots", _NOT_ASKED
    OFF_SITE = "off-site", _TEMPORARY | _NO_ARTICLE
    SHRUNKEN = "shrunken", _LAYOUT
    BUDGET = "budget", _NOT_ASKED
    REDESIGNED = "redesigned", _LAYOUT | _UNKNOWN
    DOUBTFUL = "doubtful", _LAYOUT
    OLDER = "older"
    WITHHELD = "withheld", _NO_ARTICLE
    # the page did not come, or not whole
    HTTP_ERROR = "http-error", _FAILED
    TIMEOUT = "timeout", _FAILED | _OF_HOST | _DOWN
    DNS = "dns", _FAILED | _OF_HOST | _DOWN
    CONNECTION = "connection", _FAILED | _OF_HOST | _DOWN
    TLS = "tls", _FAILED | _DOWN
    TRUNCATED = "truncated", _FAILED | _DOWN
    TOO_LARGE = "too-large", _FAILED
    UNREADABLE = "unreadable", _FAILED
    ERROR_PAGE = "error-page", _FAILED | _DOWN
    CAPTCHA = "captcha", _FAILED
    EXTRACTOR = "extractor", _FAILED

    @property
    def outcome(self) -> Outcome:
        """FAILED if no page could be judged: it is retried after an hour, then at growing intervals. Else REFUSED."""
        return Outcome.FAILED if _FAILED in self._signs else Outcome.REFUSED

    @property
    def is_of_host(self) -> bool:
        """Whether the reason concerns the whole host, not only one of its pages."""
        return _OF_HOST in self._signs

    @property
    def is_temporary(self) -> bool:
        """Whether this refusal may be temporary: an address that never gave an article is rechecked like an article.

        A text may appear later than its address, a login page or CAPTCHA may last some hours, and an overloaded server
        may redirect all requests. After any other refusal the address is not an article.
        """
        return _TEMPORARY in self._signs

    @property
    def hints_at_layout(self) -> bool:
        """Whether a redesign can cause this refusal. If so, the address is due again once the site's rules change.

        A page that is gone, or forbidden by robots.txt, says nothing about the layout.
        """
        return _LAYOUT in self._signs

    @property
    def says_gone(self) -> bool:
        """Whether the outlet says, by the status or in the text, that the page does not exist."""
        return _GONE in self._signs

    @property
    def was_asked(self) -> bool:
        """Whether the address was requested. If not, the refusal says nothing about its page, and it stays due."""
        return _NOT_ASKED not in self._signs

    @property
    def lacks_text(self) -> bool:
        """Whether the page came, and no text of an article was found on it."""
        return _Sign.TEXTLESS in self._signs

    @property
    def hints_at_markup(self) -> bool:
        """Whether the page may have markup that the rules do not know: it has no text for them, or that of a list.

        Unlike `hints_at_layout`, a login page, a paywall or a doubtful text is no such sign.
        """
        return _UNKNOWN in self._signs

    @property
    def means_missed(self) -> bool:
        """Whether an address with this reason may be an article that the archive lacks.

        Not so a file, a list of links, a player, a page of another site, and an article that a person withheld.
        """
        return _Sign.NO_ARTICLE not in self._signs

    def says_down(self, status: int | None) -> bool:
        """Whether the server gave no whole page, or one that reports a fault. `status` is that of the answer, if any.

        A server that forbids a page, or does not have it, is up.
        """
        if self is Reason.HTTP_ERROR:
            return status is not None and status >= SERVER_ERROR
        return _Sign.DOWN in self._signs
