"""Whether a run met what is expected of its site, by the site file and by the site's own past.

Pure functions over rows of the archive. Nobody heeds a rule that raises a false alarm every Sunday: each needs
enough pages, or enough weeks, before it reports anything.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime, time, timedelta
from math import sqrt
from statistics import median
from typing import Any

from archive import SHARES, VIETNAM, Outcome, RunReport, RunStatus, SeenPage, SiteHistory, phrase, with_reason
from crawler.operate.tet import is_tet
from crawler.site import Expect

MOST_FAILED = 0.1
"""Share of the pages of a run; a busy server fails some requests, a broken one more."""
FEW, HANDFUL = 3, 10
"""Pages that `failures` needs at a site that gave articles before: at night a run may meet nothing but the two pages
that never answer, and one failure is a tenth of ten pages."""

ERRORS = 4
"""How many standard errors below normal before we report: 63 sites are judged every hour for years, and noise must not
raise alarms. So a site with fewer than 16 articles a day is judged by its silence alone."""
WEEKS, LEAST_WEEKS = 8, 4
"""Earlier weeks whose same weekday is compared, and how many of these days must have been crawled."""
LOW = 0.25
"""Share of the usual yield below which we report; a quiet day has more."""
SLACK = timedelta(hours=1)
"""How much later in the day a run of an earlier week may have been: timers drift."""
DAY = timedelta(days=1)

SAMPLE, LEAST_PAST = 20, 30
"""Least pages now and before; over fewer of them a share changes too much by chance."""
LEAST_DROP = 0.35
"""How much lower than before a share must be: a new layout does this, another mix of stories does not."""
SHOWN = 3
"""Addresses that a shortfall names: enough to look at."""
FEW_UNREAD = 2
"""Least pages that a rule read before and none reads now; a single one may be a page that the newspaper broke."""
RECORD = "record"
"""Beside SHARES: the pages that gave an article at all."""
UNDOUBTED = "undoubted"
"""Beside SHARES: of the pages that were read, those without doubts."""


@dataclass(frozen=True, slots=True)
class Shortfall:
    """One thing that was expected of a site and did not come."""

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
    """The pages of the last run, filled up with earlier ones to SAMPLE."""
    lacking: tuple[SeenPage, ...]
    """Those of the sample that do not have it."""
    past: int
    """Number of pages before the sample."""
    usual: float | None
    """Share of the pages before the sample; None if there are none."""
    turned: int = 0
    """For UNDOUBTED: how many of `lacking` had no doubts at an earlier look."""

    @property
    def now(self) -> float | None:
        """Share of the sample, 0 to 1; None without pages."""
        return 1 - len(self.lacking) / len(self.sample) if self.sample else None


def judge_run(report: RunReport, history: SiteHistory, expect: Expect, *, in_full: bool) -> tuple[Shortfall, ...]:
    """Return what a run fell short of; nothing for a run that did not finish, or in which the program failed.

    `in_full`: the run was to fetch all that is new. With a limit or an earliest day, its yield cannot be judged.
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
    """Yield a shortfall if no page of a run gave an article, or if many pages failed."""
    tried = report.found - report.left - report.gone
    good = report.stored + report.revised + report.unchanged
    failed = sum(report.failed.values())
    if tried == 0:
        # a site that gave articles before may have nothing new: `silence` judges that
        if report.sources_ok and report.found + report.known == 0 and history.newest is None:
            yield Shortfall(phrase("its sources named no article at all"))
        return
    is_known_good = any(page.reason is None and page.run != report.run for page in history.pages)
    own = [page for page in history.pages if page.run == report.run and page.reason]
    if good == 0 and (tried >= FEW or not is_known_good):
        yield Shortfall(phrase("none of {tried} pages gave an article", tried=tried), _name(own))
    elif failed > tried * MOST_FAILED and (tried >= HANDFUL or not is_known_good):
        bad = [page for page in own if page.reason and page.reason.outcome is Outcome.FAILED]
        yield Shortfall(phrase("{failed} of {tried} pages failed", failed=failed, tried=tried), _name(bad))


def redesign(history: SiteHistory) -> Iterator[Shortfall]:
    """Yield a shortfall if the pages of a site seem to have a new layout, however few articles it has."""
    if (count := len(history.unread)) >= FEW_UNREAD:
        said = phrase(
            "a new layout? no rule of the site reads {count} pages that one read before, nor any page since",
            count=count,
        )
        yield Shortfall(said, _name(history.unread))


def yield_of(report: RunReport, history: SiteHistory) -> Yield:
    """Return the yield of the day of a run up to its end, and that of the same weekdays of eight weeks, without Tết."""
    begin = datetime.combine(report.started_at.astimezone(VIETNAM), time(), VIETNAM)
    span = (report.finished_at or report.started_at) - begin
    before = [begin - week * 7 * DAY for week in range(1, WEEKS + 1)]
    habits = [day for day in before if not is_tet(day) and _between(history.starts, day, day + span + SLACK)]
    counts = [_between(history.arrivals, day, day + span + SLACK) for day in habits]
    usual = median(counts) if len(counts) >= LEAST_WEEKS else None
    return Yield(_between(history.arrivals, begin, begin + span), usual)


