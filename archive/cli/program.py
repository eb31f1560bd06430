"""The program that the commands belong to: it speaks the language of its user."""

import os
from typing import Any

import click

from archive.cli.documents import README, TUTORIAL, document
from archive.cli.help import HelpInLanguage
from archive.cli.language import speaking, spoken_language
from archive.cli.terminal import said
from archive.languages import chosen_language
from archive.phrases import phrase


class CommandGroup(click.Group, HelpInLanguage):
    """Commands that share the first word of their names."""


class Program(CommandGroup):
    """A group of commands in the language of the user."""

    def main(self, *args: Any, **extra: Any) -> Any:
        """Run a command; its language is known before its command line is read."""
        with speaking(chosen_language(os.environ, configured=self.configured_language())):
            return super().main(*args, **extra)

    def format_epilog(self, _: click.Context, formatter: click.HelpFormatter) -> None:
        """Write what to read next, and where it is on this machine."""
        lines = [phrase("`baotinh COMMAND --help` explains a command.")]
        if tutorial := document(TUTORIAL, spoken_language()):
            lines.append(phrase("First steps: {tutorial}", tutorial=tutorial))
        if readme := document(README, spoken_language()):
            lines.append(phrase("All documents: {readme}", readme=readme))
        formatter.write_paragraph()
        formatter.write("".join(f"{said(line)}\n" for line in lines))

    def configured_language(self) -> str | None:
        """Return the language that a configuration names."""
        return None
