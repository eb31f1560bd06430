"""What a search needs of each article: its words in two full-text indexes, and its row in `search_rows`.

This code keeps them equal to the articles, inside the transaction of the article. FTS5 removes a row only if it gets
the old words again. Never run its 'rebuild': it would index the printed text without folding.

A `search_id` follows the day of publication, so that a search finds the newest articles first and stops. An article
whose day changes gets another one.

Words are added at the end of a transaction, in the order of `search_id`: FTS5 flushes at every savepoint, and each
capture has one, and at every step back. Indexing each article at once doubled the time of storing.
"""

import re
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date

from archive.fold import indexed_forms
from archive.times import FIRST_DAY
from archive.writing.origin_months import count_changed_origins
from archive.writing.outlet_months import count_changed_months
from archive.writing.sketches import sketch_changed

Text = tuple[str, str | None, str]
"""Title, lead and body as printed."""

INDEXES = ("texts_fts", "titles_fts")
_DAY_BITS = 20
IDS_OF_A_DAY = 1 << _DAY_BITS
"""How many articles of one day there can be: 200 times more than all provincial newspapers publish. The index of
100,000 articles in 8 years is 4 % larger than with ids without gaps, that of 1,000,000 is 1 % larger."""
UNDATED = -(2**24)
"""The day of articles without a date, before all others; it has the place of 16 million days."""
_YEAR_ONE = -730_500
MERGED_PAGES = 8_000
"""Pages of an index that are written anew in one transaction: about 0.1 s, so that a crawl can write in between."""
JOINED_AT_END = 20
"""Transactions of `MERGED_PAGES` in which a crawl, an import or a merge joins parts of the indexes: 2 to 5 s, and up to
600 MB. What is left waits for the next one."""
_MUCH_BYTES = 16 * 2**20
_USUAL_BYTES = 2**20
"""What FTS5 gathers before it writes: https://sqlite.org/src/file/ext/fts5/fts5_config.c has the default."""

_FACTS = "published_at, site_id, outlet_id, section_id, province_then_id, province_now_id"
"""Columns of `search_rows` that are copied from `articles`."""
_IS_CHANGED = " OR ".join(f"old.{column} IS NOT new.{column}" for column in _FACTS.split(", "))
_PREPARE = (
    """CREATE TEMP TABLE to_index (
    article_id INTEGER PRIMARY KEY, has_words INTEGER NOT NULL, has_sketch INTEGER NOT NULL DEFAULT 0)""",
    f"""CREATE TEMP TRIGGER facts_changed AFTER UPDATE OF {_FACTS} ON main.articles WHEN {_IS_CHANGED}
    BEGIN INSERT OR IGNORE INTO to_index (article_id, has_words) VALUES (new.id, 1); END""",
)
_DAY = f"CAST(ifnull(julianday(substr(a.published_at, 1, 10)) - julianday('{FIRST_DAY}'), {UNDATED}) AS INTEGER)"
_DAY_OF_ID = f"iif(search_id < {_YEAR_ONE * IDS_OF_A_DAY}, {UNDATED}, search_id >> {_DAY_BITS})"
_PLACE = f"""
WITH unplaced AS (
    SELECT a.id, {_FACTS}, {_DAY} AS day FROM articles a JOIN article_texts t ON t.article_id = a.id
    WHERE {{chosen}} AND a.id NOT IN (SELECT article_id FROM search_rows)
)
INSERT INTO search_rows (search_id, article_id, {_FACTS})
SELECT ifnull((SELECT max(search_id) + 1 FROM search_rows WHERE search_id >= day * {IDS_OF_A_DAY}
            AND search_id < iif(day = {UNDATED}, {_YEAR_ONE}, day + 1) * {IDS_OF_A_DAY}), day * {IDS_OF_A_DAY})
    + row_number() OVER (PARTITION BY day ORDER BY published_at, id) - 1, id, {_FACTS}
FROM unplaced
"""
"""Give chosen articles with a text the next free ids of their days."""
_MOVED = f"""
SELECT search_id, p.title, p.lead, p.body FROM to_index i JOIN printed_texts p ON p.id = i.article_id
JOIN articles a ON a.id = p.id WHERE has_words AND {_DAY_OF_ID} <> {_DAY} ORDER BY search_id
"""
_UNPLACE = f"""
DELETE FROM search_rows WHERE article_id IN (
    SELECT i.article_id FROM to_index i JOIN search_rows r ON r.article_id = i.article_id
    JOIN articles a ON a.id = i.article_id LEFT JOIN article_texts t ON t.article_id = i.article_id
    WHERE t.article_id IS NULL OR {_DAY_OF_ID} <> {_DAY})
RETURNING article_id
"""
_MISPLACED = f"""
WITH right AS (SELECT {_DAY} AS day, a.id, {_FACTS} FROM articles a JOIN article_texts t ON t.article_id = a.id),
    present AS (SELECT {_DAY_OF_ID} AS day, article_id, {_FACTS} FROM search_rows)
SELECT id FROM (SELECT * FROM right EXCEPT SELECT * FROM present)
UNION SELECT article_id FROM (SELECT * FROM present EXCEPT SELECT * FROM right)
"""
_REFRESH = f"""
UPDATE search_rows SET ({_FACTS}) = (SELECT {_FACTS} FROM articles WHERE id = article_id)
WHERE article_id IN (SELECT article_id FROM to_index)
"""
_COLUMNS = {"texts_fts": "rowid, title, lead, body, f_title, f_lead, f_body", "titles_fts": "rowid, title, f_title"}
_MARKS = {name: re.sub(r"\w+", "?", columns) for name, columns in _COLUMNS.items()}
_ADD = {name: f"INSERT INTO {name} ({_COLUMNS[name]}) VALUES ({_MARKS[name]})" for name in INDEXES}
_REMOVE = {name: f"INSERT INTO {name} ({name}, {_COLUMNS[name]}) VALUES ('delete', {_MARKS[name]})" for name in INDEXES}
"""SQL by index; FTS5 takes a deletion as an insertion."""


