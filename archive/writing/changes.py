"""The one owner of `change_seq`: which articles changed, and in which order.

`articles.change_seq` is the cursor of everybody who keeps a copy of the archive: an article above the last number that
they saw is new, or one of its fields has another value. A field is whatever an export or the view `articles_full`
shows, also when it is kept in another table (an alias) or follows from one (the name of the outlet).
"""

import sqlite3
from collections.abc import Iterable, Mapping
from typing import Any


def next_change(connection: sqlite3.Connection) -> int:
    """Return a number above that of every article."""
    return int(connection.execute("SELECT ifnull(max(change_seq), 0) + 1 FROM articles").fetchone()[0])


def change_article(connection: sqlite3.Connection, article_id: int, changes: Mapping[str, Any]) -> None:
    """Set columns of an article; with no `changes`, note that something else of it changed."""
    values = {**changes, "change_seq": next_change(connection)}
    assignments = ", ".join(f"{column} = :{column}" for column in values)
    connection.execute(f"UPDATE articles SET {assignments} WHERE id = :id", {**values, "id": article_id})


def note_changes(connection: sqlite3.Connection, article_ids: Iterable[int]) -> None:
    """Note that these articles changed, in the order of their ids."""
    if changed := sorted(set(article_ids)):
        numbered = enumerate(changed, start=next_change(connection))
        connection.executemany("UPDATE articles SET change_seq = ? WHERE id = ?", numbered)
