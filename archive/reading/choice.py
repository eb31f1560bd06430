"""What filters choose among the articles that a search finds: SQL on the narrow `search_rows`."""

import sqlite3
from dataclasses import dataclass

from archive.reading.filters import Filters, conditions
from archive.writing.index import first_id_after, first_id_of


@dataclass(frozen=True, slots=True)
class Choice:
    """Conditions on a row `a` of `search_rows`, as SQL that begins with AND, and their values."""

    conditions: str
    values: tuple[object, ...]
    bounds: str
    """The days as a range of the ids of an index `f`, beyond which it is not read."""

    def rows(self, joined: str = "") -> str:
        """Return FROM and WHERE of all chosen rows; `joined` joins another table."""
        return f"FROM search_rows a{joined} WHERE 1{self.conditions}"

    def found(self, index: str, joined: str = "", *, only: bool = True) -> str:
        """Return FROM and WHERE of the chosen rows that an expression, the first of the values, finds in an index.

        Not `only` the chosen ones: all that it finds, without `a`. `joined` joins another table.
        """
        join = " CROSS JOIN search_rows a ON a.search_id = f.rowid" if only else ""
        return f"FROM {index} f{join}{joined} WHERE f.{index} MATCH ?{self.bounds}{self.conditions}"


def choose(connection: sqlite3.Connection, filters: Filters) -> Choice:
    """Return what `filters` choose; BadQuery if they cannot mean anything in this archive."""
    asked = conditions(connection, filters, article_id="a.article_id")
    since = f" AND f.rowid >= {first_id_of(filters.since)}" if filters.since else ""
    until = f" AND f.rowid < {first_id_after(filters.until)}" if filters.until else ""
    return Choice(
        "".join(f" AND {condition.sql}" for condition in asked),
        tuple(value for condition in asked for value in condition.values),
        since + until,
    )
