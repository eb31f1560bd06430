"""The one owner of `change_seq`: which articles changed, in which order, and how.

`articles.change_seq` is the cursor of everybody who keeps a copy of the archive: an article above the last number that
they saw is new, or one of its fields has another value. A field is whatever an export or the view `articles_full`
shows, also when it is kept in another table (an alias) or follows from one (the name of the outlet).
`article_changes` has the last number at which each kind of change happened to an article.
"""

import sqlite3
from collections.abc import Iterable, Mapping
from enum import StrEnum
from secrets import token_hex
from typing import Any

from archive.record import ArticleStatus

ID_BYTES = 4
"""Of a new archive id: two of a person's archives do not meet, and it can be read aloud."""


class Change(StrEnum):
    """What happened to an article; stored in `article_changes`."""

    NEW = "new"
    REVISED = "revised"
    """Its title, lead, body or byline is another."""
    WITHDRAWN = "withdrawn"
    """The newspaper took it away."""
    RETURNED = "returned"
    """The newspaper shows it again."""
    LIFTED = "lifted"
    """It was withheld, and is shown again."""


def renew_archive_id(connection: sqlite3.Connection) -> None:
    """Give the archive another id: cursors with the one before are refused from now on."""
    connection.execute("DELETE FROM archive_id")
    connection.execute("INSERT INTO archive_id VALUES (?)", (token_hex(ID_BYTES),))


def next_change(connection: sqlite3.Connection) -> int:
    """Return a number above that of every article."""
    return int(connection.execute("SELECT ifnull(max(change_seq), 0) + 1 FROM articles").fetchone()[0])


def note_new(connection: sqlite3.Connection, *, after: int) -> None:
    """Note that the articles above this number are new."""
    connection.execute(
        "INSERT OR REPLACE INTO article_changes SELECT id, ?, change_seq FROM articles WHERE change_seq > ?",
        (Change.NEW, after),
    )


def change_article(connection: sqlite3.Connection, article_id: int, changes: Mapping[str, Any]) -> None:
    """Set columns of an article; with no `changes`, note that something else of it changed."""
    number = next_change(connection)
    if what := _what_changes(connection, article_id, changes):
        note_change(connection, article_id, what, number=number)
    values = {**changes, "change_seq": number}
    assignments = ", ".join(f"{column} = :{column}" for column in values)
    connection.execute(f"UPDATE articles SET {assignments} WHERE id = :id", {**values, "id": article_id})


def note_change(connection: sqlite3.Connection, article_id: int, what: Change, *, number: int) -> None:
    """Note what happened to an article, whose row has this number."""
    connection.execute("INSERT OR REPLACE INTO article_changes VALUES (?,?,?)", (article_id, what, number))


def note_changes(connection: sqlite3.Connection, article_ids: Iterable[int]) -> None:
    """Note that these articles changed, in the order of their ids."""
    if changed := sorted(set(article_ids)):
        numbered = enumerate(changed, start=next_change(connection))
        connection.executemany("UPDATE articles SET change_seq = ? WHERE id = ?", numbered)


def _what_changes(connection: sqlite3.Connection, article_id: int, changes: Mapping[str, Any]) -> Change | None:
    """Return what a reader should know of `changes`; None if it is neither the text nor the status."""
    if changes.keys().isdisjoint(("status", "text_sha256")):
        return None
    sql = "SELECT status, text_sha256 FROM articles WHERE id = ?"
    before, digest = connection.execute(sql, (article_id,)).fetchone()
    status = changes.get("status", before)
    if status == ArticleStatus.WITHHELD:
        return None
    if before == ArticleStatus.WITHHELD:
        return Change.LIFTED
    if status != before:
        return Change.WITHDRAWN if status == ArticleStatus.GONE else Change.RETURNED
    return None if changes.get("text_sha256", digest) == digest else Change.REVISED
