"""A fetched or saved page: the input of the extractors."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Page:
    """The bytes of a page, its address, and the moment of the fetch. No network, no clock."""

    url: str
    body: bytes
    fetched_at: datetime
    """Aware. "2 giờ trước" counts back from this moment, and a date after it was misread."""
    content_type: str | None = None
    """The Content-Type header verbatim."""
    is_saved: bool = False
    """True for a file: its moment of capture is unknown, so no date is counted back from `fetched_at`."""
