"""What each command prints with --json, as types; and what the program builds as a dict, as TypedDicts."""

from dataclasses import dataclass, fields
from datetime import date
from typing import Any, Literal, NotRequired, TypedDict

from archive import (
    Article,
    Backup,
    Checked,
    Concordance,
    ConcordanceLine,
    Copies,
    CopiesUpdated,
    Coverage,
    CoverageDay,
    DayState,
    DiskSpace,
    DoubtfulArticle,
    ExitCode,
    Finding,
    Gap,
    Hit,
    Holding,
    Listed,
    Merged,
    Operation,
    Outcome,
    Packed,
    QuoteCheck,
    Reason,
    Rebuilt,
    Reprints,
    Revision,
    RunReport,
    SiteHealth,
    Stats,
    StoredArticle,
    TextCause,
    Trend,
    Withholding,
)
from archive.care.compare import Difference
from archive.contract import VERSION
from archive.reading.difference import Change as ChangeOfText
from archive.reading.facets import Facets
from archive.writing.changes import Change as Happened
from crawler.cluster.status import ClusterStatus
from crawler.crawl.plan import Plan
from crawler.operate.expect import Shortfall
from crawler.operate.why import Explanation
from crawler.probe.record import Probe
from crawler.reparse.report import SiteReparse
from crawler.site_files.checks import FileCheck
from tests.contract.shapes import Change, Schema, Shapes

# --- search ---


class SearchPage(TypedDict):
    """The first hits of a search."""

    total: int
    """Articles that the search finds."""
    read_as: str | None
    """How the words were read, if that has to be said; null for plain words."""
    hits: list[Hit]


# --- show ---


class ShownArticle(TypedDict):
    """The key that `--revisions` adds to an article."""

    revisions: NotRequired[list[Revision]]
    """All texts, the oldest first; only with --revisions."""


class HistoryLine(TypedDict):
    """One text, and how much of it is new."""

    n: int
    """1 is the first text seen."""
    seen_at: str
    cause: TextCause
    changed: list[str]
    """Fields that differ from the text before."""
    words_added: int
    words_removed: int


class Piece(TypedDict):
    """A piece of a field."""

    change: ChangeOfText
    text: str


TextDifference = TypedDict("TextDifference", {"from": int, "to": int, "difference": dict[str, list[Piece]]})
TextDifference.__doc__ = "The difference between two texts, by field."


class WithheldArticle(TypedDict):
    """What may be said of an article that was taken out of sight."""

    uid: str
    url: str
    site: str | None
    status: Literal["withheld"]
    withheld: Withholding


# --- changes ---


class PutLine(TypedDict):
    """A record to store in place of the one with its uid."""

    op: Literal["put"]
    what: Happened | Literal["changed"]


class RemoveLine(TypedDict):
    """An article to remove: all keys except these four are null or empty."""

    op: Literal["remove"]
    what: Literal["withheld", "outside"]
    uid: str
    url: str


class Changes(TypedDict):
    """What changed since a cursor."""

    cursor: str
    """Of the archive as it is."""
    total: int
    operations: list[Operation]
    """The last ones, the last change first."""


# --- coverage ---


class CoverageOfYear(TypedDict):
    """The days of a year."""

    year: int
    outlets: list["CoverageOfOutlet"]
    """In the order of the provinces."""


class CoverageOfOutlet(TypedDict):
    """The days of one outlet."""

    gaps: NotRequired[list[Gap]]
    """Days in a row that are neither stored nor without publications; only with SITE."""


# --- care ---


class LedgerHead(TypedDict):
    """The answer to `--head`."""

    head: str | None
    """The line of the ledger to print and to keep; null if the ledger is empty."""


class Repair(TypedDict):
    """What a repair did."""

    found: list[Finding]
    done: list[str]
    """What was mended, and what could not be read, one sentence each."""
    aside: str | None
    """The damaged database, which has this name now; null if it was mended in its place."""
    left: list[Finding]
    """What is still damaged."""


# --- crawl ---


class CrawlReport(TypedDict):
    """The key that a crawl adds to the report of its run."""

    shortfalls: list[Shortfall]
    """What the run fell short of."""


class DayYield(TypedDict):
    """New articles of the day of the last run."""

    articles: int
    usual: float | None
    """Median of the same weekdays up to the same time; null if too few of them were crawled."""


