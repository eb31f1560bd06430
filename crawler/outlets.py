"""The map of the outlets: each site with its province then and now, and what an archive holds of it."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import groupby
from typing import Any

from archive import Archive, Era, Province, SiteTotals, then_and_now
from crawler.site import Site
from crawler.site_files import packaged_sites
from crawler.urls import article_id_of

_NOTHING = SiteTotals(articles=0, last_success=None)

_HEAD = """# Outlets

The map as the site files have it, by the provinces of today, made by `baotinh sites --markdown > docs/outlets.md`.
To change it, change a file in `crawler/sites/`. [site-files.md](site-files.md#evidence) says what `checked` means.

{counts}

Of the other radio-television stations of the 63 provinces, and of the portals of provinces and party committees,
only addresses are known, of two stations not even that. They have no site file until somebody has seen what their
articles look like: `baotinh new-site` proposes one from a page.
"""
_COLUMNS = ("outlet", "province then", "domain", "status", "platform", "checked", "notes")


@dataclass(frozen=True, slots=True)
class MappedOutlet:
    """One site on the map."""

    site: Site
    then: Province | None
    """Before 1 July 2025; None for a national outlet."""
    now: Province | None
    """Since then."""
    totals: SiteTotals

    def as_record(self) -> dict[str, Any]:
        """Return what `baotinh sites --json` prints."""
        site, last = self.site, self.totals.last_success
        return {
            "name": site.name,
            "outlet": site.outlet,
            "kind": site.kind,
            "province_then": self.then and self.then.name,
            "province_now": self.now and self.now.name,
            "domain": site.domains[0],
            "platform": site.platform and site.platform.name,
            "status": site.status,
            "checked": site.checked,
            "last_success": last and last.isoformat(),
            "articles": self.totals.articles,
        }

    @property
    def fate(self) -> str:
        """The status, with the site that carries the news on."""
        return f"merged into {self.site.merged_into}" if self.site.merged_into else self.site.status

    def is_in(self, provinces: Collection[Province], era: Era) -> bool:
        """Whether the outlet is of one of these provinces: of its old one, today's, or either."""
        asked = {Era.THEN: (self.then,), Era.NOW: (self.now,), Era.ANY: (self.then, self.now)}[era]
        return any(province in provinces for province in asked if province)


def map_outlets(sites: Iterable[Site], totals: Mapping[str, SiteTotals]) -> list[MappedOutlet]:
    """Return the sites by the codes of today's provinces, of each the newspapers first, of these the one that stays.

    totals: what an archive holds, by the names of the sites; empty without one.
    """
    outlets = []
    for site in sites:
        then, now = then_and_now(site.province) if site.province else (None, None)
        outlets.append(MappedOutlet(site, then, now, totals.get(site.name, _NOTHING)))
    return sorted(outlets, key=_place)


def _place(outlet: MappedOutlet) -> tuple[int, bool, bool, str]:
    site, now = outlet.site, outlet.now
    return (now.id if now else 0, site.kind != "newspaper", site.status == "merged", site.name)


def as_markdown(outlets: Sequence[MappedOutlet]) -> str:
    """Return docs/outlets.md."""
    return "\n".join([_HEAD.format(counts=_counts(outlets)), *_sections(outlets)])


def _counts(outlets: Sequence[MappedOutlet]) -> str:
    kinds = Counter(outlet.site.kind for outlet in outlets)
    statuses = Counter(outlet.site.status for outlet in outlets)
    provinces = ({outlet.then for outlet in outlets} - {None}, {outlet.now for outlet in outlets} - {None})
    return (
        f"{len(outlets)} outlets of {len(provinces[0])} provinces then and {len(provinces[1])} now. "
        f"By kind: {_sum(kinds)}. By status: {_sum(statuses)}."
    )


def _sum(counts: Counter[str]) -> str:
    return ", ".join(f"{name} {count}" for name, count in sorted(counts.items()))


def _sections(outlets: Sequence[MappedOutlet]) -> Iterator[str]:
    for name, members in groupby(outlets, key=lambda outlet: outlet.now.name if outlet.now else "All of Vietnam"):
        yield f"## {name}\n"
        yield _row(_COLUMNS)
        yield _row("---" for _ in _COLUMNS)
        yield from (_row(_cells(outlet)) for outlet in members)
        yield ""


def _cells(outlet: MappedOutlet) -> Iterator[str]:
    site = outlet.site
    yield f"{site.outlet} (`{site.name}`)"
    yield outlet.then.name if outlet.then else "–"
    yield site.domains[0]
    yield outlet.fate
    yield site.platform.name if site.platform else "–"
    yield site.checked
    yield " ".join([*(f"Before: {name}." for name in site.former_names), *site.notes])


def _row(cells: Iterable[str]) -> str:
    return "| " + " | ".join(cell.replace("|", r"\|") for cell in cells) + " |"


def register_outlets(archive: Archive, sites: Iterable[Site]) -> None:
    """Tell the archive of sites, and of the packaged ones that were merged into them by one step or several.

    A host that carries on the articles of another is crawled when the other is long gone: what the archive has of
    that one must be known by its merger and its ids.
    """
    known = packaged_sites()
    wanted = {site.name: site for site in sites}
    while more := {name: site for name, site in known.items() if site.merged_into in wanted and name not in wanted}:
        wanted |= more
    for site in wanted.values():
        archive.register(site.as_outlet())
        if site.article_id:
            archive.learn_ids(site.name, partial(article_id_of, site=site))
