"""Sites and CMS families: the typed form of the TOML files.

Only the shapes stand here; `crawler/site_files.py` reads and checks the files.
"""

import re
from dataclasses import dataclass
from datetime import date

from archive import Outlet

FIELDS = ("title", "published", "modified", "byline", "lead", "body", "section", "tags", "caption", "drop")
"""What a layout may have rules for. `caption` and `drop` name elements inside the body container."""


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
    """feed, sitemap or section."""
    url: str


@dataclass(frozen=True, slots=True)
class Examples:
    """Addresses of the outlet that somebody has seen; `baotinh check-sites` holds the patterns against them."""

    article: tuple[str, ...] = ()
    section: tuple[str, ...] = ()
    not_article: tuple[str, ...] = ()
    """Pages of the outlet's hosts that are neither: classified ads, e-papers, other languages."""


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

    def as_outlet(self) -> Outlet:
        """Return what the archive keeps of the site."""
        return Outlet(site=self.name, name=self.outlet, kind=self.kind, home=self.home, province=self.province)
