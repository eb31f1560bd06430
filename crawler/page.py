"""A page as it came: what the extractors are given."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Page:
    """Bytes, the address they came from and the moment they came. No network, no clock."""

    url: str
    body: bytes
    fetched_at: datetime
    """Aware: "2 giờ trước" counts back from here, and a date after it is a wrong reading."""
    content_type: str | None = None
    """The Content-Type header verbatim."""
    is_saved: bool = False
    """True for a file: nobody knows when it was captured, so no date is counted back from `fetched_at`."""
