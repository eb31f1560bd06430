"""The door of the archive, and the only writer."""

import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import partial
from hashlib import sha256
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from archive.errors import ArchiveError
from archive.reading.filters import Filters
from archive.reading.health import SiteHealth, site_health
from archive.reading.history import SiteHistory, site_history
from archive.reading.lookup import Revision, StoredArticle, all_articles, get_article, revisions
from archive.reading.search import Hit, search
from archive.reading.story import Story, tell_story
from archive.record import Capture, Kind, Link, Outcome, Outlet, Reason
from archive.schema.opening import BUSY_SECONDS, FILE_NAME, named_errors, open_database
from archive.times import to_text
from archive.writing.addresses import find_by_url, learn_ids
from archive.writing.agenda import Agenda
from archive.writing.articles import Verdict, write_article
from archive.writing.clean import clean
from archive.writing.frontier import NOT_MODIFIED, add_links, due_urls, record_outcome
from archive.writing.index import index_now
from archive.writing.locks import SiteLock
from archive.writing.runs import RunReport, begin_run, end_run, latest_runs, report_run
from archive.writing.sites import SiteTotals, find_or_add_site, find_site, register_site, site_totals
from archive.writing.tombstones import bury_article, judge_absence, touch_article

GROUP_CAPTURES = 45
GROUP_SPAN = timedelta(seconds=2)
"""Captures are committed in groups: a commit per row costs 25 times as much (an fsync each). A crash takes one group
at most, and that stays due: with the pages on their way, a crawl of a site fetches no more than 50 again. A crawl
commits sooner: COMMIT_SECONDS in crawler/pipelines.py."""


