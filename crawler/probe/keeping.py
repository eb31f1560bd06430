"""What a probe writes when it is asked to: the pages for fixtures, and the day into the site file."""

import json
import re
import tomllib
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from crawler.crawl.visit import Answer
from crawler.errors import FolderNotEmpty, NotWritable

_CHECKED = re.compile(rb"""^(checked[ \t]*=[ \t]*)(?:"[^"\r\n]*"|'[^'\r\n]*')""", re.MULTILINE)
_OUTLET = re.compile(rb"^(?:\xef\xbb\xbf)?outlet[ \t]*=[^\r\n]*(\r?\n)", re.MULTILINE)
INDEX = "pages.json"


def new_folder(folder: Path) -> Path:
    """Return the folder, made if it was not there. Raises FolderNotEmpty, NotWritable."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if any(folder.iterdir()):
            raise FolderNotEmpty(folder)
    except OSError as error:
        raise NotWritable(folder, error.strerror or str(error), instead="give --save another folder") from error
    return folder


def save(answers: Sequence[Answer], folder: Path) -> None:
    """Write every page that came, as it came, and `pages.json`, which says the address of each file.

    Raises NotWritable.
    """
    index = []
    try:
        for number, answer in enumerate((each for each in answers if each.page), start=1):
            assert answer.page, "only answers with pages are kept"
            name = f"{number:02d}-{answer.kind}{_extension(answer)}"
            with (folder / name).open("xb") as file:
                file.write(answer.page.body)
            index.append({"file": name, "url": answer.page.url, "kind": answer.kind, "status": answer.status})
        with (folder / INDEX).open("x", encoding="utf-8") as file:
            file.write(json.dumps(index, ensure_ascii=False, indent=1) + "\n")
    except OSError as error:
        raise NotWritable(folder, error.strerror or str(error), instead="give --save another folder") from error


def mark(path: Path, day: date) -> None:
    """Write `checked = "probed 2026-11-22"` into a site file; everything else stays byte for byte.

    Raises NotWritable.
    """
    value = f"probed {day.isoformat()}"
    try:
        before = path.read_bytes()
        after = _with_checked(before, f'"{value}"'.encode())
        if not _says(after, {**_toml(before), "checked": value}):
            raise NotWritable(path, "its lines are unusual", instead=f'write checked = "{value}" by hand')
        path.write_bytes(after)
    except OSError as error:
        instead = "copy it and probe the copy with --site-file"
        raise NotWritable(path, error.strerror or str(error), instead=instead) from error


def _with_checked(text: bytes, value: bytes) -> bytes:
    """Replace the value of the key, or add the key below `outlet`, which every site file has."""
    if _CHECKED.search(text):
        return _CHECKED.sub(rb"\g<1>" + value, text, count=1)
    return _OUTLET.sub(rb"\g<0>checked = " + value + rb"\g<1>", text, count=1)


def _says(text: bytes, content: Mapping[str, Any]) -> bool:
    try:
        return _toml(text) == content
    except tomllib.TOMLDecodeError:  # the key or its value is written in another way than people write it
        return False


def _toml(text: bytes) -> dict[str, Any]:
    return tomllib.loads(text.decode("utf-8-sig"))


def _extension(answer: Answer) -> str:
    """By what it was asked for: the name is never taken from the page or its address."""
    return {"robots": ".txt", "feed": ".xml", "sitemap": ".xml", "json": ".json"}.get(answer.kind, ".html")
