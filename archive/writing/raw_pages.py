"""Raw pages: every exchange and every outcome goes into a WARC file, with rows that say where the answers lie.

The methods of `RawPages` work inside the transaction of their caller, who tells it the end of each: `sync` before the
commit, `settle` after it, `cut_back` if something failed. So a row never leads to a record that is not on the disk, and
a record that no row knows does not stay.
"""

import hashlib
import json
import secrets
import sqlite3
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from archive.evidence import as_evidence
from archive.exchange import Exchange
from archive.record import Capture
from archive.times import from_text, to_text
from archive.warc import growing, records
from archive.warc.growing import End, GrowingFile
from archive.warc.records import Original, Record
from archive.writing.ledger import enter_file
from archive.writing.meeting import Verdict

FOLDER = "warc"
EVENT = "urn:baotinh:event:"
"""Begin of the address of a record that has an event."""
NOT_MODIFIED = 304
SMALLEST_REVISIT = 1024
"""Bytes of a body from which on it is looked for among the earlier ones: a revisit record has 500 itself."""
DESCRIPTION = (
    ("format", "WARC File Format 1.1"),
    ("conformsTo", "https://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/"),
    (
        "description",
        "Heads of requests and answers are byte by byte those of the wire, but for the name of Transfer-Encoding, which"
        " became X-Orig-Transfer-Encoding: bodies are stored after transfer decoding and before content decoding. A"
        " conversion record says as JSON what the archive made of an answer, and a resource record of urn:baotinh:event"
        " what else changed it.",
    ),
)
"""What the first record of each file says."""

_ORIGINAL = "SELECT o.id, o.record_id, o.url, o.fetched_at, o.payload_sha256 FROM raw_answers o"
_SAME_BODY = f"{_ORIGINAL} WHERE o.payload_sha256 = ? AND o.original_id IS NULL LIMIT 1"
_LAST_BODY = f"""{_ORIGINAL} WHERE o.id = (
    SELECT ifnull(original_id, id) FROM raw_answers WHERE url = ? AND status = 200
    ORDER BY fetched_at DESC, id DESC LIMIT 1)"""
_UNSEALED = "SELECT id, name FROM warc_files WHERE closed_at IS NOT NULL AND sha256 IS NULL"


@dataclass(frozen=True, slots=True)
class RawAnswer:
    """An answer in a WARC file."""

    id: int
    """Of its row in `raw_answers`."""
    record_id: str


@dataclass(frozen=True, slots=True)
class _RunNotes:
    """What the records of a run refer to."""

    info: str | None = None
    """Id of its warcinfo record."""
    rules: str | None = None


