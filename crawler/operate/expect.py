"""Whether a run brought what its site should bring: judged by the site file, and by the site's own past.

Pure functions over rows of the archive. A rule that cries wolf every Sunday is soon not read any more: each asks
for enough pages, or enough weeks, before it says anything.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime, time, timedelta
from math import sqrt
from statistics import median
from typing import Any

from archive import SHARES, VIETNAM, Outcome, RunReport, RunStatus, SeenPage, SiteHistory
from crawler.operate.tet import is_tet
from crawler.site import Expect

MOST_FAILED = 0.1
"""Share of the pages of a run; a busy server fails some requests, a broken one more."""
FEW, HANDFUL = 3, 10
"""Pages. At a site that gave articles before, a run by night may have met nothing but the two that never answer;
and one failure is a tenth of a handful."""

ERRORS = 4
"""Standard errors by which a count or a share must be lower too: 63 sites are judged every hour for years, and
chance should call nobody. A site that brings fewer than 16 articles a day is judged by its silence alone."""
WEEKS, LEAST_WEEKS = 8, 4
"""Same weekdays looked back to, and how many of them must have been crawled to make a habit."""
LOW = 0.25
"""Share of the usual yield that is too little: more than a quiet day takes away."""
SLACK = timedelta(hours=1)
"""A run of an earlier week counts if it came so much later in the day: timers wander."""
DAY = timedelta(days=1)

SAMPLE, LEAST_PAST = 20, 30
"""Pages now and before; by chance alone a share over fewer of them moves too far."""
LEAST_DROP = 0.35
"""A share broke if it is lower than before by this: a change of the layout, not of the mix of stories."""
SHOWN = 3
"""Addresses that are named: enough to look at."""
FEW_UNREAD = 2
"""Pages that a rule read before, and none since that it reads: one may be a page that the newspaper broke."""
RECORD = "record"
"""Beside SHARES: the pages that gave an article at all."""
UNDOUBTED = "undoubted"
"""Beside SHARES: of the pages that were read, those that say nothing against their reading."""


@dataclass(frozen=True, slots=True)
class Shortfall:
    """One thing that a site should have brought, and did not."""

    said: str
    """A sentence."""
    pages: tuple[str, ...] = ()
    """Some of the pages that show it, each with its reason if it gave no article."""

    def as_record(self) -> dict[str, Any]:
        """Return it as JSON knows it."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Yield:
    """New articles of one day up to one time of day, in Vietnam."""

    articles: int
    usual: float | None
    """Median of the same weekdays up to the same time; None if too few of them were crawled."""


@dataclass(frozen=True, slots=True)
class Share:
    """How many of the last pages have something."""

    name: str
    """Of SHARES, RECORD or UNDOUBTED."""
    sample: tuple[SeenPage, ...]
    """The pages of the last run, and those before until there are SAMPLE."""
    lacking: tuple[SeenPage, ...]
    """Those of the sample that do not have it."""
    past: int
    """How many pages stand before the sample."""
    usual: float | None
    """Share of those; None if there is none."""
    turned: int = 0
    """UNDOUBTED: how many of the lacking had no doubts at an earlier look at the same page."""

    @property
    def now(self) -> float | None:
        """Share of the sample, 0 to 1; None without pages."""
        return 1 - len(self.lacking) / len(self.sample) if self.sample else None


def judge_run(report: RunReport, history: SiteHistory, expect: Expect, *, in_full: bool) -> tuple[Shortfall, ...]:
    """Return what a run fell short of; nothing for one that did not finish, or on which the program broke.

    `in_full`: it was asked for all that is new. A limit, or an earliest day, says nothing of the day's yield.
    """
    if report.status is not RunStatus.FINISHED or report.finished_at is None:
        return ()
    broken = [broken for share, broken in broken_shares(history, expect, run=report.run) if _shows(share, report.run)]
    is_seen = any(page.run == report.run for page in history.unread)
    found = [*failures(report, history), *(redesign(history) if is_seen else ()), *broken]
    if in_full:
        found += low_yield(report, history, expect)
        found += silence(history, expect, at=report.finished_at)
    return tuple(found)


