"""Stores one capture: its row, what it changes in the archive, and what the frontier learns from it."""

import json
import sqlite3
from hashlib import sha256

from archive.outcomes import Outcome, Reason
from archive.record import Capture, Kind, Manner
from archive.times import to_text
from archive.writing.addresses import find_by_url, is_further_page
from archive.writing.articles import write_article
from archive.writing.doubts import doubts_to_text
from archive.writing.frontier import NOT_MODIFIED, add_links, record_outcome
from archive.writing.meeting import Verdict
from archive.writing.raw_pages import RawAnswer, RawPages
from archive.writing.sites import find_or_add_site
from archive.writing.tombstones import bury_article, judge_absence, touch_article


def store_capture(connection: sqlite3.Connection, capture: Capture, *, raw: RawPages | None) -> Outcome:
    """Store what came back for one URL and return the outcome; ValueError for a capture that says nothing."""
    site_id = find_or_add_site(connection, capture.site) if capture.site else None
    answer = raw.keep_capture(capture) if raw else None
    capture_id = _insert(connection, capture, site_id=site_id, answer=answer)
    verdict = judge_capture(connection, capture, capture_id=capture_id, site_id=site_id)
    note_verdict(connection, verdict, capture_id=capture_id)
    record_outcome(connection, capture, verdict, site_id=site_id)
    if raw:
        raw.keep_outcome(capture, capture_id, verdict, answer)
    return verdict.outcome


def judge_capture(connection: sqlite3.Connection, capture: Capture, *, capture_id: int, site_id: int | None) -> Verdict:
    """Change in the archive what the capture changes, and return what became of it; its row is there."""
    new_links = add_links(connection, capture.links, capture, site_id=site_id)
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
        return Verdict(Outcome.ADDED if new_links else Outcome.UNCHANGED)
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
            *(doubts_to_text(verdict.doubts), json.dumps(verdict.lacking) if verdict.lacking else None),
            capture_id,
        ),
    )


def _insert(connection: sqlite3.Connection, capture: Capture, *, site_id: int | None, answer: RawAnswer | None) -> int:
    cursor = connection.execute(
        "INSERT INTO captures (run_id, site_id, url, final_url, kind, fetched_at, status, bytes,"
        " body_sha256, lost, lost_example, raw_answer_id, imported_from, outcome)"
        " VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,'')",
        (
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
            answer and answer.id,
            capture.found_on,
        ),
    )
    return int(cursor.lastrowid or 0)
