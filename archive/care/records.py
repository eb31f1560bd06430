"""Reads every WARC file to its last byte, and checks each record against the database."""

import sqlite3
from collections.abc import Collection, Iterator, Mapping
from contextlib import suppress
from datetime import datetime
from functools import lru_cache, partial
from operator import itemgetter
from pathlib import Path
from typing import Any, NamedTuple, Protocol

from archive.care.chain import merged_files
from archive.care.findings import BACKUP, REPAIR, Finding
from archive.care.one_pass import Reading, Sums, each_record
from archive.care.pages import WarcFile, warc_files
from archive.evidence import outcome_of
from archive.phrases import phrase
from archive.times import to_text
from archive.warc.growing import NEW, path_of
from archive.warc.members import FoundRecord
from archive.warc.records import RecordType
from archive.writing.raw_pages import EVENT, FOLDER

_ANSWERS = (RecordType.RESPONSE, RecordType.REVISIT, RecordType.RESOURCE)
_SAID = ("url", "kind", "fetched_at", "final_url", "status", "outcome", "reason", "detail", "run", "site")
"""Keys of a conversion record that are columns of `captures` too."""
_said_columns = itemgetter(*_SAID)
_CAPTURES = """
SELECT c.id, c.url, c.kind, c.fetched_at, c.final_url, c.status, c.outcome, c.reason, c.detail, c.run_id, s.site,
    r.record_id
FROM captures c LEFT JOIN sites s ON s.id = c.site_id LEFT JOIN raw_answers r ON r.id = c.raw_answer_id
WHERE {where}
"""
_OF_ADDRESS = "c.url = ? AND c.fetched_at = ?"
_NUMBERED = "c.id >= ? AND c.id < ?"
_ALIKE = ("kind", "status")
"""What a capture of ours has in common with one of another archive that a merge took for the same."""
_TOGETHER = 500
_HOUR = len("2026-11-29T02")
_ANSWERS_OF = """
SELECT warc_offset, id, warc_length, record_id, url, fetched_at, payload_sha256, original_id IS NOT NULL
FROM raw_answers WHERE warc_file_id = ?
"""


class _Answer(NamedTuple):
    """A row of `raw_answers`."""

    id: int
    length: int
    record_id: str
    url: str
    fetched_at: str
    payload: str
    is_revisit: int


class _Check(Protocol):
    """Yields how a capture differs from its record."""

    def __call__(self, found: FoundRecord, reading: Reading, /, *, at: str) -> Iterator[Finding]: ...


