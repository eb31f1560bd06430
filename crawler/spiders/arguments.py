"""Reads spider arguments of `scrapy crawl -a name=value`: text that a person typed."""

from datetime import date, datetime, time, timedelta

from archive import VIETNAM, phrase
from crawler.errors import BadArgument

_YES, _NO = ("1", "true", "yes"), ("0", "false", "no")


def start_of(day: str | date | None, name: str) -> datetime | None:
    """Return 00:00 +07:00 of a day. Raises BadArgument if it is not a day."""
    try:
        parsed = date.fromisoformat(day) if isinstance(day, str) else day
    except ValueError:
        raise BadArgument(name, str(day), wanted=phrase("a day such as 2026-01-31")) from None
    return datetime.combine(parsed, time(), VIETNAM) if parsed else None


def end_of(day: str | date | None, name: str) -> datetime | None:
    """Return 00:00 +07:00 of the day after; None for the last day of the calendar, after which there is none."""
    start = start_of(day, name)
    return start + timedelta(days=1) if start and start.date() < date.max else None


def count_of(limit: str | int | None) -> int | None:
    """Return the most articles to fetch. Raises BadArgument if it is not a number of 1 or more."""
    try:
        count = int(limit) if limit is not None else None
    except ValueError:
        count = 0
    if count is not None and count < 1:
        raise BadArgument("limit", str(limit), wanted=phrase("a number from 1"))
    return count


def is_yes(value: str | bool, name: str) -> bool:
    """Return whether an argument means yes. Raises BadArgument if it means neither yes nor no."""
    if isinstance(value, bool):
        return value
    if value.lower() not in (*_YES, *_NO):
        raise BadArgument(name, value, wanted=phrase("1 or 0"))
    return value.lower() in _YES
