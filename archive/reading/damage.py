"""Reading on past a damaged record: it is named, and all others are read.

A list of `skipped` records goes through the functions of this room. What cannot be read is added to it; without a list,
the first damaged record ends the reading with its error.
"""

import json
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from typing import Any, TypeVar

from archive.errors import DamagedRecord
from archive.phrases import phrase
from archive.rows import Row, row_of

Skipped = list[DamagedRecord] | None
Values = Mapping[str, object] | Sequence[object]
Rest = Iterator[tuple[str, str, Values]]
"""The name of each record that was not read yet, and the SQL with its values that reads it alone, or no row if it was
not asked for."""

MOST_IDS = 10_000_000
"""Articles that are looked at one by one: about a minute."""
SHOWN = 60
"""Characters of a wrong value that a message has."""
_DAMAGE = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)
_PRIMARY_CODE = 0xFF
_MALFORMED = "malformed JSON"
"""What SQLite's JSON functions say of a text that is none: this error has no code of its own."""
_Item = TypeVar("_Item")


def each_record(
    connection: sqlite3.Connection,
    rows: Callable[[], Iterable[Row]],
    convert: Callable[[Row], _Item],
    *,
    name: Callable[[Row], str],
    rest: Callable[[Row | None], Rest],
    skipped: Skipped,
) -> Iterator[_Item]:
    """Yield what `convert` makes of each row.

    A damaged page ends the query of all `rows`. The records after its last row are then read one by one: `rest` names
    them.
    """
    last = None
    try:
        for row in rows():
            last = row
            yield from _kept(name(row), partial(convert, row), skipped)
    except sqlite3.DatabaseError as error:
        if skipped is None or not is_damage(error):
            raise
    else:
        return
    yield from read_each(connection, rest(last), convert, skipped=skipped)


def read_each(
    connection: sqlite3.Connection, rest: Rest, convert: Callable[[Row], _Item], *, skipped: Skipped
) -> Iterator[_Item]:
    """Yield what `convert` makes of each row, which is read alone."""
    for label, sql, values in rest:
        yield from _kept(label, partial(_read_one, connection, sql, values, convert), skipped)


def places(connection: sqlite3.Connection, column: str) -> list[tuple[Any, int]]:
    """Return the value of a unique column, and the id, of every article in the order of the column.

    The index of the column has both, so that a damaged page of the table does not matter. If the index is damaged, each
    article is looked at; None is the value of one that cannot be read.
    """
    try:
        return connection.execute(f"SELECT {column}, id FROM articles ORDER BY {column}").fetchall()
    except sqlite3.DatabaseError as error:
        if not is_damage(error):
            raise
    last = connection.execute("SELECT max(id) FROM articles").fetchone()[0] or 0
    if last > MOST_IDS:
        raise DamagedRecord(
            phrase("article {last}", last=last),
            phrase("its number is too large, and an index of the articles is damaged too"),
        )
    found = [place for number in range(1, last + 1) for place in _place(connection, column, number)]
    return sorted(found, key=lambda place: (place[0] is not None, place[0] or 0))


def _place(connection: sqlite3.Connection, column: str, number: int) -> list[tuple[Any, int]]:
    try:
        return connection.execute(f"SELECT {column}, id FROM articles WHERE id = ?", (number,)).fetchall()
    except sqlite3.DatabaseError as error:
        if not is_damage(error):
            raise
        return [(None, number)]


@contextmanager
def named_damage(record: str) -> Iterator[None]:
    """Turn the errors of values that no program of ours stored, and of a damaged page, into DamagedRecord."""
    try:
        yield
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise DamagedRecord(record, str(error) or type(error).__name__) from error
    except sqlite3.DatabaseError as error:
        if not is_damage(error):
            raise
        raise DamagedRecord(record, str(error)) from error


def is_damage(error: sqlite3.Error) -> bool:
    """Whether what the file holds is the cause: a damaged page, text that is not UTF-8, JSON that is none."""
    code = getattr(error, "sqlite_errorcode", None)
    if code is None:  # an error of Python's own module, which decodes the text
        return type(error) is sqlite3.OperationalError
    return code & _PRIMARY_CODE in _DAMAGE or str(error) == _MALFORMED


def texts_in(text: str | None) -> tuple[str, ...]:
    """Return the texts of a JSON array; none for None. ValueError if it is anything else."""
    found = _json(text or "[]")
    if not (isinstance(found, list) and all(isinstance(each, str) for each in found)):
        raise ValueError(phrase("no JSON array of texts: {text}", text=_start(text)))
    return tuple(found)


def mapping_in(text: str) -> Mapping[str, str]:
    """Return a JSON object of texts. ValueError if it is anything else."""
    found = _json(text)
    if not (isinstance(found, dict) and all(isinstance(each, str) for each in found.values())):
        raise ValueError(phrase("no JSON object of texts: {text}", text=_start(text)))
    return found


def _json(text: str) -> Any:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ValueError(phrase("no JSON: {text}", text=_start(text))) from error
    if "\\u" in text:
        json.dumps(found, ensure_ascii=False).encode()  # half a surrogate pair is no text: it cannot be written
    return found


def _start(text: str | None) -> str:
    return f'"{(text or "")[:SHOWN]}"'


def _read_one(
    connection: sqlite3.Connection, sql: str, values: Values, convert: Callable[[Row], _Item]
) -> _Item | None:
    row = row_of(connection.execute(sql, values))
    return None if row is None else convert(row)


def _kept(name: str, make: Callable[[], _Item | None], skipped: Skipped) -> Iterator[_Item]:
    try:
        with named_damage(name):
            item = make()
    except DamagedRecord as damage:
        if skipped is None:
            raise
        skipped.append(damage)
    else:
        if item is not None:
            yield item
