"""Checks the WARC files against the database: whether each is there, and whether each answer begins where it should."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from archive.care.findings import BACKUP, REPAIR, Finding
from archive.care.merging.warc_files import MARKS
from archive.phrases import phrase
from archive.warc.copying import PART
from archive.warc.growing import NEW, OPEN, is_growing, path_of
from archive.warc.members import find_whole_records, payload_sha256, read_fields
from archive.warc.records import RecordType
from archive.writing.raw_pages import FOLDER


class WarcFile(NamedTuple):
    """A row of `warc_files`."""

    id: int
    name: str
    bytes: int
    crc32: int
    sha256: str | None


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
            yield Finding(
                f"{FOLDER}/{path.name}",
                phrase("it is cut: {size} bytes of {bytes}", size=path.stat().st_size, bytes=file.bytes),
                BACKUP,
            )
        elif file.sha256 and path.stat().st_size > file.bytes:
            yield Finding(
                f"{FOLDER}/{path.name}",
                phrase("it is longer than its {bytes} bytes", bytes=file.bytes),
                BACKUP,
            )
    names = {file.name for file in known}
    for path in sorted((folder / FOLDER).iterdir()) if (folder / FOLDER).is_dir() else ():
        if path.name.removesuffix(OPEN) not in names and not _was_not_stored(folder, path):
            unknown = phrase("news.db does not know it: is that an older copy?")
            mend = phrase("`baotinh rebuild rebuilt-archive` makes a database that does")
            yield Finding(f"{FOLDER}/{path.name}", unknown, mend)


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
                    yield Finding(
                        phrase("raw page {number} ({url})", number=number, url=url),
                        phrase("no record begins at byte {offset} of {path}", offset=offset, path=path),
                        REPAIR,
                    )
                elif fields.get("warc-target-uri") != url or fields.get("warc-record-id") != f"<{record_id}>":
                    yield Finding(
                        phrase("raw page {number} ({url})", number=number, url=url),
                        phrase("byte {offset} of {path} has another record", offset=offset, path=path),
                        REPAIR,
                    )
                elif payload_sha256(fields) != payload:
                    yield Finding(
                        phrase("raw page {number} ({url})", number=number, url=url),
                        phrase("its digest is not that of its record"),
                        REPAIR,
                    )
                end = offset + length


def _was_not_stored(folder: Path, path: Path) -> bool:
    """Whether a file belongs to a program that writes it now, or that was killed before it stored anything of it."""
    if path.suffix in (PART, NEW) or is_growing(path) or (folder / MARKS / path.name).exists():
        return True
    is_begun = path.suffix == OPEN and path.is_file()
    return is_begun and all(found.type is RecordType.WARCINFO for found in find_whole_records(path, 0))


def _why_missing(path: Path) -> str:
    return phrase("it is no file") if path.exists() else phrase("the file is missing")
