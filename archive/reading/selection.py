"""Which articles an export or another query reads: those that match filters, and words as for a search."""

import sqlite3
from dataclasses import dataclass

from archive.reading.filters import Condition, Filters, conditions
from archive.reading.query import read_query
from archive.reading.tiers import all_words


@dataclass(frozen=True, slots=True)
class Selection:
    """A condition on `articles a`, with the values for its question marks."""

    where: str
    values: tuple[object, ...]


EVERYTHING = Selection("true", ())


def select(connection: sqlite3.Connection, filters: Filters, words: str | None) -> Selection:
    """Return the selection of articles that match `filters` and have the `words`; BadQuery if either means nothing."""
    asked = conditions(connection, filters)
    if words is not None:
        asked.append(_with_words(words))
    where = " AND ".join(condition.sql for condition in asked) or "true"
    return Selection(where, tuple(value for condition in asked for value in condition.values))


def _with_words(typed: str) -> Condition:
    found = "SELECT r.article_id FROM texts_fts f JOIN search_rows r ON r.search_id = f.rowid WHERE f.texts_fts MATCH ?"
    return Condition(f"a.id IN ({found})", (all_words(read_query(typed)),))
