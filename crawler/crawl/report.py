"""What a crawl of one site came to: its report, its exit code, and the summary that people read."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from archive import RunReport, RunStatus
from crawler.operate.expect import Shortfall

GRAVEST_FIRST = (5, 1, 2, 4, 3, 130, 6, 0)
"""Exit codes of crawls side by side: the state of the archive, then of the program, then of the outlets."""


@dataclass(frozen=True, slots=True)
class Crawled:
    """A crawl of one site that came to an end."""

    report: RunReport
    shortfalls: tuple[Shortfall, ...]
    """What it should have brought besides."""

    def as_record(self) -> dict[str, Any]:
        """Return the report as JSON knows it, and what it fell short of."""
        return {**self.report.as_record(), "shortfalls": [each.as_record() for each in self.shortfalls]}


def exit_code(report: RunReport, shortfalls: Sequence[Shortfall] = ()) -> int:
    """Return the exit code of one crawl.

    130 if it was interrupted, 1 if the program broke on an answer, 4 if no source answered, 3 if it fell short or
    was stopped, else 0.
    """
    if report.status is RunStatus.INTERRUPTED:
        return 130
    if report.status is RunStatus.FAULTY:
        return 1
    if report.sources_failed and not report.sources_ok:
        return 4
    return 3 if shortfalls or _fell_short(report) else 0


def gravest(codes: Iterable[int]) -> int:
    """Return the exit code that somebody must hear of most; a crawl that another one holds up is the least of them."""
    return min(codes, key=GRAVEST_FIRST.index)


def _fell_short(report: RunReport) -> bool:
    if report.sources_failed or report.status is RunStatus.STOPPED:
        return True
    # a run that fell into quiet hours asked for nothing, and owes nothing
    return bool(report.cut_short and report.sources_ok)


def summary(crawled: Crawled) -> str:
    """The counts of a run as a sum that balances, with the reasons behind it, and what it fell short of."""
    report = crawled.report
    refused, failed = sum(report.refused.values()), sum(report.failed.values())
    lines = [
        f"{report.site}: found {report.found} = stored {report.stored} + revised {report.revised} + unchanged "
        f"{report.unchanged} + gone {report.gone} + refused {refused} + failed {failed} + left {report.left}"
    ]
    if report.known:
        lines.append(f"  {report.known} more were known already and are not due")
    if report.outside:
        lines.append(f"  {report.outside} more are due and were published outside the days that were wanted")
    lines += [f"  refused {count}: {reason}" for reason, count in sorted(report.refused.items())]
    lines += [f"  failed {count}: {reason}" for reason, count in sorted(report.failed.items())]
    if report.sources_failed:
        lines.append(f"  {report.sources_failed} of {report.sources_ok + report.sources_failed} sources failed:")
        lines += [f"    {each.url}: {each.reason} ({each.detail})" for each in report.troubles]
    lines += [f"  {said}" for said in (*report.cut_short, *report.notes)]
    for shortfall in crawled.shortfalls:
        lines += [f"  below expectation: {shortfall.said}", *(f"    {page}" for page in shortfall.pages)]
    if crawled.shortfalls:
        lines.append(f"  see what the site gives now: `baotinh probe {report.site}`; what it gave: `baotinh health`")
    if not report.balances:
        lines.append("  the counts do not agree with the captures; please report this")
    if report.status is not RunStatus.FINISHED:
        lines.append(f"  {report.status}: run the same command again to go on")
    return "\n".join(lines)
