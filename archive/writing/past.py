"""A text that is older than the one in force: it becomes a revision at its place in time, and replaces nothing.

Every function works inside the transaction of its caller.
"""

import sqlite3

from archive.record import Article, Manner, TextCause
from archive.rows import Row, rows_of
from archive.times import to_text_or_none
from archive.writing.article_rows import Sighting, Stored
from archive.writing.changes import change_article
from archive.writing.corrections import Hand
from archive.writing.doubts import codes_to_text
from archive.writing.judging import is_less_sure, is_same_reading

_REVISIONS = "SELECT n, title, lead, body, byline, seen_at FROM article_revisions WHERE article_id = ? ORDER BY n"
_INSERT = """
INSERT INTO article_revisions (article_id, n, title, lead, body, byline, text_sha256, seen_at, cause, capture_id,
    doubts, modified_at)
VALUES (?,?,?,?,?,?,?,?,?,?,?,?)
"""


def is_past(stored: Stored, *, seen: Sighting) -> bool:
    """Whether the text in force was seen after a page that did not come from its server now."""
    return seen.manner is not Manner.FETCHED and bool(seen.at < stored.row["last_seen_at"])


def text_shown_at(connection: sqlite3.Connection, row: Row) -> str:
    """Return when the page was seen that gave the text in force: a correction changes the text later than that."""
    found = connection.execute("SELECT fetched_at FROM captures WHERE id = ?", (row["capture_id"],)).fetchone()
    return str(found[0] if found else row["last_changed_at"])


def keep_past(
    connection: sqlite3.Connection, article: Article, stored: Stored, *, hand: Hand, seen: Sighting
) -> str | None:
    """Keep what a page of the past showed, and return that in words; None if its text finds no place.

    It finds none between two looks that gave the text in force, and none if it is less sure than that. `hand` are the
    corrections that lie over the text in force, and perhaps over texts before it.
    """
    shown, corrected = hand.off(stored).article, hand.over(article)
    if is_same_reading(article, shown):
        _seen_earlier(connection, stored.row, at=seen.at)
        return "the text in force, seen earlier"
    before = list(rows_of(connection.execute(_REVISIONS, (stored.row["id"],))))
    for row in before:
        text = _article_of(row, url=article.url)
        if is_same_reading(article, text) or is_same_reading(corrected, text):
            _seen_earlier(connection, stored.row, at=seen.at)
            return f"the text of revision {row['n']}"
    if is_less_sure(article, shown) or seen.at >= text_shown_at(connection, stored.row):
        return None
    n = 1 + sum(row["seen_at"] <= seen.at for row in before)
    _insert(connection, article, stored.row, n=n, seen=seen)
    return f"older than the text in force: revision {n}"


def _seen_earlier(connection: sqlite3.Connection, row: Row, *, at: str) -> None:
    if at < row["first_seen_at"]:
        change_article(connection, row["id"], {"first_seen_at": at})


def _insert(connection: sqlite3.Connection, article: Article, row: Row, *, n: int, seen: Sighting) -> None:
    """Make a text revision `n`; the later ones move up by one. What was the first text is now an edit of this one."""
    article_id, count = row["id"], row["revision_count"]
    if n == 1:
        first = (TextCause.EDITED, article_id, TextCause.PUBLISHED)
        connection.execute("UPDATE article_revisions SET cause = ? WHERE article_id = ? AND cause = ?", first)
    # by way of negative numbers: SQLite holds the key unique after each row
    connection.execute("UPDATE article_revisions SET n = -n - 1 WHERE article_id = ? AND n >= ?", (article_id, n))
    connection.execute("UPDATE article_revisions SET n = -n WHERE article_id = ? AND n < 0", (article_id,))
    cause = TextCause.PUBLISHED if n == 1 else TextCause.EDITED
    connection.execute(
        _INSERT,
        (
            *(article_id, n, article.title, article.lead, article.body, ", ".join(article.byline) or None),
            *(article.text_sha256, seen.at, cause, seen.capture_id, codes_to_text(article.doubts)),
            to_text_or_none(article.modified_at),
        ),
    )
    changes = {"revision_count": count + 1, "first_seen_at": min(seen.at, row["first_seen_at"])}
    if row["cause"] == TextCause.PUBLISHED:
        changes["cause"] = TextCause.EDITED
    change_article(connection, article_id, changes)


def _article_of(row: Row, *, url: str) -> Article:
    """Return a superseded text as an article; all of its authors are one name."""
    byline = (row["byline"],) if row["byline"] else ()
    return Article(url=url, title=row["title"], lead=row["lead"], body=row["body"], byline=byline)