def low_yield(report: RunReport, history: SiteHistory, expect: Expect) -> Iterator[Shortfall]:
    """Yield a shortfall if a site has too few new articles at the end of a run."""
    ended_at, least = report.finished_at, expect.articles_per_day
    if ended_at is None or least == 0 or is_tet(ended_at):
        return
    day = yield_of(report, history)
    if day.usual and day.articles < LOW * day.usual and day.usual - day.articles >= ERRORS * sqrt(day.usual):
        at = ended_at.astimezone(VIETNAM)
        yield Shortfall(
            phrase(
                "{articles} new articles by {at:%A %H:%M}, {usual:g} are usual",
                articles=day.articles,
                at=at,
                usual=day.usual,
            )
        )
    # after less than a day of crawls, 24 hours cannot be judged
    if least and any(start < ended_at - DAY for start in history.starts):
        articles = _between(history.arrivals, ended_at - DAY, ended_at)
        if articles < least:
            yield Shortfall(
                phrase(
                    "{articles} new articles in 24 hours, at least {least} are expected", articles=articles, least=least
                )
            )


def silence(history: SiteHistory, expect: Expect, *, at: datetime) -> Iterator[Shortfall]:
    """Yield a shortfall if a site that gave articles has had nothing new for too long."""
    if history.newest is None or is_tet(at):
        return
    newest = history.newest.astimezone(VIETNAM)
    if (days := (at - newest).days) > expect.silent_days:
        yield Shortfall(
            phrase("nothing new for {days} days, the last on {newest:%Y-%m-%d %H:%M}", days=days, newest=newest)
        )


def shares_of(history: SiteHistory, *, run: int) -> tuple[Share, ...]:
    """Return RECORD, UNDOUBTED and each of SHARES, over the pages of a run, or the last SAMPLE if it has fewer."""
    pages = [page for page in history.pages if page.reason is None or page.reason.hints_at_layout]
    articles = [page for page in pages if page.reason is None]
    # a page that once gave an article counts as good: else a break that lasts would become normal
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
    """Yield the shares that are below what the site file expects, or far below what they were."""
    for share in shares_of(history, run=run):
        now, least = share.now, _least(share, expect)
        if now is None or len(share.sample) < SAMPLE:
            continue
        if least is not None:
            most = phrase("at most ") if share.name == UNDOUBTED else ""
            expected = phrase("{most}{share:.0%} are expected", most=most, share=_shown(share, least))
            measure: str | None = expected if now < least else None
        else:
            measure = _fall(share, now)
        if measure:
            yield (
                share,
                Shortfall(
                    phrase("{meaning}, {measure}", meaning=_meaning(share, now), measure=measure), _name(share.lacking)
                ),
            )


def _fall(share: Share, now: float) -> str | None:
    """Return what a share was before it broke; None if it did not."""
    if share.usual is not None and _is_break(share, now):
        return phrase("{share:.0%} before", share=_shown(share, share.usual))
    if share.turned >= LEAST_DROP * len(share.sample):
        return phrase("{turned} of these had none before", turned=share.turned)
    return None


def _least(share: Share, expect: Expect) -> float | None:
    """Return what the site file expects of a share; None if it says nothing."""
    if share.name == UNDOUBTED:
        return None if expect.doubts is None else 1 - expect.doubts
    return expect.fields.get(share.name)


def _shown(share: Share, value: float) -> float:
    """Return the value of a share as it is printed: for UNDOUBTED, the share that is doubtful."""
    return 1 - value if share.name == UNDOUBTED else value


def _undoubted(pages: Sequence[SeenPage], *, run: int) -> Share:
    """Return the share of pages without doubts."""
    sure = {page for page in pages if not page.doubts}
    share = _share(UNDOUBTED, pages, sure, once={page.url for page in sure}, run=run)
    return replace(share, turned=sum(page.is_sure for page in share.lacking))


def _share(name: str, pages: Sequence[SeenPage], having: set[SeenPage], *, once: set[str], run: int) -> Share:
    """Return the share of the pages in `having`, and the share of the earlier pages whose address is in `once`.

    A page that the run fetched again is in the sample once, and also among the earlier pages, as it was.
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
    measure = phrase("{share:.0%} of the last {n}", share=_shown(share, now), n=len(share.sample))
    if share.name == UNDOUBTED:
        return phrase("a new layout? {measure} pages were read with doubts", measure=measure)
    if share.name == RECORD:
        return phrase("a new layout? {measure} pages gave an article", measure=measure)
    if share.name == "layout":
        return phrase("a new layout? {measure} articles were read by a rule of the site", measure=measure)
    return phrase("{name}: {measure} articles have it", name=share.name, measure=measure)


def _shows(share: Share, run: int) -> bool:
    """Whether a page of this very run lacks it: a run that read nothing proves nothing."""
    return any(page.run == run for page in share.lacking)


def _name(pages: Sequence[SeenPage]) -> tuple[str, ...]:
    """Return some of the pages, those of the commonest reason first."""
    counts = Counter(page.reason for page in pages)
    shown = sorted(pages, key=lambda page: -counts[page.reason])[:SHOWN]
    return tuple(f"{page.url}: " + why if (why := _why(page)) else page.url for page in shown)


def _why(page: SeenPage) -> str:
    """Return why a page gave no article, or the doubts of the article that it gave."""
    return with_reason(page.reason, page.detail) if page.reason else ", ".join(page.doubts)


def _between(moments: Iterable[datetime], begin: datetime, end: datetime) -> int:
    return sum(begin <= moment <= end for moment in moments)
