"""Plugin that lets Datasette find words and provinces as Vietnamese people type them."""

import json
import sqlite3

from datasette import hookimpl

from archive.errors import BadQuery
from archive.places import Era, find_provinces
from archive.reading.search import exact_expression, match_expression
from archive.schema.opening import APPLICATION_ID

NOTHING = '""'
"""The FTS5 phrase that is in no text."""


@hookimpl(trylast=True)  # type: ignore[untyped-decorator]
def prepare_connection(conn: sqlite3.Connection) -> None:
    """Add our functions, and put our reading of words in the place of `escape_fts`: in archives and nowhere else."""
    if conn.execute("PRAGMA application_id").fetchone()[0] == APPLICATION_ID:
        conn.create_function("escape_fts", 1, lambda typed: match_expression(typed or "") or NOTHING)
        conn.create_function("exact_fts", 1, lambda typed: exact_expression(typed or "") or NOTHING)
        conn.create_function("province_ids", 2, province_ids)
        conn.create_function("province_problem", 2, province_problem)


def province_ids(typed: str, era: str) -> str:
    """Return the ids of the provinces that `typed` names in an era, a JSON array; "" is any era."""
    try:
        return json.dumps([province.id for province in find_provinces(typed, era=Era(era or Era.ANY))])
    except (BadQuery, ValueError):
        return "[]"


def province_problem(typed: str, era: str) -> str | None:
    """Return why `province_ids` finds none: SQLite would hide the message of an error. None without a problem."""
    try:
        find_provinces(typed, era=Era(era or Era.ANY))
    except BadQuery as error:
        return str(error)
    except ValueError:
        return f'no era "{era}": it is then, now or any'
    return None
