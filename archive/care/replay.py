"""Repeats the history of an archive: captures as they were stored, and the events between them."""

import json
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, fields, replace
from datetime import date
from pathlib import Path
from typing import Any

from archive.care.history import CAPTURE
from archive.care.merging.event import MergeRecord
from archive.compressed import decode_body
from archive.errors import DamagedWarc
from archive.evidence import capture_of
from archive.phrases import phrase
from archive.reading.raw_pages import RawPage, read_raw_page
from archive.record import Capture, Kind, Manner, Outlet, OutletKind, Refusal
from archive.times import from_text, to_text
from archive.warc.members import read_record
from archive.writing.addresses import write_ids
from archive.writing.articles import accept_reading
from archive.writing.captures import write_capture
from archive.writing.copy_decisions import Verdict, decide_copies, lift_copy_decisions
from archive.writing.corrections import Field, correct_article, undo_corrections
from archive.writing.events import Event
from archive.writing.index import index_now
from archive.writing.ledger import Entry, insert_entry
from archive.writing.raw_pages import FOLDER, NOT_MODIFIED
from archive.writing.rereading import repeat_reread
from archive.writing.runs import RunStatus
from archive.writing.sites import find_or_add_site, register_site
from archive.writing.withholding import lift_withholding, withhold_article

GROUP = 500
"""Captures that are committed together: a rebuild that is killed begins again anyway."""

_HISTORY = """
SELECT number, rank, file, start, length, answer FROM (
    SELECT *, max(at) OVER (PARTITION BY iif(:is_mixed, file, '') ORDER BY number, rank, at, place) AS moment
    FROM temp.history)
ORDER BY moment, number, rank, at, place
"""
"""By number; if files of several archives have numbers of their own, by time across files and by number within."""
_IS_MIXED = f"""
SELECT EXISTS (SELECT 1 FROM temp.history WHERE rank = {CAPTURE} GROUP BY number HAVING count(DISTINCT file) > 1)
"""
_LAST_RULES = """
SELECT json_extract(r.settings, '$.rules') FROM runs r JOIN sites s ON s.id = r.site_id WHERE s.site = ?
ORDER BY r.id DESC LIMIT 1
"""
MIXED = phrase(
    "the WARC files are of several archives, and the record of their merge is missing: an article that only "
    "the archive that came had withheld may be in sight again; `baotinh withhold` lists those that are not",
)


@dataclass(slots=True)
class Replayed:
    """What was repeated."""

    captures: int = 0
    events: int = 0


def replay(
    connection: sqlite3.Connection, folder: Path, done: Replayed, *, merge_again: Callable[[MergeRecord], Iterable[str]]
) -> Iterator[str]:
    """Repeat the history that `take_files` ordered; yield what came out otherwise than it did then.

    `merge_again` repeats a merge while no transaction is open, and yields the same.
    """
    (is_mixed,) = connection.execute(_IS_MIXED).fetchone()
    if is_mixed:
        yield MIXED
    history = connection.execute(_HISTORY, {"is_mixed": is_mixed}).fetchall()
    for place, (number, rank, name, start, length, answer) in enumerate(history):
        if place % GROUP == 0:
            _commit(connection)
            connection.execute("BEGIN IMMEDIATE")
        said = json.loads(read_record(folder / FOLDER / name, start, length=length).block)
        if rank == CAPTURE:
            yield from _replay_capture(connection, folder, said, answer=answer, number=number)
            done.captures += 1
            continue
        event = phrase("event {event} behind capture {number}", event=said["event"], number=number)
        if said["event"] == Event.MERGED:
            _commit(connection)
            yield from (phrase("{event}: {each}", event=event, each=each) for each in merge_again(MergeRecord.of(said)))
            connection.execute("BEGIN IMMEDIATE")
        connection.execute("SAVEPOINT event")
        try:
            _EVENTS[Event(said["event"])](connection, said, folder)
        except (LookupError, sqlite3.IntegrityError) as error:
            connection.execute("ROLLBACK TO event")
            yield phrase("{event}: {error}", event=event, error=error)
        connection.execute("RELEASE event")
        done.events += 1
    index_now(connection)


def _commit(connection: sqlite3.Connection) -> None:
    index_now(connection)
    connection.execute("COMMIT")


