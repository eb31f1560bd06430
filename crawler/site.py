"""Sites and CMS families: the typed form of the TOML files.

`crawler/site_files/load.py` reads and checks the files.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, time
from hashlib import sha256
from urllib.parse import urlsplit

from archive import Outlet, OutletKind

FIELDS = ("title", "published", "modified", "byline", "lead", "body", "section", "tags", "caption", "drop")
"""Fields for which a layout may have rules. `caption` and `drop` select elements inside the body container."""

KINDS = ("newspaper", "station", "portal")
STATUSES = ("active", "merged", "closed", "unknown")
"""Statuses of an outlet: whether it still publishes under its own name."""


OWING = ("active", "unknown")
"""Statuses of outlets that should still publish news."""


PAGES = "page"
PAGES_AND_IMAGES = "page+images"
MAX_PAGES = 50
"""Pages of one section: with 20 to 80 links per page, about 2,000 articles, a year of the section."""


@dataclass(frozen=True, slots=True)
class Layout:
    """One layout of a site's pages: how to recognise it, and where each field is."""

    name: str
    """Stored with every article that it reads: "mediasoft-2022"."""
    detect: str
    """CSS selector; the layout is tried on pages where it matches."""
    rules: dict[str, tuple[str, ...]]
    """Field of FIELDS → rules, the most trusted first. A rule is `ld:key`, `meta:name`, or CSS with
    an optional `@attribute`; `drop` and `caption` take CSS only."""
    valid_until: date | None = None
    """The last day of this layout. Expired layouts are tried after those in force, and never left out."""


@dataclass(frozen=True, slots=True)
class Source:
    """Where links to articles are found."""

    kind: str
    """feed, sitemap, section or json."""
    url: str
    items: str = ""
    """This and the following fields are for json only. Dotted path to the list of entries; "" if the whole answer is
    the list."""
    address: tuple[str, ...] = ()
    """Where an entry has the address of its article: dotted paths, or addresses with {keys} of the entry. The first
    one that gives an address is used."""
    published: str | None = None
    """Dotted path of the date; only a hint."""
    next_page: str | None = None
    """Address of the next page: {page} is its number, any other {key} is a key of the last entry."""
    lists: str | None = None
    """If the entries are a menu: the address of the list to which an entry leads, with {keys} of the entry."""


@dataclass(frozen=True, slots=True)
class ArticleApi:
    """Where an article is fetched as JSON, because its page is an empty shell that a script fills."""

    page: re.Pattern[str]
    """Searched in the path with query of an article's address; its named groups are the {keys} of `url`."""
    url: str
    keys: dict[str, str]
    """Field (title, lead, body, published, modified, byline, section, tags) → dotted path in the answer."""


@dataclass(frozen=True, slots=True)
class Examples:
    """Addresses of the outlet that somebody has seen; `baotinh check-sites` tests the patterns with them."""

    article: tuple[str, ...] = ()
    section: tuple[str, ...] = ()
    not_article: tuple[str, ...] = ()
    """Pages on the outlet's hosts that are neither article nor section: classified ads, e-papers, other languages."""


@dataclass(frozen=True, slots=True)
class Hours:
    """A part of every day, in Vietnamese time. If `end` is not after `start`, it continues past midnight."""

    start: time
    end: time
    """Not included."""

    def __str__(self) -> str:
        return f"{self.start:%H:%M}-{self.end:%H:%M}"


@dataclass(frozen=True, slots=True)
class Expect:
    """What a crawl of the site should find. A run that finds less is reported, whatever earlier runs found."""

    articles_per_day: int | None = None
    """Least number of new articles in 24 hours; 0 also switches off the comparison with the site's past."""
    fields: Mapping[str, float] = field(default_factory=dict)
    """Name in `SHARES` → the least share of articles that have the field; 0 switches the comparison off."""
    doubts: float | None = None
    """Largest share of pages that may be read with doubts. None: compared only with the past; 1: not compared."""
    silent_days: int = 3
    """More whole days than this without a new article are reported: from Friday to Monday is not too long."""