def prepare_index(connection: sqlite3.Connection) -> None:
    """Make the list of articles to index, a table: so transactions and savepoints apply to it.

    A trigger of this connection puts articles on it whose facts change, whoever changes them.
    """
    for statement in _PREPARE:
        connection.execute(statement)


def index_later(connection: sqlite3.Connection, article_id: int) -> None:
    """Put an article on the list: it is indexed at the end of the transaction, with the words that it has then."""
    connection.execute("INSERT OR REPLACE INTO to_index (article_id, has_words) VALUES (?, 0)", (article_id,))


def unindex_text(connection: sqlite3.Connection, article_id: int, text: Text) -> None:
    """Remove the words of an article; `text` is the text that was indexed."""
    if connection.execute("SELECT 1 FROM to_index WHERE article_id = ? AND NOT has_words", (article_id,)).fetchone():
        return
    row = connection.execute("SELECT search_id FROM search_rows WHERE article_id = ?", (article_id,)).fetchone()
    if row:
        _write(connection, _REMOVE, row[0], text)


def index_now(connection: sqlite3.Connection) -> None:
    """Index and sketch every article on the list, and count its month: before a transaction ends, or a search in it."""
    count_changed_months(connection)
    if connection.execute("SELECT 1 FROM to_index LIMIT 1").fetchone():
        sketch_changed(connection)
        _index_listed(connection)
    count_changed_origins(connection)


def index_all(connection: sqlite3.Connection) -> None:
    """Make both indexes and `search_rows` again of the articles.

    Each index is one part in the end: a search looks every word up in each part, and takes a quarter less time.
    """
    for name in INDEXES:
        connection.execute(f"INSERT INTO {name} ({name}) VALUES ('delete-all')")
    connection.execute("DELETE FROM search_rows")
    connection.execute(_PLACE.format(chosen="1"))
    with indexing_much(connection):
        _add_words(connection, "1")
    for name in INDEXES:
        connection.execute(f"INSERT INTO {name} ({name}) VALUES ('optimize')")


