"""The full-text index. This code keeps it equal to the texts, inside the transaction of the article.

FTS5 removes a row only if it gets the old words again. Never run its 'rebuild': it would index the printed text without
folding.

Words are added at the end of a transaction, because FTS5 flushes at every savepoint, and each capture has one. Indexing
each article at once doubled the time of storing.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from archive.fold import both_forms

Text = tuple[str, str | None, str]
"""Title, lead and body as printed."""

MERGED_PAGES = 8_000
"""Pages of the index that are written anew in one transaction: about 0.1 s, so that a crawl can write in between."""
_MUCH_BYTES = 16 * 2**20
_USUAL_BYTES = 2**20
"""What FTS5 gathers before it writes: https://sqlite.org/src/file/ext/fts5/fts5_config.c has the default."""
_COLUMNS = "rowid, title, lead, body, f_title, f_lead, f_body"


def prepare_index(connection: sqlite3.Connection) -> None:
    """Make the list of articles to index, a table: so transactions and savepoints apply to it."""
    connection.execute("CREATE TEMP TABLE to_index (article_id INTEGER PRIMARY KEY)")


def index_later(connection: sqlite3.Connection, article_id: int) -> None:
    """Put an article on the list: it is indexed at the end of the transaction, with the words that it has then."""
    connection.execute("INSERT OR IGNORE INTO to_index VALUES (?)", (article_id,))


def unindex_text(connection: sqlite3.Connection, article_id: int, text: Text) -> None:
    """Remove the words of an article; `text` is the text that was indexed."""
    if connection.execute("SELECT 1 FROM to_index WHERE article_id = ?", (article_id,)).fetchone():
        return
    connection.execute(
        f"INSERT INTO articles_fts (articles_fts, {_COLUMNS}) VALUES ('delete',?,?,?,?,?,?,?)",
        (article_id, *_words(text)),
    )


def index_now(connection: sqlite3.Connection) -> None:
    """Index every article on the list: before a transaction ends, and before a search inside it."""
    rows = connection.execute("SELECT id, title, lead, body FROM printed_texts WHERE id IN to_index")
    connection.executemany(
        f"INSERT INTO articles_fts ({_COLUMNS}) VALUES (?,?,?,?,?,?,?)",
        ((article_id, *_words((title, lead, body))) for article_id, title, lead, body in rows),
    )
    connection.execute("DELETE FROM to_index")


def merge_index(connection: sqlite3.Connection, *, is_first: bool) -> bool:
    """Write a part of the index anew, and return whether there is more to do.

    FTS5 only marks words as removed. They leave its tables when all of these were written anew.
    """
    before = connection.total_changes
    pages = -MERGED_PAGES if is_first else MERGED_PAGES  # a negative number begins, and takes all of the index
    connection.execute("INSERT INTO articles_fts (articles_fts, rank) VALUES ('merge', ?)", (pages,))
    return connection.total_changes - before > 1  # the statement itself counts as one


@contextmanager
def indexing_much(connection: sqlite3.Connection) -> Iterator[None]:
    """Index thousands of articles within the block in half the time: the index writes fewer, larger parts."""
    _gather(connection, _MUCH_BYTES)
    yield
    _gather(connection, _USUAL_BYTES)


def _gather(connection: sqlite3.Connection, size: int) -> None:
    connection.execute("INSERT INTO articles_fts (articles_fts, rank) VALUES ('hashsize', ?)", (size,))


def _words(text: Text) -> tuple[str, ...]:
    exact, folded = zip(*(both_forms(part or "") for part in text), strict=True)
    return (*exact, *folded)
