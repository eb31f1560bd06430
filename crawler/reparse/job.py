"""One job of a reparse: the pages of one WARC file are read, and what they give is kept until a reparse stores it."""

from collections.abc import Callable, Iterator

from archive import Archive, phrase
from crawler.errors import BadArgument
from crawler.reparse.kept import keep, kept_lines
from crawler.reparse.plan import Plan, Request, plan_of
from crawler.reparse.run import read_all

UNFINISHED = (".new", ".open")
"""What may follow the name of a WARC file: before its first commit, and while it grows."""


class _Over(Exception):
    """The job was asked to stop: a part of what it would read is worth nothing."""


def files_to_read(archive: Archive, request: Request) -> dict[str, int]:
    """Return the WARC files with pages to read of which nothing is kept, each with the first of these pages.

    Raises ArchiveError and UnreadableFile.
    """
    plan = plan_of(archive, request)
    missing = ((warc, _missing(archive, plan, warc, numbers)) for warc, numbers in _by_file(archive, plan).items())
    return {warc: numbers[0] for warc, numbers in missing if numbers}


def read_file(archive: Archive, warc: str, request: Request, *, is_over: Callable[[], bool]) -> int | None:
    """Read what is to be read of a WARC file and not kept, and keep it; return how many pages that were.

    None once `is_over`: then nothing is kept of it. Raises BadArgument if the archive has no such file,
    ArchiveError and UnreadableFile.
    """
    plan = plan_of(archive, request)
    numbers = _by_file(archive, plan).get(warc)
    folder = archive.folder / "warc"
    if numbers is None and not any((folder / f"{warc}{end}").is_file() for end in ("", *UNFINISHED)):
        raise BadArgument("--warc", warc, wanted=phrase("a WARC file of {folder}", folder=folder))
    missing = _missing(archive, plan, warc, numbers or [])
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
    return archive.files_to_reread(plan.all_numbers)


def _missing(archive: Archive, plan: Plan, warc: str, numbers: list[int]) -> list[int]:
    kept = {line.number for line in kept_lines(archive.folder, warc, plan.rules)}
    return [number for number in numbers if number not in kept]
