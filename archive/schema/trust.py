"""Whether the tables, views and indexes of `news.db` are those that the migrations make.

The file may come from anybody, and SQL that it holds runs while we read and write: a trigger, a view, a default, an
index on an expression. So triggers and changed objects of ours are found before anything else is read. Tables, views
and indexes of other names belong to the user.
"""

import re
import sqlite3
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from hashlib import sha256

from archive.phrases import phrase
from archive.schema.steps import names_made, run_step
from archive.writing.index import INDEXES

AS_MADE = "cd7294f174711d0e24a0b8786151d64461ffa46903cb4dca324f06e1e7d3ee78"
"""Digest of a schema that the migrations of today made. A file with it needs no closer look, which takes 1 ms in place
of 15. With a wrong digest here nothing fails but that; tests/archive/test_foreign.py has the right one."""

_OF_INDEX = tuple(
    f"{index}_{part}" for index in ("articles_fts", *INDEXES) for part in ("config", "data", "docsize", "idx")
)
"""Tables that FTS5 makes for its own, that of older versions too."""
_LIBRARY = "_sqlite_migrations"
"""The table of sqlite-utils: its columns are those of the version that made it, so only its kind is compared."""
_PART = re.compile(r"""('(?:[^']|'')*'|"(?:[^"]|"")*")|(?:--[^\n]*|/\*.*?(?:\*/|\Z)|\s)+""", re.DOTALL)
"""Quoted text; or white space and comments."""

_ROWS = "SELECT type, name, tbl_name, sql FROM sqlite_schema WHERE name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY name"


@dataclass(frozen=True, slots=True)
class _Object:
    """A table, view, index or trigger."""

    kind: str
    name: str
    table: str
    sql: str | None

    @property
    def key(self) -> str:
        """The name, as SQLite compares names."""
        return self.name.lower()

    @property
    def own_sql(self) -> str:
        """The SQL that we are answerable for."""
        return "" if self.key == _LIBRARY else self.sql or ""

    @property
    def meaning(self) -> tuple[str, str, str]:
        """What must be equal: SQL without comments, with each run of white space as one space."""
        return self.kind, self.table, _PART.sub(lambda part: part[1] or " ", self.own_sql).strip()


@dataclass(frozen=True, slots=True)
class Differences:
    """How a schema differs from the one that the migrations make."""

    foreign: tuple[str, ...] = ()
    """Triggers, and objects of ours that are changed or missing, each named for people."""
    indexes: tuple[str, ...] = ()
    """The SQL of missing indexes: they are built again."""


def limit_trust(connection: sqlite3.Connection) -> None:
    """Let no SQL of the file call a function with side effects, and check each page before it is used."""
    connection.execute("PRAGMA trusted_schema = OFF")
    check_pages(connection)


def check_pages(connection: sqlite3.Connection) -> None:
    """Check the form of each page when it is read: a damaged one gives an error, not wrong rows."""
    connection.execute("PRAGMA cell_size_check = ON")


def find_differences(connection: sqlite3.Connection, version: int) -> Differences:
    """Return how the schema differs from that of a `version`: the number of migrations that were applied."""
    objects = _objects(connection)
    triggers = [each for each in objects if each.kind == "trigger"]
    ours = {each.key: each for each in objects if each.kind != "trigger" and each.key in _our_names()}
    if not triggers and digest_of(ours.values()) == AS_MADE:
        return Differences()
    made = _made(version)
    changed = [each for key, each in ours.items() if key not in made or each.meaning != made[key].meaning]
    missing = [each for key, each in made.items() if key not in ours]
    return Differences(
        foreign=(
            *(phrase("trigger {name} on {table}", name=each.name, table=each.table) for each in triggers),
            *(phrase("{kind} {name}, which was changed", kind=each.kind, name=each.name) for each in changed),
            *(
                phrase("{kind} {name}, which is missing", kind=each.kind, name=each.name)
                for each in missing
                if each.kind != "index"
            ),
        ),
        indexes=tuple(each.sql for each in missing if each.kind == "index" and each.sql),
    )


def digest_of(objects: Iterable[_Object]) -> str:
    """Return the digest of the objects as they are written."""
    return sha256(repr([(each.kind, each.key, each.table, each.own_sql) for each in objects]).encode()).hexdigest()


def _objects(connection: sqlite3.Connection) -> list[_Object]:
    return [_Object(*row) for row in connection.execute(_ROWS)]


@cache
def _our_names() -> frozenset[str]:
    return frozenset((*names_made(), *_OF_INDEX, _LIBRARY))


@cache
def _made(version: int) -> Mapping[str, _Object]:
    """Return what the first migrations make, by name."""
    connection = sqlite3.connect(":memory:", isolation_level=None)
    try:
        connection.execute("BEGIN")
        for number in range(1, version + 1):
            run_step(connection, number)
        return {each.key: each for each in (*_objects(connection), _Object("table", _LIBRARY, _LIBRARY, None))}
    finally:
        connection.close()
