"""Checks the chain of the ledger, and whether each thing in it is still what it was."""

import sqlite3
from collections.abc import Iterator

from archive.care.findings import LOOK, Finding
from archive.phrases import phrase
from archive.writing.ledger import (
    NO_HEAD,
    CameIn,
    Entered,
    Entry,
    append_entry,
    digest_before,
    digest_of_lines,
    digest_of_run,
    enter_file,
    entries,
    head_of,
)


def check_ledger(connection: sqlite3.Connection) -> Iterator[Finding]:
    """Yield the rows of the ledger that break the chain, and the things that are not what the ledger says."""
    excused = {int(n) for row in entries(connection, "what = 'rebuild'") for n in row.name.split(",") if n.isdecimal()}
    for row, finding in broken_rows(connection):
        if row.number not in excused:
            yield Finding(phrase("ledger, row {number}", number=row.number), finding, LOOK)
    yield from _not_entered(connection)


def proved_heads(connection: sqlite3.Connection) -> set[str]:
    """Return the heads that the chain proves: its own, and the last one of each archive that was merged into it."""
    rows = entries(connection)
    return {row.head for row in rows} | {row.digest for row in rows if row.what == Entered.MERGE}


def merged_files(connection: sqlite3.Connection) -> dict[str, frozenset[str]]:
    """Return the WARC files that came from other archives, whose numbers their records have.

    For each, the only sites whose rows came. An empty set: all came.
    """
    came = [CameIn.of(row.name) for row in entries(connection, "what = 'merge'")]
    later = {site for each in came if each.sites and not each.files for site in each.sites}
    in_part = {name: frozenset(each.sites) | later for each in came if each.sites for name in each.files}
    return in_part | {name: frozenset() for each in came if not each.sites for name in each.files}


def broken_rows(connection: sqlite3.Connection) -> Iterator[tuple[Entry, str]]:
    """Yield the rows of the ledger that prove nothing, and why."""
    before, number = NO_HEAD, 0
    for row in entries(connection):
        if row.number != number + 1 or row.head != head_of(before, row.number, row.at, row.what, row.name, row.digest):
            yield row, phrase("it does not follow from the row before it")
        elif _digest(connection, row.what, row.name) not in (row.digest, row.name):
            yield row, phrase("the {what} {name} is not what it was, or missing", what=row.what, name=row.name)
        before, number = row.head, row.number


def _digest(connection: sqlite3.Connection, what: str, name: str) -> str | None:
    """Return the digest of a thing of the ledger as it is now; its name if nothing is to be compared."""
    match what:
        case Entered.RUN:
            return digest_of_run(connection, name)
        case Entered.BEGIN:
            return digest_before(connection, name)
        case Entered.FILE:
            row = connection.execute("SELECT sha256 FROM warc_files WHERE name = ?", (name,)).fetchone()
            return row[0] if row else None
        case _:
            return name


def _not_entered(connection: sqlite3.Connection) -> Iterator[Finding]:
    sql = """
        SELECT 'run ' || id FROM runs WHERE finished_at IS NOT NULL
            AND CAST(id AS TEXT) NOT IN (SELECT name FROM ledger WHERE what = 'run')
            AND id > ifnull((SELECT max(CAST(name AS INTEGER)) FROM ledger WHERE what = 'begin'), 0)
        UNION ALL
        SELECT 'WARC file ' || name FROM warc_files WHERE sha256 IS NOT NULL
            AND name NOT IN (SELECT name FROM ledger WHERE what = 'file')
    """
    for (what,) in connection.execute(sql):
        yield Finding(what, phrase("it is not in the ledger"), LOOK)


def complete_ledger(connection: sqlite3.Connection, *, at: str, is_rebuilt: bool) -> None:
    """Enter the files that the ledger does not have, and which of its rows this database cannot prove.

    A database that was rebuilt says so even if it can prove all of them.
    """
    entered = {entry.name for entry in entries(connection, "what = 'file'")}
    sealed = "SELECT name FROM warc_files WHERE sha256 IS NOT NULL ORDER BY id"
    for (name,) in connection.execute(sealed).fetchall():
        if name not in entered:
            enter_file(connection, name)
    lost = ",".join(str(entry.number) for entry, _ in broken_rows(connection))
    if lost or is_rebuilt:
        append_entry(connection, Entered.REBUILD, lost or "none", digest=digest_of_lines([lost or "none"]), at=at)
