"""The cells of a column as JSON, made of the stored bytes without decoding them.

Control characters must be escaped too, and no text of ours has any. So a caller looks for them in what it writes, and
takes `safely_encoded` if there are any.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from itertools import chain, islice
from typing import Any

from archive.reading.columns import Column, Kind, value_of

NULL = b"null"
_LONG = 500
"""Bytes of a text: looking for a sign in a joined copy of longer ones costs more than looking in each."""
_ESCAPED = ((b"\\", b"\\\\"), (b'"', b'\\"'), (b"\n", b"\\n"))
_CONTROLS = bytes(byte for byte in range(0x20) if byte != 0x0A)


def encoded(column: Column, cells: Sequence[Any]) -> Sequence[bytes]:
    """Return the cells of a column as JSON; control characters but line feeds are as they are."""
    return _ENCODERS[column.kind](column, cells)


def safely_encoded(column: Column, cells: Sequence[Any]) -> Sequence[bytes]:
    """Return the same with every control character escaped, in several times the time."""
    return [json.dumps(value_of(column, cell), ensure_ascii=False).encode() for cell in cells]


def has_controls(text: bytes) -> bool:
    """Whether `text` has a control character that is no line feed."""
    return text.translate(None, _CONTROLS) != text  # without any it is the same object, and nothing is compared


def _texts(_: Column, cells: Sequence[bytes | None]) -> list[bytes]:
    return [NULL if cell is None else b'"%b"' % cell for cell in _escaped(cells)]


def _escaped(cells: Sequence[Any]) -> Sequence[Any]:
    """Return the texts as they stand between the quotes of JSON."""
    is_long = sum(map(len, filter(None, cells))) > _LONG * len(cells)
    every = b"" if is_long else b"".join(filter(None, cells))
    for sign, escape in _ESCAPED:
        if is_long or sign in every:
            cells = [cell and cell.replace(sign, escape) for cell in cells]
    return cells


def _codes(_: Column, cells: Sequence[bytes | None]) -> list[bytes]:
    codes = dict(zip(set(cells), _texts(_, tuple(set(cells))), strict=True))
    return [codes[cell] for cell in cells]


def _times(_: Column, cells: Sequence[bytes | None]) -> list[bytes]:
    return [NULL if cell is None else b'"%b"' % cell for cell in cells]


def _numbers(_: Column, cells: Sequence[int | None]) -> list[bytes]:
    return [NULL if cell is None else b"%d" % cell for cell in cells]


def _lists(_: Column, cells: Sequence[Sequence[bytes]]) -> list[bytes]:
    every = iter(_escaped(list(chain.from_iterable(cells))))
    return [b'["%b"]' % b'", "'.join(islice(every, len(cell))) if cell else b"[]" for cell in cells]


def _objects(column: Column, cells: Sequence[Sequence[Sequence[bytes | None]]]) -> list[bytes]:
    template = b"{%b}" % b", ".join(b'"%b": %%b' % key.encode() for key in column.keys)
    parts = zip(*chain.from_iterable(cells), strict=True)
    every = map(template.__mod__, zip(*(_texts(column, part) for part in parts), strict=True))
    return [b"[%b]" % b", ".join(islice(every, len(cell))) if cell else b"[]" for cell in cells]


def _ready(_: Column, cells: Sequence[bytes]) -> Sequence[bytes]:
    return cells


_ENCODERS: Mapping[Kind, Callable[[Column, Sequence[Any]], Sequence[bytes]]] = {
    Kind.TEXT: _texts,
    Kind.CODE: _codes,
    Kind.TIME: _times,
    Kind.DAY: _times,
    Kind.NUMBER: _numbers,
    Kind.TEXTS: _lists,
    Kind.FIELDS: _ready,
    Kind.OBJECTS: _objects,
}