class FieldShare(TypedDict):
    """How many of the last pages have something."""

    now: float | None
    """0 to 1; null without pages."""
    of: int
    """Pages."""
    usual: float | None


class Checkup(TypedDict):
    """The keys that a check-up adds to the state of a site."""

    shares: dict[str, FieldShare]
    problems: list[Shortfall]
    exit_code: ExitCode
    disk: DiskSpace
    waiting_for_copies: int
    """Articles of the archive that are not yet compared with those of other outlets."""


class RevisionLine(TypedDict):
    """One text of an article."""

    n: int
    seen_at: str
    cause: TextCause


# --- extract, import, new-site ---


class Extracted(TypedDict):
    """The keys that `extract` adds to an article."""

    published: str | None
    """The date as precisely as the page shows it."""
    layout: str | None
    """Name of the layout that recognised the page."""
    cpu_ms: NotRequired[float]
    """Milliseconds; only with --jsonl."""


class ExtractRefused(TypedDict):
    """Why a page gave no record."""

    refused: Reason
    detail: str
    cpu_ms: NotRequired[float]
    """Milliseconds; only with --jsonl."""


class ExtractFailed(TypedDict):
    """Why a line of --jsonl could not be answered."""

    error: str


class ImportedText(TypedDict):
    """The keys that precede the article of a plain text."""

    file: str
    outcome: Outcome


class ImportRefused(TypedDict):
    """Why a plain text gave no article."""

    file: str
    outcome: Outcome
    reason: Reason


class ImportedWebArchive(TypedDict):
    """What came of the records of a web archive."""

    file: str
    added: int
    revised: int
    unchanged: int
    refused: int
    failed: int
    known: int
    """Captures that the archive has."""
    reasons: dict[Reason, int]
    passed_over: dict[str, int]
    """Why records are no page of an article → how many."""
    hosts: dict[str, int]
    """Hosts without a site file → records."""
    older: list[str]
    """Addresses of pages with an older text that found no place among the revisions."""
    damaged: list[str]


class Family(TypedDict):
    """A platform that may be the outlet's."""

    platform: str
    layouts: list[str]
    pages: int
    """Pages that its layouts read."""
    addresses: int
    """Addresses that fit its patterns."""


class Candidate(TypedDict):
    """A rule for a field."""

    rule: str
    score: float
    """0 to 1."""


class FieldDifference(TypedDict):
    """A field as the proposed file reads it, and as the generic extractor does."""

    proposed: str
    generic: str


class ProposedPage(TypedDict):
    """A page, and its record by the proposed file."""

    url: str
    record: Extracted | ExtractRefused
    differences: dict[str, FieldDifference]


class Proposal(TypedDict):
    """A proposed site file, and the evidence for it."""

    name: str
    toml: str
    platform: str | None
    families: list[Family]
    candidates: dict[str, list[Candidate]]
    pages: list[ProposedPage]
    doubts: list[str]


class Site(TypedDict):
    """An outlet on the map."""

    name: str | None
    """Name of its site file; null without one."""
    outlet: str
    kind: str
    province_then: str | None
    province_now: str | None
    domain: str | None
    site_file: Literal["packaged", "archive"] | None
    platform: str | None
    status: str
    checked: str
    """The evidence for its site file."""
    last_success: str | None
    articles: int


class ConfigValue(TypedDict):
    """A key of the configuration, and where its value came from."""

    key: str
    value: str | None
    """As text; null if nobody gives one."""
    source: str
    """A file, a variable, or default."""


What = Happened | Literal["changed", "withheld", "outside"]
RECORD = {
    *({each.name for each in (*fields(Article), *fields(StoredArticle))} - {"id", "article", "change_seq"}),
    *("uid", "published_date", "urls"),
}
"""The keys of a record."""

