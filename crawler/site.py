"""Sites and CMS families: the typed form of the TOML files.

Only the shapes stand here; `crawler/site_files/load.py` reads and checks the files.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, time
from hashlib import sha256
from urllib.parse import urlsplit

from archive import Outlet, OutletKind

FIELDS = ("title", "published", "modified", "byline", "lead", "body", "section", "tags", "caption", "drop")
"""What a layout may have rules for. `caption` and `drop` name elements inside the body container."""

KINDS = ("newspaper", "station", "portal")
STATUSES = ("active", "merged", "closed", "unknown")
"""Of an outlet: what it is, and whether it still prints under its own name."""


OWING = ("active", "unknown")
"""Statuses of outlets from which news are to be expected."""


@dataclass(frozen=True, slots=True)
class Layout:
    """One page design: how to recognise it, and where each field stands in it."""

    name: str
    """Stored with every article that it gave: "mediasoft-2022"."""
    detect: str
    """CSS selector; the layout is tried on pages where it matches."""
    rules: dict[str, tuple[str, ...]]
    """Field of FIELDS → rules in the order of trust. A rule is `ld:key`, `meta:name`, or CSS with
    an optional `@attribute`; `drop` and `caption` take CSS only."""
    valid_until: date | None = None
    """The last day of this design; orders the tries (in force first), never excludes a page."""


@dataclass(frozen=True, slots=True)
class Source:
    """Where links to articles are found."""

    kind: str
    """feed, sitemap, section or json."""
    url: str
    items: str = ""
    """What follows is for json only. Dotted path to the list of entries; "" if the whole answer is the list."""
    address: tuple[str, ...] = ()
    """How the address of an article is made of an entry, the first that can be: the path of its key, or an address
    with {keys} in it."""
    published: str | None = None
    """Path of the key with the date, a hint."""
    next_page: str | None = None
    """Address of the next page: {page} is its number, any other {key} is of the last entry."""
    lists: str | None = None
    """Address of the list to which an entry of a menu leads, with {keys} of the entry."""


@dataclass(frozen=True, slots=True)
class ArticleApi:
    """Where an article comes from as JSON, because its page is an empty shell that a script fills."""

    page: re.Pattern[str]
    """Searched in the path with query of an article's address; its named groups are the {keys} of `url`."""
    url: str
    keys: dict[str, str]
    """Field (title, lead, body, published, modified, byline, section, tags) → dotted path in the answer."""


@dataclass(frozen=True, slots=True)
class Examples:
    """Addresses of the outlet that somebody has seen; `baotinh check-sites` holds the patterns against them."""

    article: tuple[str, ...] = ()
    section: tuple[str, ...] = ()
    not_article: tuple[str, ...] = ()
    """Pages of the outlet's hosts that are neither: classified ads, e-papers, other languages."""


@dataclass(frozen=True, slots=True)
class Hours:
    """A part of every day, in Vietnamese time; one that ends no later than it starts goes on over midnight."""

    start: time
    end: time
    """Not included."""


@dataclass(frozen=True, slots=True)
class Expect:
    """What a site should bring; a run that brings less is told, whatever the site brought before."""

    articles_per_day: int | None = None
    """At least so many new ones in 24 hours; 0 switches the comparison with the site's own past off too."""
    fields: Mapping[str, float] = field(default_factory=dict)
    """Of `SHARES`: the least share of the articles that have it; 0 switches the comparison off."""
    silent_days: int = 3
    """More whole days without a single new article are a fault: from Friday to Monday is none."""


@dataclass(frozen=True, slots=True)
class Platform:
    """A CMS family: what its sites share."""

    name: str
    layouts: tuple[Layout, ...]
    article_url: tuple[re.Pattern[str], ...] = ()
    """Searched in the path with query of a URL; one that matches is an article."""
    not_article: tuple[re.Pattern[str], ...] = ()
    """Wins over `article_url`."""
    next_page: tuple[str, ...] = ()
    """CSS with `@href` that finds the next page of a section page."""
    article_id: tuple[re.Pattern[str], ...] = ()
    """Group 1, searched in the path with query, is the number or code by which the CMS knows the article."""


@dataclass(frozen=True, slots=True)
class Site:
    """One outlet. Lists that a site file leaves out come from its platform."""

    name: str
    """Stem of the file; also the name of the spider."""
    outlet: str
    kind: str
    """newspaper, station or portal."""
    home: str
    province: str | None
    """Name of the province before 1 July 2025."""
    domains: tuple[str, ...]
    """Hosts, with ":port" if it is not the scheme's own; the first is the canonical one."""
    platform: Platform | None
    sources: tuple[Source, ...]
    article_url: tuple[re.Pattern[str], ...]
    not_article: tuple[re.Pattern[str], ...]
    next_page: tuple[str, ...]
    article_id: tuple[re.Pattern[str], ...]
    """As `Platform.article_id`; the id goes along when the article is copied to another host."""
    layouts: tuple[Layout, ...]
    """The site's own before its platform's."""
    lead_marks: tuple[str, ...]
    """Marks of this outlet that begin a lead: "(CTO)", "BHG"."""
    max_pages: int
    """How many pages of one section a crawl walks at most."""
    checked: str
    """What the file rests on: "saved page 2017-06", "facts only"."""
    status: str
    """active, merged, closed or unknown."""
    merged_into: str | None
    """Name of the site that carries its news on; set exactly when `status` is merged."""
    merged_on: date | None
    former_names: tuple[str, ...]
    """Names that the outlet printed before, the latest first."""
    notes: tuple[str, ...]
    """What an archivist should know of the outlet, a sentence each."""
    examples: Examples
    article_api: ArticleApi | None = None
    expect: Expect = Expect()
    quiet_hours: tuple[Hours, ...] = ()
    """When nothing is asked of the outlet."""
    insecure_tls: bool = False
    """Its certificate is not verified."""
    legacy_tls: bool = False
    """TLS 1.0 and the ciphers of that time are accepted."""

    @property
    def api_hosts(self) -> frozenset[str]:
        """Hosts, as in `domains`, that are asked for JSON: sources and articles, but no page is the outlet's there."""
        urls = [source.url for source in self.sources if source.kind == "json"]
        urls += [self.article_api.url] if self.article_api else []
        return frozenset(urlsplit(url).netloc.lower() for url in urls)

    @property
    def rules_sha256(self) -> str:
        """Hex digest of what decides how its pages are read: with other rules, what was refused may be an article."""
        api = self.article_api and (self.article_api.page.pattern, self.article_api.url, self.article_api.keys)
        return sha256(repr((self.layouts, self.lead_marks, api)).encode()).hexdigest()

    @property
    def owes_news(self) -> bool:
        """Whether news of it are to be expected: not of an outlet that merged into another, or closed."""
        return self.status in OWING

    def as_outlet(self) -> Outlet:
        """Return what the archive keeps of the site."""
        return Outlet(
            site=self.name,
            name=self.outlet,
            kind=OutletKind(self.kind),
            home=self.home,
            province=self.province,
            merged_into=self.merged_into,
        )
