"""Where the articles of each month of each outlet are from, and how long after: what the table of reprints adds up.

To look at every article takes a second in an archive of 100,000, so the writer keeps the counts in the table
`origin_months`. A transaction lists the articles whose origin it changes, with what was counted of each before. At its
end the difference is added: to count a month again for each of its articles would take longer than to store them.
"""

import sqlite3

from archive.record import Origin
from archive.writing.watched import Watched

COLUMNS = "outlet_id, month, province_then_id, province_now_id, origin, from_site_id, source, is_too_short, lag_minutes"
"""What articles have in common that are counted together."""
_ARTICLES = f"""
SELECT a.id, a.outlet_id, substr(a.published_date, 1, 7) AS month, a.province_then_id, a.province_now_id,
    iif(c.todo = 0, ifnull(o.origin, '{Origin.UNKNOWN}'), NULL) AS origin,
    iif(o.origin = '{Origin.FROM}', o.from_site_id, NULL) AS from_site_id,
    iif(o.origin = '{Origin.FROM}' AND o.from_site_id IS NULL, o.source, NULL) AS source,
    ifnull(c.todo = 0 AND c.digest IS NULL, 0) AS is_too_short,
    iif(o.origin = '{Origin.FROM}' AND o.from_site_id IS NOT NULL, (
        SELECT min(m.lag_minutes) FROM copy_members m JOIN articles f ON f.id = m.from_id
        WHERE m.article_id = a.id AND f.site_id = o.from_site_id), NULL) AS lag_minutes
FROM articles a NOT INDEXED LEFT JOIN copy_texts c ON c.article_id = a.id
LEFT JOIN article_origins o ON o.article_id = a.id AND c.todo = 0
WHERE a.status <> 'withheld' AND {{where}}
"""
"""Those that wait have no origin. In the order of the table it takes half the time that it takes in that of an
index."""
COUNTED = f"SELECT {COLUMNS}, count(*) AS articles FROM ({_ARTICLES}) GROUP BY {COLUMNS}"
"""The counts of the articles `a` with a condition, `where`: in one pass over them."""
_COUNTED = COUNTED.format(where="true")

_LIST = f"CREATE TEMP TABLE IF NOT EXISTS origins_before (article_id INTEGER PRIMARY KEY, {COLUMNS}, articles)"
"""`articles` is 1 for an article that was counted."""
_IS_NEW = "NOT EXISTS (SELECT 1 FROM origins_before WHERE article_id = {})"
_NOTE = f"""
INSERT INTO origins_before (article_id) VALUES ({{id}});
UPDATE origins_before SET ({COLUMNS}, articles) = (
    SELECT {COLUMNS}, 1 FROM ({_ARTICLES.format(where="a.id = {id}")})
) WHERE article_id = {{id}};
"""
"""In two statements: one that looks into the table that it fills takes twice the time."""
_NOTE_ADDED = f"""
CREATE TEMP TRIGGER origins_of_added AFTER INSERT ON main.articles WHEN {_IS_NEW.format("new.id")}
BEGIN INSERT INTO origins_before (article_id) VALUES (new.id); END
"""
_FROM_IT = f"a.id IN (SELECT article_id FROM copy_members WHERE from_id = x.id) AND {_IS_NEW.format('a.id')}"
_IS_COMPARED = "(SELECT todo FROM copy_texts WHERE article_id = x.article_id) = 0"
"""The others have no origin, whatever is written of it."""


def _of_article(table: str, columns: str, counts: str, *, key: str = "x.article_id") -> Watched:
    """Return a table that says something of the article with a `key`: the first change of a transaction is noted."""
    return Watched(table, columns, _NOTE.format(id=key), f"({counts}) AND {_IS_NEW.format(key)}")


_WATCHED = {
    "origins": (
        _of_article(
            "articles",
            "outlet_id, published_date, province_then_id, province_now_id, status",
            "x.id > 0",  # one that is added gets its id later
            key="x.id",
        ),
        _of_article("copy_texts", "todo, digest", f"x.todo = 0 OR {_IS_COMPARED}"),
        _of_article("article_origins", "origin, from_site_id, source", _IS_COMPARED),
        _of_article("copy_members", "from_id, lag_minutes", _IS_COMPARED),
    ),
    "lags": (
        Watched(
            "articles", "site_id", f"INSERT INTO origins_before SELECT *, 1 FROM ({_ARTICLES.format(where=_FROM_IT)});"
        ),
    ),
}
"""By what the names of the triggers begin with."""

_CHANGES = f"""
SELECT {COLUMNS}, sum(articles) FROM (
    SELECT {COLUMNS}, -articles AS articles FROM origins_before WHERE articles
    UNION ALL SELECT {COLUMNS}, 1 FROM ({_ARTICLES.format(where="a.id IN (SELECT article_id FROM origins_before)")})
) GROUP BY {COLUMNS} HAVING sum(articles) <> 0
"""
_OF_KEY = " AND ".join(f"{column} IS ?" for column in COLUMNS.split(", "))
_FIND = f"SELECT id, articles FROM origin_months WHERE {_OF_KEY}"
_KEEP = f"INSERT INTO origin_months ({COLUMNS}, articles) VALUES (?{', ?' * (COLUMNS.count(',') + 1)})"
_KEPT = f"SELECT {COLUMNS}, sum(articles) FROM origin_months GROUP BY {COLUMNS}"
_DIFFERING = f"""
SELECT outlet_id, month FROM (SELECT * FROM ({_KEPT}) EXCEPT SELECT * FROM ({_COUNTED}))
UNION SELECT outlet_id, month FROM (SELECT * FROM ({_COUNTED}) EXCEPT SELECT * FROM ({_KEPT})) ORDER BY 1, 2
"""


def list_changed_origins(connection: sqlite3.Connection) -> None:
    """Make the list, a table: so savepoints apply to it. Triggers of this connection fill it, whoever writes."""
    connection.execute(_LIST)
    connection.execute(_NOTE_ADDED)
    for name, tables in _WATCHED.items():
        for watched in tables:
            watched.watch(connection, name, when="BEFORE")


def count_changed_origins(connection: sqlite3.Connection) -> None:
    """Count the articles on the list as they are now: before a transaction ends, and before they are read inside it."""
    for *key, more in connection.execute(_CHANGES).fetchall():
        number, articles = connection.execute(_FIND, key).fetchone() or (None, 0)
        if number is None:
            connection.execute(_KEEP, (*key, more))
        elif articles + more:
            connection.execute("UPDATE origin_months SET articles = ? WHERE id = ?", (articles + more, number))
        else:
            connection.execute("DELETE FROM origin_months WHERE id = ?", (number,))
    connection.execute("DELETE FROM origins_before")


def count_all_origins(connection: sqlite3.Connection) -> None:
    """Count all articles again, those on the list too: also if the counts were wrong, or nothing is watched."""
    connection.execute(_LIST)
    connection.execute("DELETE FROM origins_before")
    connection.execute("DELETE FROM origin_months")
    connection.execute(f"INSERT INTO origin_months ({COLUMNS}, articles) {_COUNTED}")


def differing_origins(connection: sqlite3.Connection) -> list[tuple[int | None, str | None]]:
    """Return the outlets and months that are kept otherwise than they are counted, in order."""
    return connection.execute(_DIFFERING).fetchall()
