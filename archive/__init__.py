"""The archive of Vietnamese provincial news: everything that other packages and scripts may use of it.

    from archive import Archive

    with Archive.open("news-archive", read_only=True) as archive:
        for hit in archive.search("dai doan ket"):
            print(hit.published_at, hit.title)

docs/python.md shows the rest. Every type that a method of `Archive` takes, returns or raises is exported here.
"""

from archive.care.backup import Backup, back_up
from archive.care.findings import Finding
from archive.care.merge import Merged, merge
from archive.care.pack import Packed, pack
from archive.care.rebuild import Rebuilt, rebuild
from archive.care.repair import Repaired, repair
from archive.care.verify import Checked, ledger_head, verify
from archive.citing import CITATION_FORMATS, Citation
from archive.compressed import LARGEST_BODY, decode_body, unpack, unpack_start
from archive.copies.update import CopiesUpdated
from archive.errors import (
    AddressTaken,
    ArchiveBusy,
    ArchiveClosed,
    ArchiveError,
    ArchiveNotFound,
    ArchiveNotWritable,
    ArticleWithheld,
    BadQuery,
    DamagedArchive,
    DamagedRecord,
    DamagedWarc,
    DiskFull,
    ExitCode,
    FolderTaken,
    ForeignSchema,
    MissingLibrary,
    NameTaken,
    NewerArchive,
    NoExport,
    NoRawPage,
    NoSuchArticle,
    NoSuchRun,
    NoSuchSite,
    NotABackup,
    NotAnArchive,
    NothingCorrected,
    NothingDecided,
    NothingDoubtful,
    NothingToRebuild,
    NotMergeable,
    NotWithheld,
    OlderArchive,
    OtherNumbers,
    UnfinishedArchive,
)
from archive.evidence import as_line, from_line
from archive.exchange import Exchange
from archive.files import named_disk_errors, whole_file, write_new
from archive.fold import fold, mend_eth
from archive.languages import LANGUAGES
from archive.os_errors import words_of
from archive.outcomes import GONE_STATUS, Outcome, Reason
from archive.phrases import Phrase, counted, figure, in_language, joined, phrase
from archive.places import Era, Province, find_provinces, read_provinces, then_and_now
from archive.plain import as_record
from archive.reading.columns import Batch
from archive.reading.concordance import Concordance, ConcordanceLine, Sort
from archive.reading.copies import Copies, CopyGroup, CopyMember, Sign
from archive.reading.corrections import Correction
from archive.reading.day_states import Coverage, CoverageDay, DayState, Listed, Unknown
from archive.reading.doubts import DoubtfulArticle, WaitingReading
from archive.reading.facets import Facet, Facets
from archive.reading.filters import Filters
from archive.reading.gaps import Gap, SourceAnswer
from archive.reading.health import Lag, SiteHealth, SourceState
from archive.reading.history import SHARES, SeenPage, SiteHistory
from archive.reading.listed import MissingDays
from archive.reading.operations import Operation
from archive.reading.quotes import Difference, QuoteCheck, QuotedPlace, QuoteMatch
from archive.reading.raw_pages import Answer, Place, RawPage, read_answer
from archive.reading.reprints import OutletOrigins, Reprinted, ReprintMonth, ReprintPair, Reprints
from archive.reading.rereadable import PageToReread
from archive.reading.search import Hit
from archive.reading.space import DiskSpace
from archive.reading.stats import Growth, Stats, Tally
from archive.reading.stored import Alias, Revision, StoredArticle
from archive.reading.story import Attempt, Holding, Story
from archive.reading.trend import By, Trend, TrendLine, TrendRow
from archive.reading.withholdings import Withholding
from archive.recall import recalled, with_reason
from archive.record import (
    NO_LINKS,
    VIETNAM,
    AliasCause,
    Article,
    ArticleStatus,
    Capture,
    Doubt,
    Image,
    Kind,
    Link,
    Loss,
    Manner,
    Named,
    Origin,
    Outlet,
    OutletKind,
    Part,
    Precision,
    Refusal,
    TextCause,
)
from archive.safe_text import visible
from archive.sameness import Text, is_same_text
from archive.spelling import WEB_PORTS, canonical, clean_query
from archive.store import Archive
from archive.writing.agenda import Agenda
from archive.writing.corrections import Field
from archive.writing.frontier import Validators
from archive.writing.hosts import HostRest
from archive.writing.importing import Imported
from archive.writing.rereading import Reread
from archive.writing.runs import RunReport, RunStatus, SourceLoss, SourceTrouble
from archive.writing.sites import SiteTotals

