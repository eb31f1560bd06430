"""Spans of time as people type them: 90s, 50m, 2h."""

import re
from datetime import timedelta

from archive import phrase

_SPAN = re.compile(r"([1-9][0-9]{0,4})([smh])")
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours"}


def read_span(text: str) -> timedelta:
    """Return the span of time that a text such as "90s", "50m" or "2h" means. Raises ValueError for any other text."""
    found = _SPAN.fullmatch(text)
    if found is None:
        raise ValueError(phrase("expected a span of time such as 90s, 50m or 2h"))
    return timedelta(**{_UNITS[found[2]]: int(found[1])})
