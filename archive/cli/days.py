"""Days as people type them: 2026-01-31, 31/01/2026, today, yesterday, or a time ago (7d, 2w)."""

import re
from datetime import date, datetime, timedelta

import click

from archive.phrases import phrase
from archive.record import VIETNAM

FORMS = ("%Y-%m-%d", "%d/%m/%Y")
_AGO = re.compile(r"(\d{1,5})([dw])")
_DAYS = {"d": 1, "w": 7}
_NAMED = {"today": 0, "yesterday": 1}


def day_of(typed: str, *, today: date) -> date | None:
    """Return the day that was typed; None if it is none. `7d` is the day seven days before `today`."""
    word = typed.strip().lower()
    if word in _NAMED:
        return today - timedelta(_NAMED[word])
    if ago := _AGO.fullmatch(word):
        try:
            return today - timedelta(int(ago[1]) * _DAYS[ago[2]])
        except OverflowError:
            return None
    for form in FORMS:
        try:
            return datetime.strptime(word, form).date()  # noqa: DTZ007 -- a day has no zone
        except ValueError:
            continue
    return None


def given_day(_: click.Context, __: click.Parameter, typed: str | None) -> date | None:
    """Return the day of an option; a usage error says which forms there are."""
    if typed is None:
        return None
    found = day_of(typed, today=datetime.now(VIETNAM).date())
    if found is None:
        raise click.BadParameter(
            phrase('"{typed}" is no day: give 2026-01-31, 31/01/2026, yesterday, 7d or 2w', typed=typed)
        )
    return found
