"""The articles whose uids begin most like one that no article has: a digit was lost, or mistyped."""

import sqlite3
from dataclasses import dataclass

from archive.record import UID_HEX_DIGITS, ArticleStatus

_HALVES = (("<", "DESC"), (">=", "ASC"))
_SHOWN = f"status <> '{ArticleStatus.WITHHELD}'"
LEAST_DIGITS = 3
"""Digits that a uid must share: fewer are shared by chance."""


@dataclass(frozen=True, slots=True)
class Near:
    """An article with a uid that is alike."""

    uid: str
    title: str


def nearest_articles(connection: sqlite3.Connection, key: str) -> list[Near]:
    """Return the article before and the one behind `key` in the order of uids, as far as they begin alike."""
    digits = key.lower()[:UID_HEX_DIGITS]
    found = []
    for comparison, order in _HALVES:
        sql = f"SELECT uid, title FROM articles WHERE uid {comparison} ? AND {_SHOWN} ORDER BY uid {order} LIMIT 1"
        found += [Near(*row) for row in connection.execute(sql, (digits,))]
    return [each for each in found if each.uid[:LEAST_DIGITS] == digits[:LEAST_DIGITS]]
