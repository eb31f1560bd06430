"""The full-text index, kept in step with the texts in code, inside the transaction of the article.

FTS5 must be told the old words of a row to take them out. Never run its 'rebuild': it would index the printed
text, unfolded.

Words go in at the end of a transaction: FTS5 writes out what it has gathered at every savepoint, and storing has one
for each capture. Indexing there took as long as all the rest of storing.
"""

import sqlite3

from archive.fold import both_forms

Text = tuple[str, str | None, str]
"""Title, lead and body as printed."""

_COLUMNS = "rowid, title, lead, body, f_title, f_lead, f_body"


def prepare_index(connection: sqlite3.Connection) -> None:
    """Make the list of what is to be indexed; it is part of transactions and savepoints as any table."""
    connection.execute("CREATE TEMP TABLE to_index (article_id INTEGER PRIMARY KEY)")


def index_later(connection: sqlite3.Connection, article_id: int) -> None:
    """Have the words that an article has at the end of the transaction added."""
    connection.execute("INSERT OR IGNORE INTO to_index VALUES (?)", (article_id,))


def unindex_text(connection: sqlite3.Connection, article_id: int, text: Text) -> None:
    """Take the words of an article out; `text` is what it has had since it was indexed."""
    if connection.execute("SELECT 1 FROM to_index WHERE article_id = ?", (article_id,)).fetchone():
        return
    connection.execute(
        f"INSERT INTO articles_fts (articles_fts, {_COLUMNS}) VALUES ('delete',?,?,?,?,?,?,?)",
        (article_id, *_words(text)),
    )


def index_now(connection: sqlite3.Connection) -> None:
    """Add the words of all that is to be indexed: before a transaction ends, and before a search within it."""
    rows = connection.execute("SELECT id, title, lead, body FROM printed_texts WHERE id IN to_index").fetchall()
    for article_id, title, lead, body in rows:
        words = _words((title, lead, body))
        connection.execute(f"INSERT INTO articles_fts ({_COLUMNS}) VALUES (?,?,?,?,?,?,?)", (article_id, *words))
    connection.execute("DELETE FROM to_index")


def _words(text: Text) -> tuple[str, ...]:
    exact, folded = zip(*(both_forms(part or "") for part in text), strict=True)
    return (*exact, *folded)
