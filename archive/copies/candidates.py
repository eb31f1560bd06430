"""Which texts of the days around a text share hashes of its sketch."""

import json
import sqlite3
from collections import defaultdict
from collections.abc import Container, Mapping, Sequence

DAYS = 7
"""A copy is printed within so many days: a text of a year ago that is printed again is news again."""
MOST_TEXTS = 400
"""Texts of the days around with the same hash: more than three for each outlet of the country have only phrases."""
ONE_OF_EACH = 63
"""Texts with the same hash, up to which this hash alone makes two of them candidates: each outlet of the country prints
a text once, and more have a set phrase."""
_SHARING = """
SELECT value, (SELECT group_concat(article_id) FROM (
    SELECT article_id FROM copy_sketches WHERE hash = h.value AND day BETWEEN ? AND ? LIMIT ?
)) FROM json_each(?) h
"""


class Around:
    """The texts of the days around one day, by hash.

    Hashes that several texts have are looked up once for all texts of the day. A text that changed since is among those
    that wait to be compared, as each new one.
    """

    def __init__(self, connection: sqlite3.Connection, *, days: int) -> None:
        """Look up nothing yet."""
        self._connection = connection
        self.days = days
        self._day: int | None = None
        self._known: dict[int, Sequence[int]] = {}
        """Hash → ids of the articles with it; empty if too many have it."""

    def span(self, day: int) -> tuple[int, int]:
        """Return the first and the last of the days around a day."""
        return day - self.days, day + self.days

    def candidates(
        self, article_id: int, day: int, hashes: Sequence[int], *, waiting: Container[int] = ()
    ) -> list[tuple[int, list[int]]]:
        """Return the articles that share hashes, with the numbers of these; those that share most come first.

        Those that are `waiting` are left out.
        """
        if day != self._day:
            self._day = day
            self._known.clear()
        sharing: Mapping[int, list[int]] = defaultdict(list)
        is_rare = []
        found = self._sharing(hashes, self.span(day))
        for number, value in enumerate(hashes):
            others = found.get(value, ())
            is_rare.append(len(others) <= ONE_OF_EACH)
            for other in others:
                sharing[other].append(number)
        kept = [
            (other, numbers)
            for other, numbers in sharing.items()
            if (len(numbers) > 1 or is_rare[numbers[0]]) and other != article_id and other not in waiting
        ]
        return sorted(kept, key=lambda each: (-len(each[1]), abs(each[0] - article_id)))

    def _sharing(self, hashes: Sequence[int], span: tuple[int, int]) -> Mapping[int, Sequence[int]]:
        """Return hash → articles, of the hashes that several have."""
        known = {value: self._known[value] for value in hashes if value in self._known}
        asked = json.dumps([value for value in hashes if value not in known])
        for value, listed in self._connection.execute(_SHARING, (*span, MOST_TEXTS + 1, asked)):
            ids = [*map(int, listed.split(","))] if listed and "," in listed else []
            if ids:
                known[value] = self._known[value] = ids if len(ids) <= MOST_TEXTS else ()
        return known
