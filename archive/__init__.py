"""The archive of Vietnamese provincial news: everything that other packages may use of it."""

from archive.errors import ArchiveError, ArchiveNotFound, NoSuchArticle
from archive.places import Era, Province, find_provinces, read_provinces, then_and_now
from archive.plain import as_record
from archive.reading.filters import Filters
from archive.reading.health import Lag, SiteHealth, SourceState
from archive.reading.history import SHARES, SeenPage, SiteHistory
from archive.reading.search import Hit
from archive.reading.story import Attempt, Holding, Story
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
from archive.store import Archive
from archive.writing.agenda import Agenda
from archive.writing.hosts import HostRest
from archive.writing.runs import RunReport, RunStatus
from archive.writing.sites import SiteTotals

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
    "HostRest",
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
