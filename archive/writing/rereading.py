"""Storing what today's rules read in the raw page of an earlier capture.

A better reading is a capture of its own, with the raw page and the time of the earlier one; a worse one, and one that
changes nothing, leaves no trace but the digest of the rules that read it.
"""

import sqlite3
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from archive.outcomes import Outcome, Reason
from archive.phrases import phrase
from archive.record import NO_LINKS, Capture
from archive.rows import Row, rows_of
from archive.writing.addresses import find_by_url
from archive.writing.captures import judge_capture, note_verdict
from archive.writing.frontier import add_links, record_outcome
from archive.writing.meeting import Verdict
from archive.writing.raw_pages import RawAnswer, RawPages

COMPARED = {
    "title": "title",
    "lead": "lead",
    "body": "body",
    "byline": "byline",
    "published_at": "published_at",
    "modified_at": "modified_at",
    "source_credit": "source_credit",
    "section": "section_id",
    "tags": "tags",
    "images": "images",
}
"""Field of a record → column of `_STATE` that shows its value."""

_STATE = """
SELECT a.id, a.title, a.lead, t.body, a.byline, a.published_at, a.modified_at, a.source_credit, a.section_id,
    (SELECT group_concat(tag_id) FROM article_tags WHERE article_id = a.id) AS tags,
    (SELECT group_concat(image_id || ifnull(caption, '')) FROM article_images WHERE article_id = a.id) AS images,
    (SELECT group_concat(doubt) FROM article_doubts WHERE article_id = a.id) AS doubts
FROM articles a JOIN article_texts t ON t.article_id = a.id WHERE a.id = ?
"""
_MARKS = """
SELECT (SELECT max(change_seq) FROM articles),
    (SELECT id FROM doubtful_readings WHERE article_id = ? AND taken_at IS NULL),
    (SELECT record FROM article_parts WHERE url = ?),
    (SELECT group_concat(page_value || ifnull(page_source, '')) FROM corrections
        WHERE article_id = ? AND ended_at IS NULL)
"""
_COPY = """
INSERT INTO captures (id, site_id, url, final_url, kind, fetched_at, status, bytes, body_sha256, raw_answer_id,
    reread_of, rules, outcome)
SELECT ?, site_id, url, final_url, kind, fetched_at, status, bytes, body_sha256, raw_answer_id, id, ?, '' FROM captures
WHERE id = ?
"""
_LATER = """
SELECT 1 FROM captures c JOIN captures o ON o.id = ?
WHERE c.url = o.url AND (c.fetched_at > o.fetched_at OR
    (c.fetched_at = o.fetched_at AND c.id > o.id AND c.reread_of IS NOT o.id))
LIMIT 1
"""


_LAST = """
SELECT id, site_id FROM captures WHERE raw_answer_id = ? AND url = ? ORDER BY id DESC LIMIT 1
"""
"""The last reading of a raw page is what is read again."""


@dataclass(frozen=True, slots=True)
class Reread:
    """What became of a page that was read again."""

    url: str
    """The address of its capture."""
    outcome: Outcome
    reason: Reason | None
    detail: str | None
    had_article: bool
    """Whether the address led to an article before."""
    changes: Mapping[str, int]
    """"byline changed", "published_at gained", "body shorter", "doubt gone" → how many."""

    @property
    def is_worse(self) -> bool:
        """Whether the reading must not replace what is stored."""
        return self.had_article and self.outcome in (Outcome.REFUSED, Outcome.FAILED)


def reread_capture(
    connection: sqlite3.Connection, capture: Capture, number: int, *, rules: str, raw: RawPages | None
) -> Reread:
    """Store the reading of the page of the capture with the id `number` if it is better than what is stored."""
    sql = "SELECT article_id, site_id, raw_answer_id FROM captures WHERE id = ?"
    known, site_id, answer_id = connection.execute(sql, (number,)).fetchone()
    article_id = known if known is not None else find_by_url(connection, capture.url)
    before, marks = _article(connection, article_id), _marks(connection, capture, article_id)
    connection.execute("SAVEPOINT reading")
    new, verdict = _judge_copy(connection, capture, number, rules=rules, site_id=site_id)
    is_refused = verdict.outcome in (Outcome.REFUSED, Outcome.FAILED)
    changes: Mapping[str, int] = {}
    if is_refused or _marks(connection, capture, verdict.article_id) == marks:
        connection.execute("ROLLBACK TO reading")
    else:
        changes = _changes(before, _article(connection, verdict.article_id))
        _note(connection, capture, verdict, number, new=new, site_id=site_id)
        if raw:
            raw.keep_outcome(capture, new, verdict, _answer(connection, answer_id), rules=rules)
    connection.execute("RELEASE reading")
    connection.execute("UPDATE captures SET rules = ? WHERE id = ?", (rules, number))
    return Reread(capture.url, verdict.outcome, verdict.reason, verdict.detail, before is not None, changes)


