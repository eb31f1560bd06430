"""Where the files of the user are: https://specifications.freedesktop.org/basedir-spec/ says which variables count."""

from collections.abc import Mapping
from pathlib import Path

NAME = "baotinh"


def config_folder(environment: Mapping[str, str]) -> Path:
    """Return our folder of configurations; it may not exist."""
    return _folder(environment, "XDG_CONFIG_HOME", ".config")


def state_folder(environment: Mapping[str, str]) -> Path:
    """Return our folder of what is remembered between two commands; it may not exist."""
    return _folder(environment, "XDG_STATE_HOME", ".local/state")


def _folder(environment: Mapping[str, str], variable: str, default: str) -> Path:
    given = Path(environment.get(variable, ""))
    # the specification wants a relative path ignored: it would mean another folder for each working folder
    return (given if given.is_absolute() else Path(environment.get("HOME") or "/", default)) / NAME
