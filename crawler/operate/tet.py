"""The days around the Vietnamese lunar new year, when newspapers publish irregularly."""

from datetime import date, datetime, timedelta

from archive import VIETNAM

FIRST_DAYS = tuple(
    date.fromisoformat(day)
    for day in (
        *("2020-01-25", "2021-02-12", "2022-02-01", "2023-01-22", "2024-02-10", "2025-01-29", "2026-02-17"),
        *("2027-02-06", "2028-01-26", "2029-02-13", "2030-02-02", "2031-01-23", "2032-02-11", "2033-01-31"),
        *("2034-02-19", "2035-02-08", "2036-01-28", "2037-02-15", "2038-02-04", "2039-01-24", "2040-02-12"),
    )
)
"""First day of the lunar year in Vietnam, which in some years is a day before China's."""
BEFORE, AFTER = timedelta(days=4), timedelta(days=8)
"""Newsrooms empty a few days before the first day, and are fully staffed again in the second week."""


def is_tet(moment: datetime) -> bool:
    """Whether an aware moment is in these days. After the last year of the table it is always False."""
    day = moment.astimezone(VIETNAM).date()
    return any(first - BEFORE <= day <= first + AFTER for first in FIRST_DAYS)
