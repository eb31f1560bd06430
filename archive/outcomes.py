"""What became of an address: the outcomes, and every reason why it gave no article.

`Reason` is the one table of what the codes mean. Whoever wants to know whether an address failed, may give an article
later, or hints at a new layout asks the reason, and keeps no list of codes.
"""

from enum import Flag, StrEnum, auto
from typing import Self

GONE_STATUS = (404, 410)
"""HTTP status of a page that is no longer there, or never was."""


class Outcome(StrEnum):
    """What `Archive.store` did with a capture."""

    ADDED = "added"
    REVISED = "revised"
    UNCHANGED = "unchanged"
    REFUSED = "refused"
    FAILED = "failed"


class _Sign(Flag):
    """What a code says beyond its name; the properties of `Reason` explain them."""

    FAILED = auto()
    OF_HOST = auto()
    TEMPORARY = auto()
    LAYOUT = auto()
    GONE = auto()
    NOT_ASKED = auto()


_REFUSED = _Sign(0)
_FAILED, _OF_HOST, _TEMPORARY, _LAYOUT = _Sign.FAILED, _Sign.OF_HOST, _Sign.TEMPORARY, _Sign.LAYOUT
_GONE, _NOT_ASKED = _Sign.GONE, _Sign.NOT_ASKED


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
    NOT_HTML = "not-html"
    NO_TITLE = "no-title", _TEMPORARY | _LAYOUT
    NO_TEXT = "no-text", _TEMPORARY | _LAYOUT
    LISTING = "listing", _LAYOUT
    MEDIA_ONLY = "media-only", _LAYOUT
    SHELL = "shell", _TEMPORARY | _LAYOUT
    LOGIN = "login", _TEMPORARY | _LAYOUT
    PAYWALL = "paywall", _TEMPORARY | _LAYOUT
    TAKEN_OVER = "taken-over", _LAYOUT
    GARBLED = "garbled", _TEMPORARY | _LAYOUT
    MALFORMED = "malformed", _LAYOUT
    SOFT_404 = "soft-404", _TEMPORARY | _GONE
    GONE = "gone", _TEMPORARY | _GONE
    ROBOTS = "robots", _NOT_ASKED
    OFF_SITE = "off-site", _TEMPORARY
    SHRUNKEN = "shrunken", _LAYOUT
    BUDGET = "budget", _NOT_ASKED
    REDESIGNED = "redesigned", _LAYOUT
    # the page did not come, or not whole
    HTTP_ERROR = "http-error", _FAILED
    TIMEOUT = "timeout", _FAILED | _OF_HOST
    DNS = "dns", _FAILED | _OF_HOST
    CONNECTION = "connection", _FAILED | _OF_HOST
    TLS = "tls", _FAILED
    TRUNCATED = "truncated", _FAILED
    TOO_LARGE = "too-large", _FAILED
    UNREADABLE = "unreadable", _FAILED
    ERROR_PAGE = "error-page", _FAILED
    CAPTCHA = "captcha", _FAILED
    EXTRACTOR = "extractor", _FAILED

    @property
    def outcome(self) -> Outcome:
        """FAILED if the page could not be judged: it is tried again after an hour, then ever later. Else REFUSED."""
        return Outcome.FAILED if _FAILED in self._signs else Outcome.REFUSED

    @property
    def is_of_host(self) -> bool:
        """Whether it happened to the host, and not to one of its pages."""
        return _OF_HOST in self._signs

    @property
    def is_temporary(self) -> bool:
        """Whether an address that never gave an article is due again after this refusal, as an article would be.

        A text may come later than its address, a wall may be there for some hours, and a server in trouble may send
        all its readers elsewhere. Other refusals say what the address is.
        """
        return _TEMPORARY in self._signs

    @property
    def hints_at_layout(self) -> bool:
        """Whether a redesign leads to this refusal, and better rules may end it: they make the address due.

        A page that is gone, or closed by robots.txt, says nothing about the layout.
        """
        return _LAYOUT in self._signs

    @property
    def says_gone(self) -> bool:
        """Whether the outlet says that there is no such page, by its status or in words."""
        return _GONE in self._signs

    @property
    def was_asked(self) -> bool:
        """Whether the address was asked for. If not, the refusal says nothing about its page, and it is due again."""
        return _NOT_ASKED not in self._signs