class Archive:
    """A folder with `news.db`. Open it with `Archive.open`; it is a context manager.

    Every method raises ArchiveError (`archive/errors.py`) when disk, file or another process is in the way.
    """

    def __init__(self, folder: Path, connection: sqlite3.Connection) -> None:
        """Take over an open connection; for `Archive.open` only."""
        self.folder = folder
        self.path = folder / FILE_NAME
        self._connection = connection
        self._group_began: datetime | None = None
        self._group_size = 0
        self._locks: dict[int, SiteLock] = {}
        self._is_closed = False

    @classmethod
    def open(cls, folder: Path, *, create: bool = False, read_only: bool = False) -> Self:
        """Open the archive in `folder`; make it there if `create` and the folder is missing or empty.

        Raises ArchiveNotFound, NotAnArchive, DamagedArchive, NewerArchive, ArchiveNotWritable, all of them
        before anything is written. A large file is only looked at by its header: see `QUICK_CHECK_BYTES`.
        """
        return cls(folder, open_database(folder, create=create, read_only=read_only))

    def close(self) -> None:
        """Commit what is not yet committed, and let go of the file; a second time it does nothing."""
        if self._is_closed:
            return
        self._is_closed = True
        try:
            self.commit()
        finally:
            for lock in self._locks.values():
                lock.release()
            self._locks.clear()
            self._connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            self.close()  # captures before an error are whole, so they are kept
        except ArchiveError:
            if error is None:
                raise

    def commit(self) -> None:
        """Put what was stored on the disk now. Call it whenever the crawl rests: until then others wait."""
        with named_errors(self.path):
            if self._connection.in_transaction:
                try:
                    if self._group_size:
                        index_now(self._connection)
                    self._connection.execute("COMMIT")
                except sqlite3.Error:
                    if self._connection.in_transaction:
                        self._connection.execute("ROLLBACK")
                    raise
            self._group_size = 0

    @property
    def pending(self) -> int:
        """How many captures are stored and not yet on the disk."""
        return self._group_size

    def register(self, outlet: Outlet) -> None:
        """Store what the site file says of an outlet; BadQuery if its province is none."""
        with self._write_now():
            register_site(self._connection, clean(outlet))

    def learn_ids(self, site: str, id_of: Callable[[str], str | None]) -> None:
        """Give the articles of a site that were stored without an id of the CMS the one that their address shows.

        Its site file may have learnt the pattern later; without an id no copy on another host is recognised.
        """
        with self._write_now():
            learn_ids(self._connection, site, id_of)

    def store(self, capture: Capture) -> Outcome:
        """Store what came back for one URL, all of it or nothing.

        An article is ADDED, or UNCHANGED (metadata follow the page silently), or REVISED: then the text
        before it becomes a revision. REFUSED and FAILED change no stored text. A source is ADDED if it
        named an address that was not known, else UNCHANGED. ValueError for a capture that says nothing.
        """
        capture = clean(capture)
        with self._write():
            outcome = self._store(capture)
        self._end_group(capture.fetched_at)
        return outcome

    def begin_run(self, site: str, *, started_at: datetime, version: str, settings: Mapping[str, Any]) -> int:
        """Open a crawl of `site` and return its id; ArchiveBusy (exit 6) if another one is going on."""
        with self._write_now():
            site_id = find_or_add_site(self._connection, site)
        with named_errors(self.path):
            lock = SiteLock(self.folder, site_id, site=site, since=started_at)
        try:
            with self._write_now():
                run = begin_run(self._connection, site_id, started_at=started_at, version=version, settings=settings)
        except BaseException:
            lock.release()
            raise
        self._locks[run] = lock
        return run

    def finish_run(self, run: int, *, finished_at: datetime, status: str, cut_short: Sequence[str] = ()) -> RunReport:
        """Close a crawl with a RunStatus and return its counts; KeyError if it is unknown.

        `cut_short` says why it did not ask for everything that it wanted, a sentence for each host.
        """
        with self._write_now():
            report = end_run(self._connection, run, finished_at=finished_at, status=status, cut_short=cut_short)
        if run in self._locks:
            self._locks.pop(run).release()
        with named_errors(self.path):
            # without waiting: a long reader only keeps the WAL file from being cut back this time
            self._connection.execute("PRAGMA busy_timeout = 0")
            try:
                self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            finally:
                self._connection.execute(f"PRAGMA busy_timeout = {BUSY_SECONDS * 1000}")
        return report

    def report(self, run: int) -> RunReport:
        """Return the counts of a run, finished or not; KeyError if there is none."""
        with named_errors(self.path):
            return report_run(self._connection, run)

    def runs(self, *, limit: int = 20) -> list[RunReport]:
        """Return the reports of the last runs, the newest first."""
        with named_errors(self.path):
            return list(latest_runs(self._connection, limit=limit))

    def history(self, run: int) -> SiteHistory:
        """Return what the site of a run brought in the weeks up to its end; KeyError if there is no such run."""
        with named_errors(self.path):
            return site_history(self._connection, run)

    def health(self, site: str, *, at: datetime) -> SiteHealth | None:
        """Return how it stands with a site at `at`; None if it was never crawled."""
        with named_errors(self.path):
            return site_health(self._connection, site, at=at)

    def story(self, url: str, *, at: datetime) -> Story | None:
        """Return what is known at `at` of an address in its canonical spelling; None if nothing."""
        with named_errors(self.path):
            return tell_story(self._connection, clean(url), at=at)

    def site_totals(self) -> dict[str, SiteTotals]:
        """Return what the archive holds of each site, by name."""
        with named_errors(self.path):
            return site_totals(self._connection)

    def agenda(self, run: int) -> Agenda:
        """Return what a run is to ask for next."""
        with named_errors(self.path):
            return Agenda(self._connection, run, reading=partial(named_errors, self.path), writing=self._write_now)

    def due_urls(self, site: str, *, at: datetime, limit: int | None = None) -> list[Link]:
        """Return what is due of `site`: articles left over, failed before or to be read again, and unread lists."""
        with named_errors(self.path):
            site_id = find_site(self._connection, site)
            return [] if site_id is None else due_urls(self._connection, site_id, at=at, limit=limit)

    def get(self, key: str) -> StoredArticle:
        """Return one article by uid, its first 6 digits or more, id or any address; or NoSuchArticle."""
        with named_errors(self.path):
            return get_article(self._connection, clean(key))

    def revisions(self, key: str) -> list[Revision]:
        """Return all texts of the article that `get` finds, the oldest first."""
        with named_errors(self.path):
            return revisions(self._connection, get_article(self._connection, clean(key)).id)

    def articles(self, *, filters: Filters | None = None) -> Iterator[StoredArticle]:
        """Yield the articles that `filters` ask for in the order of uid, all as of the same moment.

        BadQuery for filters that cannot mean anything in this archive.
        """
        with named_errors(self.path):
            yield from all_articles(self._connection, filters=clean(filters or Filters()))

    def search(self, words: str, *, filters: Filters | None = None, limit: int = 20) -> list[Hit]:
        """Return the best hits for `words` as people type them; BadQuery if no word or no such filter."""
        with named_errors(self.path):
            if self._group_size:
                index_now(self._connection)
            return search(self._connection, clean(words), filters=clean(filters or Filters()), limit=limit)

    @contextmanager
    def _write(self) -> Iterator[None]:
        """Run the block inside the open group, or a new one: all of it or nothing of it."""
        with named_errors(self.path):
            if not self._connection.in_transaction:
                # a deferred transaction of a second writer fails at its first write, whatever the timeout
                self._connection.execute("BEGIN IMMEDIATE")
                self._group_size = 0
                self._group_began = None
            self._connection.execute("SAVEPOINT one")
            try:
                yield
            except BaseException:
                if self._connection.in_transaction:  # SQLite itself ends it when the disk is full
                    self._connection.execute("ROLLBACK TO one")
                    self._connection.execute("RELEASE one")
                raise
            self._connection.execute("RELEASE one")

    @contextmanager
    def _write_now(self) -> Iterator[None]:
        """Run the block like `_write`, and put it on the disk: a group that is open keeps other processes waiting."""
        with self._write():
            yield
        self.commit()

    def _end_group(self, at: datetime) -> None:
        self._group_size += 1
        self._group_began = began = self._group_began or at
        # a clock that was set back ends the group too
        if self._group_size >= GROUP_CAPTURES or not timedelta(0) <= at - began < GROUP_SPAN:
            self.commit()

    def _store(self, capture: Capture) -> Outcome:
        site_id = find_or_add_site(self._connection, capture.site) if capture.site else None
        capture_id = self._insert_capture(capture, site_id=site_id)
        verdict = self._judge(capture, capture_id=capture_id, site_id=site_id)
        self._connection.execute(
            "UPDATE captures SET outcome = ?, reason = ?, detail = ?, article_id = ? WHERE id = ?",
            (verdict.outcome, verdict.reason, verdict.detail, verdict.article_id, capture_id),
        )
        record_outcome(self._connection, capture, verdict, site_id=site_id)
        return verdict.outcome

    def _judge(self, capture: Capture, *, capture_id: int, site_id: int | None) -> Verdict:
        connection = self._connection
        new_links = add_links(connection, capture.links, capture, site_id=site_id)
        if capture.refusal:
            refusal = capture.refusal
            article_id = find_by_url(connection, capture.url)
            if article_id is not None:
                refusal = judge_absence(connection, capture, refusal, capture_id=capture_id)
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

    def _insert_capture(self, capture: Capture, *, site_id: int | None) -> int:
        cursor = self._connection.execute(
            "INSERT INTO captures (run_id, site_id, url, final_url, kind, fetched_at, status, bytes,"
            " body_sha256, outcome) VALUES (?,?,?,?,?,?,?,?,?,'')",
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
            ),
        )
        return int(cursor.lastrowid or 0)