def _replay_capture(
    connection: sqlite3.Connection, folder: Path, said: Mapping[str, Any], *, answer: str, number: int
) -> Iterator[str]:
    row = connection.execute("SELECT id FROM temp.answers WHERE record_id = ?", (answer,)).fetchone()
    name = phrase("capture {number} ({url})", number=number, url=said["url"])
    if answer and row is None:
        yield phrase("{name}: its raw page is missing", name=name)
    page = None
    try:
        page = read_raw_page(connection, folder, row[0]) if row else None
    except DamagedWarc as damage:
        yield phrase("{name}: {finding}", name=name, finding=damage.finding)
    capture = capture_of(said, body=_body(page, said["status"]) if page else b"")
    if page and _may_be_conditional(connection, said):
        capture = replace(capture, headers=_validators(page))
    if capture.run is not None:
        _add_run(connection, capture)
    if connection.execute("SELECT 1 FROM captures WHERE id = ?", (number,)).fetchone():
        yield phrase("{name}: another capture has its number, and it got a new one", name=name)
        number = connection.execute("SELECT max(id) + 1 FROM captures").fetchone()[0]
    answer_id = row and row[0]
    if capture.manner is Manner.REREAD:
        try:
            verdict = repeat_reread(connection, capture, number, rules=said["rules"], answer_id=answer_id)
        except LookupError as error:
            yield phrase("{name}: {error}", name=name, error=error)
            return
    else:
        _, verdict = write_capture(connection, capture, answer_id=answer_id, number=number)
    if capture.kind is not Kind.ARTICLE:  # its links are not in the record: a source is read again anyway
        connection.execute("UPDATE captures SET outcome = ? WHERE id = ?", (said["outcome"], number))
        connection.execute("UPDATE urls SET outcome = ? WHERE url = ?", (said["outcome"], capture.url))
    elif verdict.outcome != said["outcome"]:
        yield phrase("{name}: {then} then, and {now} now", name=name, then=said["outcome"], now=verdict.outcome)


def _may_be_conditional(connection: sqlite3.Connection, said: Mapping[str, Any]) -> bool:
    """Whether the next crawl may ask for changes only: not of a source, because no record has what it named, and not of
    a page that the last rules of its site have not read."""
    last = connection.execute(_LAST_RULES, (said["site"],)).fetchone()
    return said["kind"] == Kind.ARTICLE and bool(last == (said["rules"],))


def _validators(page: RawPage) -> tuple[tuple[str, str], ...]:
    """Return the headers that make the next request conditional."""
    return tuple((name, value) for name in ("etag", "last-modified") for value in page.header(name))


def _body(page: RawPage, status: int | None) -> bytes:
    """Return the body that the capture had: none if the answer was not taken for one."""
    if not page.head:  # a file that was imported
        return page.body
    if page.status == NOT_MODIFIED or page.status != status:
        return b""
    body = decode_body(page.body, ",".join(page.header("content-encoding")))
    return b"" if isinstance(body, Refusal) else body


def _add_run(connection: sqlite3.Connection, capture: Capture) -> None:
    """Add a run whose beginning is not in the WARC files; nothing happens for others."""
    site_id = find_or_add_site(connection, capture.site or "")
    connection.execute(
        "INSERT OR IGNORE INTO runs (id, site_id, started_at, status, version, settings) VALUES (?,?,?,?,'','{}')",
        (capture.run, site_id, to_text(capture.fetched_at), RunStatus.RUNNING),
    )


def _register(connection: sqlite3.Connection, said: Mapping[str, Any], _: Path) -> None:
    known = {field.name for field in fields(Outlet)}
    values = {name: value for name, value in said.items() if name in known}
    register_site(connection, Outlet(**{**values, "kind": OutletKind(said["kind"])}))


def _learn_ids(connection: sqlite3.Connection, said: Mapping[str, Any], _: Path) -> None:
    write_ids(connection, said["ids"])


def _accept(connection: sqlite3.Connection, said: Mapping[str, Any], _: Path) -> None:
    accept_reading(connection, _article(connection, said), at=from_text(said["at"]))


def _correct(connection: sqlite3.Connection, said: Mapping[str, Any], _: Path) -> None:
    values = {Field(name): value for name, value in said["values"].items()}
    article_id, at = _article(connection, said), from_text(said["at"])
    correct_article(connection, article_id, values, at=at, by=said["by"], reason=said["reason"])


