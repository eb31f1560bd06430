"""The archive of Vietnamese provincial news: everything that other packages may use of it."""

from archive.errors import ArchiveError
from archive.plain import as_record
from archive.record import (
    VIETNAM,
    Article,
    Capture,
    Image,
    Kind,
    Link,
    Outcome,
    Outlet,
    Precision,
    Reason,
    Refusal,
)
from archive.runs import RunReport
from archive.search import Filters, Hit
from archive.store import Archive

__all__ = [
    "VIETNAM",
    "Archive",
    "ArchiveError",
    "Article",
    "Capture",
    "Filters",
    "Hit",
    "Image",
    "Kind",
    "Link",
    "Outcome",
    "Outlet",
    "Precision",
    "Reason",
    "Refusal",
    "RunReport",
    "as_record",
]
