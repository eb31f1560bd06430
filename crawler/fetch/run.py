"""One crawl of one site: what spider, pipeline and middlewares share, and what each request carries.

`begin_crawl` (or, under `scrapy crawl`, the spider class) makes the run and gives it to the spider; Scrapy's components
take it from there with `run_of`. A component that learns something about the run calls a method of it.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from scrapy import Request
from scrapy.crawler import Crawler

from archive import (
    NO_LINKS,
    Agenda,
    Archive,
    ArchiveError,
    Capture,
    Exchange,
    HostRest,
    Kind,
    Named,
    Outcome,
    RunReport,
    RunStatus,
    phrase,
)
from crawler.fetch.clock import Clock, utc_now
from crawler.fetch.traps import Budget
from crawler.site import Site

_META = "baotinh"
"""Our one key in `request.meta`; all others are Scrapy's."""


class Run:
    """A crawl of one site into an archive, or a visit of it that stores nothing."""

    def __init__(
        self, site: Site, archive: Archive | None = None, *, now: Clock = utc_now, owns_archive: bool = False
    ) -> None:
        """`owns_archive` closes the archive with the run: nobody else uses it."""
        self.site = site
        self.archive = archive
        """None for a visit."""
        self.now = now
        self._owns_archive = owns_archive
        self.budget = Budget()
        self.id: int | None = None
        """Id of the run in the archive; None for a visit, and when the run could not be opened."""
        self.agenda: Agenda | None = None
        """What is due; None exactly when `id` is None."""
        self.report: RunReport | None = None
        """The counts; None until the run is closed."""
        self.trouble: ArchiveError | None = None
        """The first error that the archive raised; the run stores nothing after it."""
        self.counts: Counter[Outcome] = Counter()
        """Articles by what `store` did with them."""
        self.answers = 0
        """Responses of any kind, those to robots.txt and redirects included."""
        self.stopped: dict[str, str] = {}
        """Host, or name of the site for all of its hosts → why this run sends it no more requests."""
        self.is_over = False
        """True once the time of the run (`--stop-after`) is over."""

    def open(self, *, version: str, settings: Mapping[str, Any]) -> None:
        """Open the run in the archive; an error of the archive becomes `trouble`."""
        assert self.archive is not None, "a visit is not recorded"
        with self._noting_trouble():
            self.id = self.archive.begin_run(self.site.name, started_at=self.now(), version=version, settings=settings)
            self.agenda = self.archive.agenda(self.id)

    @property
    def is_open(self) -> bool:
        """Whether the run has begun in the archive and is not closed."""
        return self.id is not None and self.report is None

    @property
    def keeps_raw(self) -> bool:
        """Whether raw pages are kept."""
        return self.archive is not None and self.archive.keeps_raw

    def name_links(self, capture: Capture, *, before: Named) -> Named:
        """Store some links of a source before its capture. Raises ArchiveError, which becomes `trouble` too."""
        assert self.archive is not None, "a visit stores nothing"
        try:
            return self.archive.name_links(capture, before=before)
        except ArchiveError as error:
            self.note_trouble(error)
            raise

    def store(self, capture: Capture, *, before: Named = NO_LINKS) -> Outcome:
        """Store a capture, and count what that did. Raises ArchiveError, which becomes `trouble` too."""
        assert self.archive is not None, "a visit stores nothing"
        try:
            outcome = self.archive.store(capture, before=before)
        except ArchiveError as error:
            self.note_trouble(error)
            raise
        if capture.kind is Kind.ARTICLE:
            self.counts[outcome] += 1
        self.budget.note(capture, outcome)
        return outcome

    def record_try(self, capture: Capture) -> None:
        """Put a failed try on the disk; only the last try of an address is counted.

        The next answer may come after a long rest, and until then other processes could not write.
        """
        if self.archive is not None and self.id is not None:
            with self._noting_trouble():
                self.archive.store(capture)
                self.archive.commit()

    def keep_raw(self, exchanges: Sequence[Exchange]) -> None:
        """Put on the disk what went over the wire for a request of which no capture is stored."""
        if self.archive is not None and self.id is not None:
            with self._noting_trouble():
                self.archive.keep(exchanges, run=self.id)
                self.archive.commit()

    def commit(self) -> None:
        """Put what is stored on the disk; an error of the archive becomes `trouble`."""
        assert self.archive is not None, "a visit stores nothing"
        with self._noting_trouble():
            self.archive.commit()

    def close(self, status: RunStatus, *, cut_short: Sequence[str] = ()) -> None:
        """Close the run with its counts, once. `cut_short` adds to `stopped` why it did not request everything."""
        if self.archive is None or self.id is None or self.report is not None:
            return
        reasons = [*self.stopped.values(), *cut_short]
        with self._noting_trouble():
            self.report = self.archive.finish_run(self.id, finished_at=self.now(), status=status, cut_short=reasons)
            if self._owns_archive:
                self.archive.close()

    def leave_host(self, name: str, why: str) -> str:
        """Send no more requests to a host in this run; return the sentence that says why."""
        said = phrase("{host} is left for the next run: {why}", host=name, why=why)
        self.stop_host(name, said)
        return said

    def stop_host(self, name: str, why: str) -> None:
        """Send no more requests to a host in this run; the name of the site means all of its hosts."""
        self.stopped[name] = why

    def refetch(self, *, since: datetime | None, until: datetime | None) -> None:
        """Make the stored articles of the site due, those of some days or all; an error becomes `trouble`."""
        if self.agenda is not None:
            with self._noting_trouble():
                self.agenda.refetch(at=self.now(), since=since, until=until)

    def rest_of(self, host: str) -> HostRest | None:
        """Return the rest that a host asked an earlier run for; None if there is none, or if it is over."""
        if self.agenda is not None:
            with self._noting_trouble():
                return self.agenda.rest_of(host, at=self.now())
        return None

    def keep_rest(self, host: str, *, until: datetime, detail: str) -> None:
        """Keep for later runs that a host wants no request before `until`."""
        if self.agenda is not None:
            with self._noting_trouble():
                self.agenda.keep_rest(host, at=self.now(), until=until, detail=detail)

    def note_trouble(self, error: ArchiveError) -> None:
        """Keep the first error of the archive: the others follow from it."""
        self.trouble = self.trouble or error

    @contextmanager
    def _noting_trouble(self) -> Iterator[None]:
        try:
            yield
        except ArchiveError as error:
            self.note_trouble(error)


