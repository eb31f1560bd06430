"""Read one TOML file into typed values, and collect every problem with its line."""

import re
import tomllib
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from archive import phrase, words_of
from crawler.errors import Problem, did_you_mean
from crawler.site_files.keys import Key


class TomlFile:
    """One TOML file: its values, the problems found so far, and the line of each key."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.problems: list[Problem] = []
        self.data: dict[str, Any] = {}
        self._lines: list[str] = []
        try:
            text = path.read_text(encoding="utf-8-sig")
            self._lines = text.splitlines()
            self.data = tomllib.loads(text)
        except tomllib.TOMLDecodeError as error:
            place = re.search(r"\(at line (\d+)", str(error))
            line = int(place[1]) if place else len(self._lines)
            self.problems.append(Problem(path, line, phrase("not TOML: {error}", error=error)))
        except RecursionError:
            self.problems.append(Problem(path, None, phrase("not TOML: lists or tables nested too deep to be read")))
        except UnicodeDecodeError as error:
            line = error.object[: error.start].count(b"\n") + 1
            text = phrase("not UTF-8: byte 0x{byte:02x}; save the file as UTF-8", byte=error.object[error.start])
            self.problems.append(Problem(path, line, text))
        except OSError as error:
            self.problems.append(Problem(path, None, phrase("cannot be read: {finding}", finding=words_of(error))))
        self._places = _find_keys(self._lines)

    def line_of(self, *, table: str = "", number: int = 0, key: str = "", value: object = None) -> int | None:
        """Return the line of a key, or of one value in its list; `number` counts the `[[table]]`s. None if unknown."""
        line = self._places.get((table, number, key)) or self._places.get((table, number, ""))
        if line and isinstance(value, str):
            # a list may span many lines: the line of the value is better than that of its key
            rows = range(line, len(self._lines) + 1)
            line = next((row for row in rows if value in self._lines[row - 1]), line)
        return line

    def note(self, text: str, *, table: str = "", number: int = 0, key: str = "", value: object = None) -> None:
        """Add a problem at the line that `line_of` finds."""
        line = self.line_of(table=table, number=number, key=key, value=value)
        self.problems.append(Problem(self.path, line, text))

    def values(self, keys: Mapping[str, Key], *, tables: Sequence[str]) -> dict[str, Any]:
        """Return the typed values at the top of the file, which may also hold these `[[tables]]`."""
        if self.problems:
            return {}  # not TOML: the keys are unknown, and one message is enough
        top = {name: value for name, value in self.data.items() if name not in tables}
        return self._read(keys, top, also=tables)

    def tables(self, name: str, keys: Mapping[str, Key]) -> list[dict[str, Any]]:
        """Return the typed values of every `[[name]]` of the file."""
        given = self.data.get(name, [])
        if not isinstance(given, list) or not all(isinstance(table, dict) for table in given):
            self.note(phrase("expected [[{name}]] with two brackets", name=name), table=name, key=name)
            return []
        return [self._read(keys, table, table=name, number=number) for number, table in enumerate(given)]

    def table(self, name: str, keys: Mapping[str, Key]) -> dict[str, Any]:
        """Return the typed values of the table `[name]`; empty if the file does not have it."""
        given = self.data.get(name, {})
        if not isinstance(given, dict):
            self.note(phrase("expected [{name}] with one bracket", name=name), table=name, key=name)
            return {}
        return self._read(keys, given, table=name)

    def _read(
        self,
        keys: Mapping[str, Key],
        given: Mapping[str, object],
        *,
        table: str = "",
        number: int = 0,
        also: Sequence[str] = (),
    ) -> dict[str, Any]:
        """Return the typed values of one table; note each wrong value and leave it out."""
        values: dict[str, Any] = {}
        for name, value in given.items():
            key = keys.get(name)
            if key is None:
                hint = did_you_mean(name, (*keys, *also))
                self.note(
                    phrase('unknown key "{name}"{hint}', name=name, hint=hint), table=table, number=number, key=name
                )
                continue
            read = []
            for item in value if key.many and isinstance(value, list) else [value]:
                try:
                    read.append(key.read(item))
                except ValueError as error:
                    self.note(
                        f'"{name}": ' + str(error),
                        table=table,
                        number=number,
                        key=name,
                        value=item,
                    )
            if key.many:
                values[name] = tuple(read)
            elif read:
                values[name] = read[0]
        for name, key in keys.items():
            if key.required and name not in given:
                self.note(
                    phrase('missing key "{name}": {meaning}', name=name, meaning=key.meaning),
                    table=table,
                    number=number,
                )
        return values


def _find_keys(lines: Sequence[str]) -> dict[tuple[str, int, str], int]:
    """Return the line of each key: (table, its number from 0, key) → line from 1.

    The key "" is the header of the table; table "" is the top of the file.
    """
    table, number, seen = "", 0, Counter[str]()
    places: dict[tuple[str, int, str], int] = {}
    for line, text in enumerate(lines, start=1):
        if header := re.match(r"\s*\[\[?\s*([\w-]+)\s*\]", text):
            table, number = header[1], seen[header[1]]
            seen[table] += 1
            places[table, number, ""] = line
        elif key := re.match(r"""\s*["']?([\w-]+)["']?\s*=""", text):
            places.setdefault((table, number, key[1]), line)
    return places
