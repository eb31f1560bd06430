"""Commands that need only the archive: part of `baotinh`, and all that a researcher needs.

A module for each command. Data goes to standard output, talk to standard error.
"""

import click

from archive.cli.backup import backup
from archive.cli.changes import changes
from archive.cli.check_quote import check_quote
from archive.cli.command import DEFAULT_ARCHIVE, Command, archive_option, json_option, wide_option
from archive.cli.copies import copies, waiting_lines
from archive.cli.correct import correct
from archive.cli.coverage import coverage
from archive.cli.defaults import DefaultsOfArchive
from archive.cli.doubts import doubts
from archive.cli.export import export
from archive.cli.filter_options import DAY
from archive.cli.init import init
from archive.cli.kwic import kwic
from archive.cli.language import spoken_language
from archive.cli.mcp import mcp
from archive.cli.merge import merge
from archive.cli.next_command import complete, next_command
from archive.cli.pack import pack
from archive.cli.program import CommandGroup, Program
from archive.cli.rebuild import compare_option, new_argument, print_rebuilt, rebuild_command
from archive.cli.repair import repair_command
from archive.cli.runs import runs
from archive.cli.schema import schema
from archive.cli.search import print_hit, search
from archive.cli.serve import serve
from archive.cli.show import show
from archive.cli.stats import stats
from archive.cli.tables import print_table
from archive.cli.terminal import print_data, print_error, print_json, report, said, say
from archive.cli.trend import trend
from archive.cli.verify import print_checked, verify_command
from archive.cli.withhold import withhold

__all__ = (
    "COMMANDS",
    "DAY",
    "DEFAULT_ARCHIVE",
    "Command",
    "CommandGroup",
    "DefaultsOfArchive",
    "Program",
    "archive_option",
    "compare_option",
    "complete",
    "json_option",
    "new_argument",
    "next_command",
    "print_checked",
    "print_data",
    "print_error",
    "print_hit",
    "print_json",
    "print_rebuilt",
    "print_table",
    "report",
    "said",
    "say",
    "spoken_language",
    "waiting_lines",
    "wide_option",
)
"""What the commands of the crawler share with these."""

COMMANDS: tuple[click.Command, ...] = (
    *(
        init,
        search,
        show,
        check_quote,
        copies,
        correct,
        withhold,
        doubts,
        export,
        changes,
        stats,
        trend,
        kwic,
        coverage,
        serve,
        runs,
    ),
    *(verify_command, repair_command, rebuild_command, backup, merge, pack, schema, mcp),
)
