"""Dates as feeds and sitemaps write them. They are hints: the date of an article is read from its page."""

import re
from datetime import MAXYEAR, MINYEAR, datetime
from email.utils import parsedate_to_datetime

from archive import VIETNAM

_US = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4}),? +(\d{1,2}):(\d{2})(?::(\d{2}))? *([AP]M)", re.IGNORECASE)


def read_moment(text: str | None) -> datetime | None:
    """Return the aware moment, or None when it cannot be read.

    Read are RFC 822 ("Sat, 07 Mar 2026 08:06:00 +0700", "… GMT+7", years of two digits), ISO 8601 with or
    without time, and "9/5/2026 1:30:00 PM", which American software writes: month first. Without a zone it is
    Vietnamese time. The first and the last year of the calendar are what programs write for no date at all.
    """
    text = " ".join((text or "").split())
    moment = _read_iso(text) or _read_us(text) or _read_rfc822(text)
    if moment is None or moment.year in (MINYEAR, MAXYEAR):
        return None
    return moment.replace(tzinfo=VIETNAM) if moment.tzinfo is None else moment


def _read_iso(text: str) -> datetime | None:
    try:
        # "2026-03-07T08:52:11.000 +07:00" is seen, and no form of ISO 8601
        return datetime.fromisoformat(re.sub(r"(?<=\d) (?=[+-]\d)", "", text))
    except ValueError:
        return None


def _read_us(text: str) -> datetime | None:
    found = _US.fullmatch(text)
    if not found:
        return None
    month, day, year, hour, minute = (int(part) for part in found.groups()[:5])
    afternoon = 12 if found[7].upper() == "PM" else 0
    try:
        return datetime(year, month, day, hour % 12 + afternoon, minute, int(found[6] or 0), tzinfo=VIETNAM)
    except ValueError:
        return None


def _read_rfc822(text: str) -> datetime | None:
    # "GMT+7" is Vietnamese time; mail programs read it as GMT
    text = re.sub(r"\b(?:GMT|UTC) ?([+-])(\d{1,2})(?::?00)?$", lambda zone: f"{zone[1]}{zone[2]:0>2}00", text)
    try:
        return parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