__all__ = [
    "CITATION_FORMATS",
    "GONE_STATUS",
    "LANGUAGES",
    "LARGEST_BODY",
    "NO_LINKS",
    "SHARES",
    "VIETNAM",
    "WEB_PORTS",
    "AddressTaken",
    "Agenda",
    "Alias",
    "AliasCause",
    "Answer",
    "Archive",
    "ArchiveBusy",
    "ArchiveClosed",
    "ArchiveError",
    "ArchiveNotFound",
    "ArchiveNotWritable",
    "Article",
    "ArticleStatus",
    "ArticleWithheld",
    "Attempt",
    "Backup",
    "BadQuery",
    "Batch",
    "By",
    "Capture",
    "Checked",
    "Citation",
    "Concordance",
    "ConcordanceLine",
    "Copies",
    "CopiesUpdated",
    "CopyGroup",
    "CopyMember",
    "Correction",
    "Coverage",
    "CoverageDay",
    "DamagedArchive",
    "DamagedRecord",
    "DamagedWarc",
    "DayState",
    "Difference",
    "DiskFull",
    "DiskSpace",
    "Doubt",
    "DoubtfulArticle",
    "Era",
    "Exchange",
    "ExitCode",
    "Facet",
    "Facets",
    "Field",
    "Filters",
    "Finding",
    "FolderTaken",
    "ForeignSchema",
    "Gap",
    "Growth",
    "Hit",
    "Holding",
    "HostRest",
    "Image",
    "Imported",
    "Kind",
    "Lag",
    "Link",
    "Listed",
    "Loss",
    "Manner",
    "Merged",
    "MissingDays",
    "MissingLibrary",
    "NameTaken",
    "Named",
    "NewerArchive",
    "NoExport",
    "NoRawPage",
    "NoSuchArticle",
    "NoSuchRun",
    "NoSuchSite",
    "NotABackup",
    "NotAnArchive",
    "NotMergeable",
    "NotWithheld",
    "NothingCorrected",
    "NothingDecided",
    "NothingDoubtful",
    "NothingToRebuild",
    "OlderArchive",
    "Operation",
    "Origin",
    "OtherNumbers",
    "Outcome",
    "Outlet",
    "OutletKind",
    "OutletOrigins",
    "Packed",
    "PageToReread",
    "Part",
    "Phrase",
    "Place",
    "Precision",
    "Province",
    "QuoteCheck",
    "QuoteMatch",
    "QuotedPlace",
    "RawPage",
    "Reason",
    "Rebuilt",
    "Refusal",
    "Repaired",
    "ReprintMonth",
    "ReprintPair",
    "Reprinted",
    "Reprints",
    "Reread",
    "Revision",
    "RunReport",
    "RunStatus",
    "SeenPage",
    "Sign",
    "SiteHealth",
    "SiteHistory",
    "SiteTotals",
    "Sort",
    "SourceAnswer",
    "SourceLoss",
    "SourceState",
    "SourceTrouble",
    "Stats",
    "StoredArticle",
    "Story",
    "Tally",
    "Text",
    "TextCause",
    "Trend",
    "TrendLine",
    "TrendRow",
    "UnfinishedArchive",
    "Unknown",
    "Validators",
    "WaitingReading",
    "Withholding",
    "as_line",
    "as_record",
    "back_up",
    "canonical",
    "clean_query",
    "counted",
    "decode_body",
    "figure",
    "find_provinces",
    "fold",
    "from_line",
    "in_language",
    "is_same_text",
    "joined",
    "ledger_head",
    "mend_eth",
    "merge",
    "named_disk_errors",
    "pack",
    "phrase",
    "read_answer",
    "read_provinces",
    "rebuild",
    "recalled",
    "repair",
    "then_and_now",
    "unpack",
    "unpack_start",
    "verify",
    "visible",
    "whole_file",
    "with_reason",
    "words_of",
    "write_new",
]
