"""Days as a reader types them into a form: 1/11/2026, 11/2026, 2026 or 2026-11-01, read as the days they span."""

import re
from calendar import monthrange
from contextlib import suppress
from datetime import date

_FORMS = (
    re.compile(r"(?P<day>[0-9]{1,2})[/.-](?P<month>[0-9]{1,2})[/.-](?P<year>[0-9]{4})"),
    re.compile(r"(?P<month>[0-9]{1,2})[/.-](?P<year>[0-9]{4})"),
    re.compile(r"(?P<year>[0-9]{4})-(?P<month>[0-9]{1,2})-(?P<day>[0-9]{1,2})"),
    re.compile(r"(?P<year>[0-9]{4})-(?P<month>[0-9]{1,2})"),
    re.compile(r"(?P<year>[0-9]{4})"),
)


def days_of(typed: str) -> tuple[date, date] | None:
    """Return the first and the last day of what was typed; None if it is no day, month or year."""
    found = next((match for form in _FORMS if (match := form.fullmatch(typed.strip()))), None)
    if found is None:
        return None
    parts = {name: int(value) for name, value in found.groupdict().items()}
    with suppress(ValueError):
        if "day" in parts:
            day = date(**parts)
            return day, day
        first = date(parts["year"], parts.get("month", 1), 1)
        last_month = parts.get("month", 12)
        return first, date(first.year, last_month, monthrange(first.year, last_month)[1])
    return None
