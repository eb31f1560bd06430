"""Convert moments to the one form in which the archive stores them: "2025-07-01T08:30:00+07:00", sortable as text."""

from datetime import date, datetime

from archive.record import VIETNAM

FIRST_DAY = date(2000, 1, 1)
"""Day 0 of the tables that number days; earlier days have negative numbers. Small numbers take less place."""


def to_text(moment: datetime) -> str:
    """Return an aware `moment` as ISO 8601 to the second, +07:00; ValueError if it is naive."""
    if moment.tzinfo is None:
        raise ValueError(f"a moment without time zone cannot be stored: {moment.isoformat()}")
    return moment.astimezone(VIETNAM).isoformat(timespec="seconds")


def to_text_or_none(moment: datetime | None) -> str | None:
    """Like `to_text`; None stays None."""
    return None if moment is None else to_text(moment)


def from_text(text: str) -> datetime:
    """Return the aware moment that `to_text` wrote; ValueError for any other text."""
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError(f"a moment without time zone: {text}")
    return moment


def from_text_or_none(text: str | None) -> datetime | None:
    """Like `from_text`; None stays None."""
    return None if text is None else from_text(text)
