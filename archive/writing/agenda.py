"""What a run requests next: articles before lists, the newest first, failed ones last, each address once."""

import sqlite3
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from typing import Any

from archive.errors import NoSuchRun
from archive.outcomes import Outcome
from archive.record import Kind, Link
from archive.times import from_text, from_text_or_none, to_text, to_text_or_none
from archive.writing.frontier import Validators, find_validators, owe
from archive.writing.hosts import HostRest, find_rest, keep_rest

SOURCE_TRUSTED = timedelta(days=1)
"""How long after a whole answer requests for a source of the site file are conditional: a server that always answers
"not modified" would hide all news."""
TRUSTED = timedelta(days=7)
"""The same for all other addresses. So the last look at an article, after seven days, reads the whole page."""

_MOMENT = "coalesce(hint_published_at, hint_modified_at, found_at)"
"""An address without a date counts as published when it was found."""
_NEWEST_FIRST = "moment DESC, position, url"
"""Among equal moments, the first in its list: lists have the newest on top."""
_LINKS = f"""
SELECT url, kind, hint_published_at, hint_modified_at, depth, {_MOMENT} AS moment, position, failures > 0 AS is_failing
FROM urls
"""
_NEWEST = f"ORDER BY {_NEWEST_FIRST} LIMIT :limit"
_ARTICLES = "site_id = :site AND kind = 'article' AND due_at IS NOT NULL AND asked_run_id IS NOT :run"
_WITHIN = f"{_MOMENT} >= ifnull(:since, '') AND (:until IS NULL OR {_MOMENT} < :until)"

_NEXT_ARTICLES = f"""
SELECT * FROM (
    {_LINKS} WHERE {_ARTICLES} AND fetched_at IS NULL AND (hint_published_at IS NULL) = 0 AND {_WITHIN} {_NEWEST}
)
UNION ALL
SELECT * FROM ({_LINKS} WHERE {_ARTICLES} AND fetched_at IS NULL AND (hint_published_at IS NULL) = 1 {_NEWEST})
UNION ALL
SELECT * FROM (
    {_LINKS} WHERE {_ARTICLES} AND (fetched_at IS NULL) = 0 AND due_at <= :at
      AND (hint_published_at IS NULL OR {_WITHIN}) ORDER BY is_failing, {_NEWEST_FIRST} LIMIT :limit
)
ORDER BY is_failing, {_NEWEST_FIRST} LIMIT :limit
"""
"""New addresses with a date, new ones without, and those that are due again. Failed ones come last: they may make
the run stop the host, and then the good pages have been read. A new address is due whatever the clocks say. The indexes
urls_unasked and urls_due give each part in its order, or leave little to sort. The conditions are spelled as in those
indexes: with IS NOT NULL SQLite would not use them."""
_NEXT_LIST = f"""
{_LINKS} WHERE site_id = :site AND kind IN ({", ".join(f"'{kind}'" for kind in Kind if kind is not Kind.ARTICLE)})
  AND due_at IS NOT NULL AND (due_at <= :at OR fetched_at IS NULL) AND asked_run_id IS NOT :run
  AND depth < iif(kind = 'sitemap', :levels, :pages)
  AND (hint_modified_at IS NULL OR hint_modified_at >= ifnull(:since, ''))
ORDER BY depth, {_NEWEST_FIRST} LIMIT 1
"""
_REFETCH = """
UPDATE urls SET due_at = :at, etag = NULL, last_modified = NULL
FROM articles a
WHERE a.id = urls.article_id AND (a.url = urls.url OR urls.url IN (SELECT url FROM article_parts))
  AND a.status = 'live' AND urls.site_id = :site
  AND urls.kind = 'article'
  AND (a.published_at IS NULL OR a.published_at >= ifnull(:since, ''))
  AND (a.published_at IS NULL OR :until IS NULL OR a.published_at < :until)
"""
"""Each article is fetched at its own address and those of its further pages: the others lead to the same text."""
_LAST_READ = f"""
SELECT fetched_at FROM urls WHERE url = ? AND outcome IN ('{Outcome.ADDED}', '{Outcome.UNCHANGED}')
"""
_PUBLISHED = """
SELECT coalesce(a.published_at, u.hint_published_at) FROM urls u LEFT JOIN articles a ON a.id = u.article_id
WHERE u.url = ?
"""
_NEXT_PICTURES = """
SELECT DISTINCT i.url FROM articles a JOIN article_images x ON x.article_id = a.id JOIN images i ON i.id = x.image_id
WHERE a.site_id = :site AND a.last_seen_at >= :started AND NOT EXISTS (SELECT 1 FROM raw_answers r WHERE r.url = i.url)
ORDER BY a.id DESC, x.position LIMIT :limit
"""
"""Of the articles that the run has seen; one that was answered once, however, is not asked for again."""


