"""`baotinh coverage`: what the archive has of each day of an outlet, and what it lacks."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path

import click

from archive.cli.command import Command, archive_option, json_option, open_to_read
from archive.cli.tables import GAP, print_table
from archive.cli.terminal import print_json, report, said, say
from archive.phrases import counted, figure, joined, phrase
from archive.reading.day_states import Coverage, DayState, Unknown
from archive.reading.gaps import Gap
from archive.record import VIETNAM

SIGNS = {
    DayState.STORED: "█",
    DayState.MISSED: "×",
    DayState.SITE_DOWN: "!",
    DayState.CRAWLER_DOWN: "/",
    DayState.NOTHING_PUBLISHED: "–",
    DayState.UNKNOWN: "?",
}
NAMES = {
    DayState.STORED: phrase("stored"),
    DayState.MISSED: phrase("missed: published, not stored"),
    DayState.SITE_DOWN: phrase("newspaper's site down"),
    DayState.CRAWLER_DOWN: phrase("crawler down"),
    DayState.NOTHING_PUBLISHED: phrase("nothing published"),
    DayState.UNKNOWN: phrase("unknown: no evidence"),
}
CAUSES = {
    Unknown.NEVER_CRAWLED: phrase("no crawl of the outlet ran before"),
    Unknown.NOT_OVER: phrase("no source was read since the day ended"),
    Unknown.UNREAD: phrase("the sources could not be read"),
    Unknown.UNDATED: phrase("addresses or articles without a date were found, which may be of these days"),
}
HEADS = (
    phrase("days of outlet"),
    phrase("stored"),
    phrase("missed"),
    phrase("site down"),
    phrase("crawler"),
    phrase("none"),
    phrase("unknown"),
)
"""Of the table of all outlets: numbers of days in the order of the states."""
LONGEST_MONTH = 31
"""Days."""


@click.command(cls=Command)
@click.argument("site", required=False)
@click.option("--year", type=click.IntRange(1990, 2100), metavar="YEAR", help="Default: this year.")
@json_option
@archive_option
def coverage(*, site: str | None, year: int | None, as_json: bool, folder: Path) -> None:
    """Show the days of a year: stored, missed, the newspaper's site down, the crawler down, nothing published, unknown.

    \b
    baotinh coverage
    baotinh coverage baokhanhhoa --year 2025

    Only recorded evidence counts; docs/coverage.md says what it is. For one outlet, every gap is listed with
    its evidence and the command that may fill it.
    """
    now = datetime.now(VIETNAM)
    with open_to_read(folder) as archive:
        found = archive.coverage(year or now.year, at=now, site=site)
        gaps = archive.gaps(found[0]) if site and found else ()
    if as_json:
        records = [each.as_record() for each in found]
        if site:
            records = [{**record, "gaps": [gap.as_record() for gap in gaps]} for record in records]
        print_json({"year": year or now.year, "outlets": records}, indent=2)
        return
    if not found:
        say(phrase("this archive has no outlet, or the year has not begun"), aside=True)
    elif site:
        _print_year(found[0])
        _print_gaps(gaps)
        say("  ".join(f"{sign} {said(NAMES[state])}" for state, sign in SIGNS.items()), aside=True)
    else:
        print_table([HEADS, *((each.site, *map(figure, each.counts.values())) for each in found)])
        report([phrase("the days of one outlet, and its gaps: baotinh coverage SITE")], aside=True)


def _print_year(found: Coverage) -> None:
    """Print a line for each month: a sign for each day, and the articles that are stored and missed."""
    say(f"{found.name} ({found.site})", bold=True)
    signs = dict.fromkeys((each.month for each in found.months), "")
    for each in found.days:
        signs[f"{each.day:%Y-%m}"] += SIGNS[each.state]
    for month in found.months:
        counts = phrase("{stored:,} stored, {missed:,} missed", stored=month.stored, missed=month.missed)
        say(f"{month.month}{GAP}{signs[month.month].ljust(LONGEST_MONTH)}{GAP}{said(counts)}")
    if found.undated:
        say(
            counted(
                "{n:,} address without an article has no date",
                "{n:,} addresses without an article have no date",
                n=found.undated,
            )
        )


def _print_gaps(gaps: Sequence[Gap]) -> None:
    for gap in gaps:
        say()
        days = str(gap.first) if gap.first == gap.last else phrase("{first} to {last}", first=gap.first, last=gap.last)
        say(f"{SIGNS[gap.state]} {said(days)}: {said(NAMES[gap.state])}", bold=True)
        for line in _evidence(gap):
            say(f"  {said(line)}")
        if gap.command:
            report([f"  `{gap.command}`"])


def _evidence(gap: Gap) -> Iterator[str]:
    """Yield what is known of a gap, a sentence each."""
    if gap.state is DayState.MISSED:
        asked = [phrase("{number:,} {reason}", number=number, reason=reason) for reason, number in gap.reasons.items()]
        never = [phrase("{number:,} never requested", number=gap.never_asked)] if gap.never_asked else []
        yield counted(
            "sources named {n:,} address without an article: {reasons}",
            "sources named {n:,} addresses without an article: {reasons}",
            n=gap.missed,
            reasons=joined(", ", never + asked),
        )
    if gap.state is DayState.CRAWLER_DOWN:
        yield counted("no crawl ran for {n:,} day", "no crawl ran for {n:,} days", n=gap.days)
    if gap.unknown:
        yield CAUSES[gap.unknown]
    for each in gap.answers:
        answer = f"{each.reason} ({each.status})" if each.status else each.reason
        yield counted("{n:,} request failed: {answer}", "{n:,} requests failed: {answer}", n=each.times, answer=answer)
    if gap.stored:
        yield counted("{n:,} article of these days is stored", "{n:,} articles of these days are stored", n=gap.stored)