def merge_index(connection: sqlite3.Connection, *, is_first: bool) -> bool:
    """Write a part of the indexes anew, and return whether there is more to do.

    FTS5 only marks words as removed. They leave its tables when all of these were written anew.
    """
    is_more = [_merge(connection, name, is_first=is_first) for name in INDEXES]
    return any(is_more)


def prefer_few_parts(connection: sqlite3.Connection) -> None:
    """Let `join_parts` join two parts of about one size; FTS5 alone waits until there are four."""
    for name in INDEXES:
        if connection.execute(f"SELECT v FROM {name}_config WHERE k = 'usermerge'").fetchone() != (2,):
            connection.execute(f"INSERT INTO {name} ({name}, rank) VALUES ('usermerge', 2)")


def join_parts(connection: sqlite3.Connection) -> bool:
    """Write parts of the indexes anew as fewer ones, and return whether there is more to do.

    A search looks every word up in each part. Articles that came later are parts of their own, and are joined with the
    others as these grow: an index of 1,000,000 articles is not written anew for each crawl.
    """
    is_more = [_merge(connection, name, is_first=False) for name in INDEXES]
    return any(is_more)


@contextmanager
def indexing_much(connection: sqlite3.Connection) -> Iterator[None]:
    """Index thousands of articles within the block in half the time: the indexes write fewer, larger parts."""
    _gather(connection, _MUCH_BYTES)
    yield
    _gather(connection, _USUAL_BYTES)


def add_words(connection: sqlite3.Connection, search_id: int, text: Iterable[str | None]) -> None:
    """Put the words of an article into both indexes."""
    _write(connection, _ADD, search_id, text)


def misplaced(connection: sqlite3.Connection) -> list[int]:
    """Return the ids of the articles whose row in `search_rows` is wrong, missing or too many."""
    return [article_id for (article_id,) in connection.execute(_MISPLACED)]


def first_id_of(day: date) -> int:
    """Return the lowest `search_id` of a day."""
    days: int = (day - FIRST_DAY).days
    return days * IDS_OF_A_DAY


def first_id_after(day: date) -> int:
    """Return the number above every `search_id` of a day."""
    return first_id_of(day) + IDS_OF_A_DAY


def _index_listed(connection: sqlite3.Connection) -> None:
    for search_id, *text in connection.execute(_MOVED).fetchall():
        _write(connection, _REMOVE, search_id, text)
    moved = connection.execute(_UNPLACE).fetchall()
    connection.executemany("UPDATE to_index SET has_words = 0 WHERE article_id = ?", moved)
    connection.execute(_REFRESH)
    connection.execute(_PLACE.format(chosen="a.id IN (SELECT article_id FROM to_index)"))
    _add_words(connection, "id IN (SELECT article_id FROM to_index WHERE NOT has_words)")
    connection.execute("DELETE FROM to_index")


def _add_words(connection: sqlite3.Connection, chosen: str) -> None:
    texts = connection.execute(
        f"SELECT search_id, title, lead, body FROM printed_texts WHERE {chosen} ORDER BY search_id"
    )
    for search_id, *text in texts:
        add_words(connection, search_id, text)


def _write(
    connection: sqlite3.Connection, statements: Mapping[str, str], search_id: int, text: Iterable[str | None]
) -> None:
    """Give FTS5 the words of an article, for each index."""
    exact, folded = zip(*(indexed_forms(part or "") for part in text), strict=True)
    connection.execute(statements["texts_fts"], (search_id, *exact, *folded))
    connection.execute(statements["titles_fts"], (search_id, exact[0], folded[0]))


def _merge(connection: sqlite3.Connection, name: str, *, is_first: bool) -> bool:
    before = connection.total_changes
    pages = -MERGED_PAGES if is_first else MERGED_PAGES  # a negative number begins, and takes all of the index
    connection.execute(f"INSERT INTO {name} ({name}, rank) VALUES ('merge', ?)", (pages,))
    return connection.total_changes - before > 1  # the statement itself counts as one


def _gather(connection: sqlite3.Connection, size: int) -> None:
    for name in INDEXES:
        connection.execute(f"INSERT INTO {name} ({name}, rank) VALUES ('hashsize', ?)", (size,))
