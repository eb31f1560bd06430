"""The ledger of a merged archive: the head of the other chain, the runs and the WARC files that came become rows."""

import sqlite3
from collections import Counter
from collections.abc import Collection
from dataclasses import replace

from archive.writing.ledger import NO_HEAD, CameIn, Entered, append_entry, enter_file, enter_run, entries

_FILES = """
SELECT name, closed_at FROM main.warc_files WHERE sha256 IS NOT NULL
    AND name NOT IN (SELECT name FROM main.ledger WHERE what = 'file') ORDER BY id
"""
_RUNS = """
SELECT id, finished_at FROM main.runs WHERE finished_at IS NOT NULL AND id IN (SELECT new FROM temp.runs_ids)
    AND CAST(id AS TEXT) NOT IN (SELECT name FROM main.ledger WHERE what = 'run')
    AND id > ifnull((SELECT max(CAST(name AS INTEGER)) FROM main.ledger WHERE what = 'begin'), 0) ORDER BY id
"""
_HEAD = "SELECT at, head FROM other.ledger ORDER BY number DESC LIMIT 1"
_MERGES = "SELECT at, name, digest FROM other.ledger WHERE what = 'merge' ORDER BY number"


def enter_what_came(connection: sqlite3.Connection, sites: Collection[str], *, at: str) -> None:
    """Add the rows; those of earlier merges of the other archive come first, so that each names its own files.

    `sites` are the only ones of which rows came, of those merges too. The row of this merge has the time of their last
    head, or `at` if they have no ledger. There is always one: so of two merges, the one that knows of the other has
    more of these rows.
    """
    files, runs = connection.execute(_FILES).fetchall(), connection.execute(_RUNS).fetchall()
    head = connection.execute(_HEAD).fetchone()
    known = Counter((entry.name, entry.digest) for entry in entries(connection, "what = 'merge'"))
    of_others: set[str] = set()
    for merged_at, name, digest in connection.execute(_MERGES).fetchall():
        came = CameIn.of(name)
        of_others |= set(came.files)
        entered = replace(came, sites=tuple(sorted(sites)) or came.sites).name
        if known[entered, digest]:
            known[entered, digest] -= 1
        else:
            append_entry(connection, Entered.MERGE, entered, digest=digest, at=merged_at)
    own = CameIn(tuple(name for name, _ in files if name not in of_others), tuple(sorted(sites)))
    head_at, digest = head or (at, NO_HEAD)
    append_entry(connection, Entered.MERGE, own.name, digest=digest, at=head_at)
    for run, ended_at in runs:
        enter_run(connection, run, at=ended_at)
    for name, _ in files:
        enter_file(connection, name)
