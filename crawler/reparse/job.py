"""One job of a reparse: the pages of one WARC file are read, and what they give is kept until a reparse stores it."""

from collections.abc import Callable, Iterator

from archive import Archive
from crawler.reparse.kept import keep, kept_lines
from crawler.reparse.plan import Plan, Request, plan_of
from crawler.reparse.run import read_all


class _Over(Exception):
    """The job was asked to stop: a part of what it would read is worth nothing."""


def files_to_read(archive: Archive, request: Request) -> list[str]:
    """Return the WARC files with pages to read of which nothing is kept. Raises ArchiveError."""
    plan = plan_of(archive, request)
    return [warc for warc, numbers in _by_file(archive, plan).items() if _missing(archive, plan, warc, numbers)]


def read_file(archive: Archive, warc: str, request: Request, *, is_over: Callable[[], bool]) -> int | None:
    """Read what is to be read of a WARC file and not kept, and keep it; return how many pages that were.

    None once `is_over`: then nothing is kept of it. Raises ArchiveError.
    """
    plan = plan_of(archive, request)
    missing = _missing(archive, plan, warc, _by_file(archive, plan).get(warc, []))
    if not missing:
        return 0
    try:
        keep(archive.folder, warc, _lines(archive, warc, plan, missing, request, is_over=is_over), rules=plan.rules)
    except _Over:
        return None
    return len(missing)


def _lines(
    archive: Archive, warc: str, plan: Plan, missing: list[int], request: Request, *, is_over: Callable[[], bool]
) -> Iterator[str]:
    """Yield the lines that are kept already, then what is read now. Raises _Over."""
    yield from (line.text for line in kept_lines(archive.folder, warc, plan.rules))
    yield from (line for _, line in read_all(archive, missing, request, is_over=is_over))
    if is_over():
        raise _Over


def _by_file(archive: Archive, plan: Plan) -> dict[str, list[int]]:
    return archive.files_to_reread([number for numbers in plan.numbers.values() for number in numbers])


def _missing(archive: Archive, plan: Plan, warc: str, numbers: list[int]) -> list[int]:
    kept = {line.number for line in kept_lines(archive.folder, warc, plan.rules)}
    return [number for number in numbers if number not in kept]
