"""Stores one capture: its row, what it changes in the archive, and what the frontier learns from it."""

import sqlite3
from hashlib import sha256

from archive.outcomes import Outcome, Reason
from archive.record import NO_LINKS, Capture, Kind, Manner, Named, Refusal
from archive.times import to_text
from archive.writing.addresses import find_by_url, is_further_page
from archive.writing.articles import write_article
from archive.writing.doubts import codes_to_text
from archive.writing.frontier import NOT_MODIFIED, add_links, record_outcome
from archive.writing.meeting import Verdict
from archive.writing.raw_pages import RawPages
from archive.writing.sites import find_or_add_site
from archive.writing.tombstones import bury_article, judge_absence, touch_article
from archive.writing.withholding import InForce, find_withheld


def store_capture(connection: sqlite3.Connection, capture: Capture, *, before: Named, raw: RawPages | None) -> Outcome:
    """Store what came back for one URL and return the outcome; ValueError for a capture that says nothing.

    `before` are its links that `name_links` has stored.
    """
    answer = raw.keep_capture(capture) if raw else None
    answer_id = answer.id if answer else None
    number, verdict = write_capture(connection, capture, before=before, answer_id=answer_id)
    if raw:
        raw.keep_outcome(capture, number, verdict, answer)
    return verdict.outcome


def write_capture(
    connection: sqlite3.Connection,
    capture: Capture,
    *,
    answer_id: int | None,
    before: Named = NO_LINKS,
    number: int | None = None,
) -> tuple[int, Verdict]:
    """Write a capture, whose raw page has the row `answer_id`, and all that it changes; return its id and the verdict.

    `number` is its id (default: the next one). ValueError for a capture that says nothing.
    """
    site_id = find_or_add_site(connection, capture.site) if capture.site else None
    capture_id = _insert(connection, capture, number, site_id=site_id, answer_id=answer_id)
    named = add_links(connection, capture, site_id=site_id, before=before)
    verdict = judge_capture(connection, capture, capture_id=capture_id, site_id=site_id, has_new_links=named.new > 0)
    note_verdict(connection, verdict, capture_id=capture_id)
    record_outcome(connection, capture, verdict, site_id=site_id, named=named)
    return capture_id, verdict


def name_links(connection: sqlite3.Connection, capture: Capture, *, before: Named) -> Named:
    """Store the links of a capture without the capture itself. Return the counts of all that are stored so far."""
    site_id = find_or_add_site(connection, capture.site) if capture.site else None
    return add_links(connection, capture, site_id=site_id, before=before)


def judge_capture(
    connection: sqlite3.Connection, capture: Capture, *, capture_id: int, site_id: int | None, has_new_links: bool
) -> Verdict:
    """Change in the archive what the capture changes, and return what became of it; its row and links are there."""
    if capture.kind is Kind.ARTICLE and (withheld := find_withheld(connection, capture, site_id=site_id)):
        return _judge_withheld(capture, withheld)
    if capture.refusal:
        refusal = capture.refusal
        article_id = find_by_url(connection, capture.url)
        if article_id is not None and capture.manner is Manner.FETCHED:
            refusal = judge_absence(connection, capture, refusal, capture_id=capture_id)
            if not is_further_page(connection, capture.url):
                bury_article(connection, article_id, capture, refusal, capture_id=capture_id)
        return Verdict(refusal.reason.outcome, refusal.reason, refusal.detail, article_id)
    if capture.article:
        return write_article(connection, capture.article, capture, capture_id=capture_id, site_id=site_id)
    if capture.kind is not Kind.ARTICLE:
        return Verdict(Outcome.ADDED if has_new_links else Outcome.UNCHANGED)
    if capture.status != NOT_MODIFIED:
        raise ValueError(f"a capture without article, refusal or links: {capture.url}")
    article_id = find_by_url(connection, capture.url)
    if article_id is None:
        return Verdict(Outcome.FAILED, Reason.HTTP_ERROR, "status 304 for a page that is not stored")
    touch_article(connection, article_id, seen_at=to_text(capture.fetched_at))
    return Verdict(Outcome.UNCHANGED, article_id=article_id)


def note_verdict(connection: sqlite3.Connection, verdict: Verdict, *, capture_id: int) -> None:
    """Write what became of a capture into its row."""
    connection.execute(
        "UPDATE captures SET outcome = ?, reason = ?, detail = ?, article_id = ?, doubts = ?, lacking = ? WHERE id = ?",
        (
            *(verdict.outcome, verdict.reason, verdict.detail, verdict.article_id),
            *(codes_to_text(verdict.doubts), codes_to_text(verdict.lacking)),
            capture_id,
        ),
    )


def _judge_withheld(capture: Capture, withheld: InForce) -> Verdict:
    """Store nothing of a withheld article; a failure stays one, so that it is tried again."""
    refusal = capture.refusal
    if refusal is None or refusal.reason.outcome is not Outcome.FAILED:
        refusal = Refusal(Reason.WITHHELD, withheld.detail)
    return Verdict(refusal.reason.outcome, refusal.reason, refusal.detail, withheld.article_id)


def _insert(
    connection: sqlite3.Connection,
    capture: Capture,
    number: int | None,
    *,
    site_id: int | None,
    answer_id: int | None,
) -> int:
    cursor = connection.execute(
        "INSERT INTO captures (id, run_id, site_id, url, final_url, kind, fetched_at, status, bytes,"
        " body_sha256, lost, lost_example, raw_answer_id, imported_from, outcome)"
        " VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,'')",
        (
            number,
            capture.run,
            site_id,
            capture.url,
            capture.final_url,
            capture.kind,
            to_text(capture.fetched_at),
            capture.status,
            len(capture.body),
            sha256(capture.body).hexdigest() if capture.body else None,
            capture.loss and capture.loss.entries,
            capture.loss and capture.loss.example,
            answer_id,
            capture.found_on,
        ),
    )
    return int(cursor.lastrowid or 0)
