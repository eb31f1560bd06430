"""The last weeks of a site, page by page and day by day: a new run is compared with them."""

import json
import sqlite3
from dataclasses import dataclass
from datetime import datetime, timedelta

from archive.errors import NoSuchRun
from archive.outcomes import Reason
from archive.rows import Row, rows_of
from archive.times import from_text, to_text

SHARES = ("layout", "published_at", "byline", "lead", "section", "tags", "images")
"""What is counted of each article. "layout": a rule of the site has read the text."""
RUNS_BACK = 200
"""Eight days of hourly runs: older pages may be of a layout that is no longer in use."""
PAGES_BACK = 600
"""Pages of one site that are read: enough for shares to the percent."""
DAYS_BACK = 8 * 7 + 2
"""Eight times the same weekday, and the day before the first of them."""
FRESH_PAGE = timedelta(days=30)
"""Age up to which a page counts. An older article, found by a backfill, may have an old layout."""
FRESH_ARRIVAL = timedelta(days=3)
"""Age up to which an article counts as news when it is first stored. An older one was found late, or by a backfill."""
RULES = ("layout:", "json:")
"""Beginnings of provenances that are rules of the site or its platform, not of any page."""

_PAGES = """
SELECT c.url, c.run_id, c.fetched_at, c.reason, c.detail, a.id AS article, a.published_at, a.byline, a.lead,
    a.section_id, a.sources, max(c.id),
    EXISTS (SELECT 1 FROM article_tags WHERE article_id = a.id) AS tags,
    EXISTS (SELECT 1 FROM article_images WHERE article_id = a.id) AS images
FROM captures c LEFT JOIN articles a ON a.id = c.article_id
WHERE c.run_id IN (SELECT id FROM runs WHERE site_id = ? AND id <= ? ORDER BY id DESC LIMIT ?) AND c.kind = 'article'
    AND c.status IS NOT 304
GROUP BY c.url ORDER BY max(c.id) DESC LIMIT ?
"""
"""Of several captures of one address the last one counts: SQLite takes the other columns from the row of max()."""


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
    """Which of `SHARES` its article has; empty if it gave no article."""
    is_stored: bool = False
    """Whether the address gave an article at any time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteHistory:
    """The last weeks of one site, up to the end of one run."""

    pages: tuple[SeenPage, ...]
    """Of the last runs, the newest first: articles published in the last month, and what was refused or failed."""
    arrivals: tuple[datetime, ...]
    """When each piece of news of the last eight weeks was first stored."""
    starts: tuple[datetime, ...]
    """When the finished runs of these weeks began."""
    newest: datetime | None
    """When the last article was first stored, however long ago."""


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
        pages=_pages(connection, site_id, run=run),
        arrivals=_arrivals(connection, site_id, since=since, until=ended_at),
        starts=tuple(from_text(started_at) for (started_at,) in starts),
        newest=newest_arrival(connection, site_id),
    )


def newest_arrival(connection: sqlite3.Connection, site_id: int) -> datetime | None:
    """Return when the last article of a site was first stored, however long ago; None if it has no article."""
    # the last one has the highest id: the index finds it without reading articles
    sql = "SELECT first_seen_at FROM articles WHERE id = (SELECT max(id) FROM articles WHERE site_id = ?)"
    row = connection.execute(sql, (site_id,)).fetchone()
    return from_text(row[0]) if row else None


def _pages(connection: sqlite3.Connection, site_id: int, *, run: int) -> tuple[SeenPage, ...]:
    rows = rows_of(connection.execute(_PAGES, (site_id, run, RUNS_BACK, PAGES_BACK)))
    return tuple(
        SeenPage(
            row["url"],
            row["run_id"],
            from_text(row["fetched_at"]),
            Reason(row["reason"]) if row["reason"] else None,
            row["detail"] or "",
            frozenset() if row["reason"] else _fields(row),
            row["article"] is not None,
        )
        for row in rows
        if row["reason"] or _is_fresh(row["published_at"], row["fetched_at"], most=FRESH_PAGE)
    )


def _fields(row: Row) -> frozenset[str]:
    sources = json.loads(row["sources"] or "{}")
    has = {
        "layout": str(sources.get("body", "")).startswith(RULES),
        "published_at": row["published_at"],
        "byline": row["byline"],
        "lead": row["lead"],
        "section": row["section_id"],
        "tags": row["tags"],
        "images": row["images"],
    }
    return frozenset(name for name in SHARES if has[name])


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
