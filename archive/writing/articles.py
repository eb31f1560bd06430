"""Stores one reading of an article: a new article, a copy of another one, or a further reading of a stored one.

Every function works inside the transaction of its caller.
"""

import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from archive.outcomes import Outcome, Reason
from archive.record import Article, Capture, Doubt
from archive.times import from_text, to_text
from archive.writing.addresses import at_shorter, copied_at, find_copied, find_same, forget_address, keep_addresses
from archive.writing.article_rows import (
    OF_THE_TEXT,
    Sighting,
    Stored,
    add_article,
    find_stored,
    keep_what_is_missing,
    link_all,
    replace_article,
    row_of,
)
from archive.writing.changes import change_article
from archive.writing.doubts import (
    Taken,
    drop_waiting,
    find_waiting,
    keep_waiting,
    link_doubts,
    note_accepted,
    note_taken,
    see_waiting,
)
from archive.writing.judging import (
    Wait,
    is_better,
    is_confirmed,
    is_less_sure,
    is_same_reading,
    lost_layout,
    shrunken,
    why_wait,
    with_own_doubts,
    with_what_is_missing,
)
from archive.writing.sites import is_merged_into, provinces_of
from archive.writing.tombstones import touch_article


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the archive did with a capture."""

    outcome: Outcome
    reason: Reason | None = None
    detail: str | None = None
    article_id: int | None = None
    doubts: tuple[Doubt, ...] = ()
    """What the page said against its reading, also if that was refused."""
    lacking: tuple[str, ...] = ()
    """Fields that the stored article has and the reading lacks: they were kept."""


def write_article(
    connection: sqlite3.Connection,
    article: Article,
    capture: Capture,
    *,
    capture_id: int,
    site_id: int | None,
) -> Verdict:
    """Store `article`: ADDED, REVISED, UNCHANGED, or REFUSED as shrunken, redesigned or doubtful.

    A copy of another article is UNCHANGED.
    """
    seen = Sighting(to_text(capture.fetched_at), capture_id, capture.may_be_cut)
    article = at_shorter(connection, article, capture, site_id=site_id)
    known = find_same(connection, article, capture, site_id=site_id)
    copied = find_copied(connection, article, capture, site_id=site_id) if known is None else None
    if known is not None:
        verdict = _meet_again(connection, article, article_id=known, cms_id=capture.cms_id, site_id=site_id, seen=seen)
    elif copied is not None:
        verdict = _meet_copy(connection, copied, site_id=site_id, seen=seen)
    else:
        row = row_of(connection, article, cms_id=capture.cms_id, site_id=site_id, outlet_id=site_id)
        verdict = _meet_first(connection, article, row, seen=seen)
    if verdict.article_id is not None:
        keep_addresses(connection, verdict.article_id, article, capture, site_id=site_id, is_copy=copied is not None)
    return verdict


def accept_reading(connection: sqlite3.Connection, article_id: int, *, at: datetime) -> bool:
    """Accept the reading that waits, which becomes the text in force, or the doubtful text: no doubt is left.

    Return False if nothing waits and the text in force has no doubts.
    """
    stored, waiting = find_stored(connection, article_id), find_waiting(connection, article_id)
    if waiting is not None:
        article = replace(with_what_is_missing(waiting.article, stored.article), doubts=())
        seen = Sighting(waiting.first_seen_at, waiting.capture_id)
        row = row_of(connection, article, cms_id=None, site_id=stored.row["site_id"], outlet_id=stored.row["outlet_id"])
        keep_what_is_missing(row, stored.row)
        is_ours = _is_ours(connection, article, stored, capture_id=waiting.capture_id)
        replace_article(connection, article, row, stored, seen=seen, is_ours=is_ours)
        note_taken(connection, waiting.id, Taken.ACCEPTED, at=to_text(at))
    elif stored.article.doubts:
        note_accepted(connection, article_id, stored.article.doubts, at=to_text(at))
        link_doubts(connection, article_id, ())
        change_article(connection, article_id, {})
    else:
        return False
    return True


def _meet_first(connection: sqlite3.Connection, article: Article, row: Mapping[str, Any], *, seen: Sighting) -> Verdict:
    """Add an article; if its address showed a copy of another article until now, it leaves that article."""
    detail = None
    if copy := copied_at(connection, article.url):
        article_id, url, words = copy
        if why := shrunken(row["word_count"], words, may_be_cut=seen.may_be_cut):
            return Verdict(Outcome.REFUSED, Reason.SHRUNKEN, why, article_id, article.doubts)
        detail = f"its text is no longer that of {url}"
    forget_address(connection, article.url)
    article_id = add_article(connection, article, row, seen=seen)
    return Verdict(Outcome.ADDED, detail=detail, article_id=article_id, doubts=article.doubts)


def _meet_copy(connection: sqlite3.Connection, article_id: int, *, site_id: int | None, seen: Sighting) -> Verdict:
    """Note that another site, or another address, shows an article; only its own site can change it."""
    touch_article(connection, article_id, seen_at=seen.at)
    stored = find_stored(connection, article_id).row
    if stored["outlet_id"] == stored["site_id"] and is_merged_into(connection, site_id, stored["site_id"]):
        # it was met first at the newspaper into which this one was merged: this one published it
        then, now = provinces_of(connection, site_id, published_date=stored["published_date"])
        change_article(
            connection,
            article_id,
            {"outlet_id": site_id, "province_then_id": then, "province_now_id": now},
        )
    return Verdict(Outcome.UNCHANGED, detail=f"same text as {stored['url']}", article_id=article_id)


def _outlet(connection: sqlite3.Connection, article_id: int, site_id: int | None) -> int | None:
    """Return the outlet of a stored article: that of its site, or the merged newspaper that published it."""
    sql = "SELECT iif(outlet_id IS site_id, ?, outlet_id) FROM articles WHERE id = ?"
    outlet_id: int | None = connection.execute(sql, (site_id, article_id)).fetchone()[0]
    return outlet_id


def _meet_again(
    connection: sqlite3.Connection,
    article: Article,
    *,
    article_id: int,
    cms_id: str | None,
    site_id: int | None,
    seen: Sighting,
) -> Verdict:
    stored = find_stored(connection, article_id)
    lacking: tuple[str, ...] = ()
    is_ours = _is_ours(connection, article, stored, capture_id=seen.capture_id)
    if not is_ours:
        words, before = len(article.body.split()), stored.row["word_count"]
        if why := shrunken(words, before, may_be_cut=seen.may_be_cut):
            return Verdict(Outcome.REFUSED, Reason.SHRUNKEN, why, article_id, article.doubts)
        lacking = _lacking(article, stored)
        article = with_own_doubts(with_what_is_missing(article, stored.article), stored.article)
    outlet_id = _outlet(connection, article_id, site_id)
    row = row_of(connection, article, cms_id=cms_id, site_id=site_id, outlet_id=outlet_id)
    if not is_ours:
        keep_what_is_missing(row, stored.row)
    is_equal = row["text_sha256"] == stored.row["text_sha256"]
    is_same = is_equal or ((not is_ours or bool(article.doubts)) and is_same_reading(article, stored.article))
    if is_equal or (is_same and not is_better(article, stored.article)):
        _confirm(connection, article, row, stored, seen=seen, is_ours=is_ours)
        return Verdict(Outcome.UNCHANGED, article_id=article_id, doubts=article.doubts, lacking=lacking)
    if not is_same and (wait := _wait(connection, article, stored, seen=seen)):
        return Verdict(Outcome.REFUSED, wait.reason, wait.detail, article_id, article.doubts)
    touch_article(connection, article_id, seen_at=seen.at)
    drop_waiting(connection, article_id)
    replace_article(connection, article, row, stored, seen=seen, is_ours=is_ours or is_same)
    return Verdict(Outcome.REVISED, article_id=article_id, doubts=article.doubts, lacking=lacking)


def _lacking(article: Article, stored: Stored) -> tuple[str, ...]:
    """Return the fields that a stored article has and a reading lacks; "layout" stands for a layout that reads it."""
    lost = {
        "layout": lost_layout(article, stored.article),
        "published_at": article.published_at is None and stored.row["published_at"] is not None,
        "byline": not article.byline and bool(stored.article.byline),
        "lead": article.lead is None and stored.article.lead is not None,
        "section": not article.section and stored.row["section_id"] is not None,
    }
    return tuple(name for name, is_lost in lost.items() if is_lost)


def _confirm(
    connection: sqlite3.Connection,
    article: Article,
    row: Mapping[str, Any],
    stored: Stored,
    *,
    seen: Sighting,
    is_ours: bool,
) -> None:
    """Note that the text in force was seen again, and update the other fields from the page."""
    article_id = stored.row["id"]
    touch_article(connection, article_id, seen_at=seen.at)
    drop_waiting(connection, article_id)
    doubts = article.doubts
    if not is_ours:
        if is_less_sure(article, stored.article):
            return
        # the same words in two readings: only the doubts of both remain
        doubts = tuple(doubt for doubt in article.doubts if doubt in stored.article.doubts)
    is_equal = row["text_sha256"] == stored.row["text_sha256"]
    changes = {
        column: value
        for column, value in row.items()
        if value != stored.row[column] and (is_equal or column not in OF_THE_TEXT)
    }
    if link_all(connection, article, doubts, article_id=article_id, is_ours=is_ours) or changes:
        change_article(connection, article_id, changes)


def _wait(connection: sqlite3.Connection, article: Article, stored: Stored, *, seen: Sighting) -> Wait | None:
    """Keep a reading that must wait, and return why; None if it may become the text, at once or confirmed."""
    article_id = stored.row["id"]
    wait, waiting = why_wait(article, stored.article), find_waiting(connection, article_id)
    if wait is None:
        return None
    if waiting is None or not is_same_reading(article, waiting.article):
        keep_waiting(connection, article_id, article, wait, seen_at=seen.at, capture_id=seen.capture_id)
        return wait
    if is_confirmed(article, stored.article, waited=from_text(seen.at) - from_text(waiting.first_seen_at)):
        note_taken(connection, waiting.id, Taken.CONFIRMED, at=seen.at)
        return None
    see_waiting(connection, waiting.id, seen_at=seen.at)
    return wait


def _is_ours(connection: sqlite3.Connection, article: Article, stored: Stored, *, capture_id: int | None) -> bool:
    """Whether a difference is our rules', not the newspaper's: they read the same bytes, and have not lost a layout."""
    sql = "SELECT count(DISTINCT body_sha256), count(body_sha256) FROM captures WHERE id IN (?, ?)"
    is_reread = connection.execute(sql, (stored.row["capture_id"], capture_id)).fetchone() == (1, 2)
    return is_reread and not lost_layout(article, stored.article)
