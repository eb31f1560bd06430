"""The history of an archive as its WARC files tell it: files and answers become rows, captures and events get an order.

It fills a database that is empty; `replay.py` repeats what is in order.
"""

import json
import os
import shutil
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Any

from archive.care.findings import Finding
from archive.care.one_pass import Reading, Sums, each_record
from archive.files import linked
from archive.record import VIETNAM
from archive.times import to_text
from archive.warc.growing import OPEN
from archive.warc.members import PIECE, FoundRecord
from archive.warc.records import RecordType
from archive.writing.events import Event
from archive.writing.raw_pages import EVENT, FOLDER
from archive.writing.runs import RunStatus
from archive.writing.sites import find_or_add_site

SUFFIX = ".warc.gz"

CAPTURE, MERGE, EVENT_BEHIND = range(3)
"""What is repeated first of all that has one number. A merge has that of the last capture that it brought."""
_TABLES = (
    "CREATE TEMP TABLE history (place INTEGER PRIMARY KEY, number INTEGER, rank INTEGER, at TEXT, file TEXT,"
    " start INTEGER, length INTEGER, answer TEXT)",
    "CREATE TEMP TABLE merges (file TEXT, merges INTEGER, came TEXT)",
    "CREATE TEMP TABLE begun (file TEXT, run INTEGER, site TEXT, at TEXT, version TEXT, settings TEXT)",
    "CREATE TEMP TABLE answers (record_id TEXT PRIMARY KEY, id INTEGER, refers TEXT)",
)
_ORIGINALS = """
UPDATE raw_answers SET original_id = found.original FROM (
    SELECT a.id, o.id AS original FROM temp.answers a JOIN temp.answers o ON o.record_id = a.refers
) AS found WHERE raw_answers.id = found.id
"""


def warc_paths(folder: Path) -> list[Path]:
    """Return the WARC files of an archive in the order of their names, which is that of time."""
    found = (folder / FOLDER).iterdir() if (folder / FOLDER).is_dir() else ()
    return sorted(path for path in found if path.is_file() and path.name.removesuffix(OPEN).endswith(SUFFIX))


def take_files(connection: sqlite3.Connection, old: Path, new: Path) -> Iterator[Finding]:
    """Take the WARC files of the archive `old` over into `new` unchanged, with their rows, and order their history.

    Yield what is damaged in them. A file that grew is closed: what lies behind its last whole record is left out.
    """
    for statement in _TABLES:
        connection.execute(statement)
    (new / FOLDER).mkdir(exist_ok=True)
    for path in warc_paths(old):
        yield from _take_file(connection, path, new / FOLDER)
    connection.execute(_ORIGINALS)
    _leave_to_merges(connection)
    _begin_runs(connection)


def _leave_to_merges(connection: sqlite3.Connection) -> None:
    """Leave out the history in files that came with merges: each merge repeats that of the archive that came.

    A merge in such a file is one of the other archive. That came later with a merge that knows of more merges.
    """
    came: set[str] = set()
    for file, names in connection.execute("SELECT file, came FROM temp.merges ORDER BY merges DESC").fetchall():
        if file not in came:
            came.update(json.loads(names))
    for table in ("history", "begun"):
        connection.executemany(f"DELETE FROM temp.{table} WHERE file = ?", [(name,) for name in came])


def _begin_runs(connection: sqlite3.Connection) -> None:
    """Add the runs that warcinfo records describe; the record of the end of each fills in the counts."""
    for run, site, at, version, settings in connection.execute(
        "SELECT run, site, at, version, settings FROM temp.begun"
    ).fetchall():
        connection.execute(
            "INSERT OR IGNORE INTO runs (id, site_id, started_at, status, version, settings) VALUES (?,?,?,?,?,?)",
            (run, find_or_add_site(connection, site), at, RunStatus.RUNNING, version, settings),
        )


def _take_file(connection: sqlite3.Connection, path: Path, into: Path) -> Iterator[Finding]:
    """Take one file over; its size is known only after it was read."""
    name = path.name.removesuffix(OPEN)
    sql = "INSERT INTO warc_files (name, opened_at, bytes, crc32) VALUES (?,'',0,0) RETURNING id"
    (file_id,) = connection.execute(sql, (name,)).fetchone()
    is_grown = path.suffix != OPEN
    sums, end = Sums(), 0
    first = last = to_text(datetime.fromtimestamp(0, VIETNAM))
    for found in each_record(path, path.stat().st_size, sums, Reading()):
        if isinstance(found, Finding):
            if is_grown:
                yield found
            continue
        last = _date(found)
        first = first if end else last
        end = found.offset + found.length
        _note(connection, found, name=name, file_id=file_id)
    taken = _link(path, into / name, sums) if is_grown else _copy(path, into / name, end)
    connection.execute(
        "UPDATE warc_files SET opened_at = ?, bytes = ?, crc32 = ?, closed_at = ?, sha256 = ? WHERE id = ?",
        (first, taken.size, taken.crc32, last, taken.sha256, file_id),
    )


