"""The door of the archive, and the only writer."""

import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from archive import decisions
from archive.citing import Citation
from archive.clean import clean
from archive.copies.candidates import DAYS
from archive.copies.update import AFTER_A_CRAWL, CopiesUpdated, update_copies, waiting_for_copies
from archive.errors import ArchiveBusy, ArchiveError, DamagedRecord, NothingDecided, NotWithheld
from archive.evidence import from_line
from archive.exchange import Exchange
from archive.outcomes import Outcome
from archive.phrases import phrase
from archive.reading.batches import article_batches, one_moment, year_batches, years_of
from archive.reading.columns import Batch
from archive.reading.concordance import Concordance, Sort, concordance
from archive.reading.copies import Copies, copies_of, members_beside
from archive.reading.corrections import Correction, corrections
from archive.reading.coverage import coverage, days_of_year
from archive.reading.damage import Skipped, named_damage
from archive.reading.day_states import Coverage
from archive.reading.doubts import DoubtfulArticle, doubtful_articles
from archive.reading.facets import Facets, count_facets
from archive.reading.filters import Filters
from archive.reading.gaps import Gap, gaps
from archive.reading.health import SiteHealth, site_health
from archive.reading.history import SiteHistory, site_history
from archive.reading.listed import ListedMonths
from archive.reading.lookup import (
    all_articles,
    changed_articles,
    find_article,
    get_article,
    revisions,
)
from archive.reading.operations import Cursor, Operation, operation_batches, operations
from archive.reading.quotes import QuoteCheck, check_quote
from archive.reading.raw_pages import RawPage, raw_page_at, raw_page_of_article
from archive.reading.reprints import Reprints, reprints
from archive.reading.rereadable import PageToReread, captures_to_reread, files_to_reread, pages_to_reread
from archive.reading.search import Hit, count, search
from archive.reading.selection import Selection, select
from archive.reading.space import DiskSpace, disk_space
from archive.reading.stats import Stats, stats
from archive.reading.stored import Revision, StoredArticle
from archive.reading.story import Story, tell_story
from archive.reading.trend import By, Trend, trend
from archive.reading.withholdings import Withholding, check_shown, find_withholding, withholdings
from archive.record import NO_LINKS, VIETNAM, Capture, Link, Manner, Named, Outlet
from archive.schema.opening import open_database
from archive.session import Session
from archive.writing.addresses import learn_ids
from archive.writing.agenda import Agenda
from archive.writing.captures import name_links, store_capture
from archive.writing.copy_decisions import Verdict
from archive.writing.corrections import Field, values_given
from archive.writing.events import keep_ids, keep_outlet, keep_run_end
from archive.writing.frontier import due_urls
from archive.writing.importing import Imported, has_capture, import_capture
from archive.writing.index import JOINED_AT_END, join_parts, prefer_few_parts
from archive.writing.locks import SiteLock
from archive.writing.rereading import Reread, reread_capture
from archive.writing.runs import RunReport, RunStatus, begin_run, end_dead_runs, end_run, latest_runs, report_run
from archive.writing.sites import SiteTotals, find_or_add_site, find_site, register_site, site_totals
from archive.writing.withholding import due_to_lift


