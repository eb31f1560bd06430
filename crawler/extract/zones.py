"""The zone that a date names: "+07:00", "Z", "GMT+8", "(UTC)", "EST"."""

import re
from datetime import timedelta

VIETNAM_OFFSET = timedelta(hours=7)
"""Ahead of UTC, in all of Vietnam and without summer time."""
FURTHEST = timedelta(hours=14)
"""The zone that is furthest from UTC; a greater offset is none."""

_NAMED = {
    "EDT": -4, "EST": -5, "CDT": -5, "CST": -6, "MDT": -6, "MST": -7, "PDT": -7, "PST": -8,
    "BST": 1, "CET": 1, "CEST": 2, "EET": 2, "EEST": 3, "ICT": 7,
}  # fmt: skip
"""Hours ahead of UTC."""
PRINTED = (
    r"[(\[]?(?:(?:GMT|UTC)(?:\s?[+-]?\s?\d{1,2}(?::?\d{2})?(?![\d/.-])|\b(?!\s?[+-]\s?\d{1,2}(?![\d/.-])))|"
    r"[+-](?:0\d|1[0-4]):?[03]0(?!\d)|(?:" + "|".join(_NAMED) + r")\b)[)\]]?"
)
"""What a zone looks like behind a time of day."""
_PRINTED = re.compile(rf"[\s,]*(?P<zone>{PRINTED})", re.IGNORECASE)
_OFFSET = re.compile(r"(?P<sign>[+-])?\s?(?P<hours>\d{1,2}):?(?P<minutes>\d{2})?")


def zone_at(text: str, start: int) -> timedelta | None:
    """Return how far ahead of UTC the zone is that stands at this place of a printed line; None if none does."""
    found = _PRINTED.match(text, start)
    return offset_of(found["zone"]) if found else None


def offset_of(zone: str) -> timedelta | None:
    """Return how far ahead of UTC a zone is; None if it is no zone."""
    if found := _OFFSET.search(zone):
        offset = timedelta(hours=int(found["hours"]), minutes=int(found["minutes"] or 0))
        return None if offset > FURTHEST else -offset if found["sign"] == "-" else offset
    name = zone.strip(" ()[]").upper()
    if name in ("Z", "GMT", "UTC"):
        return timedelta()
    return timedelta(hours=_NAMED[name]) if name in _NAMED else None
