"""The program that the commands belong to: it speaks the language of its user."""

import os
from typing import Any

import click

from archive.cli.help import HelpInLanguage
from archive.cli.language import speaking
from archive.languages import chosen_language


class Program(click.Group, HelpInLanguage):
    """A group of commands in the language of the user."""

    def main(self, *args: Any, **extra: Any) -> Any:
        """Run a command; its language is known before its command line is read."""
        with speaking(chosen_language(os.environ, configured=self.configured_language())):
            return super().main(*args, **extra)

    def configured_language(self) -> str | None:
        """Return the language that a configuration names."""
        return None