class _Captures:
    """The captures by their number: rows that lie side by side are read together."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._rows: dict[int, tuple[object, ...]] = {}

    def get(self, number: int) -> tuple[object, ...] | None:
        """Return the row of a capture; None if there is none."""
        if number not in self._rows:
            rows = self._connection.execute(_CAPTURES.format(where=_NUMBERED), (number, number + _TOGETHER))
            self._rows = {row[0]: row[1:] for row in rows}
        return self._rows.get(number)

    def of_address(self, url: str, at: str) -> list[tuple[object, ...]]:
        """Return the captures of an address at a moment, each with its number first."""
        return self._connection.execute(_CAPTURES.format(where=_OF_ADDRESS), (url, at)).fetchall()


def read_files(connection: sqlite3.Connection, folder: Path, reading: Reading) -> Iterator[Finding]:
    """Read every file whole, once; yield what is damaged in it, and what is not as the database says."""
    captures, merged = _Captures(connection), merged_files(connection)
    for known in warc_files(connection):
        path = path_of(folder / FOLDER, known.name)
        if path.is_file():
            came = known.name in merged
            check = partial(_check_merged, merged[known.name]) if came else _check_conversion
            yield from _read_file(connection, known, path, reading, partial(check, captures))
    yield from _without_record(connection, reading)


def check_alone(folder: Path, reading: Reading) -> Iterator[Finding]:
    """Read every file whole without a database; yield what is damaged."""
    for path in sorted((folder / FOLDER).glob("*.warc.gz*")):
        if path.suffix == NEW:
            continue
        reading.files += 1
        with suppress(OSError):
            found = each_record(path, path.stat().st_size, Sums(), reading)
            yield from (each for each in found if isinstance(each, Finding))


def _read_file(
    connection: sqlite3.Connection, known: WarcFile, path: Path, reading: Reading, check: _Check
) -> Iterator[Finding]:
    name = f"{FOLDER}/{path.name}"
    answers = {row[0]: _Answer(*row[1:]) for row in connection.execute(_ANSWERS_OF, (known.id,))}
    sums = Sums(with_sha256=known.sha256 is not None)
    is_whole = True
    reading.files += 1
    for found in each_record(path, known.bytes, sums, reading):
        if isinstance(found, Finding):
            is_whole = False
            yield found
            continue
        kind = found.type
        if kind is RecordType.CONVERSION:
            yield from check(found, reading, at=name)
        elif kind in _ANSWERS and not (kind is RecordType.RESOURCE and (found.url or "").startswith(EVENT)):
            yield from _check_answer(answers, found, reading, at=name)
    reading.bytes += sums.size
    if is_whole and (sums.size, sums.crc32) != (known.bytes, known.crc32):
        yield Finding(name, phrase("its bytes do not fit their CRC-32 in warc_files"), BACKUP)
    elif is_whole and known.sha256 not in (None, sums.sha256):
        yield Finding(name, phrase("it does not fit its sha256 in warc_files"), BACKUP)


def _check_conversion(captures: _Captures, found: FoundRecord, reading: Reading, *, at: str) -> Iterator[Finding]:
    """Yield how a capture differs from what its conversion record says."""
    said = outcome_of(found.data, found.start)
    number = said["number"]
    row = captures.get(number)
    reading.numbers.add(number)
    right = (*_said_columns(said), found.id_field("WARC-Refers-To"))
    if row == right:
        return
    name = phrase("capture {number} ({url})", number=number, url=said["url"])
    if row is None:
        yield Finding(name, phrase("its record is in {at}, and its row is missing", at=at), REPAIR)
        return
    names = (*_SAID, "raw_answer_id")
    differing = [key for key, one, other in zip(names, row, right, strict=True) if one != other]
    yield Finding(name, phrase("its record says otherwise: {differing}", differing=", ".join(differing)), REPAIR)


def _check_merged(
    sites: Collection[str], captures: _Captures, found: FoundRecord, reading: Reading, *, at: str
) -> Iterator[Finding]:
    """Yield how a capture differs from its record in a file of another archive, where captures and runs had numbers of
    their own: the raw page says which capture it is, or it is one that this archive had already.

    `sites` are the only ones of which rows came; without any, all came.
    """
    said = outcome_of(found.data, found.start)
    answer = found.id_field("WARC-Refers-To")
    names, found_rows = ("number", *_SAID, "answer"), captures.of_address(said["url"], said["fetched_at"])
    rows: list[dict[str, Any]] = [dict(zip(names, row, strict=True)) for row in found_rows]
    own = [row for row in rows if row["answer"] == answer and answer is not None]
    keys = [key for key in _SAID if key != "run"] if own else _ALIKE
    right = [row for row in own or rows if all(row[key] == said[key] for key in keys)]
    reading.numbers.update(row["number"] for row in own or right)
    if not right and (own or not sites or said["site"] in sites):
        finding = (
            phrase("its record says otherwise")
            if own
            else phrase("its record is in {at}, and its row is missing", at=at)
        )
        yield Finding(
            phrase("capture of {url} at {fetched_at}", url=said["url"], fetched_at=said["fetched_at"]), finding, REPAIR
        )


def _check_answer(
    answers: Mapping[int, _Answer], found: FoundRecord, reading: Reading, *, at: str
) -> Iterator[Finding]:
    answer = answers.get(found.offset)
    if answer is None:
        yield Finding(
            phrase("raw page of {url}", url=found.url),
            phrase("no row leads to byte {offset:,} of {at}", offset=found.offset, at=at),
            REPAIR,
        )
        return
    reading.answers.add(answer.id)
    stored = (answer.length, answer.record_id, answer.url, answer.payload, bool(answer.is_revisit))
    is_revisit = found.type is RecordType.REVISIT
    right = (found.length, found.id, found.url, found.payload_sha256, is_revisit)
    if stored != right or answer.fetched_at != _local_time(found.date):
        yield Finding(
            phrase("raw page {id} ({url})", id=answer.id, url=answer.url),
            phrase("its row does not fit its record"),
            REPAIR,
        )


def _without_record(connection: sqlite3.Connection, reading: Reading) -> Iterator[Finding]:
    for number, url in connection.execute("SELECT id, url FROM raw_answers"):
        if number not in reading.answers:
            yield Finding(
                phrase("raw page {number} ({url})", number=number, url=url), phrase("its record is missing"), REPAIR
            )
    for number, url in connection.execute("SELECT id, url FROM captures WHERE raw_answer_id IS NOT NULL"):
        if number not in reading.numbers:
            yield Finding(
                phrase("capture {number} ({url})", number=number, url=url),
                phrase("its conversion record is missing"),
                BACKUP,
            )


def _local_time(warc_date: str) -> str | None:
    """Return a WARC-Date in the form of the database; None for any other text."""
    hour = _local_hour(warc_date[:_HOUR])
    return hour and f"{hour}{warc_date[_HOUR:-1]}+07:00"


@lru_cache(maxsize=24)
def _local_hour(hour: str) -> str | None:
    """Return an hour of UTC in Vietnam: "2026-11-29T02" is "2026-11-29T09"; None for any other text."""
    try:
        return to_text(datetime.fromisoformat(f"{hour}:00:00Z"))[:_HOUR]
    except ValueError:
        return None
