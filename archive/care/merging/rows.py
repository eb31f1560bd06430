"""Carrying rows of the attached archive over, a whole table at once, with the ids that they have here."""

import sqlite3
from collections.abc import Iterable, Mapping

OTHER = "other"
"""Name of the attached archive in SQL."""
Range = tuple[int, int, int]
"""Ids that follow one another in both archives: the first of theirs, the first of ours, and how many."""

_NUMBERED = """
INSERT INTO temp.{side} SELECT id, key, row_number() OVER (PARTITION BY key ORDER BY id)
FROM (SELECT id, {key} AS key FROM {schema}.{table} WHERE {among})
"""
_MATCH = """
INSERT INTO temp.{table}_ids
SELECT old, ifnull(found, :last + sum(found IS NULL) OVER (ORDER BY old)), found IS NULL FROM (
    SELECT theirs.id AS old, ours.id AS found FROM temp.theirs LEFT JOIN temp.ours USING (key, nth)
)
"""
"""The n-th row of theirs with a key is the n-th of ours with it: so a second merge finds every row of the first."""

_RANGES = """
SELECT min(old), min(new), count(*) FROM (
    SELECT old, new, old - row_number() OVER (ORDER BY old) AS gap FROM temp.{table}_ids)
GROUP BY new - old, gap ORDER BY 1
"""


def make_ids(connection: sqlite3.Connection, table: str) -> None:
    """Make the table that says which rows of ours those of the other archive are."""
    connection.execute(
        f"CREATE TEMP TABLE {table}_ids (old INTEGER PRIMARY KEY, new INTEGER NOT NULL, is_new INTEGER NOT NULL)"
    )


def match_rows(
    connection: sqlite3.Connection, table: str, *, theirs: str, ours: str | None = None, among: str = "1"
) -> None:
    """Match the rows of a table by a key, which is SQL for each side; the others get ids of their own.

    `among` is a condition that all rows of ours with such a key meet.
    """
    make_ids(connection, table)
    for side, schema, key, rows in (("theirs", OTHER, theirs, "1"), ("ours", "main", ours or theirs, among)):
        connection.execute(f"CREATE TEMP TABLE {side} (id INTEGER, key TEXT, nth INTEGER, PRIMARY KEY (key, nth))")
        connection.execute(_NUMBERED.format(side=side, schema=schema, table=table, key=key, among=rows))
    last = connection.execute(f"SELECT ifnull(max(id), 0) FROM main.{table}").fetchone()[0]
    connection.execute(_MATCH.format(table=table), {"last": last})
    connection.execute("DROP TABLE temp.theirs")
    connection.execute("DROP TABLE temp.ours")


def give_ids(connection: sqlite3.Connection, table: str, ranges: Iterable[Range]) -> None:
    """Give the rows that are not here the ids that they had after an earlier merge."""
    connection.executemany(
        f"UPDATE temp.{table}_ids SET new = old - :first + :ours WHERE is_new AND old BETWEEN :first AND :last",
        ({"first": first, "last": first + count - 1, "ours": ours} for first, ours, count in ranges),
    )


def ranges_of(connection: sqlite3.Connection, table: str) -> list[Range]:
    """Return which rows of ours those of the other archive are."""
    return connection.execute(_RANGES.format(table=table)).fetchall()


def new_id(table: str, column: str) -> str:
    """Return the SQL of the id that a row of `table`, named by a `column` of the carried row `o`, has here."""
    return f"(SELECT new FROM temp.{table}_ids WHERE old = o.{column})"


def carry(connection: sqlite3.Connection, table: str, values: Mapping[str, str | None], *, where: str = "1") -> int:
    """Add rows of the other archive, called `o`, and return how many.

    `values` has the SQL of the columns that differ here; None leaves a column out. All others are carried as they are.
    """
    names = [row[1] for row in connection.execute(f"PRAGMA main.table_info({table})")]
    given: dict[str, str] = {}
    for name in names:
        value = values.get(name, f'o."{name}"')
        if value is not None:
            given[name] = value
    columns = ", ".join(f'"{name}"' for name in given)
    sql = f"INSERT INTO main.{table} ({columns}) SELECT {', '.join(given.values())} FROM other.{table} o WHERE {where}"
    return connection.execute(sql).rowcount


def carry_new(connection: sqlite3.Connection, table: str, values: Mapping[str, str | None]) -> int:
    """Add the rows of the other archive that `match_rows` did not find here, and return how many."""
    where = f"o.id IN (SELECT old FROM temp.{table}_ids WHERE is_new) ORDER BY o.id"
    return carry(connection, table, {"id": new_id(table, "id"), **values}, where=where)
