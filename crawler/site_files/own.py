"""The site files that an archive holds itself, in its folder `sites`, and which of them count.

An archive may come from somebody else, so its files are judged before they count:

- The file of a packaged name counts only if this machine trusts it, and never with other hosts or weaker TLS than the
  packaged file: it may say how the outlet is read, and not where that is.
- The file of any other name counts when a person names the site or one of its addresses; `--all` includes it only if it
  is trusted. It may not have a host of a packaged site, and weaker TLS needs trust.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from archive import counted, phrase
from crawler.errors import BadSiteFile
from crawler.site import Site
from crawler.site_files.growth import slow_patterns
from crawler.site_files.load import load_site, packaged_sites
from crawler.site_files.trust import is_trusted

FOLDER = "sites"
"""Name of the folder in an archive."""
NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,79}")
"""A name of a site: it becomes the name of a file, a spider, and a unit of systemd."""
LARGEST = 1_000_000
"""Bytes of a site file; the largest packaged one has 6,000."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnFile:
    """A site file in an archive."""

    path: Path
    site: Site | None
    """None if the file cannot be read."""
    is_trusted: bool
    """Whether this machine trusts the file as it is now."""
    flaw: str | None
    """What keeps the file from counting, trusted or not; None if nothing does."""
    caution: str | None
    """What keeps the file from counting until it is trusted; None if nothing does."""

    @property
    def name(self) -> str:
        """Return the name of the site."""
        return self.path.stem

    @property
    def hosts(self) -> tuple[str, ...]:
        """Return every host that a crawl of the site may ask; empty for a file that cannot be read."""
        return _hosts(self.site) if self.site else ()

    @property
    def obstacle(self) -> str | None:
        """Return why the file does not count, with the next command; None if it counts."""
        if self.flaw:
            return (
                phrase("{flaw}; `baotinh check-sites {name}` checks it", flaw=self.flaw, name=self.name)
                if self.site is None
                else self.flaw
            )
        if self.caution and not self.is_trusted:
            return phrase(
                "{caution}: read the file, then run `baotinh sites --trust {name}`",
                caution=self.caution,
                name=self.name,
            )
        return None


def own_files(archive: Path) -> dict[str, OwnFile]:
    """Return the site files in an archive by name; a missing folder has none."""
    try:
        paths = sorted(path for path in (archive / FOLDER).glob("*.toml") if path.is_file())
    except PermissionError:  # this user may not enter the archive; what needs it says so
        return {}
    return {path.stem: _judge(path, archive) for path in paths if NAME.fullmatch(path.stem)}


def _judge(path: Path, archive: Path) -> OwnFile:
    if path.stat().st_size > LARGEST:
        return OwnFile(
            path=path,
            site=None,
            is_trusted=False,
            flaw=phrase("it has more than {most:,} bytes", most=LARGEST),
            caution=None,
        )
    try:
        site = load_site(path)
        trusted = is_trusted(path, archive)
    except BadSiteFile as error:
        flaw = counted("{n} problem in site files", "{n} problems in site files", n=len(error.problems))
        return OwnFile(path=path, site=None, is_trusted=False, flaw=flaw, caution=None)
    packaged = packaged_sites()
    return OwnFile(
        path=path,
        site=site,
        is_trusted=trusted,
        flaw=next(_flaws(site, packaged), None),
        caution=next(_cautions(site, packaged), None),
    )


def _flaws(site: Site, packaged: Mapping[str, Site]) -> Iterator[str]:
    known = packaged.get(site.name)
    if known is None:
        taken = {host: other.name for other in packaged.values() for host in other.domains}
        yield from (
            phrase("{host} is a host of {site}", host=host, site=taken[host]) for host in _hosts(site) if host in taken
        )
    else:
        allowed = _hosts(known)
        yield from (
            phrase("{host} is no host of the packaged file", host=host) for host in _hosts(site) if host not in allowed
        )
        if _has_weak_tls(site) and not _has_weak_tls(known):
            yield phrase("insecure_tls and legacy_tls do not count in an archive's file of a packaged site")
    for _, key, pattern, _ in slow_patterns(site):
        yield phrase(
            "the time of a pattern of {key} grows faster than the address: {pattern}", key=key, pattern=pattern.pattern
        )


def _cautions(site: Site, packaged: Mapping[str, Site]) -> Iterator[str]:
    if site.name in packaged:
        yield phrase("the packaged file of {name} counts until this one is trusted", name=site.name)
    if _has_weak_tls(site):
        yield phrase("it weakens TLS, so it counts only if it is trusted")


def _hosts(site: Site) -> tuple[str, ...]:
    """Return every host that a crawl of the site may ask, in the order of the file."""
    return (*site.domains, *sorted({*site.api_hosts, *site.picture_hosts} - {*site.domains}))


def _has_weak_tls(site: Site) -> bool:
    return site.insecure_tls or site.legacy_tls