CHANGES: dict[type, Change] = {
    Article: Change(also={"uid": str, "text_sha256": str}),
    StoredArticle: Change(
        without=("id", "article", "change_seq"),
        also={"published_date": date | None, "urls": list[str]},
        after=Article,
    ),
    Operation: Change(without=("article_id",), also={"op": Literal["put", "remove"], "what": What}),
    PutLine: Change(after=StoredArticle),
    RemoveLine: Change(also=dict.fromkeys(sorted(RECORD - {"uid", "url"}), Any)),
    ShownArticle: Change(after=StoredArticle),
    Facets: Change(also={"read_as": str | None}),
    ConcordanceLine: Change(also={"address": str}),
    Withholding: Change(without=("change_seq",)),
    Listed: Change(also={"listed": int}),
    CoverageOfOutlet: Change(
        also={"counts": dict[DayState, int], "months": list[Listed], "days": list[CoverageDay]}, after=Coverage
    ),
    Backup: Change(also={"damaged": list[str]}),
    Rebuilt: Change(also={"reread": list[SiteReparse], "differences": list[Difference]}),
    DiskSpace: Change(also={"days_left": int | None}),
    CrawlReport: Change(after=RunReport),
    Checkup: Change(also={"yield": DayYield}, after=SiteHealth),
    Holding: Change(also={"revisions": list[RevisionLine]}),
    Extracted: Change(after=Article),
    ImportedText: Change(after=Article),
    Probe: Change(also={"exit_code": ExitCode}),
    FileCheck: Change(also={"problems": list[str]}),
    SiteReparse: Change(also={"changes": dict[str, int]}),
}
"""Class → in what its printed form differs from its fields."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What is printed, and how often."""

    title: str
    kind: Any


ANSWERS: dict[str, Answer] = {
    "article": Answer("an article: a line of `baotinh export --format jsonl`", StoredArticle),
    "operation": Answer("a line of `baotinh export --after CURSOR`", PutLine | RemoveLine),
    "changes": Answer("`baotinh changes --json`", Changes),
    "search": Answer("`baotinh search --json`, or with --facets", SearchPage | Facets),
    "show": Answer(
        "`baotinh show --json`; also with --revisions, --history or --diff, and of a withheld article",
        ShownArticle | list[HistoryLine] | TextDifference | WithheldArticle,
    ),
    "check-quote": Answer("`baotinh check-quote --json`", QuoteCheck),
    "copies": Answer("`baotinh copies --json`, or of `baotinh copies update`", Copies | CopiesUpdated),
    "correct": Answer("`baotinh correct --json`", StoredArticle),
    "withhold": Answer(
        "`baotinh withhold --json`: an article, the log, or with --lift the article",
        Withholding | list[Withholding] | StoredArticle,
    ),
    "doubts": Answer("`baotinh doubts --json`, or with --accept", list[DoubtfulArticle] | StoredArticle),
    "stats": Answer("`baotinh stats --json`, or of `baotinh stats reprints`", Stats | Reprints),
    "kwic": Answer("`baotinh kwic --json`", Concordance),
    "trend": Answer("`baotinh trend --json`", Trend),
    "coverage": Answer("`baotinh coverage --json`, or of one SITE", CoverageOfYear),
    "runs": Answer("`baotinh runs --json`", list[RunReport]),
    "verify": Answer("`baotinh verify --json`, or with --head", Checked | LedgerHead),
    "repair": Answer("`baotinh repair --json`", Repair),
    "rebuild": Answer("`baotinh rebuild --json`", Rebuilt),
    "backup": Answer("`baotinh backup --json`", Backup),
    "merge": Answer("`baotinh merge --json`", Merged),
    "pack": Answer("`baotinh pack --json`", Packed),
    "crawl": Answer("a line of `baotinh crawl --json`, or with --dry-run", CrawlReport | Plan),
    "reparse": Answer("a line of `baotinh reparse --json`", SiteReparse),
    "extract": Answer("a line of `baotinh extract --json` or --jsonl", Extracted | ExtractRefused | ExtractFailed),
    "import": Answer("a line of `baotinh import --json`", ImportedText | ImportRefused | ImportedWebArchive),
    "health": Answer("`baotinh health --json`", list[Checkup]),
    "why": Answer("`baotinh why --json`", Explanation),
    "probe": Answer("`baotinh probe --json`; of several sites, an array", Probe | list[Probe]),
    "new-site": Answer("`baotinh new-site --json`", Proposal),
    "sites": Answer("`baotinh sites --json`", list[Site]),
    "cluster-status": Answer("`baotinh cluster status --json`", ClusterStatus),
    "config": Answer("`baotinh config --json`", list[ConfigValue]),
    "check-sites": Answer("`baotinh check-sites --json`", list[FileCheck]),
}
"""Name of a schema, which is that of its command → what it describes."""


def schema(name: str) -> Schema:
    """Return one schema of the contract."""
    answer = ANSWERS[name]
    described = Shapes(CHANGES).schema_of(answer.kind)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"urn:baotinh:contract:{VERSION}:{name}",
        "title": answer.title,
        **described,
    }