def _note(connection: sqlite3.Connection, found: FoundRecord, *, name: str, file_id: int) -> None:
    """Note what a record tells."""
    if found.type is RecordType.WARCINFO:
        _note_run(connection, found, name=name)
    elif found.type is RecordType.CONVERSION:
        said = json.loads(found.block)
        refers = found.fields.get("warc-refers-to", "").strip("<>")
        _order(connection, said["number"], CAPTURE, found, name=name, answer=refers)
    elif (found.url or "").startswith(EVENT):
        _note_event(connection, json.loads(found.block), found, name=name)
    elif found.type in (RecordType.RESPONSE, RecordType.REVISIT, RecordType.RESOURCE):
        _note_answer(connection, found, file_id=file_id)


def _note_event(connection: sqlite3.Connection, said: Mapping[str, Any], found: FoundRecord, *, name: str) -> None:
    rank = EVENT_BEHIND
    if said["event"] == Event.MERGED:
        values = (name, said["merges"], json.dumps(said["came"]))
        connection.execute("INSERT INTO temp.merges VALUES (?,?,?)", values)
        rank = MERGE if said["captures"] else EVENT_BEHIND
    _order(connection, said["after"], rank, found, name=name)


def _order(
    connection: sqlite3.Connection, number: int, rank: int, found: FoundRecord, *, name: str, answer: str | None = None
) -> None:
    connection.execute(
        "INSERT INTO temp.history (number, rank, at, file, start, length, answer) VALUES (?,?,?,?,?,?,?)",
        (number, rank, _date(found), name, found.offset, found.length, answer),
    )


def _note_answer(connection: sqlite3.Connection, found: FoundRecord, *, file_id: int) -> None:
    status = None if found.type is RecordType.RESOURCE else int(found.head.split(None, 2)[1])
    cursor = connection.execute(
        "INSERT INTO raw_answers (warc_file_id, warc_offset, warc_length, record_id, url, fetched_at, status,"
        " payload_sha256) VALUES (?,?,?,?,?,?,?,?)",
        (
            *(file_id, found.offset, found.length, found.id, found.url, _date(found), status),
            found.payload_sha256,
        ),
    )
    refers = found.fields["warc-refers-to"].strip("<>") if found.type is RecordType.REVISIT else None
    connection.execute("INSERT OR IGNORE INTO temp.answers VALUES (?,?,?)", (found.id, cursor.lastrowid, refers))


def _note_run(connection: sqlite3.Connection, found: FoundRecord, *, name: str) -> None:
    said = _said(found.block)
    if "run" in said:
        version = said["software"].removeprefix("baotinh ")
        values = (name, int(said["run"]), said["site"], _date(found), version, said["settings"])
        connection.execute("INSERT INTO temp.begun VALUES (?,?,?,?,?,?)", values)


def _said(block: bytes) -> Mapping[str, str]:
    pairs = (line.partition(": ") for line in block.decode().splitlines())
    return {name: value for name, _, value in pairs}


def _date(found: FoundRecord) -> str:
    return to_text(datetime.fromisoformat(found.fields["warc-date"]))


def _link(path: Path, new: Path, sums: Sums) -> Sums:
    """Give a file that never changes a second name, or copy it where that is not possible; return its digests."""
    if not linked(path, new):
        return _copy(path, new, path.stat().st_size)
    if sums.size < path.stat().st_size:  # the reader left it at a damage
        sums = Sums()
        with path.open("rb") as file:
            while data := file.read(PIECE):
                sums.add(data)
    return sums


def _copy(path: Path, new: Path, size: int) -> Sums:
    """Copy the beginning of a file, and return its digests."""
    sums = Sums()
    with path.open("rb") as old, new.open("xb") as file:
        while sums.size < size and (data := old.read(min(PIECE, size - sums.size))):
            file.write(data)
            sums.add(data)
        file.flush()
        os.fsync(file.fileno())
    return sums


def copy_sites(old: Path, new: Path) -> None:
    """Copy the site files that an archive has of its own."""
    with suppress(FileNotFoundError):
        shutil.copytree(old / "sites", new / "sites")