def failures(report: RunReport, history: SiteHistory) -> Iterator[Shortfall]:
    """Yield what is wrong with a run that brought nothing at all, or could not read many of its pages."""
    tried = report.found - report.left - report.gone
    good = report.stored + report.revised + report.unchanged
    failed = sum(report.failed.values())
    if tried == 0:
        # a site that gave articles before may have nothing new: that is judged by its days
        if report.sources_ok and report.found + report.known == 0 and history.newest is None:
            yield Shortfall("its sources named no article at all")
        return
    is_known_good = any(page.reason is None and page.run != report.run for page in history.pages)
    own = [page for page in history.pages if page.run == report.run and page.reason]
    if good == 0 and (tried >= FEW or not is_known_good):
        yield Shortfall(f"none of {tried} pages gave an article", _name(own))
    elif failed > tried * MOST_FAILED and (tried >= HANDFUL or not is_known_good):
        bad = [page for page in own if page.reason and page.reason.outcome is Outcome.FAILED]
        yield Shortfall(f"{failed} of {tried} pages failed", _name(bad))


def redesign(history: SiteHistory) -> Iterator[Shortfall]:
    """Yield what is wrong if the pages of a site look as if it had a new layout: at once, however few they are."""
    if (count := len(history.unread)) >= FEW_UNREAD:
        said = f"a new layout? no rule of the site reads {count} pages that one read before, nor any page since"
        yield Shortfall(said, _name(history.unread))


def yield_of(report: RunReport, history: SiteHistory) -> Yield:
    """Return what the day of a run had brought by its end, beside the same weekdays of eight weeks; Tết left out."""
    begin = datetime.combine(report.started_at.astimezone(VIETNAM), time(), VIETNAM)
    span = (report.finished_at or report.started_at) - begin
    before = [begin - week * 7 * DAY for week in range(1, WEEKS + 1)]
    habits = [day for day in before if not is_tet(day) and _between(history.starts, day, day + span + SLACK)]
    counts = [_between(history.arrivals, day, day + span + SLACK) for day in habits]
    usual = median(counts) if len(counts) >= LEAST_WEEKS else None
    return Yield(_between(history.arrivals, begin, begin + span), usual)


def low_yield(report: RunReport, history: SiteHistory, expect: Expect) -> Iterator[Shortfall]:
    """Yield what is wrong with the number of new articles at the end of a run."""
    ended_at, least = report.finished_at, expect.articles_per_day
    if ended_at is None or least == 0 or is_tet(ended_at):
        return
    day = yield_of(report, history)
    if day.usual and day.articles < LOW * day.usual and day.usual - day.articles >= ERRORS * sqrt(day.usual):
        at = ended_at.astimezone(VIETNAM)
        yield Shortfall(f"{day.articles} new articles by {at:%A %H:%M}, {day.usual:g} are usual")
    # within the first day of a site nobody can say what a day brings
    if least and any(start < ended_at - DAY for start in history.starts):
        articles = _between(history.arrivals, ended_at - DAY, ended_at)
        if articles < least:
            yield Shortfall(f"{articles} new articles in 24 hours, at least {least} are expected")


def silence(history: SiteHistory, expect: Expect, *, at: datetime) -> Iterator[Shortfall]:
    """Yield what is wrong if a site that brought articles has brought nothing new for too long."""
    if history.newest is None or is_tet(at):
        return
    newest = history.newest.astimezone(VIETNAM)
    if (days := (at - newest).days) > expect.silent_days:
        yield Shortfall(f"nothing new for {days} days, the last on {newest:%Y-%m-%d %H:%M}")


def shares_of(history: SiteHistory, *, run: int) -> tuple[Share, ...]:
    """Return RECORD, UNDOUBTED and each of SHARES, over the pages of a run, or the last SAMPLE if it has fewer."""
    pages = [page for page in history.pages if page.reason is None or page.reason.hints_at_layout]
    articles = [page for page in pages if page.reason is None]
    # what gave an article once was good: else a break that lasts for days, and meets all pages again, is the habit
    once = {page.url for page in pages if page.reason is None or page.is_stored}
    was_read = [page for page in history.pages if page.reason is None or page.doubts]
    shares = [
        _share(RECORD, pages, set(articles), once=once, run=run),
        _undoubted(was_read, run=run),
    ]
    for name in SHARES:
        having = {page for page in articles if name in page.fields}
        shares.append(_share(name, articles, having, once={page.url for page in having}, run=run))
    return tuple(shares)


