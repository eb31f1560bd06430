"""Storing what today's rules read in the raw page of an earlier capture.

A better reading is a capture of its own, with the raw page and the time of the earlier one; a worse one, and one that
changes nothing, leaves no trace but the digest of the rules that read it.
"""

import sqlite3
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from archive.outcomes import Outcome, Reason
from archive.phrases import phrase
from archive.record import NO_LINKS, ArticleStatus, Capture
from archive.times import to_text
from archive.writing.addresses import find_by_url
from archive.writing.article_rows import Stored, find_shown, is_stored
from archive.writing.captures import judge_capture, note_verdict
from archive.writing.frontier import add_links, record_outcome
from archive.writing.meeting import Verdict
from archive.writing.raw_pages import RawAnswer, RawPages
from archive.writing.withholding import find_withheld

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
"""Field of a record → column of a stored article that shows its value."""

_MARKS = """
SELECT (SELECT max(change_seq) FROM articles),
    (SELECT id FROM doubtful_readings WHERE article_id = ? AND taken_at IS NULL),
    (SELECT record FROM article_parts WHERE url = ?),
    (SELECT group_concat(page_value || ifnull(page_source, '')) FROM corrections
        WHERE article_id = ? AND ended_at IS NULL)
"""
_BESIDE = """
SELECT 1 FROM doubtful_readings WHERE article_id = :article AND taken_at IS NULL
UNION ALL SELECT 1 FROM corrections WHERE article_id = :article AND ended_at IS NULL
UNION ALL SELECT 1 FROM article_parts WHERE article_id = :article
UNION ALL SELECT 1 FROM article_parts WHERE article_id IS NULL AND first_url IN (:own, :asked, :reached)
LIMIT 1
"""
"""What lies beside the text in force, and is touched by a reading that gives that text again."""
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


@dataclass(frozen=True, slots=True)
class _Earlier:
    """The capture whose page is read again."""

    number: int
    site_id: int | None
    answer_id: int
    article_id: int | None
    """The article to which its address leads."""
    stored: Stored | None
    """That article before the reading; None for no article, and for one that is withheld."""


def reread_capture(
    connection: sqlite3.Connection, capture: Capture, number: int, *, rules: str, raw: RawPages | None
) -> Reread:
    """Store the reading of the page of the capture with the id `number` if it is better than what is stored."""
    earlier = _earlier(connection, capture, number)
    connection.execute("SAVEPOINT reading")
    verdict, changes = _judge(connection, capture, earlier, rules=rules, raw=raw)
    connection.execute("RELEASE reading")
    connection.execute("UPDATE captures SET rules = ? WHERE id = ?", (rules, number))
    had_article = earlier.stored is not None
    return Reread(capture.url, verdict.outcome, verdict.reason, verdict.detail, had_article, changes)


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


def _earlier(connection: sqlite3.Connection, capture: Capture, number: int) -> _Earlier:
    sql = "SELECT article_id, site_id, raw_answer_id FROM captures WHERE id = ?"
    known, site_id, answer_id = connection.execute(sql, (number,)).fetchone()
    article_id = known if known is not None else find_by_url(connection, capture.url)
    return _Earlier(number, site_id, answer_id, article_id, find_shown(connection, article_id))


def _judge(
    connection: sqlite3.Connection, capture: Capture, earlier: _Earlier, *, rules: str, raw: RawPages | None
) -> tuple[Verdict, Mapping[str, int]]:
    """Store a reading as a capture of its own, unless it is worse or changes nothing.

    Return what became of it, and what it changed.
    """
    if _says_the_same(connection, capture, earlier):
        return Verdict(Outcome.UNCHANGED, article_id=earlier.article_id), {}
    number, site_id = earlier.number, earlier.site_id
    marks = _marks(connection, capture, earlier.article_id)
    new, verdict = _judge_copy(connection, capture, number, rules=rules, site_id=site_id)
    is_refused = verdict.outcome in (Outcome.REFUSED, Outcome.FAILED)
    if is_refused or _marks(connection, capture, verdict.article_id) == marks:
        connection.execute("ROLLBACK TO reading")
        return verdict, {}
    _note(connection, capture, verdict, number, new=new, site_id=site_id)
    if raw:
        raw.keep_outcome(capture, new, verdict, _answer(connection, earlier.answer_id), rules=rules)
    return verdict, _changes(earlier.stored, find_shown(connection, verdict.article_id))


def _says_the_same(connection: sqlite3.Connection, capture: Capture, earlier: _Earlier) -> bool:
    """Whether a reading is the stored article in everything, seen within its time, and nothing lies beside that.

    Such a reading changes nothing. Nearly all are such, and to store one and take it back takes four times as long.
    """
    article, stored, at = capture.article, earlier.stored, to_text(capture.fetched_at)
    if article is None or stored is None or capture.part or stored.row["status"] != ArticleStatus.LIVE:
        return False
    return (
        stored.row["first_seen_at"] <= at <= stored.row["last_seen_at"]
        and is_stored(connection, article, stored, cms_id=capture.cms_id, site_id=earlier.site_id)
        and _leads_there(connection, {article.url, capture.url, capture.final_url}, earlier)
        and _is_alone(connection, capture, earlier)
        and find_withheld(connection, capture, site_id=earlier.site_id) is None
    )


def _is_alone(connection: sqlite3.Connection, capture: Capture, earlier: _Earlier) -> bool:
    """Whether nothing of `_BESIDE` is there."""
    values = {
        "article": earlier.article_id,
        "own": capture.article and capture.article.url,
        "asked": capture.url,
        "reached": capture.final_url,
    }
    return connection.execute(_BESIDE, values).fetchone() is None


def _leads_there(connection: sqlite3.Connection, urls: Iterable[str | None], earlier: _Earlier) -> bool:
    """Whether these addresses lead to the stored article."""
    assert earlier.stored is not None
    others = set(urls) - {None, earlier.stored.article.url}
    return all(find_by_url(connection, url) == earlier.article_id for url in others)


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


def _changes(before: Stored | None, after: Stored | None) -> dict[str, int]:
    """Return what changed of an article, in words that are counted; a new one is one change."""
    if after is None:
        return {}
    if before is None or before.row["id"] != after.row["id"]:
        return {"article gained": 1}
    found: Counter[str] = Counter()
    for name, column in COMPARED.items():
        if how := _how(name, _shown(before, column), _shown(after, column)):
            found[f"{name} {how}"] += 1
    old, new = set(before.article.doubts), set(after.article.doubts)
    found["doubt gained"] += len(new - old)
    found["doubt gone"] += len(old - new)
    return dict(+found)


def _shown(stored: Stored, column: str) -> Any:
    """Return a value of a stored article; None for an empty list."""
    value = stored.row[column]
    return None if value == "[]" else value


def _how(name: str, before: Any, after: Any) -> str | None:
    if before == after:
        return None
    if not before or not after:
        return "gained" if after else "gone"
    if name == "body" and len(before.split()) != len(after.split()):
        return "longer" if len(after.split()) > len(before.split()) else "shorter"
    return "changed"
