"""What was told of an archive, remembered outside of it: also a full disk or a damaged archive is told once."""

import json
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from archive import ExitCode, phrase, whole_file, words_of
from crawler.errors import NotWritable
from crawler.operate.alarms import Known


def read_known(file: Path, archive: Path) -> dict[str, Known]:
    """Return name of a state → what was told of it.

    Nothing if the file is missing or damaged: then all is told again.
    """
    try:
        return {name: _known(entry) for name, entry in _read(file).get(str(archive.resolve()), {}).items()}
    except (AttributeError, KeyError, TypeError, ValueError):
        return {}


def write_known(file: Path, archive: Path, known: Mapping[str, Known]) -> None:
    """Remember what was told. Raises NotWritable."""
    entries = {
        name: {"code": int(each.code), "since": each.since.isoformat(), "told_at": each.told_at.isoformat()}
        for name, each in known.items()
    }
    content = {**_read(file), str(archive.resolve()): entries}
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with whole_file(file) as written:
            written.write(json.dumps(content, ensure_ascii=False, indent=1).encode())
    except OSError as error:
        raise NotWritable(file, words_of(error), instead=phrase("set XDG_STATE_HOME to another folder")) from error


def _read(file: Path) -> dict[str, Any]:
    try:
        read = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return read if isinstance(read, dict) else {}


def _known(entry: Mapping[str, Any]) -> Known:
    since, told_at = (datetime.fromisoformat(entry[key]) for key in ("since", "told_at"))
    if since.tzinfo is None or told_at.tzinfo is None:
        raise ValueError("a moment without a zone")
    return Known(ExitCode(entry["code"]), since, told_at)
