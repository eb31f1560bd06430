"""The archive of Vietnamese provincial news: everything that other packages may use of it."""

from archive.errors import ArchiveError, ArchiveNotFound, NoSuchArticle
from archive.filters import Filters
from archive.places import Era, Province, find_provinces, then_and_now
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
from archive.search import Hit
from archive.sites import SiteTotals
from archive.store import Archive

__all__ = [
    "VIETNAM",
    "Archive",
    "ArchiveError",
    "ArchiveNotFound",
    "Article",
    "Capture",
    "Era",
    "Filters",
    "Hit",
    "Image",
    "Kind",
    "Link",
    "NoSuchArticle",
    "Outcome",
    "Outlet",
    "Precision",
    "Province",
    "Reason",
    "Refusal",
    "RunReport",
    "SiteTotals",
    "as_record",
    "find_provinces",
    "then_and_now",
]
