"""Next commands that can be copied: they repeat the options that the running command was given."""

import re
import shlex
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path

import click
from click.core import ParameterSource

REPEATED = ("--site-file", "--archive", "--cluster", "--contact", "--allow-private", "--host")
"""Options without which the next command would look at another site or archive, or would be refused."""
PROGRAM = "baotinh"
_NAMED = re.compile(rf"`({PROGRAM} [^`]+)`")


def complete(line: str, flags: Collection[str] = ()) -> str:
    """Return `line` with each command in backticks completed as by `next_command`."""
    return _NAMED.sub(lambda found: f"`{next_command(found[1], flags)}`", line)


def next_command(command: str, flags: Collection[str] = ()) -> str:
    """Return a `command` of baotinh with the options of the running command that it takes and does not have.

    Only what was typed is repeated: the environment and the defaults are the same for the next command. `flags` are
    added as if they had been typed. Without a running command, it comes back unchanged.
    """
    context = click.get_current_context(silent=True)
    try:
        words = shlex.split(command)
    except ValueError:  # an address with a quote in it
        return command
    verb = _named_by(words[1:], context.find_root().command) if context else None
    if context is None or verb is None:
        return command
    takes = {name: option for option in verb.params for name in option.opts if name not in words}
    repeated = list(_repeated(context, takes, words))
    added = [flag for flag in flags if flag in takes and flag not in repeated]
    return " ".join([command, *map(shlex.quote, repeated), *added])


def _named_by(words: list[str], group: click.Command) -> click.Command | None:
    """Return the command of a group that the words name; None if they name none, or a group."""
    if not isinstance(group, click.Group):
        return group
    found = group.commands.get(words[0]) if words else None
    return found and _named_by(words[1:], found)


def _repeated(context: click.Context, takes: Mapping[str, click.Parameter], words: list[str]) -> Iterator[str]:
    for option in context.command.params:
        name = next((name for name in option.opts if name in REPEATED), None)
        is_typed = context.get_parameter_source(option.name or "") is ParameterSource.COMMANDLINE
        value = context.params.get(option.name or "")  # None if the command line could not be read
        if name is None or name not in takes or not is_typed or value is None:
            continue
        if value is True:
            yield name
        elif name == "--site-file":
            is_several = takes[name].multiple
            yield from (part for path in _files(value, words, is_several=is_several) for part in (name, str(path)))
        else:
            yield from (name, str(value))


def _files(value: Path | tuple[Path, ...], words: list[str], *, is_several: bool) -> tuple[Path, ...]:
    """Return the site files to repeat: that of the site that the command names, else all that it can take."""
    given = (value,) if isinstance(value, Path) else value
    named = tuple(path for path in given if path.stem in words)
    if named:
        return named
    return given if is_several or len(given) == 1 else ()
