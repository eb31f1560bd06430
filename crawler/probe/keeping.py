"""What a probe writes on request: pages for fixtures (--save), and the day into the site file (--mark)."""

import json
import re
import tomllib
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from archive import phrase, whole_file, words_of, write_new
from crawler.crawl.visit import Answer
from crawler.errors import FolderNotEmpty, NotWritable

_CHECKED = re.compile(rb"""^(checked[ \t]*=[ \t]*)(?:"[^"\r\n]*"|'[^'\r\n]*')""", re.MULTILINE)
_OUTLET = re.compile(rb"^(?:\xef\xbb\xbf)?outlet[ \t]*=[^\r\n]*(\r?\n)", re.MULTILINE)
INDEX = "pages.json"


def new_folder(folder: Path) -> Path:
    """Create the folder if it does not exist, and return it. Raises FolderNotEmpty, NotWritable."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if any(folder.iterdir()):
            raise FolderNotEmpty(folder)
    except OSError as error:
        raise NotWritable(folder, words_of(error), instead=phrase("give --save another folder")) from error
    return folder


def save(answers: Sequence[Answer], folder: Path) -> None:
    """Write every page that came, byte for byte, and `pages.json` with the address of each file.

    Raises NotWritable.
    """
    index = []
    try:
        for number, answer in enumerate((each for each in answers if each.page), start=1):
            assert answer.page, "only answers with pages are kept"
            name = f"{number:02d}-{answer.kind}{_extension(answer)}"
            write_new(folder / name, answer.page.body)
            index.append({"file": name, "url": answer.page.url, "kind": answer.kind, "status": answer.status})
        write_new(folder / INDEX, (json.dumps(index, ensure_ascii=False, indent=1) + "\n").encode())
    except OSError as error:
        raise NotWritable(folder, words_of(error), instead=phrase("give --save another folder")) from error


def mark(path: Path, day: date) -> None:
    """Write `checked = "probed 2026-11-22"` into a site file; all other bytes stay.

    Raises NotWritable.
    """
    value = f"probed {day.isoformat()}"
    try:
        before = path.read_bytes()
        after = _with_checked(before, f'"{value}"'.encode())
        if not _says(after, {**_toml(before), "checked": value}):
            raise NotWritable(
                path, phrase("its lines are unusual"), instead=phrase('write checked = "{value}" by hand', value=value)
            )
        with whole_file(path) as file:
            file.write(after)
    except OSError as error:
        instead = phrase("copy it and probe the copy with --site-file")
        raise NotWritable(path, words_of(error), instead=instead) from error


def _with_checked(text: bytes, value: bytes) -> bytes:
    """Return the file with the new value of `checked`; a missing key is added below `outlet`, which always exists."""
    if _CHECKED.search(text):
        return _CHECKED.sub(rb"\g<1>" + value, text, count=1)
    return _OUTLET.sub(rb"\g<0>checked = " + value + rb"\g<1>", text, count=1)


def _says(text: bytes, content: Mapping[str, Any]) -> bool:
    try:
        return _toml(text) == content
    except tomllib.TOMLDecodeError:  # the key or its value is written in an unusual way
        return False


def _toml(text: bytes) -> dict[str, Any]:
    return tomllib.loads(text.decode("utf-8-sig"))


def _extension(answer: Answer) -> str:
    """Return the file extension for the kind of the answer; it never depends on the page or its address."""
    return {"robots": ".txt", "feed": ".xml", "sitemap": ".xml", "json": ".json"}.get(answer.kind, ".html")
