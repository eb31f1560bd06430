"""The sites that a command knows, by name and by host: packaged, of the archive, and given on the command line."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from archive import phrase
from crawler.errors import UnknownSite, UnusableSiteFile
from crawler.site import Site
from crawler.site_files.load import SITES, load_site, packaged_sites
from crawler.site_files.own import OwnFile, own_files


@dataclass(frozen=True, slots=True)
class KnownSite:
    """A site, and where its file is."""

    site: Site
    path: Path


@dataclass(frozen=True, slots=True)
class Catalogue:
    """All known sites. A given file wins over one of the archive, which wins over a packaged one, if it counts."""

    own: Mapping[str, OwnFile] = field(default_factory=dict)
    """Name → file of the archive, also of those that do not count."""
    given: Mapping[str, KnownSite] = field(default_factory=dict)
    """Name → file of the command line."""

    @classmethod
    def load(cls, archive: Path | None = None, given: Sequence[Path] = ()) -> "Catalogue":
        """Read the files of the archive in a folder, and the given ones. Raises UnreadableFile, BadSiteFile."""
        known = [KnownSite(load_site(path), path) for path in given]
        return cls(own_files(archive) if archive else {}, {each.site.name: each for each in known})

    def find(self, name: str) -> KnownSite:
        """Return the site of this name; of the packaged files, no other is read.

        Raises UnknownSite, BadSiteFile, and UnusableSiteFile if there is only a file of the archive that does not
        count.
        """
        if known := self.given.get(name) or self._counting().get(name):
            return known
        packaged = sorted(path.stem for path in SITES.glob("*.toml"))
        if name in packaged:
            path = SITES / f"{name}.toml"
            return KnownSite(load_site(path), path)
        if own := self.own.get(name):
            raise UnusableSiteFile(own.path, own.obstacle or "")
        raise UnknownSite(name, [*packaged, *self.own])

    def by_name(self) -> dict[str, Site]:
        """Return all sites that can be found by name. Raises BadSiteFile."""
        others = {**self._counting(), **self.given}
        return {**packaged_sites(), **{name: known.site for name, known in others.items()}}

    def by_host(self) -> dict[str, Site]:
        """Return host (with its port) → site. Raises BadSiteFile."""
        return {host: site for site in self.by_name().values() for host in site.domains}

    def owing_news(self) -> list[Site]:
        """Return the sites of `--all`: packaged or trusted, and neither merged nor closed. Raises BadSiteFile."""
        trusted = {name: own.site for name, own in self.own.items() if own.site and own.is_trusted and not own.flaw}
        return [site for site in {**packaged_sites(), **trusted}.values() if site.owes_news]

    def own_names(self) -> frozenset[str]:
        """Return the names of the sites whose file is the archive's own."""
        return frozenset(self._counting())

    def obstacles(self, names: Collection[str] = ()) -> Iterator[str]:
        """Yield a sentence for each file of the archive that does not count: of these sites, or of all."""
        for name, own in self.own.items():
            if own.obstacle and name not in self.given and (not names or name in names):
                yield phrase("{path} does not count: {obstacle}", path=own.path, obstacle=own.obstacle)

    def _counting(self) -> dict[str, KnownSite]:
        return {name: KnownSite(own.site, own.path) for name, own in self.own.items() if own.site and not own.obstacle}
