"""The state of the crawls of a site: what the archive knows, compared with what the site should give."""

import shlex
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from archive import VIETNAM, Archive, DiskSpace, ExitCode, Lag, RunStatus, SiteHealth
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

DAYS_WANTED = 14
"""The disk must last so many days: somebody may be on holiday, and a new disk takes a week."""
FROZEN = timedelta(days=30)
"""A source that is read but names nothing new for this long is frozen; a slow section may take two weeks."""
SHORT = ("site", "last success", "status", "today", "usual", "lag", "due", "problems")
"""Columns that fit 80 characters."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkup:
    """One site, and what a person should look at."""

    health: SiteHealth
    day: Yield
    """The yield of the day of the last run."""
    shares: tuple[Share, ...]
    problems: tuple[Shortfall, ...]

    @property
    def exit_code(self) -> ExitCode:
        """DONE if all is right, LESS_THAN_EXPECTED if something needs a look, NO_ANSWER if no source answered."""
        if self.health.last_run.is_without_answer:
            return ExitCode.NO_ANSWER
        return ExitCode.LESS_THAN_EXPECTED if self.problems else ExitCode.DONE

    def as_record(self) -> dict[str, Any]:
        """Return the check-up as JSON knows it."""
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
    """Return the state of the site `name` at `at`; None if it was never crawled.

    Without a site file, it is compared only with its past.
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
        # a run that left addresses was limited by its call, so its yield says nothing of the site
        is_whole = run.status is RunStatus.FINISHED and not (run.left or run.outside)
        problems += low_yield(run, history, expect) if is_whole else []
        problems += silence(history, expect, at=at)
    return Checkup(
        health=health,
        day=yield_of(run, history),
        shares=shares_of(history, run=run.run),
        problems=tuple(problems),
    )


def _open_problems(health: SiteHealth, expect: Expect, *, is_owed: bool, at: datetime) -> Iterator[Shortfall]:
    run, patience = health.last_run, timedelta(days=expect.silent_days)
    if run.status is RunStatus.ABANDONED:
        yield Shortfall(f"the last run, {run.run}, died before its end")
    if run.troubles:
        said = f"{run.sources_failed} of {run.sources_ok + run.sources_failed} sources could not be read"
        yield Shortfall(said, tuple(f"{each.url}: {each.reason} ({each.detail})" for each in run.troubles))
    if run.sources_ok or run.sources_failed:  # else it began in quiet hours, and sent no request
        yield from (Shortfall(why) for why in run.cut_short)
    if is_owed and (health.last_success is None or at - health.last_success > patience):
        since = _day(health.last_success) if health.last_success else "the first one"
        yield Shortfall(f"no crawl has finished with all sources read since {since}")
    if health.oldest_due and at - health.oldest_due > patience:
        yield Shortfall(f"{health.due} articles wait to be fetched, the first since {_day(health.oldest_due)}")
    frozen = [each for each in health.sources if each.new_at and each.read_at and each.read_at - each.new_at > FROZEN]
    if frozen:
        said = f"sources that can be read, but have named nothing new for {FROZEN.days} days"
        yield Shortfall(said, tuple(f"{each.url}: since {_day(each.new_at)}" for each in frozen))


def table_of(checkups: Sequence[Checkup], *, is_wide: bool = False) -> list[Sequence[str]]:
    """Return one row for each site, under the heads of all columns or of the SHORT ones."""
    rows = [_cells(checkup) for checkup in checkups]
    heads = tuple(rows[0]) if is_wide and rows else SHORT
    return [heads, *(tuple(row[head] for head in heads) for row in rows)]


def problem_lines(checkup: Checkup) -> Iterator[str]:
    """Yield what a person should look at, and the command for it."""
    for problem in checkup.problems:
        yield f"{checkup.health.site}: {problem.said}"
        yield from (f"    {page}" for page in problem.pages)
    if checkup.problems:
        yield f"    next: `baotinh probe {shlex.quote(checkup.health.site)}`"


def is_short(disk: DiskSpace) -> bool:
    """Return whether the disk will soon be full."""
    return disk.days_left is not None and disk.days_left < DAYS_WANTED


def disk_line(disk: DiskSpace) -> str:
    """Return how long the disk will last."""
    has = f"disk: {_size(disk.free)} free, the archive has {_size(disk.size)}"
    if disk.days_left is None:
        return has
    return f"{has} and grows by {_size(disk.per_day or 0)} a day: {disk.days_left:,} days left"


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
    yield from map(str, health.last_run.losses)
    yield from health.last_run.notes
    yield f"{health.failing} articles failed at their last try; {health.due} are due"
    if health.doubtful:
        site = shlex.quote(health.site)
        yield f"{health.doubtful} articles have doubts or a reading that waits: `baotinh doubts {site}`"


def _cells(checkup: Checkup) -> dict[str, str]:
    """Return the value of each column."""
    health, day = checkup.health, checkup.day
    return {
        "site": health.site,
        "last run": _day(health.last_run.started_at),
        "status": health.last_run.status,
        "last success": _day(health.last_success),
        "newest": _day(health.newest),
        "today": str(day.articles),
        "usual": "–" if day.usual is None else f"{day.usual:g}",
        "lag": span(health.capture_lag.median) if health.capture_lag else "–",
        "due": str(health.due),
        "doubtful": str(health.doubtful),
        "problems": str(len(checkup.problems)),
    }


def span(seconds: float) -> str:
    """Return a span of time in the unit that a person would choose."""
    for size, unit in ((86_400, "d"), (3_600, "h"), (60, "min")):
        if seconds >= size:
            return f"{seconds / size:.1f} {unit}"
    return f"{seconds:.0f} s"


def _size(count: int) -> str:
    """Return a number of bytes in the unit that a person would choose."""
    for size, unit in ((2**30, "GiB"), (2**20, "MiB")):
        if count >= size:
            return f"{count / size:,.1f} {unit}"
    return f"{count / 2**10:,.0f} KiB"


def _lag(lag: Lag) -> str:
    return f"{span(lag.median)} (95 of 100: {span(lag.p95)}; {lag.articles} articles)"


def _day(moment: datetime | None) -> str:
    return f"{moment.astimezone(VIETNAM):%Y-%m-%d %H:%M}" if moment else "–"
