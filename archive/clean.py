"""What SQLite text cannot hold."""

import re
from collections.abc import Mapping
from dataclasses import fields, is_dataclass, replace
from typing import Any, TypeVar

UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
"""A NUL ends the text for length() and LIKE; a lone surrogate has no UTF-8 and makes the insert fail."""

_Record = TypeVar("_Record")


def clean(record: _Record) -> _Record:
    """Return `record` (text, or a tuple, mapping or dataclass of it) without NUL and lone surrogates.

    What has nothing to remove comes back as the same object: cleaning 50,000 links copies none.
    """
    cleaned: Any = _clean(record)
    return cleaned  # type: ignore[no-any-return]


def _clean(value: Any) -> Any:
    if isinstance(value, str):
        return UNSTORABLE.sub("", value) if UNSTORABLE.search(value) else value
    if isinstance(value, (tuple, frozenset)):
        items = [_clean(item) for item in value]
        return value if all(a is b for a, b in zip(items, value, strict=True)) else type(value)(items)
    if isinstance(value, Mapping):
        return {_clean(key): _clean(item) for key, item in value.items()}
    if is_dataclass(value) and not isinstance(value, type):
        changes = {}
        for field in fields(value):
            old = getattr(value, field.name)
            new = _clean(old)
            if new is not old:
                changes[field.name] = new
        return replace(value, **changes) if changes else value
    return value
