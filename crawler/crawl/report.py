"""The result of a crawl of one site: its report, its exit code, and the summary for people."""

import shlex
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from archive import ExitCode, RunReport, RunStatus, phrase, recalled, with_reason
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
        yield Shortfall(
            phrase("{missing} of {n} addresses gave no article", missing=missing, n=len(urls)), tuple(commands)
        )


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
    yield phrase(
        "{site}: found {found} = stored {stored} + revised {revised} + unchanged {unchanged} + gone {gone} + "
        "refused {refused} + failed {failed} + left {left}",
        site=report.site,
        found=report.found,
        stored=report.stored,
        revised=report.revised,
        unchanged=report.unchanged,
        gone=report.gone,
        refused=refused,
        failed=failed,
        left=report.left,
    )
    if report.known:
        yield phrase("  {known} more are known and not due", known=report.known)
    if report.outside:
        yield phrase("  {outside} more are due, but were published outside --since and --until", outside=report.outside)
    yield from (
        phrase("  refused {count}: {reason}", count=count, reason=reason)
        for reason, count in sorted(report.refused.items())
    )
    yield from (
        phrase("  failed {count}: {reason}", count=count, reason=reason)
        for reason, count in sorted(report.failed.items())
    )
    if report.doubtful:
        yield phrase(
            "  read with doubts {doubtful}: `baotinh doubts {site}` lists what they leave",
            doubtful=report.doubtful,
            site=shlex.quote(report.site),
        )
    yield from _problem_lines(crawled)
    if report.status is not RunStatus.FINISHED:
        yield phrase("  {status}: run the same command again to go on", status=report.status)


def _problem_lines(crawled: Crawled) -> Iterator[str]:
    report = crawled.report
    if report.sources_failed:
        yield phrase(
            "  {failed} of {n} sources failed:",
            failed=report.sources_failed,
            n=report.sources_ok + report.sources_failed,
        )
        yield from (f"    {each.url}: " + with_reason(each.reason, each.detail) for each in report.troubles)
    yield from ("  " + str(said) for said in (*report.losses, *map(recalled, (*report.cut_short, *report.notes))))
    for shortfall in crawled.shortfalls:
        yield phrase("  below expectation: {said}", said=shortfall.said)
        yield from ("    " + page for page in shortfall.pages)
    if crawled.shortfalls:
        site = shlex.quote(report.site)
        yield phrase(
            "  see what the site gives now: `baotinh probe {site}`; what it gave before: `baotinh health {site}`",
            site=site,
        )
    if not report.balances:
        yield phrase("  the counts do not agree with the captures; please report this")
