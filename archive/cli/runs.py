"""`baotinh runs`: the last crawls."""

from collections.abc import Sequence
from pathlib import Path

import click

from archive.cli.command import Command, archive_option, json_option, limit_option, wide_option
from archive.cli.tables import print_table
from archive.cli.terminal import print_json, say
from archive.phrases import phrase
from archive.store import Archive
from archive.writing.runs import RunReport

SHORT = ("run", "site", "started", "status", "found", "stored", "failed", "left")
"""Heads of the columns that fit 80 characters."""


@click.command(cls=Command)
@limit_option
@wide_option
@json_option
@archive_option
def runs(limit: int, *, is_wide: bool, as_json: bool, folder: Path) -> None:
    """List the last crawls with their counts.

    \b
    baotinh runs
    baotinh runs --json --limit 1
    """
    with Archive.open(folder, read_only=True) as archive:
        reports = archive.runs(limit=limit)
    if as_json:
        print_json([report.as_record() for report in reports], indent=2)
        return
    _print_runs(reports, is_wide=is_wide)
    for report in reports:
        if not report.balances:
            say(phrase("run {run}: frontier and captures disagree; please report it", run=report.run), aside=True)


def _print_runs(reports: Sequence[RunReport], *, is_wide: bool) -> None:
    if not reports:
        say(phrase("this archive has no crawl yet"), aside=True)
        return
    rows = list(map(_cells, reports))
    heads = tuple(head for head in rows[0] if is_wide or head in SHORT)
    print_table([heads, *(tuple(row[head] for head in heads) for row in rows)], is_wide=is_wide)


def _cells(report: RunReport) -> dict[str, str]:
    """Return the value of each column, by its head."""
    return {
        phrase("run"): str(report.run),
        phrase("site"): report.site,
        phrase("started"): report.started_at.isoformat(sep=" ", timespec="minutes")[:16],
        phrase("status"): report.status,
        phrase("found"): str(report.found),
        phrase("stored"): str(report.stored),
        phrase("revised"): str(report.revised),
        phrase("same"): str(report.unchanged),
        phrase("refused"): str(sum(report.refused.values())),
        phrase("failed"): str(sum(report.failed.values())),
        phrase("left"): str(report.left),
    }
