"""The state of the crawls of a site: what the archive knows, compared with what the site should give."""

import shlex
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from archive import (
    VIETNAM,
    Archive,
    DiskSpace,
    ExitCode,
    Lag,
    RunStatus,
    SiteHealth,
    figure,
    phrase,
    recalled,
    with_reason,
)
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
"""Heads of the columns that fit 80 characters."""


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
        yield Shortfall(phrase("the last run, {run}, died before its end", run=run.run))
    if run.troubles:
        said = phrase(
            "{failed} of {n} sources could not be read",
            failed=run.sources_failed,
            n=run.sources_ok + run.sources_failed,
        )
        yield Shortfall(
            said,
            tuple(f"{each.url}: " + with_reason(each.reason, each.detail) for each in run.troubles),
        )
    if run.sources_ok or run.sources_failed:  # else it began in quiet hours, and sent no request
        yield from (Shortfall(recalled(why)) for why in run.cut_short)
    if is_owed and (health.last_success is None or at - health.last_success > patience):
        since = _day(health.last_success) if health.last_success else phrase("the first one")
        yield Shortfall(phrase("no crawl has finished with all sources read since {since}", since=since))
    if health.oldest_due and at - health.oldest_due > patience:
        yield Shortfall(
            phrase(
                "{due} articles wait to be fetched, the first since {since}",
                due=health.due,
                since=_day(health.oldest_due),
            )
        )
    frozen = [each for each in health.sources if each.new_at and each.read_at and each.read_at - each.new_at > FROZEN]
    if frozen:
        said = phrase("sources that can be read, but have named nothing new for {days} days", days=FROZEN.days)
        yield Shortfall(
            said, tuple(phrase("{url}: since {since}", url=each.url, since=_day(each.new_at)) for each in frozen)
        )


def table_of(checkups: Sequence[Checkup], *, is_wide: bool = False) -> list[Sequence[str]]:
    """Return one row for each site, under the heads of all columns or of the SHORT ones."""
    rows = [_cells(checkup) for checkup in checkups]
    heads = [head for head in rows[0] if is_wide or head in SHORT]
    return [heads, *(tuple(row[head] for head in heads) for row in rows)]


def problem_lines(checkup: Checkup) -> Iterator[str]:
    """Yield what a person should look at, and the command for it."""
    for problem in checkup.problems:
        yield f"{checkup.health.site}: " + problem.said
        yield from ("    " + page for page in problem.pages)
    if checkup.problems:
        yield phrase("    next: `baotinh probe {site}`", site=shlex.quote(checkup.health.site))


def is_short(disk: DiskSpace) -> bool:
    """Return whether the disk will soon be full."""
    return disk.days_left is not None and disk.days_left < DAYS_WANTED


def disk_line(disk: DiskSpace) -> str:
    """Return how long the disk will last."""
    has = phrase("disk: {free} free, the archive has {size}", free=_size(disk.free), size=_size(disk.size))
    if disk.days_left is None:
        return has
    return phrase(
        "{has} and grows by {per_day} a day: {days_left:,} days left",
        has=has,
        per_day=_size(disk.per_day or 0),
        days_left=disk.days_left,
    )


def detail_lines(checkup: Checkup) -> Iterator[str]:
    """Yield the lags, shares and sources of one site."""
    health = checkup.health
    if health.capture_lag:
        yield phrase("{label:<12} {lag} after publication", label=phrase("captured"), lag=_lag(health.capture_lag))
    for kind, lag in health.found_lag.items():
        yield phrase("{kind:<12} names an article {lag} after publication", kind=kind, lag=_lag(lag))
    for share in checkup.shares:
        if share.now is not None:
            usual = (
                ""
                if share.usual is None
                else phrase(", {usual:.0%} of the {past} before", usual=share.usual, past=share.past)
            )
            yield phrase(
                "{name:<12} {now:.0%} of the last {n}{usual}",
                name=share.name,
                now=share.now,
                n=len(share.sample),
                usual=usual,
            )
    for source in health.sources:
        state = with_reason(source.reason, source.detail) if source.reason else phrase("read")
        yield phrase(
            "{kind:<12} {url}   {state}, last new {new_at}",
            kind=source.kind,
            url=source.url,
            state=state,
            new_at=_day(source.new_at),
        )
    yield from (
        phrase(
            "{label:<12} {host} until {until}: {detail}",
            label=phrase("rest"),
            host=each.host,
            until=_day(each.until),
            detail=recalled(each.detail),
        )
        for each in health.rests
    )
    yield from map(str, health.last_run.losses)
    yield from map(recalled, health.last_run.notes)
    yield phrase("{failing} articles failed at their last try; {due} are due", failing=health.failing, due=health.due)
    if health.doubtful:
        site = shlex.quote(health.site)
        yield phrase(
            "{doubtful} articles have doubts or a reading that waits: `baotinh doubts {site}`",
            doubtful=health.doubtful,
            site=site,
        )


def _cells(checkup: Checkup) -> dict[str, str]:
    """Return the value of each column, by its head."""
    health, day = checkup.health, checkup.day
    return {
        phrase("site"): health.site,
        phrase("last run"): _day(health.last_run.started_at),
        phrase("status"): health.last_run.status,
        phrase("last success"): _day(health.last_success),
        phrase("newest"): _day(health.newest),
        phrase("today"): str(day.articles),
        phrase("usual"): "–" if day.usual is None else f"{day.usual:g}",
        phrase("lag"): span(health.capture_lag.median) if health.capture_lag else "–",
        phrase("due"): str(health.due),
        phrase("doubtful"): str(health.doubtful),
        phrase("problems"): str(len(checkup.problems)),
    }


def span(seconds: float) -> str:
    """Return a span of time in the unit that a person would choose."""
    for size, unit in ((86_400, phrase("d")), (3_600, phrase("h")), (60, phrase("min"))):
        if seconds >= size:
            return phrase("{count:.1f} {unit}", count=seconds / size, unit=unit)
    return phrase("{count:.0f} s", count=seconds)


def _size(count: int) -> str:
    """Return a number of bytes in the unit that a person would choose."""
    for size, unit in ((2**30, "GiB"), (2**20, "MiB")):
        if count >= size:
            return figure(count / size, ",.1f") + f" {unit}"
    return figure(count / 2**10, ",.0f") + " KiB"


def _lag(lag: Lag) -> str:
    return phrase(
        "{median} (95 of 100: {p95}; {articles} articles)",
        median=span(lag.median),
        p95=span(lag.p95),
        articles=lag.articles,
    )


def _day(moment: datetime | None) -> str:
    return f"{moment.astimezone(VIETNAM):%Y-%m-%d %H:%M}" if moment else "–"
