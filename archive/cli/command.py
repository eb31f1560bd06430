"""What all commands share: errors that become sentences, and the options that mean the same everywhere."""

import errno
import os
import signal
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from getpass import getuser
from pathlib import Path
from typing import Any, TypeVar

import click

from archive.cli.defaults import take_defaults
from archive.cli.help import HelpInLanguage
from archive.cli.terminal import print_error, shown_usage_errors
from archive.errors import ArchiveError, DamagedRecord, DamagedWarc, ExitCode
from archive.os_errors import words_of
from archive.phrases import phrase
from archive.store import Archive

DEFAULT_ARCHIVE = "news-archive"
MOST = 1_000_000
"""The largest --limit; SQLite's own numbers end at 2**63."""
_Decorated = TypeVar("_Decorated", bound=Callable[..., Any])


class Command(HelpInLanguage):
    """A command whose ArchiveErrors become sentences, and whose colours follow NO_COLOR."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Read the command line."""
        with shown_usage_errors():
            return super().parse_args(ctx, args)

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command."""
        if os.environ.get("NO_COLOR"):
            ctx.color = False
        try:
            with shown_usage_errors():
                return super().invoke(ctx)
        except ArchiveError as error:
            print_error(error)
            return ctx.exit(error.exit_code)
        except BrokenPipeError:  # the reader has read enough: `baotinh export | head`
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            return ctx.exit(ExitCode.PIPE_CLOSED)
        except OSError as error:
            if error.errno != errno.ENOSPC:
                raise
            print_error(OSError(phrase("the output could not be written: {finding}", finding=words_of(error))))
            return ctx.exit(ExitCode.ARCHIVE_UNUSABLE)


def end_damaged(damaged: Sequence[DamagedRecord | DamagedWarc]) -> None:
    """Name what is damaged on standard error and end the command with exit code 5; nothing happens without any."""
    for each in damaged:
        print_error(each)
    if damaged:
        click.get_current_context().exit(ExitCode.ARCHIVE_UNUSABLE)


def open_to_read(folder: Path) -> Archive:
    """Return the archive, open for reading; withheld articles whose last day is over are shown again first.

    Where the archive cannot be written, they are shown after the next crawl.
    """
    now = datetime.now(UTC)
    archive = Archive.open(folder, read_only=True)
    if archive.is_lift_due(at=now):
        archive.close()
        with suppress(ArchiveError), Archive.open(folder) as writer:
            writer.lift_due(at=now)
        archive = Archive.open(folder, read_only=True)
    return archive


@contextmanager
def cleaned_up_on_sigterm() -> Iterator[None]:
    """Let SIGTERM end the block like an error, so that it leaves no parts of files; the exit code is INTERRUPTED."""

    def end(*_: object) -> None:
        raise SystemExit(ExitCode.INTERRUPTED)

    before = signal.signal(signal.SIGTERM, end)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def by_option(command: _Decorated) -> _Decorated:
    """Add `--by NAME`, for what is logged."""
    return click.option("--by", metavar="NAME", callback=_person, help="Who decided (default: your user name).")(
        command
    )


def _person(_: click.Context, __: click.Parameter, given: str | None) -> str:
    if given and given.strip():
        return given.strip()
    try:
        return getuser()
    except (OSError, KeyError, ImportError):  # a container may give the process a number without a name
        raise click.UsageError(phrase("this user has no name: say who decides with --by NAME")) from None


def archive_option(command: _Decorated) -> _Decorated:
    """Add `--archive DIR`."""
    return click.option(
        "--archive",
        "folder",
        metavar="DIR",
        type=click.Path(path_type=Path, readable=False),
        envvar="BAOTINH_ARCHIVE",
        default=DEFAULT_ARCHIVE,
        show_default=True,
        is_eager=True,
        callback=take_defaults,
        help="Folder of the archive; BAOTINH_ARCHIVE names it too.",
    )(command)


def limit_option(command: _Decorated) -> _Decorated:
    """Add `--limit N`, for what is listed."""
    return click.option(
        "--limit",
        type=click.IntRange(1, MOST),
        metavar="N",
        default=20,
        show_default=True,
        help="How many at most.",
    )(command)


json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON.")
wide_option = click.option("--wide", "is_wide", is_flag=True, help="Print all columns, one line for each row.")
