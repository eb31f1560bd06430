"""A reparse: other processes read pages, and this one writes the archive, in the order of the captures."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from itertools import islice

from archive import Archive, PageToReread
from crawler.reparse.batches import BATCH, Batches
from crawler.reparse.reading import damage_in, digest_of, failed_line, read_pages
from crawler.reparse.report import SiteReparse
from crawler.site import Layout, Site
from crawler.workers import reading_pool


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
    version: str = ""
    """Of the program: its extractors are rules too."""


def reparse(
    archive: Archive, request: Request, *, now: Callable[[], datetime], is_over: Callable[[], bool] = lambda: False
) -> list[SiteReparse]:
    """Read the pages again, and store what is better; return what became of each site.

    It ends early once `is_over`: what was read is stored, and the next reparse reads the rest. Raises ArchiveError.
    """
    named: list[Site | None] = [*request.sites, *([None] if request.layouts else [])]
    rules = {site.name if site else None: digest_of(site, request.layouts, request.version) for site in named}
    reports = {name: SiteReparse(name) for name in rules}
    numbers: list[int] = []
    for name, digest in rules.items():
        wanted = archive.captures_to_reread(
            name,
            rules=None if request.again else digest,
            since=request.since,
            until=request.until,
            only_doubtful=request.only_doubtful,
        )
        reports[name].pages = len(wanted)
        numbers += wanted
    if not numbers:
        return list(reports.values())
    with reading_pool(request.sites, processes=request.processes, layouts=request.layouts) as pool:
        batches = Batches(pool, partial(read_pages, archive.folder), failed=failed_line, processes=request.processes)
        results = batches.results(_batches(archive, numbers), rest=archive.commit, is_over=is_over)
        for pages, lines in results:
            for page, line in zip(pages, lines, strict=True):
                report = reports[page.site]
                if damage := damage_in(line):
                    report.damaged.append(damage)
                else:
                    done = archive.reread(line, rules=rules[page.site], at=now(), is_dry=request.is_dry)
                    report.note(done)
    archive.commit()
    return list(reports.values())


def _batches(archive: Archive, numbers: Sequence[int]) -> Iterator[Sequence[PageToReread]]:
    coming = iter(numbers)
    while some := list(islice(coming, BATCH)):
        yield archive.pages_to_reread(some)
