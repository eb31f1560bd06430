"""The map of the outlets: each with its province before and after 2025, and with what an archive holds of it."""

import csv
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, partial
from itertools import groupby
from typing import Any

from archive import Archive, Era, Province, SiteTotals, phrase, then_and_now
from crawler.site import KINDS, Site
from crawler.site_files.load import SITES, sites_merged_into
from crawler.urls import article_id_of

WITHOUT_FILE = SITES / "without-file.csv"
"""Outlets about which too little is known for a site file. Columns: outlet, kind, province, domain, notes."""
NO_FILE = "no site file"
"""The value of `checked` for these outlets."""

_provinces = cache(then_and_now)
_NOTHING = SiteTotals(articles=0, last_success=None)

_HEAD = """# Outlets

The map by the provinces of today, made by `baotinh sites --markdown > docs/outlets.md`. To change it, change a file in
`crawler/sites/`. [site-files.md](site-files.md#evidence) says what `checked` means.

{counts}

For an outlet with `no site file`, usually only its address is known, and none of its articles was seen.
`baotinh probe https://ITS.HOST/` visits it, and `baotinh new-site` proposes a file from one of its pages.
"""
_COLUMNS = ("outlet", "province then", "domain", "status", "platform", "checked", "notes")


@dataclass(frozen=True, slots=True, kw_only=True)
class MappedOutlet:
    """One outlet on the map."""

    name: str | None
    """Name of its site file; None without one: a crawl cannot visit the outlet."""
    outlet: str
    kind: str
    then: Province | None
    """Province before 1 July 2025; None for a national outlet."""
    now: Province | None
    """Province since 1 July 2025; None for a national outlet."""
    site_file: str | None
    """"packaged", or "archive" for a file of the archive itself; None without a site file."""
    domain: str | None
    """The first host; None if none is known."""
    platform: str | None
    status: str
    merged_into: str | None
    """Name of the site that continues its news; None if it did not merge."""
    checked: str
    notes: str
    """Sentences."""
    totals: SiteTotals

    def as_record(self) -> dict[str, Any]:
        """Return what `baotinh sites --json` prints."""
        last = self.totals.last_success
        return {
            "name": self.name,
            "outlet": self.outlet,
            "kind": self.kind,
            "province_then": self.then and self.then.name,
            "province_now": self.now and self.now.name,
            "domain": self.domain,
            "site_file": self.site_file,
            "platform": self.platform,
            "status": self.status,
            "checked": self.checked,
            "last_success": last and last.isoformat(),
            "articles": self.totals.articles,
        }

    @property
    def fate(self) -> str:
        """Return the status; for a merged outlet, with the site that continues its news."""
        return phrase("merged into {site}", site=self.merged_into) if self.merged_into else self.status

    def is_in(self, provinces: Collection[Province], era: Era) -> bool:
        """Whether one of these provinces is the outlet's old one, today's, or either, as `era` says."""
        asked = {Era.THEN: (self.then,), Era.NOW: (self.now,), Era.ANY: (self.then, self.now)}[era]
        return any(province in provinces for province in asked if province)


def map_outlets(
    sites: Iterable[Site], totals: Mapping[str, SiteTotals], *, own: Collection[str] = ()
) -> list[MappedOutlet]:
    """Return the outlets of `sites` and of WITHOUT_FILE, in the order of the codes of today's provinces.

    Within a province newspapers come first, and among these the ones that did not merge.
    totals: what an archive holds, by site name; empty without an archive. own: names of sites whose file is its own.
    """
    with_file = (
        _of_site(site, "archive" if site.name in own else "packaged", totals.get(site.name, _NOTHING)) for site in sites
    )
    return sorted([*with_file, *_read_without_file()], key=_order)


def _of_site(site: Site, site_file: str, totals: SiteTotals) -> MappedOutlet:
    then, now = _provinces(site.province) if site.province else (None, None)
    return MappedOutlet(
        name=site.name,
        outlet=site.outlet,
        kind=site.kind,
        then=then,
        now=now,
        site_file=site_file,
        domain=site.domains[0],
        platform=site.platform.name if site.platform else None,
        status=site.status,
        merged_into=site.merged_into,
        checked=site.checked,
        notes=" ".join([*(f"Before: {name}." for name in site.former_names), *site.notes]),
        totals=totals,
    )


def _read_without_file() -> Iterator[MappedOutlet]:
    with WITHOUT_FILE.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            then, now = _provinces(row["province"])
            yield MappedOutlet(
                name=None,
                outlet=row["outlet"],
                kind=row["kind"],
                then=then,
                now=now,
                site_file=None,
                domain=row["domain"] or None,
                platform=None,
                status="unknown",
                merged_into=None,
                checked=NO_FILE,
                notes=row["notes"],
                totals=_NOTHING,
            )


def _order(outlet: MappedOutlet) -> tuple[int, int, bool, str]:
    now, kind = outlet.now, KINDS.index(outlet.kind)
    return (now.id if now else 0, kind, outlet.status == "merged", outlet.name or outlet.outlet)


def as_markdown(outlets: Sequence[MappedOutlet]) -> str:
    """Return docs/outlets.md."""
    return "\n".join([_HEAD.format(counts=_counts(outlets)), *_sections(outlets)])


def _counts(outlets: Sequence[MappedOutlet]) -> str:
    known = [outlet for outlet in outlets if outlet.name]
    provinces = ({outlet.then for outlet in known} - {None}, {outlet.now for outlet in known} - {None})
    return (
        f"{len(known)} outlets with a site file, of {len(provinces[0])} provinces then and {len(provinces[1])} now. "
        f"By kind: {_sum(outlet.kind for outlet in known)}. By status: {_sum(outlet.status for outlet in known)}.\n"
        f"Without one: {_sum(outlet.kind for outlet in outlets if not outlet.name)}."
    )


def _sum(words: Iterable[str]) -> str:
    return ", ".join(f"{word} {count}" for word, count in sorted(Counter(words).items()))


def _sections(outlets: Sequence[MappedOutlet]) -> Iterator[str]:
    for name, members in groupby(outlets, key=lambda outlet: outlet.now.name if outlet.now else "All of Vietnam"):
        yield f"## {name}\n"
        yield _row(_COLUMNS)
        yield _row("---" for _ in _COLUMNS)
        yield from (_row(_cells(outlet)) for outlet in members)
        yield ""


def _cells(outlet: MappedOutlet) -> Iterator[str]:
    yield f"{outlet.outlet} (`{outlet.name}`)" if outlet.name else outlet.outlet
    yield outlet.then.name if outlet.then else "–"
    yield outlet.domain or "–"
    yield outlet.fate
    yield outlet.platform or "–"
    yield outlet.checked
    yield outlet.notes


def _row(cells: Iterable[str]) -> str:
    return "| " + " | ".join(cell.replace("|", r"\|") for cell in cells) + " |"


def register_outlets(archive: Archive, sites: Iterable[Site]) -> None:
    """Register the sites in the archive, and the packaged sites that merged into them, directly or through others.

    A host may still publish the articles of an outlet that closed years ago. The archive recognises them only if it
    knows that outlet's merger and its pattern for article ids.
    """
    wanted = {site.name: site for site in sites}
    while more := {name: site for name, site in sites_merged_into(wanted).items() if name not in wanted}:
        wanted |= more
    for site in wanted.values():
        archive.register(site.as_outlet())
        if site.article_id:
            archive.learn_ids(site.name, partial(article_id_of, site=site))
