"""How it stands with the crawls of a site: what the archive knows, held against what the site should bring."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from archive import VIETNAM, Archive, Lag, RunStatus, SiteHealth
from crawler.operate.expect import (
    Share,
    Shortfall,
    Yield,
    broken_shares,
    failures,
    low_yield,
    redesign,
    shares_of,
    silence,
    yield_of,
)
from crawler.site import Expect, Site

FROZEN = timedelta(days=30)
"""A source that is read and names nothing new for so long has frozen; a slow section takes two weeks."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkup:
    """One site, and what a person should look at."""

    health: SiteHealth
    day: Yield
    """Of the last run."""
    shares: tuple[Share, ...]
    problems: tuple[Shortfall, ...]
    is_closed: bool
    """No source of the last run could be read."""

    @property
    def exit_code(self) -> int:
        """0 all right, 3 something to look at, 4 no source answered."""
        if self.is_closed:
            return 4
        return 3 if self.problems else 0

    def as_record(self) -> dict[str, Any]:
        """Return it as JSON knows it."""
        return {
            **self.health.as_record(),
            "yield": {"articles": self.day.articles, "usual": self.day.usual},
            "shares": {
                share.name: {"now": share.now, "of": len(share.sample), "usual": share.usual} for share in self.shares
            },
            "problems": [problem.as_record() for problem in self.problems],
            "exit_code": self.exit_code,
        }


def check_up(archive: Archive, name: str, site: Site | None, *, at: datetime) -> Checkup | None:
    """Return how it stands with the site `name` at `at`; None if it was never crawled.

    Without its site file nothing is known of what it should bring, but for its past.
    """
    health = archive.health(name, at=at)
    if health is None:
        return None
    expect = site.expect if site else Expect()
    is_owed = site is None or site.owes_news
    run = health.last_run
    history = archive.history(run.run)
    problems = [*_open_problems(health, expect, is_owed=is_owed, at=at), *failures(run, history)]
    problems += redesign(history)
    problems += [broken for _, broken in broken_shares(history, expect, run=run.run)]
    if is_owed:
        # what was left was not asked for: a limit, or the days of the crawl, made the yield
        is_whole = run.status is RunStatus.FINISHED and not (run.left or run.outside)
        problems += low_yield(run, history, expect) if is_whole else []
        problems += silence(history, expect, at=at)
    return Checkup(
        health=health,
        day=yield_of(run, history),
        shares=shares_of(history, run=run.run),
        problems=tuple(problems),
        is_closed=bool(run.sources_failed) and not run.sources_ok,
    )


def _open_problems(health: SiteHealth, expect: Expect, *, is_owed: bool, at: datetime) -> Iterator[Shortfall]:
    run, patience = health.last_run, timedelta(days=expect.silent_days)
    if run.status is RunStatus.ABANDONED:
        yield Shortfall(f"the last run, {run.run}, died before its end")
    if run.troubles:
        said = f"{run.sources_failed} of {run.sources_ok + run.sources_failed} sources could not be read"
        yield Shortfall(said, tuple(f"{each.url}: {each.reason} ({each.detail})" for each in run.troubles))
    if run.sources_ok or run.sources_failed:  # else it fell into quiet hours, and asked for nothing
        yield from (Shortfall(why) for why in run.cut_short)
    if is_owed and (health.last_success is None or at - health.last_success > patience):
        since = _day(health.last_success) if health.last_success else "the first one"
        yield Shortfall(f"no crawl has come to its end with all sources read since {since}")
    if health.oldest_due and at - health.oldest_due > patience:
        yield Shortfall(f"{health.due} articles wait to be fetched, the first since {_day(health.oldest_due)}")
    frozen = [each for each in health.sources if each.new_at and each.read_at and each.read_at - each.new_at > FROZEN]
    if frozen:
        said = f"sources that are read and have named nothing new for {FROZEN.days} days"
        yield Shortfall(said, tuple(f"{each.url}: since {_day(each.new_at)}" for each in frozen))


def table_of(checkups: Sequence[Checkup]) -> list[Sequence[str]]:
    """Return one row for each site, under their heads."""
    rows: list[Sequence[str]] = [
        ("site", "last run", "status", "last success", "newest", "today", "usual", "lag", "due", "problems")
    ]
    for each in checkups:
        health, run = each.health, each.health.last_run
        lag = span(health.capture_lag.median) if health.capture_lag else "–"
        usual = "–" if each.day.usual is None else f"{each.day.usual:g}"
        days = (_day(run.started_at), run.status, _day(health.last_success), _day(health.newest))
        counts = (str(each.day.articles), usual, lag, str(health.due), str(len(each.problems)))
        rows.append((health.site, *days, *counts))
    return rows


def problem_lines(checkup: Checkup) -> Iterator[str]:
    """Yield what a person should look at, and with what."""
    for problem in checkup.problems:
        yield f"{checkup.health.site}: {problem.said}"
        yield from (f"    {page}" for page in problem.pages)
    if checkup.problems:
        yield f"    next: `baotinh probe {checkup.health.site}`"


def detail_lines(checkup: Checkup) -> Iterator[str]:
    """Yield the lags, shares and sources of one site."""
    health = checkup.health
    if health.capture_lag:
        yield f"captured     {_lag(health.capture_lag)} after publication"
    for kind, lag in health.found_lag.items():
        yield f"{kind:<12} names an article {_lag(lag)} after publication"
    for share in checkup.shares:
        if share.now is not None:
            usual = "" if share.usual is None else f", {share.usual:.0%} of the {share.past} before"
            yield f"{share.name:<12} {share.now:.0%} of the last {len(share.sample)}{usual}"
    for source in health.sources:
        state = f"{source.reason} ({source.detail})" if source.reason else "read"
        yield f"{source.kind:<12} {source.url}   {state}, last new {_day(source.new_at)}"
    yield from (f"rest         {each.host} until {_day(each.until)}: {each.detail}" for each in health.rests)
    yield from health.last_run.notes
    yield f"{health.failing} articles failed at their last try; {health.due} are due"


def span(seconds: float) -> str:
    """Return a span of time in the unit that a person would take."""
    for size, unit in ((86_400, "d"), (3_600, "h"), (60, "min")):
        if seconds >= size:
            return f"{seconds / size:.1f} {unit}"
    return f"{seconds:.0f} s"


def _lag(lag: Lag) -> str:
    return f"{span(lag.median)} (95 of 100: {span(lag.p95)}; {lag.articles} articles)"


def _day(moment: datetime | None) -> str:
    return f"{moment.astimezone(VIETNAM):%Y-%m-%d %H:%M}" if moment else "–"
