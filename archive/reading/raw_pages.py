"""The raw page behind a capture, from the WARC files."""

import sqlite3
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from archive.compressed import decode_body
from archive.errors import DamagedWarc, NoRawPage
from archive.record import Refusal
from archive.times import from_text
from archive.warc.growing import path_of
from archive.warc.members import FoundRecord, payload_sha256, read_record
from archive.writing.raw_pages import FOLDER

_ANSWER = """
SELECT r.url, r.fetched_at, r.status, r.payload_sha256, f.name, r.warc_offset, r.warc_length, r.original_id
FROM raw_answers r JOIN warc_files f ON f.id = r.warc_file_id WHERE r.id = ?
"""
_OF_ARTICLE = """
SELECT raw_answer_id FROM captures
WHERE article_id = ? AND raw_answer_id IS NOT NULL AND status IS NOT 304
    AND outcome IN ('added', 'revised', 'unchanged')
ORDER BY fetched_at DESC, id DESC LIMIT 1
"""
_OF_CAPTURE = "SELECT raw_answer_id FROM captures WHERE id = ?"


@dataclass(frozen=True, slots=True)
class RawPage:
    """An answer as it was on the wire, or a file that was imported."""

    url: str
    """As it was requested."""
    fetched_at: datetime
    status: int | None
    """HTTP status; None for a file."""
    head: bytes
    """Status line and headers, with the empty line behind them; empty for a file."""
    body: bytes
    """As it was sent, before content decoding."""

    @property
    def content(self) -> bytes | Refusal:
        """The body without its content encodings; too-large or truncated if it cannot be decoded."""
        return decode_body(self.body, ",".join(self.header("content-encoding")))

    def header(self, name: str) -> list[str]:
        """Return the values of a header, in the order in which they were sent; its name in lower case."""
        pairs = (line.decode("latin-1").partition(":") for line in self.head.splitlines()[1:])
        return [value.strip() for found, _, value in pairs if found.strip().lower() == name]


def raw_page_of_article(connection: sqlite3.Connection, folder: Path, article_id: int) -> RawPage:
    """Return the newest page that showed an article. Raises NoRawPage, DamagedWarc."""
    row = connection.execute(_OF_ARTICLE, (article_id,)).fetchone()
    if row is None:
        raise NoRawPage(f"article {article_id}")
    return read_raw_page(connection, folder, row[0])


def raw_page_of_capture(connection: sqlite3.Connection, folder: Path, capture_id: int) -> RawPage:
    """Return what came back for a capture. Raises NoRawPage, DamagedWarc."""
    row = connection.execute(_OF_CAPTURE, (capture_id,)).fetchone()
    if row is None or row[0] is None:
        raise NoRawPage(f"capture {capture_id}")
    return read_raw_page(connection, folder, row[0])


def read_raw_page(connection: sqlite3.Connection, folder: Path, answer_id: int) -> RawPage:
    """Return an answer of `raw_answers`. Raises DamagedWarc if its record, or the one with its body, is not whole."""
    url, fetched_at, status, payload, name, offset, length, original_id = connection.execute(
        _ANSWER, (answer_id,)
    ).fetchone()
    record = _read(folder, name, offset, length=length)
    head, body = (record.head, record.body) if status is not None else (b"", record.block)
    if original_id is not None:
        original = connection.execute(_ANSWER, (original_id,)).fetchone()
        body = _read(folder, original[4], original[5], length=original[6]).body
    _check(record, path_of(folder / FOLDER, name), url=url, payload=payload)
    return RawPage(url, from_text(fetched_at), status, head, body)


def _read(folder: Path, name: str, offset: int, *, length: int) -> FoundRecord:
    path = path_of(folder / FOLDER, name)
    try:
        return read_record(path, offset, length=length)
    except FileNotFoundError as error:
        raise DamagedWarc(path, offset, "the file is missing") from error


def _check(record: FoundRecord, path: Path, *, url: str, payload: str) -> None:
    """Raise DamagedWarc if a row leads to the record of another answer."""
    if record.url != url:
        raise DamagedWarc(path, record.offset, f"it is the record of {record.url}, not of {url}")
    if payload_sha256(record.fields) != payload:
        raise DamagedWarc(path, record.offset, "its body is not the one that the database knows")
