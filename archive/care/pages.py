"""Checks the WARC files against the database: every file, every answer and, if asked, every record to its last byte."""

import hashlib
import json
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from isal import isal_zlib

from archive.care.findings import BACKUP, REPAIR, Finding
from archive.errors import DamagedWarc
from archive.rows import row_of
from archive.times import from_text, to_text
from archive.warc.growing import OPEN, is_growing, path_of
from archive.warc.members import FoundRecord, find_next_record, read_fields, read_records
from archive.warc.records import RecordType, date_of, digest_text
from archive.writing.raw_pages import EVENT, FOLDER

_ANSWERS = (RecordType.RESPONSE, RecordType.REVISIT, RecordType.RESOURCE)
_SAID = ("url", "kind", "fetched_at", "final_url", "status", "outcome", "reason", "detail")
"""Keys of a conversion record that are columns of `captures` too."""
_CAPTURE = f"""
SELECT {", ".join(f"c.{name}" for name in _SAID)}, c.run_id AS run, s.site, r.record_id FROM captures c
LEFT JOIN sites s ON s.id = c.site_id LEFT JOIN raw_answers r ON r.id = c.raw_answer_id WHERE c.id = ?
"""
_ANSWER = """
SELECT id, warc_length, record_id, url, fetched_at, payload_sha256, original_id IS NOT NULL FROM raw_answers
WHERE warc_file_id = ? AND warc_offset = ?
"""


class WarcFile(NamedTuple):
    """A row of `warc_files`."""

    id: int
    name: str
    bytes: int
    crc32: int
    sha256: str | None


@dataclass(slots=True)
class Reading:
    """What was read of the WARC files."""

    files: int = 0
    records: int = 0
    bytes: int = 0
    numbers: set[int] = field(default_factory=set)
    """Of captures that have a conversion record."""
    answers: set[int] = field(default_factory=set)
    """Of rows in `raw_answers` that have their record."""


class Sums:
    """The digests of a file, of one pass over it."""

    def __init__(self) -> None:
        self.size, self.crc32, self._sha256 = 0, 0, hashlib.sha256()

    def add(self, data: bytes) -> None:
        self.size += len(data)
        self.crc32 = isal_zlib.crc32(data, self.crc32)
        self._sha256.update(data)

    @property
    def sha256(self) -> str:
        return self._sha256.hexdigest()


def warc_files(connection: sqlite3.Connection) -> list[WarcFile]:
    """Return the files that the database knows."""
    sql = "SELECT id, name, bytes, crc32, sha256 FROM warc_files ORDER BY id"
    return [WarcFile(*row) for row in connection.execute(sql)]


def check_files(connection: sqlite3.Connection, folder: Path) -> Iterator[Finding]:
    """Yield the files that are missing, too short, or unknown to the database."""
    known = warc_files(connection)
    for file in known:
        path = path_of(folder / FOLDER, file.name)
        if not path.is_file():
            yield Finding(f"{FOLDER}/{file.name}", _why_missing(path), BACKUP)
        elif path.stat().st_size < file.bytes:
            yield Finding(f"{FOLDER}/{path.name}", f"it is cut: {path.stat().st_size} bytes of {file.bytes}", BACKUP)
        elif file.sha256 and path.stat().st_size > file.bytes:
            yield Finding(f"{FOLDER}/{path.name}", f"it is longer than its {file.bytes} bytes", BACKUP)
    names = {file.name for file in known}
    for path in sorted((folder / FOLDER).iterdir()) if (folder / FOLDER).is_dir() else ():
        if path.name.removesuffix(OPEN) not in names and not is_growing(path):
            unknown = "news.db does not know it: is that an older copy?"
            yield Finding(f"{FOLDER}/{path.name}", unknown, "`baotinh rebuild NEWDIR` makes a database that does")


def check_answers(connection: sqlite3.Connection, folder: Path) -> Iterator[Finding]:
    """Yield the answers whose row does not lead to the beginning of their record."""
    sql = (
        "SELECT id, url, record_id, payload_sha256, warc_offset, warc_length FROM raw_answers WHERE warc_file_id = ?"
        " ORDER BY warc_offset"
    )
    for known in warc_files(connection):
        path, end = path_of(folder / FOLDER, known.name), 0
        if not path.is_file():
            continue
        with path.open("rb") as file:
            for number, url, record_id, payload, offset, length in connection.execute(sql, (known.id,)):
                fields = read_fields(file, offset) if offset >= 0 and offset + length <= known.bytes else None
                if fields is None or offset < end:
                    yield Finding(f"raw page {number} ({url})", f"no record begins at byte {offset} of {path}", REPAIR)
                elif fields.get("warc-target-uri") != url or fields.get("warc-record-id") != f"<{record_id}>":
                    yield Finding(f"raw page {number} ({url})", f"byte {offset} of {path} has another record", REPAIR)
                elif _payload(fields) != _digest_text(payload):
                    yield Finding(f"raw page {number} ({url})", "its digest is not that of its record", REPAIR)
                end = offset + length