class Archive:
    """A folder with `news.db`. Open it with `Archive.open`; it is a context manager.

    Every method raises ArchiveError (`archive/errors.py`) when disk, file or another process is in the way. A method
    that reads many records takes a list of `skipped` ones: a damaged record is added to it, and the others are read.
    Without the list, the first damaged record ends the reading: DamagedRecord, or DamagedArchive for a damaged page.
    """

    def __init__(self, folder: Path, connection: sqlite3.Connection, *, keep_raw: bool) -> None:
        """Take over an open connection; for `Archive.open` only."""
        self.folder = folder
        self._session = Session(folder, connection, keep_raw=keep_raw)
        self.path = self._session.path
        self._connection = connection
        self._raw = self._session.raw
        self._locks: dict[int, SiteLock] = {}

    @classmethod
    def open(cls, folder: str | Path, *, create: bool = False, read_only: bool = False, keep_raw: bool = True) -> Self:
        """Open the archive in `folder`; make it there if `create` and the folder is missing or empty.

        A writer keeps raw pages in the folder `warc`, unless `keep_raw` is false: what it stores then cannot be read
        again by better rules, and not be rebuilt.

        Raises ArchiveNotFound, NotAnArchive, DamagedArchive, ForeignSchema, NewerArchive, ArchiveNotWritable, all of
        them before anything is written. The pages of a large file are not checked: see `QUICK_CHECK_BYTES`.
        """
        folder = Path(folder)
        connection = open_database(folder, create=create, read_only=read_only)
        return cls(folder, connection, keep_raw=keep_raw and not read_only)

    def close(self) -> None:
        """Commit what is not yet committed, and let go of the file; a second time it does nothing."""
        if self._session.is_closed:
            return
        try:
            self._session.close()
        finally:
            for lock in self._locks.values():
                lock.release()
            self._locks.clear()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            self.close()  # captures stored before an error are whole: keep them
        except ArchiveError:
            if error is None:
                raise

    def commit(self) -> None:
        """Put what was stored on the disk now. Call it whenever the crawl rests: other writers wait until then."""
        self._session.commit()

    @property
    def keeps_raw(self) -> bool:
        """Whether raw pages of what is stored are kept; False for a reader."""
        return self._raw is not None

    @property
    def pending(self) -> int:
        """How many captures are stored and not yet on the disk."""
        return self._session.pending

    def register(self, outlet: Outlet, *, at: datetime | None = None) -> None:
        """Store what the site file says of an outlet; BadQuery if its province is unknown.

        `at` (default: now) is the date of its record in the WARC files.
        """
        outlet = clean(outlet)
        with self._session.write_now():
            if register_site(self._connection, outlet):
                keep_outlet(self._raw, outlet, at=at or datetime.now(UTC))

    def learn_ids(self, site: str, id_of: Callable[[str], str | None], *, at: datetime | None = None) -> None:
        """Give the articles of a site the CMS id that their address shows, if they were stored without one.

        The site file may have learnt the pattern later. Without an id, no copy on another host is recognised. `at`
        (default: now) is the date of the record in the WARC files.
        """
        with self._session.write_now():
            keep_ids(self._raw, learn_ids(self._connection, site, id_of), at=at or datetime.now(UTC))

    def name_links(self, capture: Capture, *, before: Named) -> Named:
        """Store some links of a source; `store` follows with the last ones and what all calls have counted.

        50,000 links take 2 s: a crawl stores them in pieces, and receives other answers between them. The
        capture comes last. If the process ends before it, the source counts as not read: the next run reads it again,
        and the links that are stored are those of a run that left them.
        """
        capture = clean(capture)
        with self._session.write():
            return name_links(self._connection, capture, before=before)

    def store(self, capture: Capture, *, before: Named = NO_LINKS) -> Outcome:
        """Store what came back for one URL, all of it or nothing; `before` are its links that `name_links` has stored.

        An article is ADDED, or UNCHANGED (metadata follow the page silently), or REVISED: then the text
        before it becomes a revision. REFUSED and FAILED change no stored text. A source is ADDED if it
        named an address that was not known, else UNCHANGED. ValueError for a capture that says nothing.
        """
        capture = clean(capture)
        self._session.check_room(at=capture.fetched_at)
        with self._session.write():
            outcome = store_capture(self._connection, capture, before=before, raw=self._raw)
        self._session.end_group(capture.fetched_at)
        return outcome

    def captures_to_reread(
        self,
        site: str | None,
        *,
        rules: str | None,
        since: datetime | None = None,
        until: datetime | None = None,
        only_doubtful: bool = False,
    ) -> list[int]:
        """Return the ids of the captures of a site whose raw pages a reparse reads, the oldest first; None: of no site.

        They are the newest whole page of each article, and the newest page of each address that gave none. Those that
        `rules` have read again are left out. `since` and `until` (not included) are moments of the capture.
        """
        with self._session.guard():
            return captures_to_reread(
                self._connection, site, rules=rules, since=since, until=until, only_doubtful=only_doubtful
            )

    def files_to_reread(self, numbers: Iterable[int]) -> dict[str, list[int]]:
        """Return these captures by the WARC file that has their raw pages; the oldest file comes first."""
        with self._session.guard():
            return files_to_reread(self._connection, numbers)

    def pages_to_reread(self, numbers: Iterable[int]) -> list[PageToReread]:
        """Return what a process without the database needs to read the raw pages of these captures."""
        with self._session.guard():
            return pages_to_reread(self._connection, numbers)

    def reread(self, line: str, *, rules: str, at: datetime, is_dry: bool = False) -> Reread:
        """Store what `rules` read now in the raw page of a capture, if it is better than what is stored.

        `line` is the reading as `as_line` writes it, with the id of that capture; ValueError for another manner of
        capture.

        A better text is in force from then on, as RE_EXTRACTED; a worse one (refused, shrunken, doubtful where the
        stored one is not) replaces nothing. With `is_dry` nothing is stored, and the result is the same.
        """
        self._session.check_room(at=at)
        number, reading = from_line(line)
        if reading.manner is not Manner.REREAD:
            raise ValueError(
                phrase("the capture {url} was {manner}, not read again", url=reading.url, manner=reading.manner)
            )
        return self._session.attempt(
            lambda raw: reread_capture(self._connection, reading, number, rules=rules, raw=raw), at=at, is_dry=is_dry
        )

    def store_imported(self, capture: Capture, *, at: datetime, is_dry: bool = False) -> Imported:
        """Store a capture that somebody else made.

        A text that is older than the one in force becomes a revision before it. The same capture a second time changes
        nothing. With `is_dry` nothing is stored, and the result is the same.
        """
        self._session.check_room(at=at)
        capture = clean(replace(capture, manner=Manner.IMPORTED, run=None))
        return self._session.attempt(
            lambda raw: import_capture(self._connection, capture, raw=raw), at=at, is_dry=is_dry
        )

    def has_capture(self, url: str, *, at: datetime) -> bool:
        """Return whether there is a capture of this address at this moment."""
        with self._session.guard():
            return has_capture(self._connection, clean(url), at=at)

    def raw_exchange(self, url: str, at: datetime) -> tuple[bytes, bytes] | None:
        """Return head and body of the answer to an address at a moment, as sent; None if it is not here.

        Raises DamagedWarc.
        """
        with self._session.guard():
            page = raw_page_at(self._connection, self.folder, clean(url), at=at)
            return (page.head, page.body) if page else None

    def keep(self, exchanges: Sequence[Exchange], *, run: int | None) -> None:
        """Keep raw answers of which no capture is stored: a robots.txt, a page outside the days that a run wanted."""
        if self._raw and exchanges:
            with self._session.write():
                self._raw.keep(clean(tuple(exchanges)), run=run)
            self._session.end_group(exchanges[-1].at)

    def interrupt(self) -> None:
        """End what another thread is reading or writing: its call raises sqlite3.OperationalError, "interrupted"."""
        self._connection.interrupt()

    def begin_run(self, site: str, *, started_at: datetime, version: str, settings: Mapping[str, Any]) -> int:
        """Open a crawl of `site` and return its id.

        Raises ArchiveBusy (exit 6) if another one is going on, and DiskFull (exit 5) if the disk has too little room.
        """
        self._session.check_room(at=started_at)
        self.lift_due(at=started_at)
        with self._session.write_now():
            site_id = find_or_add_site(self._connection, site)
        with self._session.guard():
            lock = SiteLock(self.folder, site_id, site=site, since=started_at)
        try:
            with self._session.write_now():
                for dead in end_dead_runs(self._connection, site_id, at=started_at):
                    keep_run_end(self._connection, self._raw, dead)
                run = begin_run(self._connection, site_id, started_at=started_at, version=version, settings=settings)
                if self._raw:
                    self._raw.begin_run(run, site=site, started_at=started_at, version=version, settings=settings)
        except BaseException:
            lock.release()
            raise
        self._locks[run] = lock
        return run

    def finish_run(
        self, run: int, *, finished_at: datetime, status: RunStatus, cut_short: Sequence[str] = ()
    ) -> RunReport:
        """Close a crawl and return its counts; NoSuchRun if it is unknown.

        `cut_short` says why it did not ask for everything that it wanted, one sentence per host.
        """
        with self._session.write_now():
            report = end_run(self._connection, run, finished_at=finished_at, status=status, cut_short=cut_short)
            keep_run_end(self._connection, self._raw, run)
        if run in self._locks:
            self._locks.pop(run).release()
        self._session.empty_wal()
        return report

    def report(self, run: int) -> RunReport:
        """Return the counts of a run, finished or not; NoSuchRun if it is unknown."""
        with self._session.guard(), named_damage(phrase("run {run}", run=run)):
            return report_run(self._connection, run)

    def runs(self, *, limit: int = 20, site: str | None = None) -> list[RunReport]:
        """Return the reports of the last runs, of all sites or of one, the newest first."""
        with self._session.guard(), named_damage(phrase("one of the runs")):
            return list(latest_runs(self._connection, limit=limit, site=site))

    def history(self, run: int) -> SiteHistory:
        """Return the weeks of a site up to the end of one of its runs; NoSuchRun if that is unknown."""
        with self._session.guard(), named_damage(phrase("the past of run {run}", run=run)):
            return site_history(self._connection, run)

    def health(self, site: str, *, at: datetime) -> SiteHealth | None:
        """Return the state of a site at `at`; None if it was never crawled."""
        with self._session.guard(), named_damage(phrase("the past of {site}", site=site)):
            return site_health(self._connection, site, at=at)

    def disk(self, *, at: datetime) -> DiskSpace:
        """Return how much of the disk is free at `at`, and how long that lasts."""
        with self._session.guard(), named_damage(phrase("one of the runs")):
            return disk_space(self._connection, self.folder, at=at)

    def story(self, url: str, *, at: datetime | None = None) -> Story | None:
        """Return what is known of an address, as it is stored or as people paste it; None if nothing.

        With `at`, also the rest that its host is in at that moment.
        """
        with self._session.guard():
            return tell_story(self._connection, clean(url), at=at)

    def site_totals(self) -> dict[str, SiteTotals]:
        """Return what the archive holds of each site, by name."""
        with self._session.guard():
            return site_totals(self._connection)

    def agenda(self, run: int) -> Agenda:
        """Return what a run is to ask for next."""
        with self._session.guard():
            return Agenda(self._connection, run, reading=self._session.guard, writing=self._session.write_now)

    def due_urls(self, site: str, *, at: datetime, limit: int | None = None) -> list[Link]:
        """Return what is due of `site`: articles left over, failed before or to be read again, and unread lists."""
        with self._session.guard():
            site_id = find_site(self._connection, site)
            return [] if site_id is None else due_urls(self._connection, site_id, at=at, limit=limit)

    def get(self, key: str | int) -> StoredArticle:
        """Return one article by id, uid, its first 6 digits or more, or any address, as people paste it too.

        NoSuchArticle if none has it.
        """
        with self._session.guard():
            return get_article(self._connection, clean(key))

    def cite(self, key: str | int) -> Citation:
        """Return what is cited of the article that `get` finds: its text in force."""
        return Citation.of(self.get(key), archive=self.folder.resolve().name)

    def revisions(self, key: str | int, *, skipped: Skipped = None) -> list[Revision]:
        """Return all texts of the article that `get` finds, the oldest first."""
        with self._session.guard():
            return revisions(self._connection, get_article(self._connection, clean(key)).id, skipped=skipped)

    def check_quote(self, key: str | int, quote: str, *, skipped: Skipped = None) -> QuoteCheck:
        """Return whether the article that `get` finds has these words, in which of its texts, and where.

        Raises BadQuery for a quotation without a word, or of more than 20,000 characters.
        """
        with self._session.guard():
            return check_quote(self._connection, clean(key), clean(quote), skipped=skipped)

    def raw_page(self, key: str | int) -> RawPage:
        """Return the newest page that showed the article that `get` finds. Raises NoRawPage, DamagedWarc."""
        with self._session.guard():
            found = get_article(self._connection, clean(key))
            return raw_page_of_article(self._connection, self.folder, found.id)

    def doubts(self, site: str | None = None, *, skipped: Skipped = None) -> list[DoubtfulArticle]:
        """Return the articles with doubts, or with a reading that waits; BadQuery if the archive has no such site."""
        with self._session.guard():
            return doubtful_articles(self._connection, clean(site), skipped=skipped)

    def accept(self, key: str | int, *, at: datetime) -> StoredArticle:
        """Put what waits of the article that `get` finds in force, or take its doubtful text for right; return it.

        It has no doubts any more. `at` is kept with what was decided. Raises NoSuchArticle, and NothingDoubtful if
        there is nothing to decide.
        """
        found = self.get(key)
        decisions.accept(self._session, found.id, uid=found.article.uid, at=at)
        return self.get(found.id)

    def correct(
        self,
        key: str | int,
        *,
        at: datetime,
        by: str,
        reason: str | None = None,
        title: str | None = None,
        lead: str | None = None,
        byline: Sequence[str] | None = None,
        published: date | None = None,
    ) -> StoredArticle:
        """Put what a person gives in the place of what the page says, for good; return the article.

        An empty lead or byline removes it. A `published` without time of day is a day. Raises NoSuchArticle,
        ArticleWithheld, and ValueError if nothing is given or the title is empty.
        """
        given = clean(values_given(title=title, lead=lead, byline=byline, published=published))
        found, by, reason = self.get(key), clean(by), clean(reason) or None
        decisions.correct(self._session, found.id, given, at=at, by=by, reason=reason)
        return self.get(found.id)

    def undo(self, key: str | int, *fields: Field, at: datetime, by: str) -> StoredArticle:
        """Lift the corrections of these fields, and return the article: the newest reading counts again.

        Raises NoSuchArticle, ArticleWithheld, and NothingCorrected if one of the fields has no correction.
        """
        found = self.get(key)
        decisions.undo(self._session, found.id, fields, uid=found.article.uid, at=at, by=clean(by))
        return self.get(found.id)

    def corrections(self, key: str | int) -> list[Correction]:
        """Return the corrections of the article that `get` finds, lifted ones too, the oldest first."""
        with self._session.guard():
            return corrections(self._connection, get_article(self._connection, clean(key)).id)

    def withhold(self, key: str | int, *, reason: str, at: datetime, by: str, until: date | None = None) -> Withholding:
        """Take an article out of search, exports and every query, to the end of the day `until` or until it is lifted.

        Its text moves out of `news.db` into a file that is never published. Raises NoSuchArticle, and ArticleWithheld
        if it is withheld already.
        """
        with self._session.guard():
            article_id = find_article(self._connection, clean(key))
        decisions.withhold(self._session, article_id, reason=clean(reason), until=until, at=at, by=clean(by))
        found = self.withholding(article_id)
        assert found is not None
        return found

    def lift(self, key: str | int, *, at: datetime, by: str) -> StoredArticle:
        """Show a withheld article again, and return it.

        Raises NoSuchArticle, NotWithheld, and DamagedRecord if its file is missing or was changed.
        """
        with self._session.guard():
            article_id = find_article(self._connection, clean(key))
            if find_withholding(self._connection, article_id) is None:
                raise NotWithheld(self.get(article_id).article.uid)
        decisions.lift(self._session, article_id, at=at, by=clean(by))
        return self.get(article_id)

    def lift_due(self, *, at: datetime) -> int:
        """Show the withheld articles again whose last day is over; return how many. `begin_run` does it too.

        One whose file is missing or was changed stays withheld; `lift` says what is wrong with it.
        """
        return decisions.lift_due(self._session, at=at)

    def is_lift_due(self, *, at: datetime) -> bool:
        """Return whether `lift_due` would show an article again; an archive that is read only can be asked too."""
        with self._session.guard():
            return bool(due_to_lift(self._connection, at=at))

    def withholding(self, key: str | int) -> Withholding | None:
        """Return why an article is out of sight; None if it is not. NoSuchArticle if there is no such article."""
        with self._session.guard():
            return find_withholding(self._connection, find_article(self._connection, clean(key)))

    def withholdings(self) -> list[Withholding]:
        """Return the log of articles that were taken out of sight, the oldest first."""
        with self._session.guard():
            return withholdings(self._connection)

    def update_copies(
        self,
        *,
        days: int = DAYS,
        is_anew: bool = False,
        most: int | None = None,
        watch: Callable[[int], None] = lambda _: None,
    ) -> CopiesUpdated:
        """Find the copies, in other outlets, of all that is new or changed since the last time; `is_anew`: of all.

        Two articles are compared if they were published within so many `days`. With `most`, the newest are compared,
        and the rest wait. `watch` is called after each step, with the number of articles that it compared. What was
        done stays if the process ends before it is over.
        """
        return update_copies(self._session, days=days, is_anew=is_anew, most=most, watch=watch)

    def tidy_at_end(self) -> None:
        """Find the copies of what a crawl, an import or a merge stored, and join parts of the indexes of the search.

        It takes some 20 s at most for the copies, and some seconds for the indexes; the rest waits for the next call.
        While another process writes, it ends without an error. What was done stays if the process ends before.
        """
        with suppress(ArchiveBusy):
            self.update_copies(most=AFTER_A_CRAWL)
        with suppress(ArchiveBusy):
            with self._session.write_now():
                prefer_few_parts(self._connection)
            for _ in range(JOINED_AT_END):
                with self._session.write_now():
                    is_more = join_parts(self._connection)
                if not is_more:
                    break

    def waiting_for_copies(self) -> int:
        """Return how many articles are not yet compared with those of other outlets."""
        with self._session.guard():
            return waiting_for_copies(self._connection)

    def copies(self, key: str | int) -> Copies:
        """Return where the article that `get` finds is from, and the same story in other outlets.

        Raises NoSuchArticle and ArticleWithheld.
        """
        with self._session.guard():
            article_id, uid = self._shown(key)
            return copies_of(self._connection, article_id, uid=uid)

    def join_copies(
        self, key: str | int, *others: str | int, at: datetime, by: str, reason: str | None = None
    ) -> Copies:
        """Make an article one story with others, for good; return its copies. Errors as for `copies`."""
        return self._decide_on_copies(Verdict.JOINED, key, others, at=at, by=by, reason=reason)

    def split_copies(
        self, key: str | int, *others: str | int, at: datetime, by: str, reason: str | None = None
    ) -> Copies:
        """Part an article from others, for good; from all members of its groups if none is given. Return its copies.

        Raises NothingDecided if it is in no group and none is given, and the errors of `copies`.
        """
        return self._decide_on_copies(Verdict.SPLIT, key, others, at=at, by=by, reason=reason)

    def undo_copies(self, key: str | int, *, at: datetime, by: str) -> Copies:
        """Lift what persons decided of the copies of an article, and return them. NothingDecided without any."""
        with self._session.guard():
            article_id, uid = self._shown(key)
        if not decisions.undo_on_copies(self._session, article_id, uid=uid, at=at, by=clean(by)):
            raise NothingDecided(uid)
        return self.copies(article_id)

    def _decide_on_copies(
        self,
        verdict: Verdict,
        key: str | int,
        others: Sequence[str | int],
        *,
        at: datetime,
        by: str,
        reason: str | None,
    ) -> Copies:
        with self._session.guard():
            article_id, uid = self._shown(key)
            decided = [self._shown(other) for other in others] or members_beside(self._connection, article_id)
        decided = [each for each in decided if each[0] != article_id]
        if not decided:
            raise NothingDecided(uid)
        by, reason = clean(by), clean(reason) or None
        decisions.decide_on_copies(self._session, article_id, decided, verdict, uid=uid, at=at, by=by, reason=reason)
        return self.copies(article_id)

    def _shown(self, key: str | int) -> tuple[int, str]:
        """Return id and uid of an article that is not withheld."""
        article_id = find_article(self._connection, clean(key))
        check_shown(self._connection, article_id)
        (uid,) = self._connection.execute("SELECT uid FROM articles WHERE id = ?", (article_id,)).fetchone()
        return article_id, uid

    def articles(self, *, filters: Filters | None = None, skipped: Skipped = None) -> Iterator[StoredArticle]:
        """Yield the articles that `filters` ask for in the order of uid, all as of the same moment.

        BadQuery for filters that cannot mean anything in this archive.
        """
        with self._session.guard():
            yield from all_articles(self._connection, filters=clean(filters or Filters()), skipped=skipped)

    def changes(self, *, after: int = 0, skipped: Skipped = None) -> Iterator[StoredArticle]:
        """Yield the articles that are new or changed since the `change_seq` `after`, the oldest change first.

        The `change_seq` of the last one is where to go on the next time. An article that changed twice is there once.
        """
        with self._session.guard():
            yield from changed_articles(self._connection, after=after, skipped=skipped)

    def stats(self, *, filters: Filters | None = None) -> Stats:
        """Return how many articles match `filters`, by outlet, month, section and arrival, and the shares of fields."""
        with self._session.guard(), named_damage(phrase("one of the articles")):
            return stats(self._connection, filters=clean(filters or Filters()))

    def reprints(self, *, filters: Filters | None = None) -> Reprints:
        """Return who reprints whom, and how much of each outlet is its own text.

        `filters` choose the articles of the printing outlets. Raises BadQuery for a filter of origin.
        """
        with self._session.guard(), named_damage(phrase("one of the articles")):
            self._session.index_pending()
            return reprints(self._connection, filters=clean(filters or Filters()))

    def coverage(self, year: int, *, at: datetime, site: str | None = None) -> tuple[Coverage, ...]:
        """Return what is known at `at` of each day of a year, of each outlet or of one; BadQuery for an unknown one."""
        with self._session.guard(), named_damage(phrase("the evidence of the days")):
            first, last = days_of_year(year)
            return coverage(self._connection, first, last=last, at=at, site=clean(site))

    def gaps(self, found: Coverage) -> tuple[Gap, ...]:
        """Return the days that `coverage` found without their articles, with evidence and the command that may help."""
        with self._session.guard(), named_damage(phrase("the evidence of the days")):
            return gaps(self._connection, found)

    def cursor(self) -> str:
        """Return the cursor of the archive as it is: where `operations` go on the next time."""
        with self._session.guard():
            return str(Cursor.now(self._connection))

    def batches(
        self, *, filters: Filters | None = None, words: str | None = None, damaged: list[DamagedRecord]
    ) -> Iterator[Batch]:
        """Yield the articles of `articles` as columns of bytes, a thousand at a time: many times faster.

        `words` selects further, as for `search`. A record that cannot be read is added to `damaged`, and so is one
        whose text does not fit its digest; the latter is there as it is.
        """
        with self._session.guard():
            yield from article_batches(self._connection, self._selection(filters, words), damaged)

    def batches_by_year(
        self, *, filters: Filters | None = None, words: str | None = None, damaged: list[DamagedRecord]
    ) -> Iterator[tuple[int | None, Iterator[Batch]]]:
        """Yield each year of publication with its part of `batches`, all as of one moment; None is without a date.

        Read the batches of a year before the next year.
        """
        with self._session.guard(), one_moment(self._connection), named_damage(phrase("the list of articles")):
            selection = self._selection(filters, words)
            for year in years_of(self._connection, selection):
                yield year, year_batches(self._connection, selection, year, damaged)

    def operations(
        self,
        *,
        after: str,
        filters: Filters | None = None,
        words: str | None = None,
        damaged: list[DamagedRecord],
    ) -> Iterator[Batch]:
        """Yield as columns what to do with a copy that has the state of the cursor `after`, the oldest change first.

        Raises BadQuery for what is no cursor, and OtherNumbers for one of another archive, or of this one before a
        rebuild or a repair. `damaged` is that of `batches`.
        """
        with self._session.guard(), named_damage(phrase("the list of changes")):
            number = Cursor.now(self._connection).number_of(after)
            yield from operation_batches(self._connection, self._selection(filters, words), damaged, after=number)

    def changed_since(
        self, cursor: str, *, filters: Filters | None = None, words: str | None = None
    ) -> Iterator[Operation]:
        """Yield the same operations without the records, for people."""
        with self._session.guard(), named_damage(phrase("the list of changes")):
            number = Cursor.now(self._connection).number_of(cursor)
            for listed in operations(self._connection, self._selection(filters, words), after=number):
                yield from listed

    def _selection(self, filters: Filters | None, words: str | None) -> Selection:
        self._session.index_pending()
        return select(self._connection, clean(filters or Filters()), words and clean(words))

    def search(
        self, words: str | None = None, *, filters: Filters | None = None, limit: int = 20, skipped: Skipped = None
    ) -> list[Hit]:
        """Return the best hits for `words` as people type them; without words the newest articles.

        BadQuery if `words` hold no word, or for filters that cannot mean anything in this archive.
        """
        with self._searching(words, filters) as (typed, asked):
            return search(self._connection, typed, filters=asked, limit=limit, skipped=skipped)

    def count(self, words: str | None = None, *, filters: Filters | None = None) -> int:
        """Return how many articles `search` finds without a limit; BadQuery as there."""
        with self._searching(words, filters) as (typed, asked):
            return count(self._connection, typed, filters=asked)

    def facets(self, words: str | None = None, *, filters: Filters | None = None) -> Facets:
        """Return what `search` finds, counted by outlet, province, section, year and month; BadQuery as there."""
        with self._searching(words, filters) as (typed, asked):
            return count_facets(self._connection, typed, filters=asked)

    def trend(self, *queries: str, at: datetime, by: By = By.MONTH, filters: Filters | None = None) -> Trend:
        """Return how often words are used, as a share of what the newspapers listed, as of `at`.

        Each query is what `search` takes. The filters may choose a site, a province and days: the months of these
        days, whole ones. BadQuery for other filters, and as for `search`.
        """
        with self._session.guard(), named_damage(phrase("the evidence of the days")):
            self._session.index_pending()
            asked = clean(filters or Filters())
            listing = ListedMonths(at.astimezone(VIETNAM).date(), asked.until)(self._connection)
            return trend(self._connection, [clean(each) for each in queries], by=by, filters=asked, listing=listing)

    def kwic(
        self,
        words: str,
        *,
        filters: Filters | None = None,
        sort: Sort = Sort.DATE,
        context: int = 8,
        limit: int = 20,
        skipped: Skipped = None,
    ) -> Concordance:
        """Return the places where a search finds its words, with `context` words on each side; BadQuery as there.

        Of more articles than `limit`, lines are taken evenly over time, one from each article.
        """
        with self._searching(words, filters) as (typed, asked):
            return concordance(
                self._connection,
                typed or "",
                filters=asked,
                sort=sort,
                context=context,
                limit=limit,
                skipped=skipped,
            )

    @contextmanager
    def _searching(self, words: str | None, filters: Filters | None) -> Iterator[tuple[str | None, Filters]]:
        """Prepare a search: the open group is in the index, and what was asked has no surrogates."""
        with self._session.guard():
            self._session.index_pending()
            yield clean(words), clean(filters or Filters())
