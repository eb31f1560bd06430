"""The ledger: a chain of SHA-256 over the reports of runs and the closed WARC files.

Each row has the digest of its thing, and a head over the head before it and itself. So nobody can change, remove or
slip in a row without changing every head after it: an archivist who keeps one printed head can prove all before it.
docs/archive.md has the form, which never changes. Every function works inside the transaction of its caller.
"""

import sqlite3
from collections.abc import Iterable
from dataclasses import astuple, dataclass
from enum import StrEnum
from hashlib import sha256

NO_HEAD = "0" * 64
"""The head before the first row."""
NO_FILES = "none"
NAME = "baotinh-ledger"
"""First word of the line that is printed."""

_REPORT = """
SELECT json_array(r.id, s.site, r.started_at, r.finished_at, r.status, r.version, r.settings, r.found, r.stored,
    r.revised, r.unchanged, r.gone, r.refused, r.failed, r."left", r.outside, r.known, r.sources_ok, r.sources_failed,
    r.reasons, r.cut_short, r.notes, r.balances)
FROM runs r JOIN sites s ON s.id = r.site_id
"""
_BEFORE = f"""{_REPORT} WHERE r.id <= ? AND r.finished_at IS NOT NULL
    AND CAST(r.id AS TEXT) NOT IN (SELECT name FROM ledger WHERE what = 'run') ORDER BY r.id"""


class Entered(StrEnum):
    """What a row of the ledger is about."""

    BEGIN = "begin"
    """The runs that ended before the archive had a ledger; the name is the number of the last one."""
    RUN = "run"
    FILE = "file"
    """A closed WARC file."""
    REBUILD = "rebuild"
    """The database was built again, or cut for a pack; the name has the numbers of the rows before it whose things are
    not in it."""
    MERGE = "merge"
    """Another archive came in: `CameIn` reads the name, and the digest is the head of its chain."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A row of the ledger."""

    number: int
    at: str
    what: str
    name: str
    digest: str
    head: str

    @property
    def line(self) -> str:
        """The line to print and to keep."""
        return f"{NAME} {self.number} {self.at} {self.head}"


@dataclass(frozen=True, slots=True)
class CameIn:
    """What the name of a row `merge` says."""

    files: tuple[str, ...]
    """The WARC files that came."""
    sites: tuple[str, ...]
    """The only sites of which rows came; none: all came."""

    @classmethod
    def of(cls, name: str) -> "CameIn":
        """Read the name of a row."""
        files, _, sites = name.partition(";")
        return cls(tuple(files.split(",")) if files != NO_FILES else (), tuple(sites.split(",")) if sites else ())

    @property
    def name(self) -> str:
        """The name of the row."""
        return ";".join([",".join(self.files) or NO_FILES, *([",".join(self.sites)] if self.sites else [])])


def head_of(before: str, number: int, at: str, what: str, name: str, digest: str) -> str:
    """Return the head of a row that follows the head `before`."""
    return digest_of_lines((before, str(number), at, what, name, digest))


def digest_of_lines(lines: Iterable[str]) -> str:
    """Return the hex digest of lines, each ended by a line feed."""
    return sha256("".join(f"{line}\n" for line in lines).encode("utf-8", "surrogateescape")).hexdigest()


def entries(connection: sqlite3.Connection, where: str = "1") -> list[Entry]:
    """Return the rows that fit a condition, in order."""
    sql = f"SELECT number, at, what, name, digest, head FROM ledger WHERE {where} ORDER BY number"
    return [Entry(*row) for row in connection.execute(sql)]


def last_entry(connection: sqlite3.Connection) -> Entry | None:
    """Return the last row; None if there is none."""
    return next(iter(entries(connection, "number = (SELECT max(number) FROM ledger)")), None)


def append_entry(connection: sqlite3.Connection, what: Entered, name: str, *, digest: str, at: str) -> None:
    """Add a row."""
    last = last_entry(connection)
    number, before = (last.number + 1, last.head) if last else (1, NO_HEAD)
    insert_entry(connection, Entry(number, at, what, name, digest, head_of(before, number, at, what, name, digest)))


def insert_entry(connection: sqlite3.Connection, entry: Entry, *, is_kept: bool = False) -> None:
    """Add a row as it is."""
    connection.execute("INSERT INTO ledger VALUES (?,?,?,?,?,?,?)", (*astuple(entry), is_kept))


def enter_run(connection: sqlite3.Connection, run: int, *, at: str) -> None:
    """Add the report of a run that ended."""
    append_entry(connection, Entered.RUN, str(run), digest=digest_of_run(connection, run) or "", at=at)


def enter_file(connection: sqlite3.Connection, name: str) -> None:
    """Add a WARC file that was closed and has its digest."""
    sql = "SELECT sha256, closed_at FROM warc_files WHERE name = ?"
    digest, closed_at = connection.execute(sql, (name,)).fetchone()
    append_entry(connection, Entered.FILE, name, digest=digest, at=closed_at)


def begin_chain(connection: sqlite3.Connection) -> None:
    """Begin the chain of an archive that has runs or files already."""
    last, at = connection.execute("SELECT max(id), max(finished_at) FROM runs").fetchone()
    if at is not None:
        append_entry(connection, Entered.BEGIN, str(last), digest=digest_before(connection, last) or "", at=at)
    sealed = "SELECT name FROM warc_files WHERE sha256 IS NOT NULL ORDER BY id"
    for (name,) in connection.execute(sealed).fetchall():
        enter_file(connection, name)


def digest_of_run(connection: sqlite3.Connection, run: int | str) -> str | None:
    """Return the digest of a report; None if the run is missing."""
    row = connection.execute(f"{_REPORT} WHERE r.id = ?", (run,)).fetchone()
    return digest_of_lines(row) if row else None


def digest_before(connection: sqlite3.Connection, last: int | str) -> str | None:
    """Return the digest of the reports up to the run `last` that have no row of their own; None without any."""
    rows = connection.execute(_BEFORE, (last,)).fetchall()
    return digest_of_lines(line for (line,) in rows) if rows else None
