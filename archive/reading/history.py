"""The pages and new articles of a site in the last weeks: a new run is compared with them."""

import json
import sqlite3
from dataclasses import dataclass
from datetime import datetime, timedelta

from archive.errors import NoSuchRun
from archive.outcomes import Reason
from archive.record import Doubt
from archive.rows import Row, rows_of
from archive.times import from_text, to_text
from archive.writing.doubts import doubts_from_text

SHARES = ("layout", "published_at", "byline", "lead", "section", "tags", "images")
"""Names of the fields that a SeenPage notes; "layout" means that a rule of the site read the text."""
RUNS_BACK = 200
"""Runs whose pages count, eight days of hourly runs: older pages may have a layout that is no longer in use."""
PAGES_BACK = 600
"""Most pages of a site that count: enough for shares to the percent."""
DAYS_BACK = 8 * 7 + 2
"""Eight times the same weekday, and the day before the first of them."""
FRESH_PAGE = timedelta(days=30)
"""Age up to which a page counts. An older article, found by a backfill, may have an old layout."""
FRESH_ARRIVAL = timedelta(days=3)
"""Age up to which an article counts as news when it is first stored. An older one was found late, or by a backfill."""
RULES = ("layout:", "json:")
"""Beginnings of provenances that are rules of the site or its platform, not of any page."""

_PAGES = """
SELECT c.url, c.run_id, c.fetched_at, c.reason, c.detail, c.doubts, c.lacking, a.id AS article,
    a.published_at, a.byline, a.lead, a.section_id, a.sources, max(c.id),
    EXISTS (SELECT 1 FROM article_tags WHERE article_id = a.id) AS tags,
    EXISTS (SELECT 1 FROM article_images WHERE article_id = a.id) AS images,
    EXISTS (SELECT 1 FROM article_doubts WHERE article_id = a.id) AS is_doubtful
FROM captures c LEFT JOIN articles a ON a.id = c.article_id
WHERE c.run_id IN (SELECT id FROM runs WHERE site_id = :site AND id <= :run ORDER BY id DESC LIMIT :runs)
    AND c.kind = 'article' AND c.status IS NOT 304
GROUP BY c.url, c.run_id = :run ORDER BY max(c.id) DESC LIMIT :pages
"""
"""Of several captures of one address the last one counts: SQLite takes the other columns from the row of max(). A
capture of the run itself does not replace the earlier one, with which the run is compared."""
_UNREAD = """
SELECT c.url, c.run_id, c.fetched_at, c.reason, c.detail, c.doubts, c.lacking, a.sources
FROM captures c JOIN articles a ON a.id = c.article_id
WHERE c.run_id IN (SELECT id FROM runs WHERE site_id = :site AND id <= :run ORDER BY id DESC LIMIT :runs)
    AND c.kind = 'article'
ORDER BY c.id DESC
"""


