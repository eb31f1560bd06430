"""The result of a crawl of one site: its report, its exit code, and the summary for people."""

import shlex
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from archive import ExitCode, RunReport, RunStatus
from crawler.operate.expect import Shortfall

GRAVEST_FIRST = (
    ExitCode.ARCHIVE_UNUSABLE,
    ExitCode.FAULT,
    ExitCode.WRONG_CALL,
    ExitCode.NO_ANSWER,
    ExitCode.LESS_THAN_EXPECTED,
    ExitCode.INTERRUPTED,
    ExitCode.BUSY,
    ExitCode.DONE,
)
"""Exit codes by how serious they are: those of the archive, then of the program, then of the outlets."""


@dataclass(frozen=True, slots=True)
class Crawled:
    """A crawl of one site that has ended."""

    report: RunReport
    shortfalls: tuple[Shortfall, ...]
    """What the run fell short of."""

    def as_record(self) -> dict[str, Any]:
        """Return the report as JSON knows it, and what it fell short of."""
        return {**self.report.as_record(), "shortfalls": [each.as_record() for each in self.shortfalls]}


def missing_articles(report: RunReport, urls: Sequence[str]) -> Iterator[Shortfall]:
    """Yield a shortfall if a run for these articles did not get all of them."""
    missing = len(urls) - report.stored - report.revised - report.unchanged
    if missing > 0:
        commands = (f"`{shlex.join(('baotinh', 'why', url))}`" for url in urls)
        yield Shortfall(f"{missing} of {len(urls)} addresses gave no article", tuple(commands))


def exit_code(report: RunReport, shortfalls: Sequence[Shortfall] = ()) -> ExitCode:
    """Return the exit code of one crawl: the most serious one that applies."""
    if report.status is RunStatus.INTERRUPTED:
        return ExitCode.INTERRUPTED
    if report.status is RunStatus.FAULTY:
        return ExitCode.FAULT
    if report.is_without_answer:
        return ExitCode.NO_ANSWER
    return ExitCode.LESS_THAN_EXPECTED if shortfalls or _fell_short(report) else ExitCode.DONE


def gravest(codes: Iterable[ExitCode]) -> ExitCode:
    """Return the most serious exit code."""
    return min(codes, key=GRAVEST_FIRST.index)


def _fell_short(report: RunReport) -> bool:
    if report.sources_failed or report.status is RunStatus.STOPPED:
        return True
    # a run that began in quiet hours sent no request, so nothing is missing
    return bool(report.cut_short and report.sources_ok)


def summary(crawled: Crawled) -> Iterator[str]:
    """Yield the counts of a run as a sum that balances, then the reasons behind it, then what fell short."""
    report = crawled.report
    refused, failed = sum(report.refused.values()), sum(report.failed.values())
    yield (
        f"{report.site}: found {report.found} = stored {report.stored} + revised {report.revised} + unchanged "
        f"{report.unchanged} + gone {report.gone} + refused {refused} + failed {failed} + left {report.left}"
    )
    if report.known:
        yield f"  {report.known} more are known and not due"
    if report.outside:
        yield f"  {report.outside} more are due, but were published outside --since and --until"
    yield from (f"  refused {count}: {reason}" for reason, count in sorted(report.refused.items()))
    yield from (f"  failed {count}: {reason}" for reason, count in sorted(report.failed.items()))
    if report.doubtful:
        yield f"  read with doubts {report.doubtful}: `baotinh doubts {shlex.quote(report.site)}` lists what they leave"
    yield from _problem_lines(crawled)
    if report.status is not RunStatus.FINISHED:
        yield f"  {report.status}: run the same command again to go on"


def _problem_lines(crawled: Crawled) -> Iterator[str]:
    report = crawled.report
    if report.sources_failed:
        yield f"  {report.sources_failed} of {report.sources_ok + report.sources_failed} sources failed:"
        yield from (f"    {each.url}: {each.reason} ({each.detail})" for each in report.troubles)
    yield from (f"  {said}" for said in (*report.losses, *report.cut_short, *report.notes))
    for shortfall in crawled.shortfalls:
        yield f"  below expectation: {shortfall.said}"
        yield from (f"    {page}" for page in shortfall.pages)
    if crawled.shortfalls:
        site = shlex.quote(report.site)
        yield f"  see what the site gives now: `baotinh probe {site}`; what it gave before: `baotinh health {site}`"
    if not report.balances:
        yield "  the counts do not agree with the captures; please report this"
