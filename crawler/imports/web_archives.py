"""WARC, ARC and WACZ files of others into the archive: read, stored with their own times, and counted."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO
from zipfile import BadZipFile, ZipFile

from archive import Archive, Outcome, Reason, figure, from_line, joined, phrase
from crawler.errors import UnreadableFile
from crawler.imports.exchanges import Originals, PassedOver, exchanges_of
from crawler.imports.pages import Choice, WantedPage, failed_import, read_imported
from crawler.imports.records import ForeignRecord, read_foreign
from crawler.imports.unpacked import Damage
from crawler.reparse.batches import BATCH, Batches
from crawler.site import Layout, Site
from crawler.site_files.outlets import register_outlets
from crawler.workers import reading_pool

SUFFIXES = (".warc", ".warc.gz", ".arc", ".arc.gz", ".wacz")
SLACK = timedelta(days=1)
"""A capture may be dated so much after now: the clocks of others are not ours."""
MOST_LISTED = 20
"""Hosts, damages and older texts that are named for people; as JSON all of them are."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What is to be imported, and how."""

    sites: Mapping[str, Site]
    """By host."""
    layouts: Sequence[Layout] = ()
    """For pages on hosts of no site; without any, these are only counted."""
    is_dry: bool = False
    processes: int = 1


@dataclass(slots=True)
class FileImport:
    """What became of the records of one file."""

    file: str
    outcomes: Counter[Outcome] = field(default_factory=Counter)
    refused: Counter[Reason] = field(default_factory=Counter)
    known: int = 0
    """Captures that are in the archive already."""
    passed_over: Counter[str] = field(default_factory=Counter)
    """Why records give no page → how many."""
    hosts: Counter[str] = field(default_factory=Counter)
    """Host without a site file → records."""
    older: list[str] = field(default_factory=list)
    """Addresses of pages with an older text that found no place among the revisions."""
    damaged: list[str] = field(default_factory=list)
    registered: set[str] = field(default_factory=set)
    """Names of sites whose outlet the archive knows by now."""

    @property
    def is_all(self) -> bool:
        """Whether the file gave what it should: every record was read, and some were pages."""
        return not self.damaged and bool(self.outcomes or self.known)

    def as_record(self) -> dict[str, Any]:
        """Return it as JSON knows it."""
        return {
            "file": self.file,
            **{outcome.value: self.outcomes[outcome] for outcome in Outcome},
            "known": self.known,
            "reasons": dict(sorted(self.refused.items())),
            "passed_over": dict(sorted(self.passed_over.items())),
            "hosts": dict(self.hosts.most_common()),
            "older": self.older,
            "damaged": self.damaged,
        }


def is_web_archive(path: Path) -> bool:
    """Return whether a file has the name of a web archive."""
    return path.name.lower().endswith(SUFFIXES)


def import_web_archive(
    archive: Archive,
    path: Path,
    wish: Wish,
    *,
    now: Callable[[], datetime],
    is_over: Callable[[], bool] = lambda: False,
) -> FileImport:
    """Store the pages of a file; it ends early once `is_over`, and the same call goes on. Raises UnreadableFile."""
    done = FileImport(path.name)
    choice = Choice(wish.sites, path.name, is_generic=bool(wish.layouts), latest=now() + SLACK)
    sites = list({site.name: site for site in wish.sites.values()}.values())
    with (
        closing(Originals(archive.raw_exchange)) as originals,
        reading_pool(sites, processes=wish.processes, layouts=wish.layouts) as pool,
    ):
        originals.want(_records(path))
        batches = Batches(pool, read_imported, failed=failed_import, processes=wish.processes)
        coming = _batches(_wanted(archive, path, choice, originals, done=done))
        for pages, lines in batches.results(coming, rest=archive.commit, is_over=is_over):
            for page, line in zip(pages, lines, strict=True):
                _store(archive, page, line, wish, done=done, at=now())
    archive.commit()
    return done


