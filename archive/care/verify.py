"""Proves that an archive is whole: the database in itself, the WARC files in themselves, and each against the other."""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing, suppress
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

from archive.care.chain import check_ledger, proved_heads
from archive.care.copies import check_copies
from archive.care.findings import BACKUP, LOOK, REPAIR, Check, Finding, found_by
from archive.care.months import check_months
from archive.care.one_pass import Reading
from archive.care.pages import check_answers, check_files
from archive.care.records import check_alone, read_files
from archive.care.rows import check_frontier, check_keys, check_pages, check_references, check_runs, check_schema
from archive.care.texts import check_articles, check_authors, check_index, check_revisions
from archive.care.values import check_values
from archive.care.withheld import check_withheld
from archive.errors import ArchiveError, DamagedArchive, ForeignSchema
from archive.phrases import phrase
from archive.schema.opening import FILE_NAME, begin_writing, named_errors, open_database
from archive.times import to_text
from archive.writing.ledger import Entry, last_entry

_CHECKS: tuple[tuple[str, Check], ...] = (
    ("pages", check_pages),
    ("schema", check_schema),
    ("values", check_values),
    ("keys", check_keys),
    ("articles", check_articles),
    ("revisions", check_revisions),
    ("authors", check_authors),
    ("index", check_index),
    ("copies", check_copies),
    ("captures", check_references),
    ("addresses", check_frontier),
    ("runs", check_runs),
    ("months", check_months),
    ("ledger", check_ledger),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """What a check of an archive found."""

    at: datetime
    what: str
    """"verify" or "verify --deep"."""
    findings: tuple[Finding, ...]
    """Empty if the archive is whole."""
    articles: int
    captures: int
    warc_files: int
    """WARC files that were read whole; 0 without --deep, as the two numbers below."""
    warc_records: int
    warc_bytes: int
    head: str | None
    """The line of the ledger to print and to keep; None if the ledger is empty."""
    is_noted: bool
    """Whether the result is in `fixity_checks`."""

    @property
    def is_whole(self) -> bool:
        """Whether nothing is damaged."""
        return not self.findings

    def as_record(self) -> dict[str, Any]:
        """Return the result as JSON knows it."""
        return {**asdict(self), "at": to_text(self.at), "findings": [asdict(each) for each in self.findings]}


def verify(folder: Path, *, at: datetime, deep: bool = False, expect: str | None = None) -> Checked:
    """Check the archive in `folder`, also one that cannot be written; the result goes into `fixity_checks` if it can.

    `deep` reads each WARC file to its last byte. `expect` is a head of the ledger that somebody kept: that it is not in
    the chain is a finding. Raises ArchiveNotFound, NotAnArchive, NewerArchive, OlderArchive.
    """
    return _noted(check(folder, at=at, deep=deep, expect=expect), folder)


def check(folder: Path, *, at: datetime, deep: bool, expect: str | None = None, files: Path | None = None) -> Checked:
    """Check like `verify`, and write nothing. `files` has the WARC files and withheld texts (default: `folder`)."""
    reading = Reading()
    try:
        connection = open_database(folder, create=False, read_only=True)
    except (DamagedArchive, ForeignSchema) as error:
        mend = REPAIR if isinstance(error, DamagedArchive) else LOOK
        findings = [Finding(FILE_NAME, error.finding, mend), *(check_alone(folder, reading) if deep else ())]
        return _checked(at, findings, reading, deep=deep)
    with closing(connection), named_errors(folder / FILE_NAME):
        connection.text_factory = _text
        connection.execute("BEGIN")  # one state of the archive, while a crawl goes on
        findings = list(_findings(connection, files or folder, reading, deep=deep))
        if expect and expect.split()[-1] not in proved_heads(connection):
            lost = phrase("it is not in the chain: rows before it were changed or removed, or it is of another archive")
            findings.append(Finding(phrase("head {head}", head=expect.split()[-1]), lost, BACKUP))
        return _checked(at, findings, reading, deep=deep, connection=connection)


def ledger_head(folder: Path) -> Entry | None:
    """Return the last row of the ledger; None if it is empty. Raises as `Archive.open` does."""
    with closing(open_database(folder, create=False, read_only=True)) as connection:
        return last_entry(connection)


def _findings(connection: sqlite3.Connection, folder: Path, reading: Reading, *, deep: bool) -> Iterator[Finding]:
    for name, check in _CHECKS:
        yield from found_by(name, check, connection)
    yield from found_by("warc_files", partial(check_files, folder=folder), connection)
    yield from found_by("withholdings", partial(check_withheld, folder=folder), connection)
    read = partial(read_files, reading=reading) if deep else check_answers
    yield from found_by("raw_answers", partial(read, folder=folder), connection)


def _checked(
    at: datetime,
    findings: list[Finding],
    reading: Reading,
    *,
    deep: bool,
    connection: sqlite3.Connection | None = None,
) -> Checked:
    last = None
    counts = (0, 0)
    if connection:
        with suppress(sqlite3.DatabaseError):  # a damaged page, which is among the findings
            last = last_entry(connection)
            sql = "SELECT (SELECT count(*) FROM articles), (SELECT count(*) FROM captures)"
            counts = connection.execute(sql).fetchone()
    return Checked(
        at=at,
        what="verify --deep" if deep else "verify",
        findings=tuple(dict.fromkeys(findings)),
        articles=counts[0],
        captures=counts[1],
        warc_files=reading.files,
        warc_records=reading.records,
        warc_bytes=reading.bytes,
        head=last.line if last else None,
        is_noted=False,
    )


def _noted(checked: Checked, folder: Path) -> Checked:
    """Store the result, if the archive can be written; return it with `is_noted`."""
    path = folder / FILE_NAME
    try:
        with named_errors(path), closing(open_database(folder, create=False, read_only=False)) as connection:
            begin_writing(connection, path)
            connection.execute(
                "INSERT INTO fixity_checks (at, what, result, findings, warc_bytes, head) VALUES (?,?,?,?,?,?)",
                (
                    to_text(checked.at),
                    checked.what,
                    "whole" if checked.is_whole else "damaged",
                    json.dumps([asdict(each) for each in checked.findings], ensure_ascii=False),
                    checked.warc_bytes,
                    checked.head,
                ),
            )
            connection.execute("COMMIT")
    except (ArchiveError, UnicodeEncodeError):  # read-only or damaged: the result is printed all the same
        return checked
    return replace(checked, is_noted=True)


def _text(data: bytes) -> str:
    """Return text of the database; bytes that are none are kept, and fit no digest."""
    return data.decode("utf-8", "surrogateescape")