def read_files(connection: sqlite3.Connection, folder: Path, reading: Reading) -> Iterator[Finding]:
    """Read every file whole, once; yield what is damaged in it, and what is not as the database says."""
    for known in warc_files(connection):
        path = path_of(folder / FOLDER, known.name)
        if path.is_file():
            yield from _read_file(connection, known, path, reading)
    yield from _without_record(connection, reading)


def check_alone(folder: Path, reading: Reading) -> Iterator[Finding]:
    """Read every file whole without a database; yield what is damaged."""
    for path in sorted((folder / FOLDER).glob("*.warc.gz*")):
        reading.files += 1
        with suppress(OSError):
            found = each_record(path, path.stat().st_size, Sums(), reading)
            yield from (each for each in found if isinstance(each, Finding))


def _read_file(connection: sqlite3.Connection, known: WarcFile, path: Path, reading: Reading) -> Iterator[Finding]:
    sums = Sums()
    is_whole = True
    reading.files += 1
    for found in each_record(path, known.bytes, sums, reading):
        if isinstance(found, Finding):
            is_whole = False
            yield found
        elif found.type is RecordType.CONVERSION:
            yield from _check_conversion(connection, found, reading, at=f"{FOLDER}/{path.name}")
        elif found.type in _ANSWERS and not (found.url or "").startswith(EVENT):
            yield from _check_answer(connection, known, found, reading)
    reading.bytes += sums.size
    if is_whole and (sums.size, sums.crc32) != (known.bytes, known.crc32):
        yield Finding(f"{FOLDER}/{path.name}", "its bytes do not fit their CRC-32 in warc_files", BACKUP)
    elif is_whole and known.sha256 not in (None, sums.sha256):
        yield Finding(f"{FOLDER}/{path.name}", "it does not fit its sha256 in warc_files", BACKUP)


def each_record(path: Path, until: int, sums: Sums, reading: Reading) -> Iterator[FoundRecord | Finding]:
    """Yield the records of a file, and a finding for each that is damaged; all bytes go into `sums`."""
    start: int | None = 0
    seen: Callable[[bytes], None] | None = sums.add
    while start is not None:
        try:
            for found in read_records(path, start, until=until, seen=seen):
                reading.records += 1
                yield found
            return
        except DamagedWarc as damage:
            yield Finding(f"{FOLDER}/{path.name}", f"byte {damage.offset:,}: {damage.finding}", BACKUP)
            start = find_next_record(path, damage.offset, until=until)
            seen = None  # the digests of the file are wrong anyway


def _check_conversion(
    connection: sqlite3.Connection, found: FoundRecord, reading: Reading, *, at: str
) -> Iterator[Finding]:
    """Yield how a capture differs from what its conversion record says."""
    said = json.loads(found.block)
    number = said["number"]
    row = row_of(connection.execute(_CAPTURE, (number,)))
    reading.numbers.add(number)
    if row is None:
        yield Finding(f"capture {number} ({said['url']})", f"its record is in {at}, and its row is missing", REPAIR)
        return
    differing = [name for name in (*_SAID, "run", "site") if row[name] != said[name]]
    if row["record_id"] != (found.fields.get("warc-refers-to", "").strip("<>") or None):
        differing.append("raw_answer_id")
    if differing:
        yield Finding(f"capture {number} ({said['url']})", f"its record says otherwise: {', '.join(differing)}", REPAIR)


def _check_answer(
    connection: sqlite3.Connection, known: WarcFile, found: FoundRecord, reading: Reading
) -> Iterator[Finding]:
    row = connection.execute(_ANSWER, (known.id, found.offset)).fetchone()
    if row is None:
        yield Finding(f"raw page of {found.url}", f"no row leads to byte {found.offset:,} of {known.name}", REPAIR)
        return
    number, length, record_id, url, fetched_at, payload, is_revisit = row
    reading.answers.add(number)
    right = (found.length, found.id, found.url, found.fields.get("warc-date"), _payload(found.fields))
    stored = (length, record_id, url, _date(fetched_at), _digest_text(payload))
    if stored != right or bool(is_revisit) != (found.type is RecordType.REVISIT):
        yield Finding(f"raw page {number} ({found.url})", "its row does not fit its record", REPAIR)


def _without_record(connection: sqlite3.Connection, reading: Reading) -> Iterator[Finding]:
    for number, url in connection.execute("SELECT id, url FROM raw_answers"):
        if number not in reading.answers:
            yield Finding(f"raw page {number} ({url})", "its record is missing", REPAIR)
    for number, url in connection.execute("SELECT id, url FROM captures WHERE raw_answer_id IS NOT NULL"):
        if number not in reading.numbers:
            yield Finding(f"capture {number} ({url})", "its conversion record is missing", BACKUP)


def _payload(fields: Mapping[str, str]) -> str | None:
    return fields.get("warc-payload-digest", fields.get("warc-block-digest"))


def _digest_text(payload: str) -> str | None:
    """Return a digest of the database as WARC files write it; None for what is none."""
    try:
        return digest_text(bytes.fromhex(payload))
    except ValueError:
        return None


def _date(text: str) -> str | None:
    try:
        moment = from_text(text)
    except ValueError:
        return None
    return date_of(moment) if to_text(moment) == text else None


def _why_missing(path: Path) -> str:
    return "it is no file" if path.exists() else "the file is missing"
