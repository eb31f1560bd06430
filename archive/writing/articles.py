"""Storing one reading: of a whole article, of one of its pages, or one that a person accepts.

Every function works inside the transaction of its caller.
"""

import sqlite3
from dataclasses import replace
from datetime import datetime

from archive.outcomes import Outcome
from archive.phrases import phrase
from archive.record import AliasCause, Article, Capture, Doubt
from archive.times import to_text
from archive.writing.addresses import (
    add_aliases,
    at_shorter,
    find_by_url,
    find_copied,
    find_same,
    is_elsewhere,
    keep_addresses,
)
from archive.writing.article_rows import (
    Sighting,
    find_stored,
    keep_what_is_missing,
    replace_article,
    row_of,
)
from archive.writing.changes import change_article
from archive.writing.corrections import find_hand
from archive.writing.doubts import (
    Taken,
    find_waiting,
    link_doubts,
    note_accepted,
    note_taken,
)
from archive.writing.judging import with_what_is_missing
from archive.writing.meeting import Verdict, grow, is_ours_alone, meet_again, meet_copy, meet_first
from archive.writing.parts import (
    ArticlePage,
    carries_on,
    first_page_of,
    join,
    keep_first_page,
    keep_page,
    pages_of,
    wake_first_page,
)


def write_article(
    connection: sqlite3.Connection,
    article: Article,
    capture: Capture,
    *,
    capture_id: int,
    site_id: int | None,
) -> Verdict:
    """Store `article`: ADDED, REVISED, UNCHANGED, or REFUSED as shrunken, redesigned or doubtful.

    A copy of another article is UNCHANGED. That an article goes on is no doubt about the reading of one of its pages.
    """
    write = (
        _write_further_page if capture.is_further_page and not _is_own(connection, capture.url) else _write_first_page
    )
    verdict = write(connection, article, capture, capture_id=capture_id, site_id=site_id)
    if capture.part is None:
        return verdict
    return replace(verdict, doubts=tuple(doubt for doubt in verdict.doubts if doubt is not Doubt.FURTHER_PAGES))


def _write_first_page(
    connection: sqlite3.Connection, article: Article, capture: Capture, *, capture_id: int, site_id: int | None
) -> Verdict:
    """Store an article of one page, or the first page of one that lies on several."""
    seen = Sighting(to_text(capture.fetched_at), capture_id, capture.may_be_cut, manner=capture.manner)
    article = at_shorter(connection, article, capture, site_id=site_id)
    known = find_same(connection, article, capture, site_id=site_id)
    copied = find_copied(connection, article, capture, site_id=site_id) if known is None else None
    page = first_page_of(capture, article, capture_id=capture_id)
    kept = pages_of(connection, known, {article.url, capture.url, page.url})
    before = next((each for each in kept if each.n == 1), None)
    is_kept = before is None or before.url == page.url
    if before and not is_kept:
        page = replace(page, named=before.named)  # at another of its addresses; the one that is kept names the others
    whole = join([page, *(each for each in kept if each.n > 1 and _is_of(each, article))])
    article = whole.article
    if known is not None:
        if before and is_kept:
            seen = replace(seen, page_capture_id=before.capture_id)
        grows = (
            before is None and len(whole.pages) > 1 and find_stored(connection, known).article.body == page.article.body
        )
        meet = grow if grows else meet_again
        verdict = meet(connection, article, article_id=known, cms_id=capture.cms_id, site_id=site_id, seen=seen)
    elif copied is not None:
        verdict = meet_copy(connection, copied, site_id=site_id, seen=seen)
    else:
        row = row_of(connection, article, cms_id=capture.cms_id, site_id=site_id, outlet_id=site_id)
        verdict = meet_first(connection, article, row, seen=seen)
    if verdict.article_id is not None:
        keep_addresses(connection, verdict.article_id, article, capture, site_id=site_id, is_copy=copied is not None)
        if copied is None and is_kept and verdict.outcome is not Outcome.REFUSED and (kept or page.named > 1):
            waiting = [each for each in kept if each.is_waiting]
            keep_first_page(connection, whole, waiting, capture, article_id=verdict.article_id, site_id=site_id)
    return verdict


