"""`baotinh merge`: everything of another archive comes into ours, and no article is doubled."""

import sqlite3
from collections.abc import Collection, Iterator
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from archive.care.merging.articles import carry_addresses, carry_articles, match_shared_rows, meet_copies
from archive.care.merging.both import join_articles
from archive.care.merging.chain import enter_what_came
from archive.care.merging.copy_decisions import carry_copy_decisions
from archive.care.merging.crawls import (
    carry_captures,
    carry_frontier,
    carry_runs,
    carry_sites,
    lead_captures,
    match_captures,
)
from archive.care.merging.event import MergeRecord, record_merge
from archive.care.merging.excerpt import attach_excerpt
from archive.care.merging.matching import match_articles
from archive.care.merging.parts import carry_parts
from archive.care.merging.rows import OTHER
from archive.care.merging.warc_files import PlacedFiles, carry_answers, carry_files, find_files
from archive.care.merging.withheld import carry_withholdings, find_out_of_sight, forget_unlinked, has_out_of_sight
from archive.errors import DamagedArchive, NotMergeable
from archive.phrases import phrase
from archive.reading.damage import named_damage
from archive.schema.connections import attach
from archive.schema.opening import FILE_NAME, begin_writing, empty_wal, named_errors, open_database
from archive.times import to_text
from archive.writing.changes import note_changes
from archive.writing.index import index_now, indexing_much, merge_index
from archive.writing.raw_pages import RawPages


@dataclass(frozen=True, slots=True, kw_only=True)
class Merged:
    """What a merge brought."""

    articles: int
    """New articles."""
    joined: int
    """Articles of ours that changed: another text, field, address or tombstone."""
    captures: int
    runs: int
    files: int
    """WARC files."""
    rows: int
    """Other rows that are new or changed: of sites, the frontier, pages of articles."""

    @property
    def is_empty(self) -> bool:
        """Whether the other archive had nothing new."""
        return not any(self.as_record().values())

    def as_record(self) -> dict[str, Any]:
        """Return the counts as JSON knows them."""
        return asdict(self)


def merge(folder: str | Path, other: str | Path, *, sites: Collection[str] = (), at: datetime | None = None) -> Merged:
    """Bring everything of the archive in the folder `other` into the one in `folder`: all of it or nothing.

    With `sites`, only what belongs to these: their articles, captures, runs and frontier. The WARC files come whole.
    `at` (default: now) is the date of its record in the WARC files. `other` is never written. Both are opened as
    `Archive.open` does, with its errors. Raises NotMergeable for one archive twice, NoSuchSite for a site that `other`
    does not have, NameTaken and DamagedWarc for WARC files that cannot be taken, DamagedRecord for a value in either
    that no program of ours stored.
    """
    folder, other = Path(folder), Path(other)
    check_other(folder, other)
    which = phrase("a value of {other} or of {folder}, which `verify` names,", other=other, folder=folder)
    with named_damage(which), _both(folder, other, sites) as connection:
        placed = PlacedFiles(folder)
        with _whole(connection, placed) as raw:
            with indexing_much(connection):
                done = _merge(connection, other, placed, raw, sites=sites, at=at or datetime.now(UTC))
            if done.is_empty:
                connection.execute("ROLLBACK")  # not a byte of ours changes
        if not done.is_empty and has_out_of_sight(connection):
            _wipe(connection)
        return done


def repeat_merge(folder: Path, other: Path, record: MergeRecord) -> None:
    """Merge once more what came then, in a rebuild that has the WARC files already; the ledger is left to the caller.

    `other` is the archive that came, rebuilt. LookupError, IntegrityError or NoSuchSite if it is not the one of the
    record.
    """
    with _both(folder, other, record.sites) as connection:
        placed = PlacedFiles(folder)
        with _whole(connection, placed), indexing_much(connection):
            _carry(connection, other, placed, record, files=0)


@contextmanager
def _both(folder: Path, other: Path, sites: Collection[str]) -> Iterator[sqlite3.Connection]:
    """Open our database, with the other one attached: all of it, or what belongs to some sites."""
    with closing(open_database(folder, create=False, read_only=False)) as connection, named_errors(folder / FILE_NAME):
        if sites:
            attach_excerpt(connection, other / FILE_NAME, sites)
        else:
            attach(connection, other / FILE_NAME, name=OTHER)
        yield connection


def _wipe(connection: sqlite3.Connection) -> None:
    """Write the index anew and empty the WAL file: words of articles that were just withheld leave both."""
    is_first = True
    while merge_index(connection, is_first=is_first):
        is_first = False
    empty_wal(connection)


def check_other(folder: Path, other: Path) -> None:
    """Open the other archive as a reader does, and check its pages. Raises the errors of `merge`."""
    if folder.resolve() == other.resolve():
        raise NotMergeable(other)
    path = other / FILE_NAME
    connection = open_database(other, create=False, read_only=True)
    try:
        with named_errors(path):
            finding = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
    finally:
        connection.close()
    if finding != "ok":
        raise DamagedArchive(path, finding.replace("\n", "; "))


@contextmanager
def _whole(connection: sqlite3.Connection, placed: PlacedFiles) -> Iterator[RawPages]:
    """Commit what the block does; after an error nothing of it stays, the files that it placed included.

    The record of the merge goes into no file that the other archive has too: there it may grow otherwise.
    """
    begin_writing(connection, placed.archive / FILE_NAME)
    shared = [name for (name,) in connection.execute("SELECT name FROM other.warc_files")]
    raw = RawPages(connection, placed.archive, leave=shared)
    try:
        yield raw
        if connection.in_transaction:
            raw.sync()
            connection.execute("COMMIT")
            raw.settle()
            placed.settle()
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raw.cut_back()
        placed.forget()
        raise
    finally:
        raw.release()


def _merge(
    connection: sqlite3.Connection,
    other: Path,
    placed: PlacedFiles,
    raw: RawPages,
    *,
    sites: Collection[str],
    at: datetime,
) -> Merged:
    files = carry_files(connection, other, placed)
    done = _carry(connection, other, placed, None, files=len(files))
    enter_what_came(connection, sites, at=to_text(at))
    if not done.is_empty:
        record_merge(connection, raw, came=files, sites=sites, at=at)
    return done


def _carry(
    connection: sqlite3.Connection, other: Path, placed: PlacedFiles, record: MergeRecord | None, *, files: int
) -> Merged:
    """Carry all rows; with a `record`, they get the ids that they had then."""
    rows = carry_sites(connection)
    runs = carry_runs(connection, record.runs if record else ())
    if record:
        find_files(connection, record.files)
    rows += carry_answers(connection)
    match_shared_rows(connection)
    match_captures(connection, record.captures if record else ())
    match_articles(connection)
    find_out_of_sight(connection)
    captures = carry_captures(connection)
    articles = carry_articles(connection)
    lead_captures(connection)
    changed = join_articles(connection) | meet_copies(connection)
    readdressed = carry_addresses(connection) - changed
    note_changes(connection, readdressed)
    changed |= carry_withholdings(connection, other, placed)
    forget_unlinked(connection)
    rows += carry_parts(connection) + carry_frontier(connection) + carry_copy_decisions(connection)
    index_now(connection)
    return Merged(
        articles=articles, joined=len(changed | readdressed), captures=captures, runs=runs, files=files, rows=rows
    )
