"""Help in the language of the running command: the texts that commands and their options have in English."""

import inspect
import re
from collections.abc import Iterator
from copy import copy
from gettext import gettext

import click

AS_IT_IS = "\b"
"""Line before a paragraph of examples, as click has it."""
_EXAMPLE = re.compile(r"(baotinh(?: \S+)*)(  +)(\S.*)")
"""An example with words that explain it."""


class HelpInLanguage(click.Command):
    """A command whose help is in the language of the running command."""

    def format_help_text(self, _: click.Context, formatter: click.HelpFormatter) -> None:
        """Write what the command does."""
        formatter.write_paragraph()
        with formatter.indentation():
            formatter.write_text("\n\n".join(map(_said, _paragraphs(self))))

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the options."""
        options = (each for each in self.get_params(ctx) if isinstance(each, click.Option))
        records = [record for each in options if (record := _in_language(each).get_help_record(ctx))]
        with formatter.section(gettext("Options")):
            formatter.write_dl(records)

    def get_short_help_str(self, limit: int = 45) -> str:
        """Return the first sentence."""
        return click.Command(None, help=_said(next(_paragraphs(self), ""))).get_short_help_str(limit)


def texts_of_help(command: click.Command) -> Iterator[str]:
    """Yield the English texts of the help of a command that can be said in another language."""
    for paragraph in _paragraphs(command):
        yield from (text for _, text in _pieces(paragraph) if text)
    for each in command.get_params(click.Context(command)):
        if isinstance(each, click.Option) and each.help:
            yield each.help


def _paragraphs(command: click.Command) -> Iterator[str]:
    """Yield the paragraphs, those of words in one line each."""
    for paragraph in filter(None, inspect.cleandoc(command.help or "").split("\n\n")):
        yield paragraph if paragraph.startswith(AS_IT_IS) else " ".join(paragraph.split())


def _pieces(paragraph: str) -> Iterator[tuple[str, str]]:
    """Yield what is the same in every language, and the words that follow it, for each line."""
    if not paragraph.startswith(AS_IT_IS):
        yield "", paragraph
        return
    for line in paragraph.splitlines():
        found = _EXAMPLE.fullmatch(line)
        yield (f"{found[1]}{found[2]}", found[3]) if found else (line, "")


def _said(paragraph: str) -> str:
    return "\n".join(f"{literal}{gettext(words) if words else ''}" for literal, words in _pieces(paragraph))


def _in_language(option: click.Option) -> click.Option:
    """Return the option with its help in the language of the running command."""
    copied = copy(option)
    copied.help = gettext(option.help) if option.help else None
    return copied
