"""`baotinh merge`: everything of another archive comes into ours, and no article is doubled."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from archive.care.merging.articles import carry_addresses, carry_articles, match_shared_rows, meet_copies
from archive.care.merging.both import join_articles
from archive.care.merging.chain import enter_what_came
from archive.care.merging.crawls import (
    carry_captures,
    carry_frontier,
    carry_runs,
    carry_sites,
    lead_captures,
    match_captures,
)
from archive.care.merging.matching import match_articles
from archive.care.merging.parts import carry_parts
from archive.care.merging.warc_files import PlacedFiles, carry_answers, carry_files
from archive.care.merging.withheld import carry_withholdings, find_out_of_sight, forget_unlinked, has_out_of_sight
from archive.errors import DamagedArchive, NotMergeable
from archive.schema.opening import FILE_NAME, attach, begin_writing, named_errors, open_database
from archive.writing.changes import note_changes
from archive.writing.index import index_now, indexing_much, merge_index


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


def merge(folder: str | Path, other: str | Path) -> Merged:
    """Bring everything of the archive in the folder `other` into the one in `folder`: all of it or nothing.

    `other` is never written. Both are opened as `Archive.open` does, with its errors. Raises NotMergeable for one
    archive twice, NameTaken and DamagedWarc for WARC files that cannot be taken.
    """
    folder, other = Path(folder), Path(other)
    check_other(folder, other)
    path = folder / FILE_NAME
    connection = open_database(folder, create=False, read_only=False)
    placed = PlacedFiles(folder)
    try:
        with named_errors(path):
            attach(connection, other, name="other")
            with _whole(connection, path, placed):
                with indexing_much(connection):
                    done = _merge(connection, other, placed)
                if done.is_empty:
                    connection.execute("ROLLBACK")  # not a byte of ours changes
            if not done.is_empty and has_out_of_sight(connection):
                _wipe(connection)
            return done
    finally:
        connection.close()


def _wipe(connection: sqlite3.Connection) -> None:
    """Write the index anew and empty the WAL file: words of articles that were just withheld leave both."""
    is_first = True
    while merge_index(connection, is_first=is_first):
        is_first = False
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


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
def _whole(connection: sqlite3.Connection, path: Path, placed: PlacedFiles) -> Iterator[None]:
    """Commit what the block does; after an error nothing of it stays, the files that it placed included."""
    begin_writing(connection, path)
    try:
        yield
        if connection.in_transaction:
            connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        placed.forget()
        raise


def _merge(connection: sqlite3.Connection, other: Path, placed: PlacedFiles) -> Merged:
    rows = carry_sites(connection)
    runs = carry_runs(connection)
    files = carry_files(connection, other, placed)
    rows += carry_answers(connection)
    match_shared_rows(connection)
    match_captures(connection)
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
    rows += carry_parts(connection) + carry_frontier(connection)
    enter_what_came(connection)
    index_now(connection)
    return Merged(
        articles=articles, joined=len(changed | readdressed), captures=captures, runs=runs, files=files, rows=rows
    )
