"""The raw page behind a capture, from the WARC files."""

import sqlite3
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from archive.compressed import decode_body
from archive.errors import DamagedWarc, NoRawPage
from archive.phrases import phrase
from archive.record import Refusal
from archive.times import from_text, to_text
from archive.warc.growing import path_of
from archive.warc.members import FoundRecord, read_record
from archive.writing.raw_pages import FOLDER

_ANSWER = """
SELECT r.url, r.fetched_at, r.status, r.payload_sha256, f.name, r.warc_offset, r.warc_length,
    p.name, o.warc_offset, o.warc_length
FROM raw_answers r JOIN warc_files f ON f.id = r.warc_file_id
LEFT JOIN raw_answers o ON o.id = r.original_id LEFT JOIN warc_files p ON p.id = o.warc_file_id
WHERE r.id = ?
"""
_OF_ARTICLE = """
SELECT raw_answer_id FROM captures
WHERE article_id = ? AND raw_answer_id IS NOT NULL AND status IS NOT 304
    AND outcome IN ('added', 'revised', 'unchanged')
ORDER BY fetched_at DESC, id DESC LIMIT 1
"""
_OF_CAPTURE = "SELECT raw_answer_id FROM captures WHERE id = ? AND article_id = ? AND raw_answer_id IS NOT NULL"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a record lies."""

    file: str
    """Name of the WARC file."""
    offset: int
    length: int


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer of `raw_answers`, and where it lies; other processes can read it without the database."""

    url: str
    fetched_at: datetime
    status: int | None
    payload_sha256: str
    place: Place
    body_place: Place
    """Of the record with the body: another one for a revisit."""


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
        pairs = (line.partition(b":") for line in self.head.splitlines()[1:])
        wanted = name.encode("latin-1")
        return [value.decode("latin-1").strip() for found, _, value in pairs if found.strip().lower() == wanted]


def raw_page_of_article(connection: sqlite3.Connection, folder: Path, article_id: int) -> RawPage:
    """Return the newest page that showed an article. Raises NoRawPage, DamagedWarc."""
    row = connection.execute(_OF_ARTICLE, (article_id,)).fetchone()
    if row is None:
        raise NoRawPage(phrase("article {article_id}", article_id=article_id))
    return read_raw_page(connection, folder, row[0])


def raw_page_of_capture(connection: sqlite3.Connection, folder: Path, article_id: int, *, capture: int) -> RawPage:
    """Return the page that one of the captures of an article kept. Raises NoRawPage, DamagedWarc."""
    row = connection.execute(_OF_CAPTURE, (capture, article_id)).fetchone()
    if row is None:
        raise NoRawPage(phrase("capture {capture} of article {article_id}", capture=capture, article_id=article_id))
    return read_raw_page(connection, folder, row[0])


def raw_page_at(connection: sqlite3.Connection, folder: Path, url: str, *, at: datetime) -> RawPage | None:
    """Return the answer to an address at a moment; None if there is none. Raises DamagedWarc."""
    sql = "SELECT id FROM raw_answers WHERE url = ? AND fetched_at = ? AND status IS NOT NULL"
    row = connection.execute(sql, (url, to_text(at))).fetchone()
    return read_raw_page(connection, folder, row[0]) if row else None


def read_raw_page(connection: sqlite3.Connection, folder: Path, answer_id: int) -> RawPage:
    """Return an answer of `raw_answers`. Raises DamagedWarc if its record, or the one with its body, is not whole."""
    return read_answer(folder, find_answer(connection, answer_id))


def find_answer(connection: sqlite3.Connection, answer_id: int) -> Answer:
    """Return where an answer of `raw_answers` lies."""
    row = connection.execute(_ANSWER, (answer_id,)).fetchone()
    url, fetched_at, status, payload, name, offset, length, *body = row
    place = Place(name, offset, length)
    return Answer(url, from_text(fetched_at), status, payload, place, Place(*body) if body[0] else place)


def read_answer(folder: Path, answer: Answer) -> RawPage:
    """Return an answer, without the database. Raises DamagedWarc if it, or the record with its body, is not whole."""
    record = _read(folder, answer.place)
    head, body = (record.head, record.body) if answer.status is not None else (b"", record.block)
    if answer.body_place != answer.place:
        body = _read(folder, answer.body_place).body
    if (wrong := _wrong_answer(record, answer)) is not None:
        raise DamagedWarc(path_of(folder / FOLDER, answer.place.file), record.offset, wrong)
    return RawPage(answer.url, answer.fetched_at, answer.status, head, body)


def _read(folder: Path, place: Place) -> FoundRecord:
    path = path_of(folder / FOLDER, place.file)
    try:
        return read_record(path, place.offset, length=place.length)
    except FileNotFoundError as error:
        raise DamagedWarc(path, place.offset, phrase("the file is missing")) from error


def _wrong_answer(record: FoundRecord, answer: Answer) -> str | None:
    """Return why a record is not that of an answer; None if it is."""
    if record.url != answer.url:
        return phrase("it is the record of {other}, not of {url}", other=record.url, url=answer.url)
    if record.payload_sha256 != answer.payload_sha256:
        return phrase("its body is not the one that the database knows")
    return None
