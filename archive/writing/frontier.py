"""The frontier: every address ever seen, which source named it, its last outcome, and when it is due."""

import sqlite3
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from archive.outcomes import Outcome, Reason
from archive.record import Capture, Kind, Link, Manner, Named
from archive.times import from_text, from_text_or_none, to_text, to_text_or_none
from archive.writing.meeting import Verdict

RECHECK_AFTER = (timedelta(hours=1), timedelta(hours=6), timedelta(days=1), timedelta(days=7))
"""Ages of an article, since its first capture, at which it is read again: most edits are early. The age of an address
without an article counts from when it was found."""
RETRY_FIRST = timedelta(hours=1)
RETRY_LAST = timedelta(days=7)
"""A failed address is tried again after RETRY_FIRST, which doubles with each failure up to RETRY_LAST. An article
beyond the budget of a run is due after RETRY_LAST."""
LASTMOD_TRUSTED = timedelta(days=1)
"""A sitemap is read again after this even if its lastmod in the index has not changed: some servers never update it."""
NOT_MODIFIED = 304
READ = (Outcome.ADDED, Outcome.UNCHANGED)
"""Outcomes of a list that was read."""
ROBOTS_AGAIN = timedelta(hours=1)
"""An address that robots.txt forbids is due again after this: every run reads robots.txt again."""

_STORED = """
SELECT kind, due_at, fetched_at, outcome, hint_published_at, hint_modified_at, listed_run_id, run_id FROM urls
WHERE url = ?
"""
_NAME_AGAIN = """
UPDATE urls SET listed_run_id = :run WHERE found_on = :source AND kind = 'article' AND fetched_at IS NOT NULL
  AND (due_at IS NULL OR due_at > :at) AND run_id IS NOT :run AND listed_run_id <> :run
  AND listed_run_id >= (
      SELECT max(run_id) FROM captures WHERE url = :source AND status IS NOT 304 AND outcome IN ('added', 'unchanged'))
"""
_BEFORE = "SELECT failures, outcome, reason, fetched_at FROM urls WHERE url = ?"
_ADD = """
INSERT INTO urls (url, site_id, kind, found_on, found_at) VALUES (?,?,?,?,?)
RETURNING failures, outcome, reason, fetched_at
"""
_RECORD = """
UPDATE urls SET kind = :kind, outcome = :outcome, reason = :reason, detail = :detail, fetched_at = :at,
    failures = :failures, due_at = :due_at, article_id = ifnull(:article, article_id),
    run_id = iif(:is_counted, :run, run_id), run_outcome = iif(:is_counted, :outcome, run_outcome),
    run_reason = iif(:is_counted, :reason, run_reason)
WHERE url = :url
"""
_OWE = "UPDATE urls SET run_id = :run, run_outcome = NULL, run_reason = NULL WHERE url = :url AND run_id IS NOT :run"


@dataclass(frozen=True, slots=True)
class Validators:
    """ETag and Last-Modified of an answer: they make the next request of the address conditional."""

    etag: str | None
    last_modified: str | None


def add_links(connection: sqlite3.Connection, capture: Capture, *, site_id: int | None, before: Named) -> Named:
    """Store the links of a source, and count due articles as those of the run. Return the counts of `before` and these.

    `before` are the links of the source that are stored already.
    """
    if not capture.links:
        return before
    at = to_text(capture.fetched_at)
    row = connection.execute("SELECT depth FROM urls WHERE url = ?", (capture.url,)).fetchone()
    depth = row[0] + 1 if row else 1
    new = known = 0
    for position, link in enumerate(capture.links, before.links):
        stored = connection.execute(_STORED, (link.url,)).fetchone()
        if stored is not None:
            known += _meet_again(connection, link, stored, run=capture.run, at=at)
            continue
        new += 1
        hints = (to_text_or_none(link.published_at), to_text_or_none(link.modified_at))
        owed = capture.run if link.kind is Kind.ARTICLE else None
        connection.execute(
            "INSERT INTO urls (url, site_id, kind, found_on, found_at, hint_published_at, hint_modified_at,"
            " due_at, listed_run_id, run_id, depth, position) VALUES (?,?,?,?,?,?,?,?,?,?,?,?)",
            (link.url, site_id, link.kind, capture.url, at, *hints, at, capture.run, owed, depth, position),
        )
    if known and capture.kind is not Kind.ARTICLE:
        connection.execute("UPDATE runs SET known = known + ? WHERE id = ?", (known, capture.run))
    articles = sum(link.kind is Kind.ARTICLE for link in capture.links)
    return Named(before.links + len(capture.links), before.articles + articles, before.new + new)