@dataclass(slots=True, kw_only=True)
class Meta:
    """What a request of ours carries. Its retries and redirects share it."""

    asked: str
    """The address that the archive knows; another than that of the request for a JSON answer, or after a redirect."""
    kind: Kind | None = None
    """None for a robots.txt and a picture: of these no capture is stored."""
    is_picture: bool = False
    is_api: bool = False
    """True if the answer is JSON, from which the page is read."""
    is_conditional: bool = False
    """True if validators were sent: the answer may be a 304."""
    crawl_delay: float = 0.0
    """Seconds between two requests that the host's robots.txt asks for."""
    turn_delay: float | None = None
    """Seconds of delay that the host's turn began with; None while the request does not hold the turn."""
    received: int = 0
    """Bytes of a robots.txt so far."""
    exchanges: list[Exchange] = field(default_factory=list, repr=False)
    """What went over the wire since the last capture."""

    def take_exchanges(self) -> tuple[Exchange, ...]:
        """Return what went over the wire since this was last called."""
        taken = tuple(self.exchanges)
        self.exchanges.clear()
        return taken

    @property
    def is_robots_txt(self) -> bool:
        """Whether the request is for a robots.txt."""
        return self.kind is None and not self.is_picture


def carrying(meta: Meta) -> dict[str, Any]:
    """Return `meta` as the meta argument of a request."""
    return {_META: meta}


def meta_of(request: Request) -> Meta:
    """Return what a request carries."""
    meta: Meta = request.meta[_META]
    return meta


def run_of(crawler: Crawler) -> Run:
    """Return the run that the crawler's spider was given; Scrapy makes the spider before its middlewares."""
    run: Run = crawler.spider.run  # type: ignore[union-attr]
    return run
