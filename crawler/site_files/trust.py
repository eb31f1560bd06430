"""Which site files of archives this machine trusts: a note outside every archive, so that no archive can bring its own.

The note is `baotinh/trusted.json` in the user's configuration folder (`XDG_CONFIG_HOME`, or `~/.config`): folder of
the archive → name of the site → SHA-256 of its file. A file that changes, and an archive that moves, must be trusted
anew.
"""

import json
import os
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from tempfile import NamedTemporaryFile

from archive import phrase, words_of
from crawler.errors import NotWritable
from crawler.user_folders import config_folder


def is_trusted(file: Path, archive: Path) -> bool:
    """Return whether this machine trusts the site file of an archive with exactly these bytes."""
    return _read(_note()).get(str(archive.resolve()), {}).get(file.stem) == _digest(file)


def trust(file: Path, archive: Path) -> Path:
    """Note that the file is trusted, and return where. Raises NotWritable."""
    note = _note()
    trusted = {folder: dict(files) for folder, files in _read(note).items()}
    trusted.setdefault(str(archive.resolve()), {})[file.stem] = _digest(file)
    try:
        note.parent.mkdir(parents=True, exist_ok=True)
        with NamedTemporaryFile("w", encoding="utf-8", dir=note.parent, delete=False) as written:
            json.dump(trusted, written, ensure_ascii=False, indent=1)
        Path(written.name).replace(note)
    except OSError as error:
        raise NotWritable(note, words_of(error), instead=phrase("set XDG_CONFIG_HOME to another folder")) from error
    return note


def _note() -> Path:
    return config_folder(os.environ) / "trusted.json"


def _read(note: Path) -> Mapping[str, Mapping[str, str]]:
    """Return the note; a missing or damaged one trusts nothing."""
    try:
        read = json.loads(note.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    folders = read.items() if isinstance(read, dict) else ()
    return {folder: files for folder, files in folders if isinstance(files, dict)}


def _digest(file: Path) -> str:
    return sha256(file.read_bytes()).hexdigest()