def _meet_again(connection: sqlite3.Connection, link: Link, stored: Any, *, run: int | None, at: str) -> bool:
    """Note that a source names a stored address again; return whether this run now knows it as not due.

    A list may name tens of thousands of addresses, nearly all unchanged: only changes are written.
    """
    kind, due_at, fetched_at, outcome, published, modified, listed_run, owed_run = stored
    told = to_text_or_none(link.modified_at)
    is_woken = fetched_at is not None and _wakes(
        kind, outcome, fetched_at=fetched_at, before=modified, modified=told, at=at
    )
    is_again = is_woken or (fetched_at is not None and due_at is not None and due_at <= at)
    hints = (to_text_or_none(link.published_at) or published, told or modified)
    if hints != (published, modified) or is_woken:
        connection.execute(
            "UPDATE urls SET hint_published_at = ?, hint_modified_at = ?, due_at = ? WHERE url = ?",
            (*hints, at if is_woken else due_at, link.url),
        )
    if run is None:
        return False
    if listed_run != run:
        connection.execute("UPDATE urls SET listed_run_id = ? WHERE url = ?", (run, link.url))
    if kind != Kind.ARTICLE:
        return False
    if is_again:
        owe(connection, link.url, run=run)
    return not (fetched_at is None or is_again or run in (listed_run, owed_run))


def _wakes(
    kind: str, outcome: str | None, *, fetched_at: str, before: str | None, modified: str | None, at: str
) -> bool:
    """Return whether an address that was fetched before is due because of what a source says now.

    `before` is the lastmod that a source gave the last time, `modified` the one that it gives now.
    """
    if kind == Kind.ARTICLE:
        # the same lastmod again is no news, even one in the future
        return modified is not None and modified != before and modified > (before or fetched_at)
    if kind == Kind.SITEMAP:
        is_old = from_text(at) - from_text(fetched_at) >= LASTMOD_TRUSTED
        return outcome not in READ or modified is None or modified != before or is_old
    return True  # a further page of a list: the crawl names it only if it wants it


def owe(connection: sqlite3.Connection, url: str, *, run: int) -> None:
    """Count an address that is due again among those of the run; one that was never fetched is counted anyway."""
    connection.execute(_OWE, {"run": run, "url": url})


def due_urls(connection: sqlite3.Connection, site_id: int, *, at: datetime, limit: int | None) -> list[Link]:
    """Return what is due of a site: articles in the order of a crawl, and lists to which other lists led."""
    rows = connection.execute(
        "SELECT url, kind, hint_published_at, hint_modified_at, depth FROM urls "
        "WHERE site_id = ? AND due_at IS NOT NULL AND (due_at <= ? OR fetched_at IS NULL) ORDER BY kind, failures > 0,"
        " coalesce(hint_published_at, hint_modified_at, found_at) DESC, position, url LIMIT ?",
        (site_id, to_text(at), -1 if limit is None else limit),
    )
    return [
        Link(url, Kind(kind), from_text_or_none(published), from_text_or_none(modified), depth)
        for url, kind, published, modified, depth in rows
    ]


