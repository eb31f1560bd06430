"""The full-text index, kept in step with the texts in code, inside the transaction of the article.

FTS5 must be told the old words of a row to take them out. Never run its 'rebuild': it would index the printed
text, unfolded.
"""

import sqlite3

from archive.fold import fold, normalise

Text = tuple[str, str | None, str]
"""Title, lead and body as printed."""

_COLUMNS = "rowid, title, lead, body, f_title, f_lead, f_body"


def index_text(connection: sqlite3.Connection, article_id: int, text: Text) -> None:
    """Add the words of an article."""
    connection.execute(f"INSERT INTO articles_fts ({_COLUMNS}) VALUES (?,?,?,?,?,?,?)", (article_id, *_words(text)))


def unindex_text(connection: sqlite3.Connection, article_id: int, text: Text) -> None:
    """Take the words of an article out; `text` is exactly what `index_text` got."""
    connection.execute(
        f"INSERT INTO articles_fts (articles_fts, {_COLUMNS}) VALUES ('delete',?,?,?,?,?,?,?)",
        (article_id, *_words(text)),
    )


def _words(text: Text) -> tuple[str, ...]:
    return (*(normalise(part or "") for part in text), *(fold(part or "") for part in text))