class RawPages:
    """The WARC files of an open archive."""

    def __init__(self, connection: sqlite3.Connection, folder: Path, *, leave: Collection[str] = ()) -> None:
        """Write into `folder`; the files of the names `leave` do not grow."""
        self._connection = connection
        self._leave = frozenset(leave)
        self._folder = folder / FOLDER
        self._file: GrowingFile | None = None
        self._file_id: int | None = None
        self._committed = End()
        self._closes_at: str | None = None
        self._newest = ""
        self._runs: dict[int | None, _RunNotes] = {}

    @property
    def mark(self) -> End | None:
        """The place in the file to which `cut_back` returns."""
        return self._file.end if self._file else None

    def begin_run(
        self, run: int, *, site: str, started_at: datetime, version: str, settings: Mapping[str, Any]
    ) -> None:
        """Describe the records of a run that begins."""
        said = (
            ("software", f"baotinh {version}"),
            ("operator", settings.get("USER_AGENT") or "unknown"),
            ("robots", "obeyed as RFC 9309 says; a host whose robots.txt does not come is not crawled"),
            ("site", site),
            ("run", run),
            ("rules", settings.get("rules") or "unknown"),
            ("settings", json.dumps(dict(settings), ensure_ascii=False, sort_keys=True, default=str)),
        )
        file = self._growing(started_at)
        info = records.warcinfo(started_at, said=[(name, str(value)) for name, value in said], file=file.name)
        file.append(info)
        self._runs[run] = _RunNotes(info.id, settings.get("rules"))

    def keep(self, exchanges: Iterable[Exchange], *, run: int | None) -> RawAnswer | None:
        """Keep exchanges, and return the answer of the last one."""
        kept = None
        for exchange in exchanges:
            kept = self._keep_exchange(exchange, run=run)
        return kept

    def keep_capture(self, capture: Capture) -> RawAnswer | None:
        """Keep what came back for a capture, and return its answer; None if nothing came."""
        if capture.exchanges:
            return self.keep(capture.exchanges, run=capture.run)
        return self._keep_file(capture) if capture.body else None

    def keep_outcome(
        self, capture: Capture, number: int, verdict: Verdict, answer: RawAnswer | None, *, rules: str | None = None
    ) -> None:
        """Keep what became of the capture with this id. `rules` are those that read it; default: those of its run."""
        notes = self._notes_of(capture.run)
        block = as_evidence(
            capture,
            number,
            outcome=verdict.outcome,
            reason=verdict.reason,
            detail=verdict.detail,
            rules=rules or notes.rules,
        )
        of = answer.record_id if answer else None
        at = capture.fetched_at
        self._growing(at).append(records.conversion(capture.url, at, block=block, of=of, info=notes.info))

    def keep_event(self, name: str, at: datetime, said: Mapping[str, Any]) -> None:
        """Keep what a person or the program did beside captures, so that history can be repeated.

        The key "after" is the number of the last capture before it.
        """
        (after,) = self._connection.execute("SELECT ifnull(max(id), 0) FROM captures").fetchone()
        block = json.dumps({"event": name, "after": after, **said}, ensure_ascii=False).encode()
        self._growing(at).append(records.resource(f"{EVENT}{name}", at, block=block, info=None))

    def sync(self) -> None:
        """Put the records on the disk, and note in their row how far the file reaches: the commit may follow."""
        if self._file is None or self._file.end == self._committed:
            return
        self._file.sync()
        self._closes_at = self._newest if self._file.end.size >= growing.MOST_BYTES else None
        self._connection.execute(
            "UPDATE warc_files SET bytes = ?, crc32 = ?, closed_at = ? WHERE id = ?",
            (*self._file.end, self._closes_at, self._file_id),
        )

    def settle(self) -> None:
        """Take note that the transaction was committed."""
        if self._file is None:
            return
        self._committed = self._file.end
        if self._committed.size:
            self._file.settle()
        if self._closes_at:
            growing.finish(self._file.path)
            self.release()

    def has_unsealed(self) -> bool:
        """Whether a closed file has no digest yet."""
        return self._connection.execute(_UNSEALED).fetchone() is not None

    def seal(self) -> None:
        """Store the digest of files that were closed since it was last called, and enter them into the ledger."""
        for row_id, name in self._connection.execute(_UNSEALED).fetchall():
            path = growing.path_of(self._folder, name)
            if path.name != name:  # a kill came between the commit and the last name
                path = growing.finish(path)
            with path.open("rb") as file:
                digest = hashlib.file_digest(file, "sha256").hexdigest()
            self._connection.execute("UPDATE warc_files SET sha256 = ? WHERE id = ?", (digest, row_id))
            enter_file(self._connection, name)

    def cut_back(self, mark: End | None = None) -> None:
        """Forget the records behind a `mark`, or all that are not committed: their rows were rolled back."""
        if self._file is None:
            return
        self._closes_at = None
        self._file.cut_back(self._committed if mark is None else mark)
        if self._file.end.size == 0:  # its own row was rolled back too
            self._file_id = None

    def release(self) -> None:
        """Let go of the file; the next record finds another, or this one again."""
        if self._file is not None:
            self._file.release()
        self._file, self._file_id, self._committed, self._closes_at = None, None, End(), None

    def _keep_exchange(self, exchange: Exchange, *, run: int | None) -> RawAnswer:
        info = self._notes_of(run).info
        payload = hashlib.sha256(exchange.body).hexdigest()
        found = self._find_original(exchange, payload)
        file = self._growing(exchange.at)
        if found is None:
            answer = records.response(exchange, payload=payload, info=info)
        else:
            is_unchanged = exchange.status == NOT_MODIFIED
            profile = records.NOT_MODIFIED if is_unchanged else records.IDENTICAL_PAYLOAD
            payload = found[1].payload_sha256
            answer = records.revisit(exchange, found[1], info=info, profile=profile)
        kept = self._add(answer, status=exchange.status, payload=payload, original=found[0] if found else None)
        if exchange.request:
            file.append(records.request(exchange, answer, info=info))
        return kept

    def _keep_file(self, capture: Capture) -> RawAnswer:
        """Keep the bytes of a file that was imported."""
        info = self._notes_of(capture.run).info
        record = records.resource(
            capture.url, capture.fetched_at, block=capture.body, info=info, content_type=records.ANYTHING
        )
        return self._add(record, status=None, payload=hashlib.sha256(capture.body).hexdigest(), original=None)

    def _add(self, record: Record, *, status: int | None, payload: str, original: int | None) -> RawAnswer:
        """Write a record and its row."""
        place = self._growing(record.at).append(record)
        cursor = self._connection.execute(
            "INSERT INTO raw_answers (warc_file_id, warc_offset, warc_length, record_id, url, fetched_at, status,"
            " payload_sha256, original_id) VALUES (?,?,?,?,?,?,?,?,?)",
            (
                *(self._file_id, place.offset, place.length),
                *(record.id, record.url, to_text(record.at), status, payload, original),
            ),
        )
        return RawAnswer(int(cursor.lastrowid or 0), record.id)

    def _find_original(self, exchange: Exchange, payload: str) -> tuple[int, Original] | None:
        """Return the row and the record that has the body of an answer already; None if none has."""
        if exchange.status == NOT_MODIFIED:
            row = self._connection.execute(_LAST_BODY, (exchange.url,)).fetchone()
        elif len(exchange.body) >= SMALLEST_REVISIT and not exchange.is_cut:
            row = self._connection.execute(_SAME_BODY, (payload,)).fetchone()
        else:
            row = None
        if row is None:
            return None
        row_id, record_id, url, fetched_at, digest = row
        return row_id, Original(record_id, url, from_text(fetched_at), digest)

    def _notes_of(self, run: int | None) -> _RunNotes:
        return self._runs.get(run) or _RunNotes()

    def _growing(self, at: datetime) -> GrowingFile:
        """Return the file that takes the next record; its row is in the table."""
        if self._file is None:
            self._file = self._resume() or self._begin(at)
        if self._file_id is None:
            self._file_id = self._register(self._file, at)
        self._newest = to_text(at)
        return self._file

    def _begin(self, at: datetime) -> GrowingFile:
        """Begin a file. The eight digits at random keep names of archives apart that are merged one day."""
        stamp = records.date_of(at).translate(str.maketrans("", "", "-:TZ"))
        (serial,) = self._connection.execute("SELECT ifnull(max(id), 0) + 1 FROM warc_files").fetchone()
        self._committed = End()
        return GrowingFile.begin(self._folder, f"baotinh-{stamp}-{serial:05}-{secrets.token_hex(4)}.warc.gz")

    def _register(self, file: GrowingFile, at: datetime) -> int:
        """Add the row of a file that begins, and its first record."""
        cursor = self._connection.execute(
            "INSERT INTO warc_files (name, opened_at, bytes, crc32) VALUES (?,?,0,0)", (file.name, to_text(at))
        )
        file.append(records.warcinfo(at, said=DESCRIPTION, file=file.name))
        return int(cursor.lastrowid or 0)

    def _resume(self) -> GrowingFile | None:
        """Take up a file that still grows and that no other process writes; None if there is none."""
        rows = self._connection.execute(
            "SELECT id, name, bytes, crc32 FROM warc_files WHERE closed_at IS NULL ORDER BY id DESC"
        ).fetchall()
        for row_id, name, size, crc32 in rows:
            if name in self._leave:
                continue
            committed = End(size, crc32)
            path = growing.path_of(self._folder, name)
            if path.name != name and (file := GrowingFile.resume(path, committed=committed)):
                self._file_id, self._committed = row_id, committed
                return file
        return None