@dataclass(frozen=True, slots=True)
class Platform:
    """A CMS family: what its sites share."""

    name: str
    layouts: tuple[Layout, ...]
    article_url: tuple[re.Pattern[str], ...] = ()
    """Searched in the path with query of a URL; a URL that matches is an article."""
    not_article: tuple[re.Pattern[str], ...] = ()
    """Wins over `article_url`."""
    next_page: tuple[str, ...] = ()
    """CSS with `@href` that finds the next page of a section page."""
    article_id: tuple[re.Pattern[str], ...] = ()
    """Searched in the path with query; group 1 is the CMS's id of the article."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """One outlet. Lists that a site file leaves out come from its platform."""

    name: str
    """Stem of the file; also the name of the spider."""
    outlet: str
    kind: str = "newspaper"
    """newspaper, station or portal."""
    home: str
    province: str | None = None
    """Name of the province before 1 July 2025."""
    domains: tuple[str, ...]
    """Hosts, with ":port" if it is not the scheme's own; the first is the canonical one."""
    platform: Platform | None = None
    sources: tuple[Source, ...] = ()
    article_url: tuple[re.Pattern[str], ...] = ()
    not_article: tuple[re.Pattern[str], ...] = ()
    next_page: tuple[str, ...] = ()
    article_id: tuple[re.Pattern[str], ...] = ()
    """As `Platform.article_id`; an article keeps its id when it is copied to another host."""
    layouts: tuple[Layout, ...] = ()
    """The site's own layouts, then its platform's."""
    lead_marks: tuple[str, ...] = ()
    """Marks that this outlet puts before a lead: "(CTO)", "BHG"."""
    max_pages: int = MAX_PAGES
    """How many pages of one section a crawl walks at most."""
    checked: str = "facts only"
    """The evidence for the file: "saved page 2017-06", "facts only"."""
    status: str = "active"
    """active, merged, closed or unknown."""
    merged_into: str | None = None
    """Name of the site that continues its news; set exactly when `status` is merged."""
    merged_on: date | None = None
    former_names: tuple[str, ...] = ()
    """Names that the outlet printed before, the latest first."""
    notes: tuple[str, ...] = ()
    """What an archivist should know about the outlet, one sentence each."""
    examples: Examples = Examples()
    article_api: ArticleApi | None = None
    expect: Expect = Expect()
    quiet_hours: tuple[Hours, ...] = ()
    """Hours without requests to the outlet."""
    raw: str = PAGES
    """What raw pages hold: PAGES, or PAGES_AND_IMAGES."""
    picture_hosts: tuple[str, ...] = ()
    """Hosts that are asked for pictures only, written as in `domains`."""
    insecure_tls: bool = False
    """Its certificate is not verified."""
    legacy_tls: bool = False
    """TLS 1.0 and the ciphers of that time are accepted."""

    @property
    def api_hosts(self) -> frozenset[str]:
        """Hosts, written as in `domains`, of JSON sources and articles; pages on them are not the outlet's."""
        urls = [source.url for source in self.sources if source.kind == "json"]
        urls += [self.article_api.url] if self.article_api else []
        return frozenset(urlsplit(url).netloc.lower() for url in urls)

    @property
    def keeps_pictures(self) -> bool:
        """Whether the pictures of articles are kept beside the raw pages."""
        return self.raw == PAGES_AND_IMAGES

    @property
    def rules_sha256(self) -> str:
        """Hex digest of all rules for reading its pages: if it changes, a refused page may now give an article."""
        api = self.article_api and (self.article_api.page.pattern, self.article_api.url, self.article_api.keys)
        return sha256(repr((self.layouts, self.lead_marks, api)).encode()).hexdigest()

    @property
    def owes_news(self) -> bool:
        """Whether the outlet should still publish news: it has neither merged nor closed."""
        return self.status in OWING

    def as_outlet(self) -> Outlet:
        """Return the outlet as the archive stores it."""
        return Outlet(
            site=self.name,
            name=self.outlet,
            kind=OutletKind(self.kind),
            home=self.home,
            province=self.province,
            merged_into=self.merged_into,
        )