def wake_unread(connection: sqlite3.Connection, site_id: int, *, at: datetime) -> None:
    """Make due the articles of a site that new rules may read better: refused ones, and those with doubts.

    They are requested without validators: the new rules must read them even if they are unchanged.
    """
    unread = [reason for reason in Reason if reason.hints_at_layout]
    marks = ", ".join("?" * len(unread))
    wake = "UPDATE urls SET due_at = ?, etag = NULL, last_modified = NULL WHERE site_id = ? AND kind = 'article' AND "
    connection.execute(f"{wake} outcome = 'refused' AND reason IN ({marks})", (to_text(at), site_id, *unread))
    doubtful = "SELECT url FROM articles WHERE id IN (SELECT article_id FROM article_doubts)"
    connection.execute(f"{wake} url IN ({doubtful})", (to_text(at), site_id))


def forget_answers(connection: sqlite3.Connection, site_id: int) -> None:
    """Make the next request of every address of a site unconditional: new rules must read the same bytes again."""
    connection.execute(
        "UPDATE urls SET etag = NULL, last_modified = NULL WHERE site_id = ?"
        " AND (etag IS NOT NULL OR last_modified IS NOT NULL)",
        (site_id,),
    )


def find_validators(connection: sqlite3.Connection, url: str) -> Validators | None:
    """Return what the last whole answer of `url` gave for a conditional request, or None."""
    row = connection.execute("SELECT etag, last_modified FROM urls WHERE url = ?", (url,)).fetchone()
    return Validators(*row) if row and any(row) else None


def record_outcome(
    connection: sqlite3.Connection, capture: Capture, verdict: Verdict, *, site_id: int | None, named: Named
) -> None:
    """Note the outcome of `capture`, which has named these links, and when its address is due again."""
    at = to_text(capture.fetched_at)
    row = connection.execute(_BEFORE, (capture.url,)).fetchone()
    if row is None:
        row = connection.execute(_ADD, (capture.url, site_id, capture.kind, capture.found_on, at)).fetchone()
    failures, outcome, reason, last = row
    if capture.manner is Manner.IMPORTED and last is not None and last > at:
        return  # the frontier knows a later look
    if verdict.outcome is not Outcome.FAILED:
        failures = 0
    elif not _has_failed_before(connection, capture):
        failures += 1
    was_refused = outcome == Outcome.REFUSED and Reason(reason).was_asked
    due_at = _due_again(connection, capture, verdict, failures=failures, was_refused=was_refused)
    connection.execute(
        _RECORD,
        {
            "url": capture.url,
            "kind": capture.kind,
            "outcome": verdict.outcome,
            "reason": verdict.reason,
            "detail": verdict.detail,
            "at": at,
            "failures": failures,
            "due_at": to_text_or_none(due_at),
            "article": verdict.article_id,
            "run": capture.run,
            "is_counted": capture.run is not None and capture.kind is Kind.ARTICLE,
        },
    )
    if verdict.outcome not in (Outcome.REFUSED, Outcome.FAILED):
        _keep_answer(connection, capture, named)
        _settle_other_addresses(connection, capture, verdict, site_id=site_id)


def _has_failed_before(connection: sqlite3.Connection, capture: Capture) -> bool:
    """Return whether an earlier try of the same run failed too: all tries of a run count as one failure."""
    sql = f"SELECT count(*) > 1 FROM captures WHERE url = ? AND run_id = ? AND outcome = '{Outcome.FAILED}'"
    return bool(connection.execute(sql, (capture.url, capture.run)).fetchone()[0])


