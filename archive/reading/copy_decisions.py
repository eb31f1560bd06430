"""What persons decided of copies: which articles are one story, and which are not."""

import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from archive.writing.copy_decisions import Verdict

_IN_FORCE = """
SELECT d.what, a.id, b.id FROM copy_decisions d JOIN articles a ON a.uid = d.uid JOIN articles b ON b.uid = d.other_uid
JOIN copy_texts c ON c.article_id = a.id JOIN copy_texts e ON e.article_id = b.id WHERE d.ended_at IS NULL
"""


@dataclass(frozen=True, slots=True)
class Decided:
    """The decisions in force, by article."""

    joins: Mapping[int, set[int]]
    """Each pair twice."""
    splits: Mapping[int, set[int]]
    """Article → those with which it has no story in common."""

    def joined(self, article_id: int) -> set[int]:
        """Return the articles that a person joined with an article."""
        return self.joins.get(article_id, set())

    def without_splits(self, stories: Iterable[set[int]]) -> list[set[int]]:
        """Return the stories, each without the articles that a person split from another one of it."""
        return [{each for each in story if not self.splits.get(each, set()) & story} for story in stories]


def decided(connection: sqlite3.Connection) -> Decided:
    """Return the decisions that are in force."""
    joins: dict[int, set[int]] = defaultdict(set)
    splits: dict[int, set[int]] = defaultdict(set)
    for what, one, other in connection.execute(_IN_FORCE):
        if what == Verdict.JOINED:
            joins[one].add(other)
            joins[other].add(one)
        else:
            splits[one].add(other)
    return Decided(joins, splits)
