"""Which files count, in which order, and which of them may come from somebody else.

This module imports little: every command asks it, and most find no file.
"""

import os
import stat
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from archive import phrase
from crawler.user_folders import NAME, config_folder

FILE = "baotinh.toml"
DATABASE = "news.db"
"""A folder with this file is an archive, and its `baotinh.toml` may come from somebody else."""
_OTHERS_WRITE = stat.S_IWGRP | stat.S_IWOTH


@dataclass(frozen=True, slots=True)
class Place:
    """One file that exists."""

    path: Path
    doubt: str = ""
    """Why somebody else than its user may have written it; "" if nobody else can."""


def places_of_user(environment: Mapping[str, str], folder: Path) -> tuple[Place, ...]:
    """Return the file of `folder`, where the command runs, and that of the user."""
    here, home = folder / FILE, config_folder(environment) / FILE
    places = [] if _is_file(folder / DATABASE) else [Place(here, _doubt_about(here))]
    return _existing(*places, Place(home))


def places_of_archive(archive: Path) -> tuple[Place, ...]:
    """Return the file that an archive carries in its own folder."""
    return _existing(Place(archive / FILE, phrase("an archive may come from somebody else")))


def _existing(*places: Place) -> tuple[Place, ...]:
    return tuple(place for place in places if _is_file(place.path))


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except OSError:  # a folder that this user may not enter
        return False


def _doubt_about(path: Path) -> str:
    try:
        found = path.stat()
    except OSError:
        return ""  # it does not exist
    if found.st_uid != os.geteuid():
        return phrase("it belongs to another user")
    if found.st_mode & _OTHERS_WRITE:
        home = f"~/.config/{NAME}/{FILE}"
        return phrase(
            "others may write it; run `chmod go-w {path}`, or use the file of the user, {home}", path=path, home=home
        )
    return ""
