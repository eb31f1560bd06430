"""Defaults that an archive carries in its own folder, for the options of a command that reads them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click


@dataclass(frozen=True, slots=True)
class DefaultsOfArchive:
    """What a program gives its commands as the object of the context, if its archives may carry defaults."""

    read: Callable[[Path], Mapping[str, Any]]
    """Returns parameter → value for the folder of an archive."""


def take_defaults(context: click.Context, _: click.Parameter, folder: Path) -> Path:
    """Add the defaults of the archive to the command's own, which win; the callback of `--archive`, read first."""
    if found := context.find_object(DefaultsOfArchive):
        context.default_map = {**found.read(folder), **(context.default_map or {})}
    return folder
