"""`baotinh repair`: mends what is damaged."""

from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

import click

from archive.care.repair import repair
from archive.cli.command import Command, archive_option, json_option
from archive.cli.terminal import print_json, report, say
from archive.errors import ExitCode
from archive.phrases import phrase


@click.command("repair", cls=Command)
@json_option
@archive_option
def repair_command(*, as_json: bool, folder: Path) -> None:
    """Mend what `baotinh verify --deep` finds damaged, from the WARC files and from what can be read.

    \b
    baotinh repair
    baotinh repair --archive news-archive

    A database with damaged pages is made again; the damaged one stays beside it, with the date in its name. WARC files
    are never changed. What is still damaged afterwards is listed, and the exit code is then 5. If it is interrupted,
    run it again.
    """
    repaired = repair(folder, at=datetime.now(UTC))
    after = repaired.after
    if as_json:
        aside = str(repaired.aside) if repaired.aside else None
        found = [asdict(each) for each in repaired.before.findings]
        record = {"found": found, "done": repaired.done, "aside": aside, "left": after.as_record()["findings"]}
        print_json(record, indent=2)
    else:
        report(repaired.done)
        if repaired.aside:
            say(phrase("the damaged database is now {aside}", aside=repaired.aside))
        report(phrase("still damaged: {each}", each=each) for each in after.findings)
        if repaired.before.is_whole:
            say(phrase("nothing is damaged"))
        elif after.is_whole:
            say(phrase("the archive is whole"), bold=True)
    if not after.is_whole:
        click.get_current_context().exit(ExitCode.ARCHIVE_UNUSABLE)
