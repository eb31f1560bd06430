"""`baotinh verify`: whether the archive is whole, and the head of its ledger."""

from datetime import UTC, datetime
from pathlib import Path

import click

from archive.care.verify import Checked, ledger_head, verify
from archive.cli.command import Command, archive_option, json_option
from archive.cli.terminal import print_json, report, say
from archive.errors import ExitCode
from archive.phrases import counted, joined, phrase

SHOWN = 200
"""Damages that are listed for people; --json has all."""


@click.command("verify", cls=Command)
@click.option("--deep", is_flag=True, help="Read every WARC file to its last byte too.")
@click.option("--head", "only_head", is_flag=True, help="Only print the head of the ledger, one line to keep.")
@click.option("--expect", metavar="HEAD", help="Prove that a head that was printed before lies in the chain.")
@json_option
@archive_option
def verify_command(*, deep: bool, only_head: bool, expect: str | None, as_json: bool, folder: Path) -> None:
    """Check that nothing in the archive is damaged or missing.

    \b
    baotinh verify
    baotinh verify --deep
    baotinh verify --head
    baotinh verify --expect 5f0c1e…

    Everything that is damaged is listed with what mends it, and the exit code is 5. The result is stored in the table
    fixity_checks. An archive on a read-only disk is checked all the same.
    """
    if only_head:
        _print_head(folder, as_json=as_json)
        return
    if expect is not None and not expect.split():
        raise click.UsageError(phrase("--expect wants the head that `baotinh verify --head` printed"))
    checked = verify(folder, at=datetime.now(UTC), deep=deep, expect=expect)
    if as_json:
        print_json(checked.as_record(), indent=2)
    else:
        print_checked(checked)
    if not checked.is_whole:
        click.get_current_context().exit(ExitCode.ARCHIVE_UNUSABLE)


def _print_head(folder: Path, *, as_json: bool) -> None:
    last = ledger_head(folder)
    if as_json:
        print_json({"head": last.line if last else None}, indent=2)
    elif last:
        say(last.line)
    else:
        say(phrase("the ledger is empty: it begins with the end of the first crawl"), aside=True)


def print_checked(checked: Checked) -> None:
    """Print what a check found, for people."""
    report(map(str, checked.findings[:SHOWN]))
    if len(checked.findings) > SHOWN:
        report([phrase("and {n} more: `baotinh verify --json` lists all", n=len(checked.findings) - SHOWN)])
    counts = [
        counted("{n:,} article", "{n:,} articles", n=checked.articles),
        counted("{n:,} capture", "{n:,} captures", n=checked.captures),
    ]
    if checked.what == "verify --deep":
        counts.append(
            phrase(
                "{records:,} records in {files:,} WARC files",
                records=checked.warc_records,
                files=checked.warc_files,
            )
        )
    found = len(checked.findings)
    result = phrase("damaged: {found}", found=found) if found else phrase("whole")
    line = phrase("{result} ({counts})", result=result, counts=joined(", ", counts))
    say(line, colour=None if checked.is_whole else "red", bold=True)
    if not checked.is_noted:
        say(phrase("the result was not stored: the archive is damaged, in use or cannot be written"), aside=True)
    if checked.head:
        say(checked.head)
