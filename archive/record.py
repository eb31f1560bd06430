"""The one schema of a record: what an article is, and what came back for one URL.

Tables, exports and the JSON of the command follow these classes. All of them are frozen: a change makes another record.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from enum import StrEnum

from archive.exchange import Exchange
from archive.outcomes import Reason
from archive.phrases import counted, phrase
from archive.safe_text import one_line

VIETNAM = timezone(timedelta(hours=7))
"""Vietnamese time: +07:00 all year, without daylight saving since 1975."""

UID_HEX_DIGITS = 20
"""80 bits of SHA-256: no collision to be expected below a billion articles."""


class Kind(StrEnum):
    """What a URL is for the crawl."""

    ARTICLE = "article"
    SECTION = "section"
    FEED = "feed"
    SITEMAP = "sitemap"
    JSON = "json"


class Manner(StrEnum):
    """How a capture came into the archive."""

    FETCHED = "fetched"
    """It came now, from the server or from a text file: it is the newest look at its page."""
    REREAD = "reread"
    """Today's rules read the raw page of an earlier capture: no difference is an edit by the outlet."""
    IMPORTED = "imported"
    """Somebody else captured it: it may be older than what is stored."""


class Precision(StrEnum):
    """How much of `published_at` the page really shows."""

    MINUTE = "minute"
    DAY = "day"


class Origin(StrEnum):
    """Where an article is from; stored in `copy_members` and `article_origins`."""

    OWN = "own"
    AGENCY = "agency"
    FROM = "from"
    """From another outlet, or from an office."""
    UNKNOWN = "unknown"


class ArticleStatus(StrEnum):
    """Whether the outlet still shows an article."""

    LIVE = "live"
    GONE = "gone"
    """The outlet took it away; the archive keeps it."""
    WITHHELD = "withheld"
    """A person took it out of sight: nobody reads its text here before that is lifted."""


class TextCause(StrEnum):
    """Why a text of an article replaced the one before it."""

    PUBLISHED = "published"
    """It is the first one seen."""
    EDITED = "edited"
    """The outlet changed it."""
    RE_EXTRACTED = "re-extracted"
    """Our rules changed: they read another text in the same bytes."""
    CORRECTED = "corrected"
    """A person corrected a field, or lifted a correction."""


class OutletKind(StrEnum):
    """What an outlet is."""

    NEWSPAPER = "newspaper"
    STATION = "station"
    """Radio and television of a province."""
    PORTAL = "portal"
    """Site of a provincial government."""


class AliasCause(StrEnum):
    """Why an address leads to an article that has another address of its own."""

    SPELLING = "spelling"
    """Its page is known by another address: a phone copy, an old host of the site."""
    REDIRECT = "redirect"
    SAME_ID = "same-id"
    """The same id of the CMS and the same text, on this site or on one that was merged with it."""
    PART = "part"
    """It has a further page of the article."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why there is no article, for people (`detail`) and for counting (`reason`)."""

    reason: Reason
    detail: str
    """What was seen, e.g. "status 503" or "41 words in the longest container".

    It often quotes the page. So it is made one line, and control characters become visible escapes.
    """

    def __post_init__(self) -> None:
        object.__setattr__(self, "detail", one_line(self.detail))


class Doubt(StrEnum):
    """Why a record may be wrong, by what its page says. The codes stand in the archive: they are never renamed."""

    LITTLE_TEXT = "little-text"
    """The page shows far more running text than the record has, which headline or description do not speak of."""
    OTHER_TEXT = "other-text"
    """Another reading of the page found far more text than this one, and neither is clearly the article's."""
    PARTIAL = "partial"
    """The begin of a text: the page offers the rest for money."""
    SEVERAL_ARTICLES = "several-articles"
    """The text may hold more than one story."""
    UNKNOWN_LAYOUT = "unknown-layout"
    """The site has layouts, and none of them recognised the page: a redesign, or a page of another kind."""
    MISSING_FIELD = "missing-field"
    """The layout says where the date stands, and nothing stands there or anywhere else."""
    FURTHER_PAGES = "further-pages"
    """The text goes on on other pages of the newspaper, and not all of them are stored."""
    OTHER_BYLINE = "other-byline"
    """The page's metadata names a person, and the byline names others on weak evidence."""


