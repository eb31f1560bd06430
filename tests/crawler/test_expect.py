"""What a run should have brought: a table of weeks and runs, and what is said of the last of them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from random import Random

import pytest

from archive import SHARES, VIETNAM, Doubt, Reason, RunReport, RunStatus, SeenPage, SiteHistory
from crawler.operate.expect import judge_run
from crawler.operate.tet import is_tet
from crawler.site import Expect

RUN = 99
START = datetime(2026, 11, 18, 5, 30, tzinfo=VIETNAM)
"""A Wednesday."""
END = START + timedelta(minutes=20)
WEEK = timedelta(weeks=1)
DAY = timedelta(days=1)
WHOLE = frozenset(SHARES)


def report(*, start: datetime = START, good: int = 20, failed: int = 0, **changes: object) -> RunReport:
    values = {
        "run": RUN, "site": "baomau", "started_at": start, "finished_at": start + (END - START),
        "status": RunStatus.FINISHED, "found": good + failed, "stored": good, "revised": 0, "unchanged": 0,
        "gone": 0, "refused": {},
        "failed": {Reason.TIMEOUT: failed} if failed else {}, "left": 0, "outside": 0, "doubtful": 0, "known": 0,
        "sources_ok": 3, "sources_failed": 0, "troubles": (), "losses": (), "cut_short": (), "notes": (),
        "balances": True,
    }  # fmt: skip
    return RunReport(**{**values, **changes})  # type: ignore[arg-type]


def pages(
    count: int, *, run: int = RUN, lacking: Sequence[str] = (), reason: Reason | None = None, first: int = 0
) -> tuple[SeenPage, ...]:
    fields = frozenset() if reason else WHOLE - set(lacking)
    urls = (f"https://baomau.example/{run}-{number}.html" for number in range(first, first + count))
    return tuple(SeenPage(url, run, END, reason, "seen", fields) for url in urls)


def doubtful(count: int, *, run: int = RUN, reason: Reason | None = None) -> tuple[SeenPage, ...]:
    return tuple(replace(page, doubts=(Doubt.UNKNOWN_LAYOUT,)) for page in pages(count, run=run, reason=reason))


def arrivals(counts: Sequence[int], *, end: datetime = END) -> tuple[datetime, ...]:
    """So many articles in the run of today, a week ago, two weeks ago and so on."""
    return tuple(end - weeks * WEEK for weeks, count in enumerate(counts) for _ in range(count))


def starts(weeks: int, *, start: datetime = START) -> tuple[datetime, ...]:
    return tuple(start - week * WEEK for week in range(weeks + 1))


PAST = pages(60, run=98)
GOOD = pages(20)


@dataclass(frozen=True, kw_only=True)
class Case:
    """A run, what was before it, and what is said of it: a part of each sentence, in order."""

    said: tuple[str, ...] = ()
    counts: tuple[int, ...] = (20,) * 9
    weeks: int = 8
    pages: tuple[SeenPage, ...] = GOOD + PAST
    expect: Expect = field(default_factory=Expect)
    report: RunReport = field(default_factory=report)
    end: datetime = END
    newest: datetime | None = None
    in_full: bool = True


TET = datetime(2026, 2, 17, 5, 30, tzinfo=VIETNAM)
CASES = {
    "as usual": Case(),
    "a first run": Case(counts=(20,), weeks=0, pages=GOOD),
    "a third of the usual": Case(counts=(7, *(20,) * 8)),
    "a tenth of the usual": Case(said=("2 new articles by Wednesday 05:50, 20 are usual",), counts=(2, *(20,) * 8)),
    "Wednesdays are always so": Case(counts=(4,) * 9),
    "one flood among quiet weeks": Case(counts=(4, 90, 5, 4, 6, 4, 5, 4, 6)),
    "three weeks are no habit": Case(counts=(2, 20, 20, 20), weeks=3),
    "a small paper": Case(counts=(1, *(14,) * 8)),
    "a limit": Case(counts=(1, *(20,) * 8), in_full=False),
    "interrupted": Case(counts=(1, *(20,) * 8), report=report(status=RunStatus.INTERRUPTED)),
    "Tết": Case(counts=(1, *(20,) * 8), report=report(start=TET), end=TET + (END - START)),
    "the week after Tết": Case(
        said=("2 new articles",), counts=(2, 1, 1, 20, 20, 20, 20, 20, 20),
        report=report(start=TET + 2 * WEEK), end=TET + 2 * WEEK + (END - START),
    ),
    "switched off": Case(counts=(1, *(20,) * 8), expect=Expect(articles_per_day=0)),
    "the least of a day": Case(said=("20 new articles in 24 hours, at least 30",), expect=Expect(articles_per_day=30)),
    "enough for a day": Case(expect=Expect(articles_per_day=20)),
    "the least of a first day": Case(counts=(5,), weeks=0, pages=GOOD, expect=Expect(articles_per_day=30)),
    "silence": Case(
        said=("nothing new for 4 days, the last on 2026-11-14 05:30",), counts=(0,), weeks=0, pages=PAST,
        newest=START - 4 * DAY, report=report(good=0, known=50),
    ),
    "a weekend": Case(counts=(0,), weeks=0, pages=PAST, newest=START - 3 * DAY, report=report(good=0, known=50)),
    "a paper of every second week": Case(
        counts=(0,), weeks=0, pages=PAST, newest=START - 9 * DAY, report=report(good=0), expect=Expect(silent_days=14)
    ),
    "nothing at all": Case(said=("named no article at all",), counts=(), weeks=0, pages=(), report=report(good=0)),
    "nothing new on an unchanged site": Case(counts=(0,), weeks=0, newest=START - DAY, report=report(good=0)),
    "quiet hours": Case(counts=(), weeks=0, pages=(), report=report(good=0, sources_ok=0)),
    "a new layout, read without rules": Case(
        said=("a new layout? 0% of the last 20 articles were read by a rule of the site, 100% before",),
        pages=pages(20, lacking=["layout"]) + PAST,
    ),
    "a new layout, refused": Case(
        said=("a new layout? 25% of the last 20 pages gave an article, 100% before",),
        pages=pages(15, reason=Reason.NO_TEXT) + pages(5, first=15) + PAST,
    ),
    "a new layout of known articles": Case(
        said=("a new layout? 0% of the last 20 pages",), pages=pages(20, reason=Reason.REDESIGNED) + PAST
    ),
    "a new layout that has met all known articles again": Case(
        said=("a new layout? 0% of the last 20 pages gave an article, 75% before",),
        pages=pages(20, reason=Reason.NO_TITLE)
        + tuple(replace(page, is_stored=True) for page in pages(45, run=98, reason=Reason.NO_TITLE))
        + pages(15, run=97, reason=Reason.NO_TITLE),
    ),
    "a new layout of which most pages are doubtful": Case(
        said=("a new layout? 80% of the last 20 pages were read with doubts, 0% before",),
        pages=doubtful(16) + pages(4, first=16) + PAST,
    ),
    "doubtful readings that wait": Case(
        said=("pages gave an article, 100% before", "100% of the last 20 pages were read with doubts, 0% before"),
        pages=doubtful(20, reason=Reason.DOUBTFUL) + PAST,
    ),
    "pages that had no doubts before, of a site without a past": Case(
        said=("35% of the last 20 pages were read with doubts, 7 of these had none before",), counts=(20,), weeks=0,
        pages=tuple(replace(page, is_sure=True) for page in doubtful(7)) + pages(13, first=7),
    ),
    "a third is doubtful": Case(pages=doubtful(6) + pages(14, first=6) + PAST),
    "half is always doubtful": Case(pages=doubtful(12) + pages(8, first=12) + doubtful(30, run=98) + pages(30, run=97)),
    "more doubts than the site file expects": Case(
        said=("15% of the last 20 pages were read with doubts, at most 10% are expected",),
        pages=doubtful(3) + pages(17, first=3), expect=Expect(doubts=0.1),
    ),
    "as many doubts as the site file expects": Case(
        pages=doubtful(2) + pages(18, first=2), expect=Expect(doubts=0.1)
    ),
    "doubts are not compared": Case(pages=doubtful(20) + PAST, expect=Expect(doubts=1)),
    "gone pages are no sign of a new layout": Case(pages=pages(20, reason=Reason.GONE) + PAST),
    "bylines break": Case(
        said=("byline: 0% of the last 20 articles have it, 100% before",), pages=pages(20, lacking=["byline"]) + PAST
    ),
    "fewer bylines": Case(pages=pages(6, lacking=["byline"]) + pages(14, first=6) + PAST),
    "bylines that come and go": Case(
        pages=pages(16, lacking=["byline"]) + pages(4, first=16)
        + pages(24, run=98, lacking=["byline"]) + pages(36, run=97),
    ),
    "there never were bylines": Case(
        pages=pages(20, lacking=["byline"]) + pages(60, run=98, lacking=["byline"]),
    ),
    "a run of two pages on a broken site": Case(
        said=("byline: 10% of the last 20",),
        pages=pages(2, lacking=["byline"]) + pages(16, run=98, lacking=["byline"]) + pages(42, run=97),
    ),
    "a run without a page on a broken site": Case(
        pages=pages(18, run=98, lacking=["byline"]) + pages(42, run=97), report=report(good=0)
    ),
    "too few pages": Case(pages=pages(10, lacking=["byline"]), counts=(10,), weeks=0, report=report(good=10)),
    "no past": Case(pages=pages(20, lacking=["byline"]), counts=(20,), weeks=0),
    "no past, but expected": Case(
        said=("byline: 0% of the last 20 articles have it, 50% are expected",),
        pages=pages(20, lacking=["byline"]), counts=(20,), weeks=0, expect=Expect(fields={"byline": 0.5}),
    ),
    "given up": Case(pages=pages(20, lacking=["byline"]) + PAST, expect=Expect(fields={"byline": 0.0})),
    "all pages fail": Case(
        said=("none of 20 pages gave an article",), pages=pages(20, reason=Reason.TIMEOUT) + PAST,
        report=report(good=0, failed=20),
    ),
    "more than a tenth fail": Case(
        said=("3 of 23 pages failed",), pages=pages(3, reason=Reason.TIMEOUT, first=20) + GOOD + PAST,
        report=report(failed=3),
    ),
    "the one page that never answers": Case(
        counts=(0,), weeks=0, pages=pages(1, reason=Reason.TIMEOUT) + PAST, report=report(good=0, failed=1)
    ),
    "three pages, and none of them": Case(
        said=("none of 3 pages",), counts=(0,), weeks=0, pages=pages(3, reason=Reason.TIMEOUT) + PAST,
        report=report(good=0, failed=3),
    ),
    "one failure in a handful": Case(
        pages=pages(1, reason=Reason.TIMEOUT, first=5) + pages(5) + PAST, report=report(good=5, failed=1)
    ),
    "a first run of one page": Case(
        said=("none of 1 pages",), counts=(), weeks=0, pages=pages(1, reason=Reason.NO_TEXT),
        report=report(good=0, found=1, refused={Reason.NO_TEXT: 1}),
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_a_run_is_judged(case: Case) -> None:
    came = arrivals(case.counts, end=case.end)
    history = SiteHistory(
        pages=case.pages,
        arrivals=came,
        starts=starts(case.weeks, start=case.report.started_at),
        newest=case.newest or max(came, default=None),
    )
    found = judge_run(case.report, history, case.expect, in_full=case.in_full)
    assert len(found) == len(case.said), found
    assert all(part in shortfall.said for part, shortfall in zip(case.said, found, strict=True)), found


def test_the_failing_pages_are_named_with_their_reason() -> None:
    broken = pages(15, reason=Reason.NO_TEXT) + pages(5, first=15) + PAST
    history = SiteHistory(pages=broken, arrivals=(), starts=(), newest=END)
    (shortfall,) = judge_run(report(), history, Expect(), in_full=True)
    assert shortfall.pages == tuple(f"https://baomau.example/99-{number}.html: no-text (seen)" for number in range(3))


@pytest.mark.parametrize(
    ("day", "is_in"),
    [
        ("2026-02-12", False),
        ("2026-02-13", True),
        ("2026-02-25", True),
        ("2026-02-26", False),
        ("2030-01-29", True),
        ("2026-11-22", False),
    ],
)
def test_the_days_around_the_lunar_new_year(day: str, is_in: bool) -> None:
    assert is_tet(datetime.fromisoformat(f"{day}T12:00+07:00")) is is_in


COMMON = {"layout": 1, "published_at": 0.99, "byline": 0.6, "lead": 0.9, "section": 1, "tags": 0.5, "images": 0.8}
"""Shares of articles that have a field."""


def ordinary_days(
    seed: int, *, days: int, hours: Sequence[int], per_day: float
) -> Iterator[tuple[RunReport, SiteHistory]]:
    """Yield the runs of a site where nothing breaks: chance, quiet weekends, Tết, and a timer that wanders."""
    chance, came, begun, seen = Random(seed), list[datetime](), list[datetime](), list[SeenPage]()
    last = datetime(2026, 1, 1, tzinfo=VIETNAM)
    for number, hour in enumerate(hour for day in range(days) for hour in (24 * day + each for each in hours)):
        start = datetime(2026, 1, 1, tzinfo=VIETNAM) + timedelta(hours=hour, minutes=chance.random() * 20)
        pace = (0.2 if is_tet(start) else 1) * (1, 1, 1, 1, 1, 0.7, 0.45)[start.weekday()] * (start - last) / DAY
        count = sum(chance.random() < per_day * pace / 500 for _ in range(500))
        last, end = start, start + timedelta(minutes=5)
        begun.append(start)
        came += [end] * count
        for page in range(count):
            fields = {name for name, share in COMMON.items() if chance.random() < share}
            seen.append(SeenPage(f"{number}-{page}", number, end, None, "", frozenset(fields)))
        yield (
            report(start=start, run=number, finished_at=end, good=count, known=30),
            SiteHistory(
                pages=tuple(reversed(seen[-600:])), arrivals=tuple(came), starts=tuple(begun),
                newest=came[-1] if came else None,
            ),
        )  # fmt: skip


@pytest.mark.drill
@pytest.mark.parametrize(("seed", "hours"), [(1, [5]), (2, [5, 17]), (3, [5, 17]), (4, range(0, 24, 6))])
def test_no_alarm_in_half_a_year_in_which_nothing_breaks(seed: int, hours: Sequence[int]) -> None:
    runs = ordinary_days(seed, days=180, hours=hours, per_day=25)
    assert [said for run, history in runs for said in judge_run(run, history, Expect(), in_full=True)] == []
