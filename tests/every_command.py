"""All commands of a program, those in groups included."""

from collections.abc import Iterator

import click


def every_command(group: click.Group) -> dict[str, click.Command]:
    """Return the words that call a command → the command; a group is none."""
    return dict(_named(group))


def _named(group: click.Group, before: str = "") -> Iterator[tuple[str, click.Command]]:
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from _named(command, f"{before}{name} ")
        else:
            yield before + name, command
