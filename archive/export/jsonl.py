"""One JSON object per line, UTF-8: the export with all fields of a record."""

import json
from collections.abc import Iterable, Iterator
from typing import Any


def write(records: Iterable[dict[str, Any]], *, raw: bool) -> Iterator[bytes]:  # noqa: ARG001 -- always raw
    """Yield one line per record, keys in the order of the record."""
    for record in records:
        yield json.dumps(record, ensure_ascii=False).encode() + b"\n"