def broken_shares(history: SiteHistory, expect: Expect, *, run: int) -> Iterator[tuple[Share, Shortfall]]:
    """Yield the shares that fell under what the site file expects, or far under what they were."""
    for share in shares_of(history, run=run):
        now, least = share.now, _least(share, expect)
        if now is None or len(share.sample) < SAMPLE:
            continue
        if least is not None:
            most = "at most " if share.name == UNDOUBTED else ""
            measure = f"{most}{_shown(share, least):.0%} are expected" if now < least else None
        else:
            measure = _fall(share, now)
        if measure:
            yield share, Shortfall(f"{_meaning(share, now)}, {measure}", _name(share.lacking))


def _fall(share: Share, now: float) -> str | None:
    """Return what a share was before it broke; None if it did not."""
    if share.usual is not None and _is_break(share, now):
        return f"{_shown(share, share.usual):.0%} before"
    if share.turned >= LEAST_DROP * len(share.sample):
        return f"{share.turned} of these had none before"
    return None


def _least(share: Share, expect: Expect) -> float | None:
    """Return what the site file expects of a share; None if it says nothing."""
    if share.name == UNDOUBTED:
        return None if expect.doubts is None else 1 - expect.doubts
    return expect.fields.get(share.name)


def _shown(share: Share, value: float) -> float:
    """Return the value of a share as people read it: they ask how much is doubtful."""
    return 1 - value if share.name == UNDOUBTED else value


def _undoubted(pages: Sequence[SeenPage], *, run: int) -> Share:
    """Return the share of pages that say nothing against their reading."""
    sure = {page for page in pages if not page.doubts}
    share = _share(UNDOUBTED, pages, sure, once={page.url for page in sure}, run=run)
    return replace(share, turned=sum(page.is_sure for page in share.lacking))


def _share(name: str, pages: Sequence[SeenPage], having: set[SeenPage], *, once: set[str], run: int) -> Share:
    """Return the share of the pages that are `having` it now, beside that of those before that had it `once`.

    A page that the run has met again is in the sample once, and stays in the past as it was.
    """
    own = [page for page in pages if page.run == run]
    met = {page.url for page in own}
    fill = [page for page in pages if page.run != run and page.url not in met][: max(0, SAMPLE - len(own))]
    sample, filling = (*own, *fill), set(fill)
    past = [page for page in pages if page.run != run and page not in filling]
    usual = sum(page.url in once for page in past) / len(past) if past else None
    return Share(name, sample, tuple(page for page in sample if page not in having), len(past), usual)


def _is_break(share: Share, now: float) -> bool:
    usual = share.usual or 0.0
    error = sqrt(usual * (1 - usual) / len(share.sample))
    return share.past >= LEAST_PAST and usual - now >= max(LEAST_DROP, ERRORS * error)


def _meaning(share: Share, now: float) -> str:
    of = f"{_shown(share, now):.0%} of the last {len(share.sample)}"
    if share.name == UNDOUBTED:
        return f"a new layout? {of} pages were read with doubts"
    if share.name == RECORD:
        return f"a new layout? {of} pages gave an article"
    if share.name == "layout":
        return f"a new layout? {of} articles were read by a rule of the site"
    return f"{share.name}: {of} articles have it"


def _shows(share: Share, run: int) -> bool:
    """Whether a page of this very run shows it: a run that read nothing proves nothing."""
    return any(page.run == run for page in share.lacking)


def _name(pages: Sequence[SeenPage]) -> tuple[str, ...]:
    """Return some of the pages, those of the commonest reason first."""
    counts = Counter(page.reason for page in pages)
    shown = sorted(pages, key=lambda page: -counts[page.reason])[:SHOWN]
    return tuple(f"{page.url}: {why}" if (why := _why(page)) else page.url for page in shown)


def _why(page: SeenPage) -> str:
    """Return why a page gave no article, or what it says against the one that it gave."""
    return f"{page.reason} ({page.detail})" if page.reason else ", ".join(page.doubts)


def _between(moments: Iterable[datetime], begin: datetime, end: datetime) -> int:
    return sum(begin <= moment <= end for moment in moments)