def repeat_reread(
    connection: sqlite3.Connection, capture: Capture, number: int, *, rules: str | None, answer_id: int | None
) -> Verdict:
    """Store a reading once more that `reread_capture` stored as the capture with the id `number`.

    `answer_id` is its raw page. LookupError if the capture that it reads again is missing.
    """
    row = connection.execute(_LAST, (answer_id, capture.url)).fetchone()
    if row is None:
        raise LookupError(phrase("the capture that it reads again is missing"))
    of, site_id = row
    _, verdict = _judge_copy(connection, capture, of, rules=rules, site_id=site_id, new=number)
    _note(connection, capture, verdict, of, new=number, site_id=site_id)
    connection.execute("UPDATE captures SET rules = ? WHERE id = ?", (rules, of))
    return verdict


def _judge_copy(
    connection: sqlite3.Connection,
    capture: Capture,
    number: int,
    *,
    rules: str | None,
    site_id: int | None,
    new: int | None = None,
) -> tuple[int, Verdict]:
    """Copy the row of the capture with the id `number`, and judge the reading; return the id of the copy (`new`)."""
    new = int(connection.execute(_COPY, (new, rules, number)).lastrowid or 0)
    named = add_links(connection, capture, site_id=site_id, before=NO_LINKS)
    return new, judge_capture(connection, capture, capture_id=new, site_id=site_id, has_new_links=named.new > 0)


def _article(connection: sqlite3.Connection, article_id: int | None) -> Row | None:
    return next(rows_of(connection.execute(_STATE, (article_id,))), None)


def _marks(connection: sqlite3.Connection, capture: Capture, article_id: int | None) -> tuple[object, ...]:
    """Return what is another value after any change: of an article, its reading that waits, or one of its pages."""
    url = (capture.final_url or capture.url) if capture.part and capture.part.n == 1 else capture.url
    return tuple(connection.execute(_MARKS, (article_id, url if capture.part else None, article_id)).fetchone())


def _note(
    connection: sqlite3.Connection, capture: Capture, verdict: Verdict, number: int, *, new: int, site_id: int | None
) -> None:
    """Write down the verdict; the frontier learns what the newest capture of an address gives to today's rules."""
    note_verdict(connection, verdict, capture_id=new)
    if connection.execute(_LATER, (number,)).fetchone() is None:
        record_outcome(connection, capture, verdict, site_id=site_id, named=NO_LINKS)


def _answer(connection: sqlite3.Connection, answer_id: int) -> RawAnswer:
    (record_id,) = connection.execute("SELECT record_id FROM raw_answers WHERE id = ?", (answer_id,)).fetchone()
    return RawAnswer(answer_id, record_id)


def _changes(before: Row | None, after: Row | None) -> dict[str, int]:
    """Return what changed of an article, in words that are counted; a new one is one change."""
    if after is None:
        return {}
    if before is None or before["id"] != after["id"]:
        return {"article gained": 1}
    found: Counter[str] = Counter()
    for name, column in COMPARED.items():
        if how := _how(name, before[column], after[column]):
            found[f"{name} {how}"] += 1
    old, new = (set(filter(None, (row["doubts"] or "").split(","))) for row in (before, after))
    found["doubt gained"] += len(new - old)
    found["doubt gone"] += len(old - new)
    return dict(+found)


def _how(name: str, before: Any, after: Any) -> str | None:
    if before == after:
        return None
    if not before or not after:
        return "gained" if after else "gone"
    if name == "body" and len(before.split()) != len(after.split()):
        return "longer" if len(after.split()) > len(before.split()) else "shorter"
    return "changed"