def _store(archive: Archive, page: WantedPage, line: str, wish: Wish, *, done: FileImport, at: datetime) -> None:
    _, reading = from_line(line)
    if reading.site is None and reading.refusal:  # on a host that nobody described, most pages are no articles
        done.passed_over[phrase("not an article")] += 1
        return
    if archive.has_capture(page.url, at=page.exchange.at):
        done.known += 1
        return
    if reading.site and reading.site not in done.registered and not wish.is_dry:
        register_outlets(archive, [next(site for site in wish.sites.values() if site.name == reading.site)])
        done.registered.add(reading.site)
    capture = replace(reading, body=page.content, exchanges=(page.exchange,))
    stored = archive.store_imported(capture, at=at, is_dry=wish.is_dry)
    done.outcomes[stored.outcome] += 1
    if stored.reason is Reason.OLDER:
        done.older.append(page.url)
    if stored.reason:
        done.refused[stored.reason] += 1


def _wanted(
    archive: Archive, path: Path, choice: Choice, originals: Originals, *, done: FileImport
) -> Iterator[WantedPage]:
    """Yield the pages to be read, and count everything else."""
    for found in exchanges_of(_records(path), originals):
        if isinstance(found, Damage):
            done.damaged.append(str(found))
        elif isinstance(found, PassedOver):
            done.passed_over[found.why] += 1
        elif isinstance(page := choice.page_of(found), str):
            kind, _, host = page.partition("host: ")
            if host:
                done.hosts[host] += 1
            else:
                done.passed_over[kind] += 1
        elif archive.has_capture(page.url, at=page.exchange.at):
            done.known += 1
        else:
            yield page


def _batches(pages: Iterator[WantedPage]) -> Iterator[Sequence[WantedPage]]:
    while some := list(islice(pages, BATCH)):
        yield some


def _records(path: Path) -> Iterator[ForeignRecord | Damage]:
    """Yield the records of a WARC or ARC file, or of all those in a WACZ file. Raises UnreadableFile."""
    try:
        for opened in _parts(path):
            with opened as file:
                yield from read_foreign(file)
    except OSError as error:
        raise UnreadableFile(path, error=error) from error
    except (BadZipFile, NotImplementedError, RuntimeError, EOFError) as error:
        yield Damage(0, phrase("the zip file cannot be read further: {error}", error=error))


def _parts(path: Path) -> Iterator[BinaryIO]:
    """Yield the files of records, opened; those in a WACZ are read where they lie, and nothing is written."""
    if path.suffix.lower() != ".wacz":
        yield path.open("rb")
        return
    with ZipFile(path) as zipped:
        for name in zipped.namelist():
            if name.lower().endswith(SUFFIXES[:-1]):
                yield zipped.open(name)  # type: ignore[misc]  # it is a BinaryIO in all but its type


def lines_of(done: FileImport, *, is_dry: bool) -> Iterator[str]:
    """Yield what became of a file, for people."""
    counts: list[str] = [
        figure(done.outcomes[outcome]) + f" {outcome}" for outcome in Outcome if done.outcomes[outcome]
    ]
    counts += [phrase("{known:,} in the archive already", known=done.known)] if done.known else []
    said = joined(", ", counts) if counts else phrase("no page")
    would = phrase("would be {counts}", counts=said)
    yield phrase("{file}: {counts}", file=done.file, counts=would if is_dry and done.outcomes else said)
    if done.refused:
        yield phrase("  refused: {counts}", counts=_counted(done.refused))
    if done.passed_over:
        yield phrase("  passed over: {counts}", counts=_counted(done.passed_over))
    for host, count in done.hosts.most_common(MOST_LISTED):
        yield phrase(
            "  {n:,} of {host}: no site file has this host; give one with --site-file, or --generic",
            n=count,
            host=host,
        )
    yield from _listed(phrase("older than the text in force, and not kept"), done.older)
    yield from _listed(phrase("damaged"), done.damaged)


def _counted(counter: Counter[Any]) -> str:
    return joined(", ", [figure(count) + " " + what for what, count in counter.most_common()])


def _listed(what: str, found: Sequence[str]) -> Iterator[str]:
    yield from (phrase("  {what}: {each}", what=what, each=each) for each in found[:MOST_LISTED])
    if len(found) > MOST_LISTED:
        yield phrase("  and {n:,} more; --json names all", n=len(found) - MOST_LISTED)
