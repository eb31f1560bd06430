"""What is to be read again, and by which rules."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from archive import Archive
from crawler.reparse.kept import Rules
from crawler.reparse.reading import digest_of
from crawler.site import Layout, Site


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What is to be read again, and how."""

    sites: Sequence[Site]
    layouts: Sequence[Layout] = ()
    """For pages of no site; without any, these are not read."""
    since: datetime | None = None
    """Moments of the capture, as `until`, which is not included."""
    until: datetime | None = None
    only_doubtful: bool = False
    again: bool = False
    """Whether pages are read that these rules have read again already."""
    is_dry: bool = False
    processes: int = 1
    """That read; with 0, only what jobs have read is stored."""
    version: str = ""
    """Of the program: its extractors are rules too."""

    @property
    def is_whole(self) -> bool:
        """Whether all pages of its sites are meant."""
        return self.since is None and self.until is None and not self.only_doubtful


@dataclass(frozen=True, slots=True)
class Plan:
    """The pages that a request means."""

    rules: Rules
    numbers: dict[str | None, list[int]]
    """Site → ids of the captures, the oldest first."""

    @property
    def all_numbers(self) -> list[int]:
        """The ids of the captures of all sites."""
        return [number for numbers in self.numbers.values() for number in numbers]


def plan_of(archive: Archive, request: Request) -> Plan:
    """Return which pages are to be read. Raises ArchiveError."""
    named: list[Site | None] = [*request.sites, *([None] if request.layouts else [])]
    rules = {site.name if site else None: digest_of(site, request.layouts, request.version) for site in named}
    return Plan(
        rules,
        {
            name: archive.captures_to_reread(
                name,
                rules=None if request.again else digest,
                since=request.since,
                until=request.until,
                only_doubtful=request.only_doubtful,
            )
            for name, digest in rules.items()
        },
    )
