"""What the crawls of `fortnight.py` must bring, run by run: worked out from its timetable, not from the program.

Only what is said of a run is the word of `crawler/operate/expect.py`, which has tests of its own.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from archive import Reason
from tests.crawler.changing import IN_A_FEED, IN_A_SITEMAP, ON_A_PAGE, SOURCES
from tests.crawler.fortnight import (
    DAYS,
    ENDLESS,
    MONDAY,
    PUBLISHED,
    REPAIRED,
    Spell,
    Story,
    What,
    is_faulty,
    number_of,
    path_at,
    spells_at,
    start_of,
    story_at,
)
from tests.crawler.fortnight_past import Expected, Kept, Past

HOUR, DAY, WEEK = timedelta(hours=1), timedelta(days=1), timedelta(days=7)
LADDER = (HOUR, 6 * HOUR, DAY, WEEK)
"""When an article is read again, after it was first stored; or after its address was found, if it gave none."""
FEED, HOME, SITEMAP = SOURCES.values()
SECOND = "/trang-2"
ROBOTS = "/robots.txt"
GONE = (Reason.GONE, Reason.SOFT_404)
TRIES = 4
"""Of an address whose server fails, in one run."""

CLOSED = {
    # what keeps the crawl from the newspaper: why its sources are not read, and what is asked for in vain
    Spell.REFUSED: (Reason.CONNECTION, []),
    Spell.DOWN: (Reason.ROBOTS, 4 * [ROBOTS]),
    Spell.ROBOTS_FAIL: (Reason.ROBOTS, 4 * [ROBOTS]),
    Spell.REST: (Reason.HTTP_ERROR, [ROBOTS]),
    Spell.BUSY: (Reason.HTTP_ERROR, [ROBOTS, *3 * [FEED, HOME, SITEMAP], FEED]),
    Spell.ROBOTS_CLOSED: (Reason.ROBOTS, [ROBOTS]),
}


@dataclass
class Address:
    """One that a source named."""

    path: str
    found_at: datetime
    listed: tuple[datetime, int]
    """What puts the newest first: its date, by the word of the source, and its place."""
    due: datetime | None
    told: datetime | None = None
    """When it was changed, by the last word of the sitemap."""
    fetched_at: datetime | None = None
    refused: Reason | None = None
    failures: int = 0
    """In a row."""
    whole: Any = None
    """What the last whole answer had in it."""
    whole_at: datetime | None = None

    def is_conditional(self, at: datetime, *, trusted: timedelta) -> bool:
        """Return whether it is asked only for what is new."""
        return self.whole_at is not None and at - self.whole_at < trusted


class Model:
    """The newspaper, and what is known of it after each run."""

    def __init__(self) -> None:
        self.past = Past()
        self.kept = self.past.kept
        self.addresses: dict[str, Address] = {}
        self.lists: dict[str, Address] = {}
        self.rests_until = MONDAY
        """Until when the newspaper has asked not to be asked."""

    def run(self, run: int) -> Expected:
        """Return what a run brings, counted from 0."""
        self.at, self.expected = start_of(run), Expected()
        self._count = sum(published <= self.at for published in PUBLISHED)
        self._asked: set[str] = set()
        if run and start_of(run - 1) < REPAIRED <= self.at:
            for address in self.addresses.values():
                if address.refused and address.refused not in (*GONE, Reason.OFF_SITE, Reason.BUDGET):
                    address.due = self.at
            for address in (*self.addresses.values(), *self.lists.values()):
                address.whole_at = None  # other rules may read the same bytes in another way
        self.past.begin(self.at)
        closed = next((spell for spell in CLOSED if spell in spells_at(self.at)), None)
        if closed:
            self._stay_outside(closed)
        else:
            self._crawl()
        self.expected.said = [shortfall.said for shortfall in self.past.judge(self.expected)]
        return self.expected

    def _stay_outside(self, spell: Spell) -> None:
        reason, paths = CLOSED[spell]
        if spell is Spell.REST:
            paths, self.rests_until = ([], self.rests_until) if self.at < self.rests_until else (paths, self.at + HOUR)
        self.expected.troubles = 3 * [reason]
        self.expected.is_cut_short = spell is not Spell.ROBOTS_CLOSED
        for path in paths:
            self._hit(path, self.lists.get(path), trusted=DAY)
        for path in (FEED, HOME, SITEMAP):
            self.lists[path].fetched_at = None
        for address in self._due():
            if spell is Spell.ROBOTS_CLOSED:
                self._refuse(address, Reason.ROBOTS)
                address.due = self.at + HOUR
            else:
                self.expected.counts["left"] += 1

    def _crawl(self) -> None:
        self._hit(ROBOTS, None, trusted=DAY)
        self._read_list(FEED, [(n, None) for n in range(self._count, max(0, self._count - IN_A_FEED), -1)])
        before = self.lists[HOME].fetched_at if HOME in self.lists else None
        more = (*DAYS, ENDLESS) if Spell.CALENDAR in spells_at(self.at) else ()
        wanted = [self._second(before)] if self._read_list(HOME, self._page(1), more) else []
        self._read_list(SITEMAP, [])
        wanted += self._sitemaps()
        self._read_articles()
        for changed, path, articles in sorted(filter(None, wanted), key=lambda each: each[0], reverse=True):
            self._read_list(path, articles)
            self.lists[path].told = changed
            self._read_articles()

    def _page(self, number: int) -> list[tuple[int, datetime | None]]:
        last = self._count - (number - 1) * ON_A_PAGE
        return [(n, None) for n in range(last, max(0, last - ON_A_PAGE), -1)]

    def _second(self, before: datetime | None) -> Any:
        """Return the second page of the list, if it is new itself or the first one has news."""
        listed = [self.addresses[path_at(n, self.at)] for n, _ in self._page(1)]
        listed += [self.addresses[path] for path in (*DAYS, ENDLESS) if Spell.CALENDAR in spells_at(self.at)]
        has_news = any(
            each.found_at > before if before else each.fetched_at is None or each.found_at >= self.at for each in listed
        )
        found_at = self.lists[SECOND].found_at if SECOND in self.lists else self.at
        return (found_at, SECOND, self._page(2)) if has_news or SECOND not in self.lists else None

    def _sitemaps(self) -> Iterator[Any]:
        """Yield the sitemaps whose time of change is a new one, or that were not read for a day."""
        for number in range(1, (self._count - 1) // IN_A_SITEMAP + 2):
            numbers = range((number - 1) * IN_A_SITEMAP + 1, min(number * IN_A_SITEMAP, self._count) + 1)
            articles = [(n, story_at(n, self.at).told) for n in numbers]
            changed, known = max(told for _, told in articles), self.lists.get(f"/sitemap-{number}.xml")
            is_old = known is not None and known.fetched_at is not None and self.at - known.fetched_at >= DAY
            if known is None or known.told != changed or is_old:
                yield changed, f"/sitemap-{number}.xml", articles

    def _read_list(self, path: str, articles: Any, more: tuple[str, ...] = ()) -> bool:
        """Return whether the answer came whole; what it names is known then, and due if it is new or was changed."""
        known = self.lists.setdefault(path, Address(path, self.at, (self.at, 0), None))
        trusted = DAY if path in SOURCES.values() else WEEK
        self._hit(path, known, trusted=trusted)
        self.expected.sources_ok += 1
        inside = [(path_at(n, self.at), told) for n, told in articles] + [(each, None) for each in more]
        is_unchanged = known.is_conditional(self.at, trusted=trusted) and known.whole == inside
        known.fetched_at = self.at
        if is_unchanged:
            return False
        if path != SITEMAP:  # an index is always read whole
            known.whole, known.whole_at = inside, self.at
        for position, (named, told) in enumerate(inside):
            self._name(named, position, told)
        return True

    def _name(self, path: str, position: int, told: datetime | None) -> None:
        address = self.addresses.get(path)
        number = number_of(path)
        if address is None:
            listed = PUBLISHED[number - 1] if number else self.at
            self.addresses[path] = Address(path, self.at, (listed, -position), self.at, told)
        elif told:
            is_news = told != address.told and address.fetched_at and told > (address.told or address.fetched_at)
            address.told = told
            address.due = self.at if is_news else address.due

    def _due(self) -> list[Address]:
        due = [each for each in self.addresses.values() if each.due and each.due <= self.at]
        return sorted(
            (each for each in due if each.path not in self._asked), key=lambda each: each.listed, reverse=True
        )

    def _read_articles(self) -> None:
        for address in self._due():
            self._asked.add(address.path)
            number = number_of(address.path)
            if number and is_faulty(number, self.at):
                self._fail(address)
            elif number:
                self._read_story(address, number)
            else:
                self._refuse(address, Reason.BUDGET if address.path == ENDLESS else Reason.LISTING)
                address.due = self.at + WEEK if address.path == ENDLESS else None
                if address.path != ENDLESS:
                    self._hit(address.path, address, trusted=WEEK)

    def _read_story(self, address: Address, number: int) -> None:
        story, place, kept = story_at(number, self.at), path_at(number, self.at), self.kept.get(number)
        is_there = story.state not in (What.NOT_FOUND, What.TAKEN_AWAY) and Spell.SUSPENDED not in spells_at(self.at)
        self._hit(address.path, address, trusted=WEEK)
        if is_there and place != address.path:
            self._hit(place, address, trusted=WEEK)
        inside = (place, story, self._design())
        reason, by_rule = self._reading(story, kept)
        is_first = address.refused in (None, Reason.BUDGET, Reason.ROBOTS)
        lost_layout = kept is not None and kept.by_rule and not by_rule
        if reason:
            self._refuse(address, reason, kept=kept)
            if kept and reason in GONE and not kept.is_gone:
                kept.tombstones.append((reason, self.at, None))
        else:
            is_same = address.is_conditional(self.at, trusted=WEEK) and address.whole == inside
            self._keep(number, story, by_rule=kept.by_rule if kept and (is_same or lost_layout) else by_rule)
            self.past.note_reading(address.path, None, kept=self.kept[number], lost_layout=lost_layout and not is_same)
            if not is_same:
                address.whole, address.whole_at = inside, self.at
                self.past.note(address.path, None, lost_layout=lost_layout)
        first = self.kept[number].first_seen if number in self.kept else address.found_at
        once_more = self.at + WEEK if reason and is_first else None
        address.due = next((first + age for age in LADDER if first + age > self.at), once_more)
        address.fetched_at, address.refused, address.failures = self.at, reason, 0

    def _design(self) -> Spell | None:
        return next((each for each in (Spell.BARE, Spell.DESIGN) if each in spells_at(self.at)), None)

    def _reading(self, story: Story, kept: Kept | None) -> tuple[Reason | None, bool]:
        """Return why the page of a story is refused, and whether a layout reads it."""
        by_rule = self._design() is None or self.at >= REPAIRED
        if Spell.SUSPENDED in spells_at(self.at):
            return Reason.OFF_SITE, by_rule
        if story.state in (What.NOT_FOUND, What.TAKEN_AWAY):
            return Reason.GONE, by_rule
        if Spell.LOGIN in spells_at(self.at):
            return Reason.LOGIN, by_rule
        if story.state is What.SOFT:
            return Reason.SOFT_404, by_rule
        if self._design() is Spell.BARE and not by_rule:
            return Reason.NO_TITLE, by_rule
        if story.state is What.EMPTY:
            return Reason.NO_TEXT, by_rule
        is_other = kept is not None and kept.by_rule and not by_rule and kept.texts[-1] != story.edits
        return (Reason.REDESIGNED if is_other else None), by_rule

    def _keep(self, number: int, story: Story, *, by_rule: bool) -> None:
        kept = self.kept.get(number)
        if kept is None:
            self.kept[number] = Kept(self.at, [story.edits], by_rule)
            self.expected.counts["stored"] += 1
            return
        kept.by_rule = by_rule
        if kept.is_gone:
            reason, since, _ = kept.tombstones.pop()
            kept.tombstones.append((reason, since, self.at))
        is_new = story.edits != kept.texts[-1]
        self.expected.counts["revised" if is_new else "unchanged"] += 1
        if is_new:
            kept.texts.append(story.edits)

    def _fail(self, address: Address) -> None:
        for _ in range(TRIES):
            self._hit(address.path, address, trusted=WEEK)
        self.expected.failed[Reason.HTTP_ERROR] += 1
        self.past.note(address.path, Reason.HTTP_ERROR)
        address.failures += 1
        address.due, address.fetched_at, address.refused = self.at + HOUR * 2 ** (address.failures - 1), self.at, None

    def _refuse(self, address: Address, reason: Reason, *, kept: Kept | None = None) -> None:
        if kept and reason in GONE:
            self.expected.counts["gone"] += 1
        else:
            self.expected.refused[reason] += 1
        self.past.note(address.path, reason, lost_layout=reason is Reason.REDESIGNED)
        self.past.note_reading(address.path, reason, kept=kept)
        address.fetched_at, address.refused = self.at, reason

    def _hit(self, path: str, address: Address | None, *, trusted: timedelta) -> None:
        is_conditional = address is not None and address.is_conditional(self.at, trusted=trusted)
        self.expected.hits[path, is_conditional] += 1
