"""A reparse: other processes read pages, and this one writes the archive.

What is read is stored by one door, whoever read it: the processes of this reparse, in the order of the captures, or
jobs before it, of which each read one WARC file (`job.py`).
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from functools import partial
from itertools import islice
from pathlib import Path

from archive import Archive, PageToReread
from crawler.reparse.batches import BATCH, Batches
from crawler.reparse.kept import KeptLine, forget, forget_parts, kept_files, read_kept
from crawler.reparse.plan import Plan, Request, plan_of
from crawler.reparse.reading import damage_in, failed_line, read_pages
from crawler.reparse.report import SiteReparse
from crawler.workers import reading_pool


class _Store:
    """The door: stores readings, and counts what became of them."""

    def __init__(self, archive: Archive, plan: Plan, request: Request, *, now: Callable[[], datetime]) -> None:
        self.archive = archive
        self.reports = {name: SiteReparse(name, len(numbers)) for name, numbers in plan.numbers.items()}
        self._rules = plan.rules
        self._now = now
        self._is_dry = request.is_dry

    def add(self, page: PageToReread, line: str) -> None:
        """Store what was read of a page, if it is better than what is stored."""
        report = self.reports[page.site]
        if damage := damage_in(line):
            report.damaged.append(damage)
        else:
            rules = self._rules[page.site]
            report.note(self.archive.reread(line, rules=rules, at=self._now(), is_dry=self._is_dry))


def reparse(
    archive: Archive, request: Request, *, now: Callable[[], datetime], is_over: Callable[[], bool] = lambda: False
) -> list[SiteReparse]:
    """Read the pages again, and store what is better; return what became of each site.

    It ends early once `is_over`: what was read is stored, and the next reparse reads the rest. Raises ArchiveError
    and UnreadableFile.
    """
    plan = plan_of(archive, request)
    store = _Store(archive, plan, request, now=now)
    left = dict.fromkeys(plan.all_numbers)
    if not request.is_dry:
        forget_parts(archive.folder, at=now())
    for path in kept_files(archive.folder):
        if not is_over():
            _store_kept(store, path, plan, left, request=request, is_over=is_over)
    if left and request.processes:
        _read_and_store(store, list(left), request, is_over=is_over)
    archive.commit()
    return list(store.reports.values())


def _store_kept(
    store: _Store, path: Path, plan: Plan, left: dict[int, None], *, request: Request, is_over: Callable[[], bool]
) -> None:
    """Store what a job has read in a WARC file, and take these pages from those that are `left` to read.

    A reparse that reads takes no damage from the file: it reads the page again, which may have been mended. One that
    only stores reports the damage, and lets the file stay for such a reparse.
    """
    lines = read_kept(path)
    is_needed = False
    while (some := list(islice(lines, BATCH))) and not is_over():
        is_needed = is_needed or any(line.site not in plan.rules for line in some)
        current = [line for line in some if line.number in left and line.rules == plan.rules.get(line.site)]
        for page, line in _fitting(store.archive, current):
            if damage_in(line):
                if request.processes:
                    continue
                is_needed = True
            store.add(page, line)
            del left[page.number]
    store.archive.commit()
    if request.is_whole and not (some or is_needed or request.is_dry):
        forget(path)


def _fitting(archive: Archive, lines: Sequence[KeptLine]) -> Iterator[tuple[PageToReread, str]]:
    pages = archive.pages_to_reread([line.number for line in lines])
    return ((page, line.text) for page, line in zip(pages, lines, strict=True) if line.is_of(page))


def _read_and_store(store: _Store, numbers: Sequence[int], request: Request, *, is_over: Callable[[], bool]) -> None:
    archive = store.archive
    for page, line in read_all(archive, numbers, request, rest=archive.commit, is_over=is_over):
        store.add(page, line)


def read_all(
    archive: Archive,
    numbers: Iterable[int],
    request: Request,
    *,
    rest: Callable[[], None] = lambda: None,
    is_over: Callable[[], bool],
) -> Iterator[tuple[PageToReread, str]]:
    """Read the raw pages of captures in processes of their own, and yield each with its line, in their order.

    `rest` is called when none is ready; none is yielded once `is_over`.
    """
    with reading_pool(request.sites, processes=request.processes, layouts=request.layouts) as pool:
        batches = Batches(pool, partial(read_pages, archive.folder), failed=failed_line, processes=request.processes)
        for pages, lines in batches.results(_batches(archive, numbers), rest=rest, is_over=is_over):
            yield from zip(pages, lines, strict=True)


def _batches(archive: Archive, numbers: Iterable[int]) -> Iterator[Sequence[PageToReread]]:
    coming = iter(numbers)
    while some := list(islice(coming, BATCH)):
        yield archive.pages_to_reread(some)
