"""Months as the archive spells them: 2026-01."""

from calendar import monthrange
from collections.abc import Iterator
from datetime import date


def month_of(day: date) -> str:
    """Return the month of a day."""
    return day.isoformat()[:7]


def months_between(first: date, last: date) -> Iterator[str]:
    """Yield the months of these days and all between them; none if `last` is before `first`."""
    for number in range(first.year * 12 + first.month - 1, last.year * 12 + last.month if last >= first else 0):
        yield f"{number // 12:04}-{number % 12 + 1:02}"


def first_day_of(month: str) -> date:
    """Return the first day of a month."""
    return date.fromisoformat(f"{month}-01")


def end_of_month(day: date) -> date:
    """Return the last day of its month."""
    return day.replace(day=monthrange(day.year, day.month)[1])
