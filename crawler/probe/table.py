"""The table of a survey: one row for each site."""

from collections.abc import Iterator, Sequence

from archive import ExitCode, phrase
from crawler.probe.record import Probe

HEADS = (
    phrase("site"),
    phrase("reachable"),
    phrase("robots"),
    phrase("sources"),
    phrase("article"),
    phrase("doubts"),
)
NOTHING = "–"


def table_of(probes: Sequence[Probe]) -> list[tuple[str, ...]]:
    """Return the heads and the rows."""
    return [HEADS, *(_row(probe) for probe in probes)]


def closing_lines(probes: Sequence[Probe]) -> Iterator[str]:
    """Yield what the table means in sum, and where to look next."""
    codes = [probe.exit_code for probe in probes]
    done, silent = codes.count(ExitCode.DONE), codes.count(ExitCode.NO_ANSWER)
    faulty = len(probes) - done - silent
    yield phrase(
        "{n} sites: {done} all right, {faulty} with a fault, {silent} without an answer",
        n=len(probes),
        done=done,
        faulty=faulty,
        silent=silent,
    )
    if odd := next((probe.site for probe in probes if probe.site and probe.exit_code is not ExitCode.DONE), None):
        yield phrase("`baotinh probe {site}` shows what broke there, and the fix", site=odd)


def _row(probe: Probe) -> tuple[str, ...]:
    return (
        probe.site or probe.outlet,
        _reachable(probe),
        _robots(probe),
        phrase("{n} of {all}", n=sum(source.problem is None for source in probe.sources), all=len(probe.sources)),
        _article(probe),
        _doubts(probe),
    )


def _reachable(probe: Probe) -> str:
    """Return "yes", or the reason why the first source gave no answer."""
    if any(source.has_answered for source in probe.sources):
        return phrase("yes")
    return next((source.problem.partition(":")[0] for source in probe.sources if source.problem), phrase("no"))


def _robots(probe: Probe) -> str:
    """Return the status of each robots.txt, and the longest delay that one asks for."""
    statuses = ", ".join(dict.fromkeys(str(robots.status) for robots in probe.robots))
    delay = max((robots.crawl_delay or 0 for robots in probe.robots), default=0)
    return f"{statuses}, {delay:g} s" if delay else statuses or NOTHING


def _article(probe: Probe) -> str:
    """Return the layout that read an article, else the reason why none was read."""
    read = next((article for article in probe.articles if article.reason is None), None)
    if read:
        return read.layout or "generic"
    return next((article.reason for article in probe.articles if article.reason), NOTHING)


def _doubts(probe: Probe) -> str:
    """Return the number of faults and remarks, and the doubts of the article's record."""
    faults = sum(finding.is_fault for finding in probe.findings)
    counts = ((faults, "✗"), (len(probe.findings) - faults, "·"))
    found = [f"{count} {mark}" for count, mark in counts if count]
    found += dict.fromkeys(doubt for article in probe.articles for doubt in article.doubts)
    return ", ".join(found) or NOTHING