def _undo(connection: sqlite3.Connection, said: Mapping[str, Any], _: Path) -> None:
    fields_of_it = [Field(name) for name in said["fields"]]
    undo_corrections(connection, _article(connection, said), fields_of_it, at=from_text(said["at"]), by=said["by"])


def _withhold(connection: sqlite3.Connection, said: Mapping[str, Any], folder: Path) -> None:
    until = date.fromisoformat(said["until"]) if said["until"] else None
    article_id, at = _article(connection, said), from_text(said["at"])
    if _is_withheld(connection, article_id):
        raise LookupError(phrase("article {uid} is withheld already", uid=said["uid"]))
    withhold_article(connection, article_id, folder, reason=said["reason"], until=until, at=at, by=said["by"])


def _lift(connection: sqlite3.Connection, said: Mapping[str, Any], folder: Path) -> None:
    article_id = _article(connection, said)
    if not _is_withheld(connection, article_id):
        raise LookupError(phrase("article {uid} is not withheld", uid=said["uid"]))
    lift_withholding(connection, article_id, folder, at=from_text(said["at"]), by=said["by"])


def _decide_copies(connection: sqlite3.Connection, said: Mapping[str, Any], _: Path) -> None:
    _article(connection, said)
    verdict = Verdict.JOINED if said["event"] == Event.COPIES_JOINED else Verdict.SPLIT
    at, by, reason = from_text(said["at"]), said["by"], said["reason"]
    decide_copies(connection, said["uid"], said["others"], verdict, at=at, by=by, reason=reason)


def _undo_copies(connection: sqlite3.Connection, said: Mapping[str, Any], _: Path) -> None:
    lift_copy_decisions(connection, said["uid"], at=from_text(said["at"]), by=said["by"])


def _is_withheld(connection: sqlite3.Connection, article_id: int) -> bool:
    sql = "SELECT 1 FROM withholdings WHERE article_id = ? AND lifted_at IS NULL"
    return connection.execute(sql, (article_id,)).fetchone() is not None


def _article(connection: sqlite3.Connection, said: Mapping[str, Any]) -> int:
    """Return the id of the article of an event. LookupError if it is missing: its capture could not be read."""
    row = connection.execute("SELECT id FROM articles WHERE uid = ?", (said["uid"],)).fetchone()
    if row is None:
        raise LookupError(phrase("article {uid} is missing", uid=said["uid"]))
    return int(row[0])


def _end_run(connection: sqlite3.Connection, said: Mapping[str, Any], folder: Path) -> None:
    """Fill in the report of a run. LookupError if a run of another archive, which was merged, has its number."""
    sql = "SELECT 1 FROM runs WHERE id = ? AND version <> '' AND started_at <> ?"
    if connection.execute(sql, (said["report"]["id"], said["report"]["started_at"])).fetchone():
        raise LookupError(phrase("another run has the number {id}", id=said["report"]["id"]))
    report = {**said["report"], "site_id": find_or_add_site(connection, said["report"]["site"])}
    columns = [name for _, name, *_ in connection.execute("PRAGMA table_info(runs)") if name in report]
    names = ", ".join(f'"{name}"' for name in columns)
    assigned = ", ".join(f'"{name}" = excluded."{name}"' for name in columns)
    marks = ", ".join(f":{name}" for name in columns)
    connection.execute(f"INSERT INTO runs ({names}) VALUES ({marks}) ON CONFLICT (id) DO UPDATE SET {assigned}", report)
    _enter(connection, said, folder)


def _enter(connection: sqlite3.Connection, said: Mapping[str, Any], _: Path) -> None:
    """Enter the rows of the ledger; all that a merge leaves to its event."""
    for row in said["ledger"]:
        insert_entry(connection, Entry(*row), is_kept=True)


_EVENTS: Mapping[Event, Callable[[sqlite3.Connection, Mapping[str, Any], Path], None]] = {
    Event.OUTLET: _register,
    Event.IDS: _learn_ids,
    Event.ACCEPTED: _accept,
    Event.CORRECTED: _correct,
    Event.UNDONE: _undo,
    Event.WITHHELD: _withhold,
    Event.LIFTED: _lift,
    Event.COPIES_JOINED: _decide_copies,
    Event.COPIES_SPLIT: _decide_copies,
    Event.COPIES_UNDONE: _undo_copies,
    Event.MERGED: _enter,
    Event.RUN_ENDED: _end_run,
}
"""What repeats an event. A new event is one more line here, and one in `archive/writing/events.py`."""
