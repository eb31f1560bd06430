"""What becomes of a reading of an article: it is met first, as a copy, or again, or a text grows by it.

Every function works inside the transaction of its caller.
"""

import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from archive.outcomes import Outcome, Reason
from archive.phrases import phrase
from archive.record import Article, Doubt, Manner
from archive.times import from_text
from archive.writing.addresses import copied_at, forget_address
from archive.writing.article_rows import (
    OF_THE_TEXT,
    Sighting,
    Stored,
    add_article,
    extend_article,
    find_stored,
    keep_what_is_missing,
    link_all,
    replace_article,
    row_of,
)
from archive.writing.changes import change_article
from archive.writing.corrections import Hand, find_hand
from archive.writing.doubts import (
    Taken,
    drop_waiting,
    find_waiting,
    keep_waiting,
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
from archive.writing.past import is_past, keep_past, text_shown_at
from archive.writing.sites import is_merged_into, provinces_of
from archive.writing.tombstones import touch_article

_OLDER = "another text than the one in force, which was seen before and after it, or is surer"
_STAYS = "{}; the text in force has no doubts, and stays"
_WAS_READ = """
SELECT 1 FROM captures c JOIN captures o ON o.id = c.reread_of
WHERE c.id = ? AND o.outcome IN ('added', 'revised', 'unchanged')
    AND (o.fetched_at >= ? OR EXISTS (SELECT 1 FROM article_parts WHERE article_id = ?))
"""
"""A page that was seen before the text in force did not have it, unless it is one of several pages."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of a capture."""

    outcome: Outcome
    reason: Reason | None = None
    detail: str | None = None
    article_id: int | None = None
    doubts: tuple[Doubt, ...] = ()
    """What speaks against the reading of the capture, whatever became of it."""
    lacking: tuple[str, ...] = ()
    """What the stored article has, and the reading of the capture has not: it was kept."""


@dataclass(frozen=True, slots=True)
class _Again:
    """A reading that meets the stored article again."""

    reading: Article
    """What the page shows, and what was kept of the stored article because the page lacks it."""
    article: Article
    """The reading with the corrections over it."""
    row: Mapping[str, Any]
    """Its columns."""
    stored: Stored
    hand: Hand
    seen: Sighting
    is_ours: bool
    """Whether a difference is our rules', not the newspaper's."""

    @property
    def article_id(self) -> int:
        return int(self.stored.row["id"])

    @property
    def is_equal(self) -> bool:
        """Whether its text is the one in force, letter by letter."""
        return bool(self.row["text_sha256"] == self.stored.row["text_sha256"])

    @property
    def is_same(self) -> bool:
        """Whether its text is another reading of the one in force."""
        may_differ = not self.is_ours or bool(self.article.doubts)
        return self.is_equal or (may_differ and is_same_reading(self.article, self.stored.article))


def meet_first(connection: sqlite3.Connection, article: Article, row: Mapping[str, Any], *, seen: Sighting) -> Verdict:
    """Add an article; one whose address showed a copy of another until now, parts from it."""
    detail = None
    if copy := copied_at(connection, article.url):
        article_id, url, words = copy
        if why := shrunken(row["word_count"], words, may_be_cut=seen.may_be_cut):
            return Verdict(Outcome.REFUSED, Reason.SHRUNKEN, why, article_id, article.doubts)
        detail = phrase("its text is no longer that of {url}", url=url)
    forget_address(connection, article.url)
    article_id = add_article(connection, article, row, seen=seen)
    return Verdict(Outcome.ADDED, detail=detail, article_id=article_id, doubts=article.doubts)


def meet_copy(connection: sqlite3.Connection, article_id: int, *, site_id: int | None, seen: Sighting) -> Verdict:
    """Note that another site, or another address, carries an article; its own site alone can change it."""
    touch_article(connection, article_id, seen_at=seen.at)
    stored = find_stored(connection, article_id).row
    if stored["outlet_id"] == stored["site_id"] and is_merged_into(connection, site_id, stored["site_id"]):
        # it was met first at the paper that carries it on: this one published it
        then, now = provinces_of(connection, site_id, published_date=stored["published_date"])
        change_article(connection, article_id, {"outlet_id": site_id, "province_then_id": then, "province_now_id": now})
    return Verdict(Outcome.UNCHANGED, detail=phrase("same text as {url}", url=stored["url"]), article_id=article_id)


def meet_again(
    connection: sqlite3.Connection,
    article: Article,
    *,
    article_id: int,
    cms_id: str | None,
    site_id: int | None,
    seen: Sighting,
) -> Verdict:
    """Judge another reading of a stored article, and keep what it is good for."""
    stored, hand = find_stored(connection, article_id), find_hand(connection, article_id)
    is_ours = is_ours_alone(
        connection,
        article,
        stored,
        before=seen.page_capture_id or stored.row["capture_id"],
        capture_id=seen.capture_id,
    )
    if not is_ours and is_past(stored, seen=seen):
        return _meet_past(connection, article, stored, hand=hand, seen=seen)
    if why := _shrunken(article, stored, seen=seen, is_ours=is_ours):
        return Verdict(Outcome.REFUSED, Reason.SHRUNKEN, why, article_id, article.doubts)
    lacking: tuple[str, ...] = ()
    if not is_ours:
        shown = hand.off(stored)
        lacking = _lacking(article, shown)
        article = with_own_doubts(with_what_is_missing(article, shown.article), shown.article)
    corrected = hand.over(article)
    outlet_id = _outlet(stored, site_id)
    row = row_of(connection, corrected, cms_id=cms_id, site_id=site_id, outlet_id=outlet_id)
    if not is_ours:
        keep_what_is_missing(row, stored.row)
    verdict = _weigh(connection, _Again(article, corrected, row, stored, hand, seen, is_ours))
    return verdict if verdict.outcome is Outcome.REFUSED else replace(verdict, lacking=lacking)


def grow(
    connection: sqlite3.Connection,
    article: Article,
    *,
    article_id: int,
    cms_id: str | None,
    site_id: int | None,
    seen: Sighting,
) -> Verdict:
    """Add to a text the pages that were missing."""
    stored, hand = find_stored(connection, article_id), find_hand(connection, article_id)
    reading, article = article, hand.over(article)
    row = row_of(connection, article, cms_id=cms_id, site_id=site_id, outlet_id=_outlet(stored, site_id))
    keep_what_is_missing(row, stored.row)
    touch_article(connection, article_id, seen_at=seen.at)
    extend_article(connection, article, row, stored, seen=seen)
    hand.note(connection, reading)
    return Verdict(Outcome.UNCHANGED, article_id=article_id, doubts=article.doubts)


def _meet_past(
    connection: sqlite3.Connection, article: Article, stored: Stored, *, hand: Hand, seen: Sighting
) -> Verdict:
    """Give a text that is older than the one in force its place in time."""
    article_id = stored.row["id"]
    kept = keep_past(connection, article, stored, hand=hand, seen=seen)
    if kept is None:
        return Verdict(Outcome.REFUSED, Reason.OLDER, _OLDER, article_id, article.doubts)
    return Verdict(Outcome.UNCHANGED, detail=kept, article_id=article_id, doubts=article.doubts)


def _shrunken(article: Article, stored: Stored, *, seen: Sighting, is_ours: bool) -> str | None:
    """Return why a reading is too short to take the place of the text; only our own rules may shorten it."""
    if article.body == stored.article.body or (is_ours and seen.manner is not Manner.REREAD):
        return None
    may_be_cut = seen.may_be_cut and not is_ours
    return shrunken(len(article.body.split()), stored.row["word_count"], may_be_cut=may_be_cut)


def _weigh(connection: sqlite3.Connection, again: _Again) -> Verdict:
    """Confirm the text in force, let the reading wait, or put it in force."""
    article, stored, is_same = again.article, again.stored, again.is_same
    if again.seen.manner is Manner.REREAD and is_same and is_less_sure(article, stored.article):
        why = _STAYS.format(", ".join(article.doubts))
        return Verdict(Outcome.REFUSED, Reason.DOUBTFUL, why, again.article_id, article.doubts)
    if again.is_equal or (is_same and not is_better(article, stored.article)):
        _confirm(connection, again)
        return Verdict(Outcome.UNCHANGED, article_id=again.article_id, doubts=article.doubts)
    if not is_same and (wait := _wait(connection, again)):
        return Verdict(Outcome.REFUSED, wait.reason, wait.detail, again.article_id, article.doubts)
    _see_again(connection, again)
    is_ours = again.is_ours or is_same
    replace_article(connection, article, again.row, stored, seen=again.seen, is_ours=is_ours)
    again.hand.note(connection, again.reading)
    return Verdict(Outcome.REVISED, article_id=again.article_id, doubts=article.doubts)


def _see_again(connection: sqlite3.Connection, again: _Again) -> None:
    """Note that the article was seen; what waited was another text."""
    touch_article(connection, again.article_id, seen_at=again.seen.at)
    drop_waiting(connection, again.article_id, seen_at=again.seen.at)


def _lacking(article: Article, stored: Stored) -> tuple[str, ...]:
    """Return what a stored article has and a reading of it has not; "layout" is a layout that reads it."""
    lost = {
        "layout": lost_layout(article, stored.article),
        "published_at": article.published_at is None and stored.row["published_at"] is not None,
        "byline": not article.byline and bool(stored.article.byline),
        "lead": article.lead is None and stored.article.lead is not None,
        "section": not article.section and stored.row["section_id"] is not None,
    }
    return tuple(name for name, is_lost in lost.items() if is_lost)


def _outlet(stored: Stored, site_id: int | None) -> int | None:
    """Return the outlet of a stored article: that of its site, unless a paper merged into it was found to be it."""
    outlet_id: int | None = stored.row["outlet_id"]
    return site_id if outlet_id == stored.row["site_id"] else outlet_id


def _confirm(connection: sqlite3.Connection, again: _Again) -> None:
    """Note that the text in force was seen again; let the other fields follow the page, unless it is less sure."""
    article, stored, row = again.article, again.stored, again.row
    _see_again(connection, again)
    doubts = article.doubts
    if not again.is_ours:
        if is_less_sure(article, stored.article):
            return
        # the same words in two readings: what one of them has nothing against is not doubtful
        doubts = tuple(doubt for doubt in article.doubts if doubt in stored.article.doubts)
    changes = {
        column: value
        for column, value in row.items()
        if value != stored.row[column] and (again.is_equal or column not in OF_THE_TEXT)
    }
    if link_all(connection, article, doubts, article_id=again.article_id, is_ours=again.is_ours) or changes:
        change_article(connection, again.article_id, changes)
    again.hand.note(connection, again.reading)


def _wait(connection: sqlite3.Connection, again: _Again) -> Wait | None:
    """Keep a reading that must wait, and return why; None if it may be taken, at once or because a look confirms it."""
    article, seen, shown = again.reading, again.seen, again.hand.off(again.stored).article
    wait, waiting = why_wait(article, shown), find_waiting(connection, again.article_id)
    if wait is None:
        return None
    if waiting is None or not is_same_reading(article, waiting.article):
        keep_waiting(connection, again.article_id, article, wait, seen_at=seen.at, capture_id=seen.capture_id)
        return wait
    if is_confirmed(article, shown, waited=from_text(seen.at) - from_text(waiting.first_seen_at)):
        note_taken(connection, waiting.id, Taken.CONFIRMED, at=seen.at)
        return None
    see_waiting(connection, waiting.id, seen_at=seen.at)
    return wait


def is_ours_alone(
    connection: sqlite3.Connection, article: Article, stored: Stored, *, before: int | None, capture_id: int | None
) -> bool:
    """Whether a difference is our rules', not the newspaper's, and they have not lost a layout.

    They read the same bytes, or read again a page that gave the text in force to the rules of then.
    """
    sql = "SELECT count(DISTINCT body_sha256), count(body_sha256) FROM captures WHERE id IN (?, ?)"
    is_reread = connection.execute(sql, (before, capture_id)).fetchone() == (1, 2)
    if not is_reread:
        values = (capture_id, text_shown_at(connection, stored.row), stored.row["id"])
        is_reread = connection.execute(_WAS_READ, values).fetchone() is not None
    return is_reread and not lost_layout(article, stored.article)