def _due_again(
    connection: sqlite3.Connection, capture: Capture, verdict: Verdict, *, failures: int, was_refused: bool
) -> datetime | None:
    if capture.manner is Manner.IMPORTED:
        return None  # a crawl asks for what the sources name
    if verdict.reason is Reason.BUDGET:
        # a list beyond the budget waits for a crawl that goes deeper, such as a backfill
        return capture.fetched_at + (RETRY_LAST if capture.kind is Kind.ARTICLE else timedelta(0))
    if capture.kind is not Kind.ARTICLE and _is_named_by_site(connection, capture.url):
        return None  # every run requests it
    if verdict.outcome is Outcome.FAILED:
        # 2**8 hours are more than the last span: a larger power would only overflow
        wait: timedelta = min(RETRY_FIRST * 2 ** min(failures - 1, 8), RETRY_LAST)
        return capture.fetched_at + wait
    if verdict.reason is Reason.ROBOTS:
        return capture.fetched_at + ROBOTS_AGAIN
    # after a redirect the refusal is about another page
    is_redirected = verdict.outcome is Outcome.REFUSED and capture.final_url not in (None, capture.url)
    is_temporary = verdict.reason is not None and verdict.reason.is_temporary
    if verdict.article_id is None and not (is_temporary or is_redirected):
        return None
    # a stored article keeps its schedule when it is refused once: at the next look it may be whole, or back
    sql = "SELECT ifnull((SELECT first_seen_at FROM articles WHERE id = ?), found_at) FROM urls WHERE url = ?"
    first = from_text(connection.execute(sql, (verdict.article_id, capture.url)).fetchone()[0])
    if first > capture.fetched_at:  # a clock was wrong then; the time in the frontier is repaired
        (found_at,) = connection.execute("SELECT found_at FROM urls WHERE url = ?", (capture.url,)).fetchone()
        first = from_text(found_at)
    look = next((first + age for age in RECHECK_AFTER if first + age > capture.fetched_at), None)
    if look is None and verdict.outcome is Outcome.REFUSED and not was_refused:
        return capture.fetched_at + RETRY_LAST  # one refusal neither makes an article gone nor gives an address up
    return look


def _is_named_by_site(connection: sqlite3.Connection, url: str) -> bool:
    row = connection.execute("SELECT depth FROM urls WHERE url = ?", (url,)).fetchone()
    return bool(row[0] == 0)


def _keep_answer(connection: sqlite3.Connection, capture: Capture, named: Named) -> None:
    """Keep the validators of a whole answer; an unchanged list names its articles again."""
    if capture.status == NOT_MODIFIED:
        if capture.kind is not Kind.ARTICLE and capture.run is not None:
            _name_again(connection, capture.url, run=capture.run, at=to_text(capture.fetched_at))
        return
    headers = {name.lower(): value for name, value in reversed(capture.headers)}
    if capture.kind in (Kind.SITEMAP, Kind.JSON) and named.articles < named.links:
        headers = {}  # an index or a menu is always read whole: it says which lists to read
    connection.execute(
        "UPDATE urls SET etag = ?, last_modified = ?, whole_at = ?, named = ? WHERE url = ?",
        (headers.get("etag"), headers.get("last-modified"), to_text(capture.fetched_at), named.articles, capture.url),
    )


def _name_again(connection: sqlite3.Connection, source: str, *, run: int, at: str) -> None:
    """Count the articles that an unchanged list names again as known to the run, each once.

    They are those that it was the first to name, and that a run has met since it was read whole.
    """
    named = connection.execute(_NAME_AGAIN, {"source": source, "run": run, "at": at}).rowcount
    connection.execute("UPDATE runs SET known = known + ? WHERE id = ?", (named, run))


def _settle_other_addresses(
    connection: sqlite3.Connection, capture: Capture, verdict: Verdict, *, site_id: int | None
) -> None:
    """Store the other addresses of an article, so that the run does not fetch it again under one of them.

    A further page may declare the address of the first one, which is still to be fetched.
    """
    if capture.article is None or capture.is_further_page:
        return
    at = to_text(capture.fetched_at)
    for url in {capture.article.url, capture.final_url} - {None, capture.url}:
        connection.execute(
            "INSERT INTO urls (url, site_id, kind, found_on, found_at, outcome, fetched_at, article_id) "
            "VALUES (?,?,?,?,?,?,?,?) ON CONFLICT DO NOTHING",
            (url, site_id, Kind.ARTICLE, capture.url, at, verdict.outcome, at, verdict.article_id),
        )
