"""The state of a site: its last crawl, its sources, how soon its articles are captured, and what is due."""

import sqlite3
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from math import ceil
from statistics import median
from typing import Any

from archive.outcomes import Outcome, Reason
from archive.reading.doubts import count_doubtful
from archive.reading.history import newest_arrival
from archive.record import Kind
from archive.times import from_text, from_text_or_none, to_text, to_text_or_none
from archive.writing.hosts import HostRest, find_rests
from archive.writing.runs import RunReport, last_run
from archive.writing.sites import site_totals

LAG_DAYS = 30
"""Days whose new articles count for the lags."""
LATE = 0.95
"""The share of articles within `Lag.p95`."""

_LAGS = """
SELECT a.first_seen_at, a.published_at, u.found_at, s.kind
FROM articles a LEFT JOIN urls u ON u.url = a.url LEFT JOIN urls s ON s.url = u.found_on
WHERE a.site_id = ? AND a.published_precision = 'minute' AND a.published_at >= ? AND a.first_seen_at <= ?
    AND a.published_at >= (SELECT min(started_at) FROM runs WHERE site_id = a.site_id)
"""
"""Articles published before the first crawl do not count: they could not be captured sooner."""

_SOURCES = """
SELECT c.url, c.kind, c.fetched_at, c.outcome, c.reason, c.detail, max(c.id), u.failures,
    (SELECT max(fetched_at) FROM captures
        WHERE url = c.url AND fetched_at <= :at AND outcome IN ('added', 'unchanged')),
    (SELECT max(fetched_at) FROM captures WHERE url = c.url AND fetched_at <= :at AND outcome = 'added')
FROM captures c JOIN urls u ON u.url = c.url
WHERE c.run_id = :run AND c.kind <> 'article' AND u.found_on IS NULL GROUP BY c.url ORDER BY min(c.id)
"""
_LAST_SUCCESS = """
SELECT max(finished_at) FROM runs WHERE site_id = ? AND finished_at <= ? AND status = 'finished'
    AND sources_ok AND NOT sources_failed AND (cut_short = '[]' OR "left" = 0)
"""


@dataclass(frozen=True, slots=True)
class Lag:
    """The time from the publication of articles to an event, in seconds."""

    articles: int
    median: float
    p95: float
    """95 of 100 articles took at most this long."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceState:
    """One feed, sitemap, section page or JSON list that the site file names and the last run requested."""

    url: str
    kind: Kind
    read_at: datetime | None
    """When it could last be read."""
    new_at: datetime | None
    """When it last named an address that no other source had named before."""
    reason: Reason | None
    """Why the last run could not read it."""
    detail: str | None
    failures: int
    """Failures in a row."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteHealth:
    """The state of a site."""

    site: str
    last_run: RunReport
    last_success: datetime | None
    """End of the last finished run that could read every source and left nothing because of a host."""
    articles: int
    newest: datetime | None
    """When the last article was first stored."""
    due: int
    """Addresses of articles that wait for the next crawl."""
    oldest_due: datetime | None
    """Time since which the first of them is due."""
    failing: int
    """Addresses of articles whose last request failed."""
    rests: tuple[HostRest, ...]
    """Hosts that have asked for a rest that is not over."""
    doubtful: int
    """Articles with doubts, or with a reading that waits."""
    capture_lag: Lag | None
    """From the printed time of an article to its first capture."""
    found_lag: Mapping[Kind, Lag]
    """From the printed time of an article until a source of this kind named it first."""
    sources: tuple[SourceState, ...]

    def as_record(self) -> dict[str, Any]:
        """Return it as JSON knows it: times as text, reasons by their codes."""
        sources = [
            {**asdict(each), "read_at": to_text_or_none(each.read_at), "new_at": to_text_or_none(each.new_at)}
            for each in self.sources
        ]
        return {
            **asdict(self),
            "last_run": self.last_run.as_record(),
            "rests": [{**asdict(rest), "until": to_text(rest.until)} for rest in self.rests],
            "last_success": to_text_or_none(self.last_success),
            "newest": to_text_or_none(self.newest),
            "oldest_due": to_text_or_none(self.oldest_due),
            "sources": sources,
        }


def site_health(connection: sqlite3.Connection, site: str, *, at: datetime) -> SiteHealth | None:
    """Return the state of a site at `at`; None if it was never crawled."""
    run = last_run(connection, site)
    if run is None:
        return None
    (site_id,) = connection.execute("SELECT id FROM sites WHERE site = ?", (site,)).fetchone()
    due, oldest = connection.execute(
        "SELECT count(*), min(due_at) FROM urls WHERE site_id = ? AND kind = 'article' AND due_at <= ?",
        (site_id, to_text(at)),
    ).fetchone()
    failing = connection.execute(
        "SELECT count(*) FROM urls WHERE site_id = ? AND kind = 'article' AND due_at IS NOT NULL AND failures > 0",
        (site_id,),
    ).fetchone()
    articles = site_totals(connection, site)[site].articles
    success = connection.execute(_LAST_SUCCESS, (site_id, to_text(at))).fetchone()
    capture_lag, found_lag = _lags(connection, site_id, at=at)
    return SiteHealth(
        site=site,
        last_run=run,
        last_success=from_text_or_none(success[0]),
        articles=articles,
        newest=newest_arrival(connection, site_id, at=to_text(at)),
        due=due,
        oldest_due=from_text_or_none(oldest),
        failing=failing[0],
        rests=find_rests(connection, site_id, at=at),
        doubtful=count_doubtful(connection, site_id),
        capture_lag=capture_lag,
        found_lag=found_lag,
        sources=_sources(connection, run.run, at=at),
    )


def _lags(connection: sqlite3.Connection, site_id: int, *, at: datetime) -> tuple[Lag | None, dict[Kind, Lag]]:
    captured: list[timedelta] = []
    found = defaultdict[Kind, list[timedelta]](list)
    since = to_text(at - timedelta(days=LAG_DAYS))
    for seen_at, published_at, found_at, kind in connection.execute(_LAGS, (site_id, since, to_text(at))):
        published = from_text(published_at)
        captured.append(from_text(seen_at) - published)
        if kind:
            found[Kind(kind)].append(from_text(found_at) - published)
    return _lag(captured), {kind: lag for kind, spans in sorted(found.items()) if (lag := _lag(spans))}


def _lag(spans: Sequence[timedelta]) -> Lag | None:
    # a page captured before the time that it prints was announced in advance: no lag
    seconds = sorted(max(0.0, span.total_seconds()) for span in spans)
    if not seconds:
        return None
    return Lag(len(seconds), median(seconds), seconds[ceil(LATE * len(seconds)) - 1])


def _sources(connection: sqlite3.Connection, run: int, *, at: datetime) -> tuple[SourceState, ...]:
    states = []
    values = {"run": run, "at": to_text(at)}
    for url, kind, _, outcome, reason, detail, _, failures, read_at, new_at in connection.execute(_SOURCES, values):
        is_bad = outcome in (Outcome.REFUSED, Outcome.FAILED)
        state = SourceState(
            url=url,
            kind=Kind(kind),
            read_at=from_text_or_none(read_at),
            new_at=from_text_or_none(new_at),
            reason=Reason(reason) if is_bad else None,
            detail=detail if is_bad else None,
            failures=failures,
        )
        states.append(state)
    return tuple(states)