@dataclass(frozen=True, slots=True)
class SeenPage:
    """The last answer at the address of an article, in one of the last runs."""

    url: str
    run: int
    seen_at: datetime
    reason: Reason | None
    """Why it gave no article."""
    detail: str
    fields: frozenset[str]
    """Members of SHARES that the page showed; empty if it gave no article."""
    is_stored: bool = False
    """Whether the address gave an article at any time."""
    doubts: tuple[Doubt, ...] = ()
    """What the page said against its reading, also if that was refused."""
    is_sure: bool = False
    """Whether the text in force of its article has no doubts, also if this page has some."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteHistory:
    """The last weeks of one site, up to the end of one run."""

    pages: tuple[SeenPage, ...]
    """Pages of the last runs, the newest first: articles published in the last month, refused and failed pages, and
    older articles whose last capture has doubts though their text has none. A page of the run itself may be here
    twice: as it is now, and as it was before."""
    arrivals: tuple[datetime, ...]
    """When each new article of the last eight weeks was first stored."""
    starts: tuple[datetime, ...]
    """When the finished runs of these weeks began."""
    newest: datetime | None
    """When the last article was first stored, however long ago."""
    unread: tuple[SeenPage, ...] = ()
    """Pages of articles that a rule read before and none reads now: all since the last page that a rule could read, the
    newest first, each once."""


def site_history(connection: sqlite3.Connection, run: int) -> SiteHistory:
    """Return the history of the site of a run, this run included; NoSuchRun if it is unknown."""
    sql = "SELECT site_id, ifnull(finished_at, started_at) FROM runs WHERE id = ?"
    row = connection.execute(sql, (run,)).fetchone()
    if row is None:
        raise NoSuchRun(run)
    site_id, ended_at = row
    since = to_text(from_text(ended_at) - timedelta(days=DAYS_BACK))
    starts = connection.execute(
        "SELECT started_at FROM runs WHERE site_id = ? AND started_at >= ? AND id <= ? AND status = 'finished'",
        (site_id, since, run),
    )
    return SiteHistory(
        pages=_pages(connection, site_id, run=run, until=ended_at),
        arrivals=_arrivals(connection, site_id, since=since, until=ended_at),
        starts=tuple(from_text(started_at) for (started_at,) in starts),
        newest=newest_arrival(connection, site_id, at=ended_at),
        unread=_unread(connection, site_id, run=run),
    )


def newest_arrival(connection: sqlite3.Connection, site_id: int, *, at: str) -> datetime | None:
    """Return when the last article of a site was first stored until `at`; None if it had no article."""
    # the last one has the highest id: the index finds it without reading articles
    sql = "SELECT first_seen_at FROM articles WHERE id = (SELECT max(id) FROM articles WHERE site_id = ?)"
    row = connection.execute(sql, (site_id,)).fetchone()
    if row and row[0] > at:  # by a clock that was wrong then
        sql = "SELECT max(first_seen_at) FROM articles WHERE site_id = ? AND first_seen_at <= ?"
        row = connection.execute(sql, (site_id, at)).fetchone()
    return from_text(row[0]) if row and row[0] else None


def _pages(connection: sqlite3.Connection, site_id: int, *, run: int, until: str) -> tuple[SeenPage, ...]:
    values = {"site": site_id, "run": run, "runs": RUNS_BACK, "pages": PAGES_BACK}
    rows = rows_of(connection.execute(_PAGES, values))
    return tuple(_seen_page(row) for row in rows if _counts(row, until=until))


def _counts(row: Row, *, until: str) -> bool:
    """Return whether a page counts: it was refused, or is fresh, or has doubts though its text has none."""
    if row["reason"] or (row["doubts"] and not row["is_doubtful"]):
        return True
    # if a page was fetched later than the run, a clock was wrong
    return _is_fresh(row["published_at"], min(row["fetched_at"], until), most=FRESH_PAGE)


def _seen_page(row: Row) -> SeenPage:
    return SeenPage(
        row["url"],
        row["run_id"],
        from_text(row["fetched_at"]),
        Reason(row["reason"]) if row["reason"] else None,
        row["detail"] or "",
        frozenset() if row["reason"] else _fields(row),
        row["article"] is not None,
        doubts_from_text(row["doubts"]),
        row["article"] is not None and not row["is_doubtful"],
    )


def _unread(connection: sqlite3.Connection, site_id: int, *, run: int) -> tuple[SeenPage, ...]:
    found: dict[str, SeenPage] = {}
    for row in rows_of(connection.execute(_UNREAD, {"site": site_id, "run": run, "runs": RUNS_BACK})):
        if not _is_by_rule(row["sources"]):
            continue
        lost_layout = "layout" in json.loads(row["lacking"] or "[]")
        if row["reason"] is None and not lost_layout:  # the rules read it, or it is still the page that they read
            break
        if lost_layout or Reason(row["reason"]).hints_at_markup:
            found.setdefault(row["url"], _unread_page(row))
    return tuple(found.values())


def _unread_page(row: Row) -> SeenPage:
    return SeenPage(
        row["url"],
        row["run_id"],
        from_text(row["fetched_at"]),
        Reason(row["reason"]) if row["reason"] else None,
        row["detail"] or "",
        frozenset(),
        is_stored=True,
        doubts=doubts_from_text(row["doubts"]),
    )


def _is_by_rule(sources: str | None) -> bool:
    return str(json.loads(sources or "{}").get("body", "")).startswith(RULES)


def _fields(row: Row) -> frozenset[str]:
    has = {
        "layout": _is_by_rule(row["sources"]),
        "published_at": row["published_at"],
        "byline": row["byline"],
        "lead": row["lead"],
        "section": row["section_id"],
        "tags": row["tags"],
        "images": row["images"],
    }
    lacking = json.loads(row["lacking"] or "[]")
    return frozenset(name for name in SHARES if has[name] and name not in lacking)


def _arrivals(connection: sqlite3.Connection, site_id: int, *, since: str, until: str) -> tuple[datetime, ...]:
    # an article that was news after `since` was published at most FRESH_ARRIVAL before: the index finds these alone
    published = to_text(from_text(since) - FRESH_ARRIVAL)
    rows = connection.execute(
        "SELECT first_seen_at, published_at FROM articles WHERE site_id = ? AND (published_at IS NULL OR published_at"
        " >= ?) AND first_seen_at BETWEEN ? AND ?",
        (site_id, published, since, until),
    )
    return tuple(from_text(seen) for seen, printed in rows if _is_fresh(printed, seen, most=FRESH_ARRIVAL))


def _is_fresh(published_at: str | None, seen_at: str, *, most: timedelta) -> bool:
    """Whether an article was at most this old when it was seen; True for one without a date."""
    return published_at is None or from_text(seen_at) - from_text(published_at) <= most