def _write_further_page(
    connection: sqlite3.Connection, article: Article, capture: Capture, *, capture_id: int, site_id: int | None
) -> Verdict:
    """Join a further page with those of its article that are kept; one that was missing leaves it UNCHANGED."""
    assert capture.part is not None, "a further page names the first one"
    at, first_url = to_text(capture.fetched_at), capture.part.first_url
    page = ArticlePage(capture.url, capture.part.n, capture.part.named, article, capture_id)
    said = phrase("page {n} of {url}", n=page.n, url=first_url)
    article_id = find_by_url(connection, first_url)
    if article_id is not None and is_elsewhere(connection, article_id, site_id):
        return Verdict(Outcome.UNCHANGED, detail=phrase("{page}, which is a copy", page=said))
    kept = pages_of(connection, article_id, ()) if article_id is not None else []
    if article_id is None or not any(each.n == 1 for each in kept):
        keep_page(connection, page, capture, article_id=None)
        wake_first_page(connection, first_url, at=at)
        return Verdict(
            Outcome.UNCHANGED, detail=phrase("{page}, which is to be read first", page=said), doubts=article.doubts
        )
    before = next((each for each in kept if each.url == page.url), None)
    if before is None and not carries_on(article, next(each.article for each in kept if each.n == 1)):
        return _write_first_page(connection, article, capture, capture_id=capture_id, site_id=site_id)
    whole = join([*(each for each in kept if each.n != page.n), page])
    seen = Sighting(at, capture_id, capture.may_be_cut, before.capture_id if before else None, manner=capture.manner)
    meet = grow if before is None else meet_again
    cms_id = find_stored(connection, article_id).row["cms_id"]
    verdict = meet(connection, whole.article, article_id=article_id, cms_id=cms_id, site_id=site_id, seen=seen)
    add_aliases(connection, article_id, [capture.url], AliasCause.PART, site_id=site_id, seen_at=at)
    if verdict.outcome is not Outcome.REFUSED and page in whole.pages:
        keep_page(connection, page, capture, article_id=article_id)
    return replace(verdict, detail=verdict.detail or said)


def _is_of(page: ArticlePage, first: Article) -> bool:
    """Whether a kept page belongs to the article; one that waited for its first page is compared with that."""
    return not page.is_waiting or carries_on(page.article, first)


def _is_own(connection: sqlite3.Connection, url: str) -> bool:
    """Whether an address is an article's own: it was stored before the archive knew of further pages."""
    return connection.execute("SELECT 1 FROM articles WHERE url = ?", (url,)).fetchone() is not None


def accept_reading(connection: sqlite3.Connection, article_id: int, *, at: datetime) -> bool:
    """Put the reading of an article that waits in force, or take its doubtful text for right: no doubt is left.

    Return False if nothing waits and the text in force has no doubts.
    """
    stored, waiting = find_stored(connection, article_id), find_waiting(connection, article_id)
    if waiting is not None:
        hand = find_hand(connection, article_id)
        reading = replace(with_what_is_missing(waiting.article, hand.off(stored).article), doubts=())
        article = hand.over(reading)
        seen = Sighting(waiting.first_seen_at, waiting.capture_id)
        row = row_of(connection, article, cms_id=None, site_id=stored.row["site_id"], outlet_id=stored.row["outlet_id"])
        keep_what_is_missing(row, stored.row)
        is_ours = is_ours_alone(
            connection, article, stored, before=stored.row["capture_id"], capture_id=waiting.capture_id
        )
        replace_article(connection, article, row, stored, seen=seen, is_ours=is_ours)
        hand.note(connection, reading)
        note_taken(connection, waiting.id, Taken.ACCEPTED, at=to_text(at))
    elif stored.article.doubts:
        note_accepted(connection, article_id, stored.article.doubts, at=to_text(at))
        link_doubts(connection, article_id, ())
        change_article(connection, article_id, {})
    else:
        return False
    return True