@dataclass(frozen=True, slots=True)
class Image:
    """A picture that the article shows."""

    url: str
    """Absolute http(s) address."""
    caption: str | None = None
    """The printed caption with its credit, one line."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """One news article as a careful reader would copy it. Text is NFC, white space folded."""

    url: str
    """Canonical address; "urn:sha256:…" of the file for a text that came without one."""
    title: str
    """The visible headline, one line."""
    lead: str | None = None
    """The sapo, one line; never repeated in `body`."""
    lead_mark: str | None = None
    """The outlet's mark that began the lead, verbatim: "(CTO)", "BHG"."""
    body: str
    """One line per paragraph, sub-heading, list item ("- …") or table row, joined by a line feed."""
    byline: tuple[str, ...] = ()
    """Names of persons as printed; empty when the page names nobody."""
    byline_raw: str | None = None
    """The verbatim line that `byline` was read from: "Tin, ảnh: P.Y"."""
    source_credit: str | None = None
    """Agency or newspaper that the text is taken from: "TTXVN/Vietnam+", "Báo Nhân Dân"."""
    published_at: datetime | None = None
    """Aware, +07:00; None when the page shows no date (never guessed from the crawl)."""
    published_precision: Precision | None = None
    """None exactly when `published_at` is None. DAY: the time of day is 00:00 and means nothing."""
    published_raw: str | None = None
    """The text that the date was read from, verbatim; kept even if it could not be read."""
    modified_at: datetime | None = None
    """Aware, +07:00: when the outlet last changed the article, as it says."""
    section: tuple[str, ...] = ()
    """From the broad to the narrow: ("Thời sự", "Cần Thơ")."""
    tags: tuple[str, ...] = ()
    images: tuple[Image, ...] = ()
    """In the order of the page."""
    language: str = "vi"
    """BCP 47."""
    sources: Mapping[str, str] = field(default_factory=dict)
    """The provenance of each field: {"title": "layout:mediasoft-2022", "published_at": "meta:…"}."""
    proposed: frozenset[str] = frozenset()
    """Names of fields whose value is a proposal: nobody has confirmed it."""
    doubts: tuple[Doubt, ...] = ()
    """Why the record may be wrong, each code once, in the order of `Doubt`; empty when nothing speaks against it."""

    @property
    def uid(self) -> str:
        """First hex digits of SHA-256 of the canonical URL: the same in every rebuild and merge."""
        return hashlib.sha256(self.url.encode()).hexdigest()[:UID_HEX_DIGITS]

    @property
    def text_sha256(self) -> str:
        """Hex digest of what a reader reads (title, lead, body, byline): equal means the same revision."""
        # \x1f is in no field: control characters are removed when text is read
        text = "\x1f".join((self.title, self.lead or "", self.body, "\x1e".join(self.byline)))
        return hashlib.sha256(text.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Part:
    """Which page of an article that lies on several pages this one is."""

    n: int
    """1 is the first page."""
    named: int
    """The highest number of a page that this one names, or its own."""
    first_url: str
    """Canonical address of the first page."""


@dataclass(frozen=True, slots=True)
class Loss:
    """Entries of a source that gave no address of a web page. The source was read to its end all the same."""

    entries: int
    example: str = ""
    """What one of them has in its place: "urn:x", "javascript:…"; "" for nothing. One line, as in `Refusal`."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "example", one_line(self.example))

    def __str__(self) -> str:
        return counted(
            "1 entry has no address of a web page: {example}",
            "{n:,} entries have no address of a web page: {example}",
            n=self.entries,
            example=self.example or phrase("nothing in its place"),
        )


@dataclass(frozen=True, slots=True)
class Link:
    """A URL that a source named, with what the source said of it."""

    url: str
    kind: Kind
    published_at: datetime | None = None
    """Aware; the source's own word (pubDate, publication_date): a hint, never the article's date."""
    modified_at: datetime | None = None
    """Aware; lastmod of a sitemap: a hint."""
    depth: int = field(default=0, compare=False)
    """Steps from a source that the site file names, as far as the archive knows; set by the archive."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Capture:
    """What came back for one URL: an article, the reason why there is none, or a source's links."""

    url: str
    """The address that was asked for."""
    kind: Kind
    fetched_at: datetime
    """Aware: the moment at which the answer was complete."""
    site: str | None = None
    """Name of the site file; None for a text that came without an outlet."""
    run: int | None = None
    """Id that `Archive.begin_run` gave."""
    manner: Manner = Manner.FETCHED
    found_on: str | None = None
    """The file that it was imported from."""
    final_url: str | None = None
    """The address after redirects, if there were any."""
    status: int | None = None
    """HTTP status; None when no answer came."""
    headers: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    """As received, in order, repeated names kept."""
    body: bytes = field(default=b"", repr=False)
    """After transfer and content decoding."""
    exchanges: tuple[Exchange, ...] = field(default=(), repr=False)
    """What went over the wire for it, in order: redirects first, the answer last. They become the raw page."""
    may_be_cut: bool = False
    """True for a page without its last tag: HTTP cannot say that a Content-Length was too short."""
    article: Article | None = field(default=None, repr=False)
    cms_id: str | None = None
    """The number or code of the article in the outlet's CMS: it stays the same on another host."""
    shorter_url: str | None = None
    """The address of the article with less in its query, if the page declares that as its own: where the text is the
    same, it is the same article."""
    part: Part | None = None
    """None for an article that is whole on one page."""
    refusal: Refusal | None = None
    links: tuple[Link, ...] = field(default=(), repr=False)
    loss: Loss | None = None
    """Of a source."""

    @property
    def is_further_page(self) -> bool:
        """Whether the page has a part of an article behind the first one."""
        return self.part is not None and self.part.n > 1


@dataclass(frozen=True, slots=True)
class Named:
    """The links of a source that are stored before its capture."""

    links: int = 0
    articles: int = 0
    """How many of the links are to articles."""
    new: int = 0
    """How many were not known before."""


NO_LINKS = Named()


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlet:
    """An outlet, as its site file describes it: a newspaper, a station or a portal."""

    site: str
    """Name of the site file: "baokhanhhoa"."""
    name: str
    """"Báo Khánh Hòa"."""
    kind: OutletKind = OutletKind.NEWSPAPER
    home: str
    """Address of the home page."""
    province: str | None = None
    """Name of the province whose outlet this was before 1 July 2025, as in provinces.csv."""
    merged_into: str | None = None
    """Name of the site file of the outlet that continues its news, often with a copy of its archive."""
