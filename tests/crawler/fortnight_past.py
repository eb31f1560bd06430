"""What one crawl of the two weeks must bring, and what those before it brought, as the rules of health look at it."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from archive import Doubt, Reason, RunReport, RunStatus, SeenPage, SiteHistory
from crawler.operate.expect import Shortfall, judge_run
from crawler.site import Expect
from tests.crawler.fortnight import EXPECTED, PUBLISHED, number_of

NEWS = timedelta(days=3)
"""An article that was older when it was found is no news of the day."""
RUNS_BACK = 200
"""Whose pages count, as docs/commands.md has it of the shares."""


@dataclass
class Kept:
    """An article in the archive."""

    first_seen: datetime
    texts: list[int]
    """How often it had been edited when each text was seen."""
    by_rule: bool
    """Whether a layout of the site read it last."""
    tombstones: list[tuple[Reason, datetime, datetime | None]] = field(default_factory=list)
    """Why, since when and until when it was gone."""

    @property
    def is_gone(self) -> bool:
        return bool(self.tombstones) and self.tombstones[-1][2] is None


@dataclass
class Expected:
    """What one run must bring."""

    counts: dict[str, int] = field(
        default_factory=lambda: dict.fromkeys(("stored", "revised", "unchanged", "gone", "left"), 0)
    )
    refused: Counter[Reason] = field(default_factory=Counter)
    failed: Counter[Reason] = field(default_factory=Counter)
    troubles: list[Reason] = field(default_factory=list)
    sources_ok: int = 0
    is_cut_short: bool = False
    said: list[str] = field(default_factory=list)
    hits: Counter[tuple[str, bool]] = field(default_factory=Counter)
    """Path and whether it was asked only for what is new → how often."""

    @property
    def found(self) -> int:
        return sum(self.counts.values()) + self.refused.total() + self.failed.total()

    @property
    def exit_code(self) -> int:
        if self.troubles:
            return 4
        return 3 if self.said else 0

    def as_record(self) -> dict[str, Any]:
        """Return it in the words of the report."""
        refused, failed = (dict(by_reason) for by_reason in (self.refused, self.failed))
        return {
            **self.counts, "found": self.found, "refused": refused, "failed": failed, "sources_ok": self.sources_ok,
            "sources_failed": len(self.troubles), "troubles": [*map(str, self.troubles)], "said": self.said,
            "is_cut_short": self.is_cut_short, "exit_code": self.exit_code, "hits": dict(self.hits),
        }  # fmt: skip


@dataclass
class Past:
    """What the crawls so far have seen."""

    kept: dict[int, Kept] = field(default_factory=dict)
    """By the number of the article."""
    starts: list[datetime] = field(default_factory=list)
    """Of the crawls, the present one included."""
    pages: dict[str, tuple[int, datetime, Reason | None, bool]] = field(default_factory=dict)
    """Path → run, moment, what was wrong with its last whole answer before the present crawl, and whether it lost its
    layout; the last one last."""
    now: dict[str, tuple[int, datetime, Reason | None, bool]] = field(default_factory=dict)
    """The same of the present crawl."""
    unread: dict[str, SeenPage] = field(default_factory=dict)
    """By path, articles that a layout read before and that nothing reads, since the last one that a layout reads."""

    def begin(self, at: datetime) -> None:
        """Begin a crawl: what the one before it met becomes the past."""
        self.starts.append(at)
        for path, page in self.now.items():
            self.pages.pop(path, None)
            self.pages[path] = page
        self.now.clear()

    def note(self, path: str, reason: Reason | None, *, lost_layout: bool = False) -> None:
        """Note an answer that came now."""
        self.now.pop(path, None)
        self.now[path] = (len(self.starts), self.starts[-1], reason, lost_layout)

    def note_reading(self, path: str, reason: Reason | None, *, kept: Kept | None, lost_layout: bool = False) -> None:
        """Note whether a layout read the article of an address, or does so no more."""
        if kept is None or not kept.by_rule:
            return
        if reason is None and not lost_layout:
            self.unread.clear()
        elif lost_layout or (reason is not None and reason.hints_at_markup):
            self.unread.pop(path, None)
            self.unread[path] = SeenPage(path, len(self.starts), self.starts[-1], reason, "", frozenset(), True)

    def judge(self, told: Expected) -> tuple[Shortfall, ...]:
        """Return what the rules of crawler/operate/expect.py say of the present run; they have tests of their own."""
        run, at = len(self.starts), self.starts[-1]
        pages = [
            SeenPage(
                path, seen_in, seen_at, reason, "", self._fields(path, reason, lost_layout=lost),
                number_of(path) in self.kept, (Doubt.UNKNOWN_LAYOUT,) if lost else (), lost,
            )
            for pages in (self.now, self.pages)
            for path, (seen_in, seen_at, reason, lost) in reversed(pages.items())
            if seen_in > run - RUNS_BACK
        ]  # fmt: skip
        arrivals = [each.first_seen for n, each in self.kept.items() if each.first_seen - PUBLISHED[n - 1] <= NEWS]
        history = SiteHistory(
            pages=tuple(pages), arrivals=tuple(arrivals), starts=tuple(self.starts),
            newest=max(each.first_seen for each in self.kept.values()), unread=tuple(reversed(self.unread.values())),
        )  # fmt: skip
        report = RunReport(
            run=run, site="", started_at=at, finished_at=at, status=RunStatus.FINISHED,
            outside=0, known=0, doubtful=0, troubles=(), losses=(), cut_short=(), notes=(),
            found=told.found, refused=told.refused, failed=told.failed, balances=True,
            sources_ok=told.sources_ok, sources_failed=len(told.troubles), **told.counts,
        )  # fmt: skip
        return judge_run(report, history, Expect(articles_per_day=EXPECTED), in_full=True)

    def _fields(self, path: str, reason: Reason | None, *, lost_layout: bool) -> frozenset[str]:
        if reason:
            return frozenset()
        by_rule = self.kept[number_of(path) or 0].by_rule and not lost_layout
        return frozenset(("published_at", *(("layout",) if by_rule else ())))
