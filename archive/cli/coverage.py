"""`baotinh coverage`: what the archive has of each day of an outlet, and what it lacks."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from itertools import groupby
from pathlib import Path

import click

from archive.cli.command import Command, archive_option, json_option, open_to_read
from archive.cli.tables import GAP, print_table
from archive.cli.terminal import print_json, report, say
from archive.reading.coverage import Coverage, DayState, Unknown
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
    DayState.STORED: "stored",
    DayState.MISSED: "missed: published, not stored",
    DayState.SITE_DOWN: "newspaper's site down",
    DayState.CRAWLER_DOWN: "crawler down",
    DayState.NOTHING_PUBLISHED: "nothing published",
    DayState.UNKNOWN: "unknown: no evidence",
}
CAUSES = {
    Unknown.NEVER_CRAWLED: "no crawl of the outlet ran before",
    Unknown.NOT_OVER: "no source was read since the day ended",
    Unknown.UNREAD: "the sources could not be read",
    Unknown.UNDATED: "addresses or articles without a date were found, which may be of these days",
}
HEADS = ("stored", "missed", "site", "crawler", "none", "unknown")
"""Of the counts of days, in the order of the states."""


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
        say("this archive has no outlet, or the year has not begun", aside=True)
        return
    if site:
        _print_year(found[0])
        _print_gaps(gaps)
    else:
        rows = [(each.site, *(str(number) for number in each.counts.values())) for each in found]
        print_table([("days of outlet", *HEADS), *rows])
    report(["the signs and states: `baotinh coverage SITE`"] if not site else _key(), aside=True)


def _key() -> Iterator[str]:
    yield "  ".join(f"{sign} {NAMES[state]}" for state, sign in SIGNS.items())


def _print_year(found: Coverage) -> None:
    """Print a line for each month: a sign for each day, and the articles that are stored and missed."""
    say(f"{found.name} ({found.site})", bold=True)
    for month, days in groupby(found.days, key=lambda each: each.day.isoformat()[:7]):
        of_month = list(days)
        signs = "".join(SIGNS[each.state] for each in of_month)
        counts = f"{sum(each.stored for each in of_month):,} stored, {sum(each.missed for each in of_month):,} missed"
        say(f"{month}{GAP}{signs.ljust(31)}{GAP}{counts}")
    if found.undated:
        say(f"{found.undated:,} addresses without an article have no date")


def _print_gaps(gaps: Sequence[Gap]) -> None:
    for gap in gaps:
        say()
        say(f"{SIGNS[gap.state]} {_span(gap.first, gap.last)}: {NAMES[gap.state]}", bold=True)
        report(f"  {line}" for line in _evidence(gap))
        if gap.command:
            report([f"  `{gap.command}`"])


def _span(first: date, last: date) -> str:
    return str(first) if first == last else f"{first} to {last}"


def _evidence(gap: Gap) -> Iterator[str]:
    """Yield what is known of a gap, a sentence each."""
    if gap.state is DayState.MISSED:
        reasons = [f"{number:,} {reason}" for reason, number in gap.reasons.items()]
        asked = [f"{gap.never_asked:,} never requested"] if gap.never_asked else []
        yield f"sources named {gap.missed:,} addresses without an article: {', '.join(asked + reasons)}"
    if gap.state is DayState.CRAWLER_DOWN:
        yield f"no crawl ran for {gap.days:,} {'day' if gap.days == 1 else 'days'}"
    if gap.unknown:
        yield CAUSES[gap.unknown]
    for each in gap.answers:
        status = f", status {each.status}" if each.status else ""
        yield f"sources answered {each.times:,} times: {each.reason}{status}"
    if gap.stored:
        yield f"{gap.stored:,} articles of these days are stored"
