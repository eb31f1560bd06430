"""The timetable of a newspaper for two weeks: what it publishes, changes and removes, and when."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from archive import VIETNAM

MONDAY = datetime(2026, 3, 2, tzinfo=VIETNAM)
"""The first day; it is after Tết."""
RUNS = 14 * 24
WANDERING = (3, 5, 4, 7, 2)
"""Minutes after the full hour at which runs start: real timers are not exact."""
EXPECTED = 5
"""`articles_per_day` in the site file."""


def at(day: int, clock: str) -> datetime:
    """Return a time of day of the 1st to 14th day; the days before the first are 0, -1, …"""
    hour, minute = clock.split(":")
    return MONDAY + timedelta(days=day - 1, hours=int(hour), minutes=int(minute))


def start_of(run: int) -> datetime:
    """Return when a run starts; runs are counted from 0."""
    return MONDAY + timedelta(hours=run, minutes=WANDERING[run % len(WANDERING)])


class What(StrEnum):
    """What happens to an article."""

    EDIT = "edit"
    ANNOUNCED = "edit with a new lastmod in the sitemap"
    NOT_FOUND = "404"
    TAKEN_AWAY = "410"
    SOFT = "200 with a page that says: not found"
    EMPTY = "page without its text"
    MOVED = "redirect to a new address, to which the lists link"
    BACK = "as it was"


class Spell(StrEnum):
    """A state of the whole newspaper for some time."""

    REFUSED = "no connection"
    DOWN = "503 for everything"
    REST = "503 for everything, with Retry-After"
    BUSY = "503 for everything but robots.txt"
    FAULTY = "500 for every third article"
    SUSPENDED = "articles redirect to the page of a host that has closed the account"
    ROBOTS_FAIL = "503 for robots.txt"
    ROBOTS_CLOSED = "robots.txt disallows everything"
    LOGIN = "articles only for readers who log in"
    CALENDAR = "a calendar and a path that grows, linked on the home page"
    DESIGN = "a redesign: the site file has no layout for the pages"
    BARE = "a redesign without a headline that the generic path finds"


WORKDAY = (
    *("06:20", "07:20", "08:20", "08:40", "09:20", "10:20", "11:20", "13:20"),
    *("14:20", "15:20", "16:20", "16:40", "17:20", "19:20", "20:20", "21:20"),
)
WEEKEND = ("07:20", "09:20", "11:20", "15:20", "17:20", "20:20")
PUBLISHED = tuple(at(day, clock) for day in range(-1, 15) for clock in (WEEKEND if day % 7 in (6, 0) else WORKDAY))
"""Moments of publication of the articles 1, 2, …"""

CHANGES = {
    # published: what happens to it, in order
    at(1, "08:20"): ((at(1, "09:30"), What.EDIT),),
    at(1, "08:40"): ((at(1, "08:50"), What.EDIT), (at(1, "12:30"), What.EDIT), (at(1, "12:50"), What.EDIT)),
    at(1, "10:20"): ((at(1, "18:30"), What.EDIT), (at(3, "10:30"), What.EDIT)),
    at(1, "14:20"): (
        *((at(1, "14:50"), What.ANNOUNCED), (at(2, "09:50"), What.ANNOUNCED)),
        (at(8, "22:30"), What.ANNOUNCED),
    ),
    at(1, "16:20"): ((at(4, "12:30"), What.ANNOUNCED), (at(4, "12:50"), What.ANNOUNCED)),
    at(1, "20:20"): ((at(1, "21:50"), What.NOT_FOUND),),
    at(2, "06:20"): ((at(2, "08:30"), What.TAKEN_AWAY), (at(2, "20:30"), What.BACK)),
    at(2, "10:20"): ((at(2, "11:30"), What.SOFT),),
    at(2, "13:20"): ((at(2, "14:50"), What.EMPTY),),
    at(2, "16:40"): ((at(2, "18:30"), What.MOVED), (at(2, "23:50"), What.EDIT)),
    at(3, "15:20"): ((at(3, "16:30"), What.NOT_FOUND), (at(4, "10:50"), What.BACK), (at(5, "08:30"), What.ANNOUNCED)),
    at(5, "11:20"): ((at(5, "15:30"), What.EDIT), (at(5, "18:30"), What.TAKEN_AWAY)),
    at(5, "20:20"): ((at(6, "09:30"), What.EDIT),),
    at(8, "09:20"): ((at(8, "10:30"), What.EDIT),),
    at(8, "19:20"): ((at(10, "12:30"), What.ANNOUNCED),),
    at(9, "07:20"): ((at(9, "19:50"), What.EDIT),),
    at(11, "09:20"): ((at(13, "19:50"), What.EDIT), (at(14, "01:50"), What.EDIT)),
}  # fmt: skip
SPELLS = {
    Spell.CALENDAR: (at(2, "13:30"), at(3, "13:30")),
    Spell.REFUSED: (at(3, "02:00"), at(3, "05:00")),
    Spell.SUSPENDED: (at(3, "19:00"), at(3, "22:00")),
    Spell.BUSY: (at(4, "09:00"), at(4, "11:00")),
    Spell.FAULTY: (at(4, "16:00"), at(4, "22:00")),
    Spell.DOWN: (at(5, "13:00"), at(5, "17:00")),
    Spell.REST: (at(5, "17:00"), at(5, "19:00")),
    Spell.ROBOTS_FAIL: (at(6, "00:00"), at(7, "00:00")),
    Spell.ROBOTS_CLOSED: (at(7, "12:00"), at(7, "18:00")),
    Spell.LOGIN: (at(8, "08:00"), at(8, "13:00")),
    Spell.DESIGN: (at(9, "10:00"), at(15, "00:00")),
    Spell.BARE: (at(9, "18:00"), at(15, "00:00")),
}
REPAIRED = at(13, "20:00")
"""From this moment the site file has a layout for the redesign."""

DAYS = tuple(f"/bai/lich-{number}.html" for number in range(6))
ENDLESS = "/bai/lich/lich/lich/lich-1.html"
"""A path that a relative link on its own page makes longer and longer."""


@dataclass(frozen=True)
class Story:
    """The state of an article at one moment."""

    edits: int = 0
    state: What = What.BACK
    """BACK if it can be read; NOT_FOUND, TAKEN_AWAY, SOFT or EMPTY if it cannot."""
    is_moved: bool = False
    told: datetime = MONDAY
    """Its lastmod in the sitemap."""


def story_at(number: int, moment: datetime) -> Story:
    """Return the state of an article at a moment."""
    published = PUBLISHED[number - 1]
    edits, state, is_moved, told = 0, What.BACK, False, published
    for when, what in CHANGES.get(published, ()):
        if when > moment:
            break
        if what in (What.EDIT, What.ANNOUNCED):
            edits += 1
            told = when if what is What.ANNOUNCED else told
        elif what is What.MOVED:
            is_moved = True
        else:
            state = what
    return Story(edits, state, is_moved, told)


def path_at(number: int, moment: datetime) -> str:
    """Return the path of an article at a moment."""
    return f"/bai/tin-{number}{'-moi' if story_at(number, moment).is_moved else ''}.html"


def is_faulty(number: int, moment: datetime) -> bool:
    """Return whether the server answers with 500 for an article at a moment."""
    return Spell.FAULTY in spells_at(moment) and number % 3 == 0


def spells_at(moment: datetime) -> frozenset[Spell]:
    """Return the states of the newspaper at a moment."""
    return frozenset(spell for spell, (begin, end) in SPELLS.items() if begin <= moment < end)


def number_of(path: str) -> int | None:
    """Return the number of the article at a path; None for any other path."""
    name = path.removesuffix(".html").removesuffix("-moi").removeprefix("/bai/tin-")
    return int(name) if name.isdigit() and 0 < int(name) <= len(PUBLISHED) else None
