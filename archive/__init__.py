"""The archive of Vietnamese provincial news: everything that other packages may use of it."""

from archive.agenda import Agenda
from archive.errors import ArchiveError, ArchiveNotFound, NoSuchArticle
from archive.filters import Filters
from archive.health import Lag, SiteHealth, SourceState
from archive.history import SHARES, SeenPage, SiteHistory
from archive.places import Era, Province, find_provinces, read_provinces, then_and_now
from archive.plain import as_record
from archive.record import (
    UNREAD,
    VIETNAM,
    Article,
    Capture,
    Doubt,
    Image,
    Kind,
    Link,
    Outcome,
    Outlet,
    Precision,
    Reason,
    Refusal,
)
from archive.runs import RunReport, RunStatus
from archive.search import Hit
from archive.sites import SiteTotals
from archive.store import Archive
from archive.story import Attempt, Holding, Story

__all__ = [
    "SHARES",
    "UNREAD",
    "VIETNAM",
    "Agenda",
    "Archive",
    "ArchiveError",
    "ArchiveNotFound",
    "Article",
    "Attempt",
    "Capture",
    "Doubt",
    "Era",
    "Filters",
    "Hit",
    "Holding",
    "Image",
    "Kind",
    "Lag",
    "Link",
    "NoSuchArticle",
    "Outcome",
    "Outlet",
    "Precision",
    "Province",
    "Reason",
    "Refusal",
    "RunReport",
    "RunStatus",
    "SeenPage",
    "SiteHealth",
    "SiteHistory",
    "SiteTotals",
    "SourceState",
    "Story",
    "as_record",
    "find_provinces",
    "read_provinces",
    "then_and_now",
]
