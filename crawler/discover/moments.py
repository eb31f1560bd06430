"""Dates as feeds and sitemaps write them. They are hints: the date of an article is read from its page."""

import re
from datetime import MAXYEAR, MINYEAR, datetime
from email.utils import parsedate_to_datetime

from archive import VIETNAM

LONGEST = 80
"""Characters of a text that can be a date; "Thứ hai, ngày 05 tháng 10 năm 2026, 08:15:00 (GMT+7)" has 55."""

_NUMBERS = re.compile(r"\b(\d{1,4})/(\d{1,2})/(\d{1,4})\b,?")
_HALF_DAY = re.compile(r"\b(\d{1,2})(:\d{2}(?::\d{2})?) ?(AM|PM|SA|CH)\b", re.IGNORECASE)
"""A time of twelve hours; "SA" and "CH" are sáng and chiều."""
_ZONE = re.compile(r"\b(?:GMT|UTC) ?([+-])(\d{1,2})(?::?00)?$|\bICT$")


def read_moment(text: str | None) -> datetime | None:
    """Return the aware moment, or None when it cannot be read.

    Read are RFC 822 ("Sat, 07 Mar 2026 08:06:00 +0700", "… GMT+7", years of two digits), ISO 8601 with or without time,
    and numbers between slashes; of "9/5/2026" either number may be the month, so it gives None. A time may be AM or PM.
    Without a zone it is Vietnamese time. The first and the last year of the calendar mean no date.
    """
    if not text or len(text) > LONGEST:
        return None
    text = " ".join(text.split())
    if " " in text or "/" in text:  # not the ISO 8601 of sitemaps, which may have 50,000 of them
        text = _NUMBERS.sub(_with_dashes, _HALF_DAY.sub(_of_whole_day, text))
    moment = _read_iso(text) or _read_rfc822(text)
    if moment is None or moment.year in (MINYEAR, MAXYEAR):
        return None
    return moment.replace(tzinfo=VIETNAM) if moment.tzinfo is None else moment


def _of_whole_day(found: re.Match[str]) -> str:
    """ "8:28 PM" → "20:28"; programs also write "20:28 PM"."""
    hour, is_late = int(found[1]), found[3].upper() in ("PM", "CH")
    return f"{hour if hour > 12 else hour % 12 + 12 * is_late:02}{found[2]}"


def _with_dashes(found: re.Match[str]) -> str:
    """ "25/9/2026" and "9/25/2026" → "2026-09-25"; the text as it is if its order is not sure."""
    first, second, third = (int(part) for part in found.groups())
    if len(found[1]) == 4:
        return f"{first}-{second:02}-{third:02}"
    day, month = (second, first) if second > 12 else (first, second)
    is_sure = len(found[3]) == 4 and (day > 12 or day == month)
    return f"{third}-{month:02}-{day:02}" if is_sure else found[0]


def _read_iso(text: str) -> datetime | None:
    try:
        # "2026-03-07T08:52:11.000 +07:00" is seen, and "2026-03-07 8:52"; neither is ISO 8601
        return datetime.fromisoformat(re.sub(r"(?<=\d) (?=[+-]\d)", "", re.sub(r" (?=\d:)", " 0", text)))
    except ValueError:
        return None


def _read_rfc822(text: str) -> datetime | None:
    # "GMT+7" is Vietnamese time; mail programs read it as GMT, and "ICT" as no zone
    text = _ZONE.sub(lambda zone: f"{zone[1]}{zone[2]:0>2}00" if zone[1] else "+0700", text)
    try:
        return parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
