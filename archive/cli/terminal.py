"""The one way to the terminal: every other module prints through these functions.

What people read is made of lines. A line stays one line whatever is in it, and its control characters become visible:
titles, addresses and refusals come from the web. What programs read (JSON, CSV, TOML) is printed as it is.
"""

import json
import sys
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from typing import BinaryIO

import click

from archive.cli.language import spoken_language
from archive.cli.next_command import complete
from archive.phrases import in_language, phrase
from archive.safe_text import visible


def said(text: str) -> str:
    """Return words of our own in the language of the running command, any other text as it is; nothing in it acts."""
    return visible(in_language(text, spoken_language()))


def say(line: str = "", *, aside: bool = False, bold: bool = False, colour: str | None = None) -> None:
    """Print one line for people: on standard output, or `aside` on standard error."""
    click.secho(said(line), err=aside, bold=bold or None, fg=colour)


def say_pieces(pieces: Iterable[tuple[str, str | None]], *, aside: bool = False) -> None:
    """Print one line for people, made of pieces with a colour each."""
    line = "".join(click.style(said(text), fg=colour) if colour else said(text) for text, colour in pieces)
    click.echo(line, err=aside)


def has_colours() -> bool:
    """Whether standard output is a terminal that may show colours: NO_COLOR forbids them."""
    return sys.stdout.isatty() and click.get_current_context().color is not False


def report(lines: Iterable[str], *, aside: bool = False, flags: Collection[str] = ()) -> None:
    """Print lines of our own words; commands in backticks get the options of the running one, and these flags."""
    for line in lines:
        say(complete(said(line), flags), aside=aside)


@contextmanager
def shown_usage_errors() -> Iterator[None]:
    """Make the text of click's own errors fit to be printed: click prints them after the context."""
    try:
        yield
    except click.ClickException as error:
        vars(error)["message"] = complete(said(error.message))  # final only for the type checker
        raise


def print_error(error: Exception) -> None:
    """Say on standard error what is wrong; an error of several lines has them as `lines`."""
    first, *others = (complete(said(line)) for line in getattr(error, "lines", (str(error),)))
    say_pieces([(phrase("error:"), "red"), (f" {first}", None)], aside=True)
    for line in others:
        say(line, aside=True)


def print_json(value: object, *, indent: int | None = None) -> None:
    """Print a value for programs, on one line unless there is an `indent`."""
    print_data(json.dumps(value, ensure_ascii=False, indent=indent) + "\n")


def print_data(text: str) -> None:
    """Print text for programs as it is, without a line end of our own."""
    click.echo(text, nl=False)


def print_page(page: bytes) -> None:
    """Print a page from the web: as it is for a program, with visible control characters on a terminal."""
    if sys.stdout.isatty():
        for line in page.decode("utf-8", "replace").splitlines():
            say(line)
    else:
        data_stream().write(page)


def data_stream() -> BinaryIO:
    """Return standard output for bytes."""
    return sys.stdout.buffer