class Agenda:
    """What one run of a site requests; `Archive.agenda` makes it.

    It is kept in the frontier, not in this object: if a run dies, the next one gets what is left. Every method raises
    ArchiveError.
    """

    def __init__(
        self,
        connection: sqlite3.Connection,
        run: int,
        *,
        reading: Callable[[], AbstractContextManager[None]],
        writing: Callable[[], AbstractContextManager[None]],
    ) -> None:
        """For `Archive.agenda` only; NoSuchRun if the run is unknown."""
        self._connection = connection
        self._run = run
        self._reading = reading
        self._writing = writing
        row = connection.execute("SELECT site_id, started_at FROM runs WHERE id = ?", (run,)).fetchone()
        if row is None:
            raise NoSuchRun(run)
        self._site_id: int = row[0]
        self._started_at: str = row[1]

    def take_articles(
        self, *, at: datetime, limit: int, since: datetime | None = None, until: datetime | None = None
    ) -> list[Link]:
        """Return the next articles that are due, at most `limit`, none of them twice.

        since (included) and until (not included) bound the date that a source gave; an article without one is returned.
        """
        days = {"since": to_text_or_none(since), "until": to_text_or_none(until)}
        return self._take(_NEXT_ARTICLES, {**self._values(at=at), **days, "limit": limit})

    def take_source(self, *, at: datetime, pages: int, levels: int, since: datetime | None = None) -> Link | None:
        """Return the next list that is due and to which another list led; None if there is none.

        It is less than `pages` pages (a sitemap: less than `levels` sitemaps) away from a source of the site file.
        A sitemap whose last change is before `since` is skipped.
        """
        bounds = {"pages": pages, "levels": levels, "since": to_text_or_none(since)}
        links = self._take(_NEXT_LIST, {**self._values(at=at), **bounds})
        return links[0] if links else None

    def is_new(self, url: str) -> bool:
        """Return whether this address was never fetched."""
        row = self._row("SELECT fetched_at FROM urls WHERE url = ?", url)
        return row is None or row[0] is None

    def has_news(self, source: str, urls: Iterable[str]) -> bool:
        """Return whether a list names an article that was not known when it was last read.

        An article that another source has named since then is news too: the next page may have more. On a list that was
        never read, news is what this run has found, or what was never fetched.
        """
        read = self._row(_LAST_READ, source)
        found = (self._row("SELECT found_at, fetched_at FROM urls WHERE url = ?", url) for url in urls)
        if read is not None:
            return any(row is None or row[0] > read[0] for row in found)
        return any(row is None or row[1] is None or row[0] >= self._started_at for row in found)

    def newest_of(self, urls: Iterable[str]) -> datetime | None:
        """Return the latest known date of publication of these addresses; None if no date is known."""
        rows = (self._row(_PUBLISHED, url) for url in urls)
        return from_text_or_none(max((row[0] for row in rows if row and row[0]), default=None))

    def refetch(self, *, at: datetime, since: datetime | None = None, until: datetime | None = None) -> None:
        """Make every stored article of the site due, as a whole page, except those that are gone.

        since (included) and until (not included) bound the date of the article; one without is read again.
        """
        values = {"site": self._site_id, "at": to_text(at), "since": to_text_or_none(since)}
        with self._writing():
            self._connection.execute(_REFETCH, {**values, "until": to_text_or_none(until)})

    def note_published(self, url: str, published_at: datetime) -> None:
        """Keep the date of a page outside the wanted days, so that no run fetches it again only to learn its date."""
        with self._writing():
            self._connection.execute(
                "UPDATE urls SET hint_published_at = ? WHERE url = ?", (to_text(published_at), url)
            )

    def validators(self, url: str, *, at: datetime) -> Validators | None:
        """Return what makes the request of an address at `at` conditional; None if the whole answer is wanted."""
        sql = "SELECT kind, depth, whole_at FROM urls WHERE url = ? AND whole_at IS NOT NULL"
        row = self._row(sql, url)
        if row is None:
            return None
        kind, depth, whole_at = row
        span = SOURCE_TRUSTED if kind != Kind.ARTICLE and depth == 0 else TRUSTED
        return find_validators(self._connection, url) if at - from_text(whole_at) < span else None

    def pictures(self, *, limit: int) -> list[str]:
        """Return the addresses of at most `limit` pictures of the run's articles that are not in the WARC files."""
        values = {"site": self._site_id, "started": self._started_at, "limit": limit}
        with self._reading():
            return [url for (url,) in self._connection.execute(_NEXT_PICTURES, values)]

    def rest_of(self, host: str, *, at: datetime) -> HostRest | None:
        """Return the rest that a host is in at `at`, None if it is in none."""
        with self._reading():
            return find_rest(self._connection, self._site_id, host, at=at)

    def keep_rest(self, host: str, *, at: datetime, until: datetime, detail: str) -> None:
        """Keep that a host asked at `at` for no request before `until`."""
        with self._writing():
            keep_rest(self._connection, self._site_id, host, at=at, until=until, detail=detail)

    def _row(self, sql: str, url: str) -> tuple[Any, ...] | None:
        with self._reading():
            row: tuple[Any, ...] | None = self._connection.execute(sql, (url,)).fetchone()
        return row

    def _values(self, *, at: datetime) -> dict[str, str | int | None]:
        return {"site": self._site_id, "run": self._run, "at": to_text(at)}

    def _take(self, sql: str, values: dict[str, str | int | None]) -> list[Link]:
        with self._writing():
            links = [
                Link(url, Kind(kind), from_text_or_none(published), from_text_or_none(modified), depth)
                for url, kind, published, modified, depth, *_ in self._connection.execute(sql, values).fetchall()
            ]
            for link in links:
                self._connection.execute("UPDATE urls SET asked_run_id = ? WHERE url = ?", (self._run, link.url))
                if link.kind is Kind.ARTICLE:  # it may have become due since the run began
                    owe(self._connection, link.url, run=self._run)
        return links
