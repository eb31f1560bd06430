"""Which texts of the days around a text share hashes of its sketch."""

import json
import sqlite3
from collections import Counter
from collections.abc import Collection, Container, Iterable, Sequence
from itertools import chain

DAYS = 7
"""A copy is printed within so many days: a text of a year ago that is printed again is news again."""
MOST_TEXTS = 400
"""Texts of the days around with the same hash: more than three for each outlet of the country have only phrases."""
ONE_OF_EACH = 63
"""Texts with the same hash, up to which this hash alone makes two of them candidates: each outlet of the country prints
a text once, and more have a set phrase."""
PERIODS = 4
"""A hash that is also there so many times the days around away belongs to a set phrase or a template."""
_SHARING = """
SELECT value, (SELECT group_concat(article_id) FROM (
    SELECT article_id FROM copy_sketches WHERE hash = h.value AND day BETWEEN ? AND ? LIMIT ?
)) FROM json_each(?) h
"""
_ELSEWHERE = """
SELECT value, EXISTS (SELECT 1 FROM copy_sketches WHERE hash = h.value AND day < ?)
    OR EXISTS (SELECT 1 FROM copy_sketches WHERE hash = h.value AND day > ?) FROM json_each(?) h
"""
_NONE: frozenset[int] = frozenset()


class Around:
    """The texts of the days around one day, by hash.

    Each hash is looked up once for all texts of the day. A text that changed since is among those that wait to be
    compared, as each new one.
    """

    def __init__(self, connection: sqlite3.Connection, *, days: int) -> None:
        """Look up nothing yet."""
        self._connection = connection
        self.days = days
        self._day: int | None = None
        self._known: dict[int, frozenset[int]] = {}
        """Hash → ids of the articles with it; empty if only one has it, or too many."""
        self._recurring: dict[int, int] = {}
        """Hash → 1 if it is there at quite other times too, else 0."""

    def span(self, day: int) -> tuple[int, int]:
        """Return the first and the last of the days around a day."""
        return day - self.days, day + self.days

    def look_up(self, day: int, hashes: Iterable[int]) -> None:
        """Look up hashes of texts of one day: those of many texts together cost half as much, in their order."""
        if day != self._day:
            self._day = day
            self._known.clear()
            self._recurring.clear()
        asked = json.dumps(sorted({value for value in hashes if value not in self._known}))
        for value, listed in self._connection.execute(_SHARING, (*self.span(day), MOST_TEXTS + 1, asked)):
            ids = frozenset(map(int, listed.split(","))) if listed and "," in listed else _NONE
            self._known[value] = ids if len(ids) <= MOST_TEXTS else _NONE

    def sharing(self, hashes: Sequence[int]) -> list[frozenset[int]]:
        """Return of each of these hashes, which have been looked up, the articles with it."""
        return [self._known[value] for value in hashes]

    def is_recurring(self, hashes: Collection[int]) -> bool:
        """Whether most of these hashes, which have been looked up, are there at quite other times too."""
        assert self._day is not None
        if asked := [value for value in hashes if value not in self._recurring]:
            values = (self._day - PERIODS * self.days, self._day + PERIODS * self.days, json.dumps(asked))
            self._recurring.update(self._connection.execute(_ELSEWHERE, values).fetchall())
        return sum(self._recurring[value] for value in hashes) > len(hashes) / 2


def likeliest(
    article_id: int, sharing: Sequence[frozenset[int]], *, waiting: Container[int] = frozenset()
) -> list[int]:
    """Return the articles that may be copies of one, those that share most of its hashes first.

    Articles that are `waiting` are left out.
    """
    counts = Counter(chain.from_iterable(sharing))
    by_one = _NONE.union(*(others for others in sharing if len(others) <= ONE_OF_EACH))
    kept = [
        other
        for other, count in counts.items()
        if (count > 1 or other in by_one) and other != article_id and other not in waiting
    ]
    return sorted(kept, key=lambda each: (-counts[each], abs(each - article_id), each))
