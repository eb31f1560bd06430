"""A file of searches for one table: TOML with a list `queries`, or CSV with a column `query`."""

import csv
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

from archive.errors import BadQuery
from archive.os_errors import words_of
from archive.phrases import phrase
from archive.reading.query import read_query

MOST_QUERIES = 1000
"""Each takes up to half a second in an archive of a million articles."""
_LINE = re.compile(r"at line (\d+)")


def read_queries(path: Path) -> list[str]:
    """Return the searches of a file. BadQuery names the file, the line, and what to do."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise BadQuery(phrase("cannot read {path}: {cause}", path=path, cause=words_of(error))) from error
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise _wrong(path, line, phrase("not UTF-8; save the file as UTF-8")) from error
    found = list((_of_csv if path.suffix.lower() == ".csv" else _of_toml)(path, text))
    for line, query in found:
        try:
            read_query(query)
        except BadQuery as error:
            raise _wrong(path, line, error.args[0]) from error
    if not found:
        raise BadQuery(phrase('{path} has no search: write queries = ["…"], or a CSV column query', path=path))
    if len(found) > MOST_QUERIES:
        cause = phrase("more than {most:,} searches; divide the file", most=MOST_QUERIES)
        raise _wrong(path, found[MOST_QUERIES][0], cause)
    return [query for _, query in found]


def _of_csv(path: Path, text: str) -> Iterator[tuple[int, str]]:
    rows = csv.DictReader(text.splitlines(keepends=True), strict=True)
    try:
        if "query" not in (rows.fieldnames or ()):
            raise _wrong(path, 1, phrase("no column query; the first line names the columns"))
        for row in rows:
            yield rows.line_num, (row["query"] or "").strip()
    except csv.Error as error:
        cause = phrase("no CSV ({error}); put a cell with quotes in quotes, and double them", error=error)
        raise _wrong(path, rows.line_num + 1, cause) from error


def _of_toml(path: Path, text: str) -> Iterator[tuple[int, str]]:
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        found = _LINE.search(str(error))
        line = int(found[1]) if found else text.count("\n") + 1
        raise _wrong(path, line, phrase("no TOML ({error}); put each search in quotes", error=error)) from error
    queries = table.get("queries")
    others = [name for name in table if name != "queries"]
    if others or not isinstance(queries, list):
        line = _line_of(text, others[0] if others else "queries")
        raise _wrong(path, line, phrase('write queries = ["…", "…"] and nothing else'))
    for query in queries:
        line = _line_of(text, str(query))
        if not isinstance(query, str):
            raise _wrong(path, line, phrase("{value} is no text; put it in quotes", value=str(query)))
        yield line, query


def _line_of(text: str, part: str) -> int:
    """Return the line on which a part of the file is; 1 if it is spelled in another way."""
    return text[: max(text.find(part), 0)].count("\n") + 1


def _wrong(path: Path, line: int, cause: str) -> BadQuery:
    return BadQuery(phrase("{path}, line {line}: {cause}", path=path, line=line, cause=cause))
