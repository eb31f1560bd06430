"""What persons decided of copies in the other archive: all of it comes; of two on a pair the later one counts."""

import sqlite3

from archive.rows import Row, rows_of
from archive.writing.copy_decisions import group_later

_THEIRS = """
SELECT a.uid, b.uid AS other_uid, d.what, d.decided_at, d.decided_by, d.reason, d.ended_at, d.ended_by
FROM other.copy_decisions d
JOIN other.articles o ON o.uid = d.uid JOIN temp.articles_ids m ON m.old = o.id JOIN main.articles a ON a.id = m.new
JOIN other.articles p ON p.uid = d.other_uid JOIN temp.articles_ids n ON n.old = p.id
JOIN main.articles b ON b.id = n.new
ORDER BY d.id
"""
_OURS = """
SELECT * FROM main.copy_decisions WHERE (uid, other_uid) IN ((:uid, :other_uid), (:other_uid, :uid))
"""
_END = "UPDATE main.copy_decisions SET ended_at = ?, ended_by = ? WHERE id = ?"
_COLUMNS = ("uid", "other_uid", "what", "decided_at", "decided_by", "reason", "ended_at", "ended_by")
_ADD = f"""
INSERT INTO main.copy_decisions ({", ".join(_COLUMNS)}) VALUES ({", ".join(f":{column}" for column in _COLUMNS)})
"""


def carry_copy_decisions(connection: sqlite3.Connection) -> int:
    """Carry the decisions of the other archive; return how many are new here, or ended."""
    return sum(_carry(connection, theirs) for theirs in _rows(connection, _THEIRS))


def _carry(connection: sqlite3.Connection, theirs: Row) -> bool:
    ours = _rows(connection, _OURS, theirs)
    same = next((each for each in ours if _key(each) == _key(theirs)), None)
    in_force = next((each for each in ours if each["ended_at"] is None), None)
    if same:
        if same["ended_at"] or not theirs["ended_at"]:
            return False
        connection.execute(_END, (theirs["ended_at"], theirs["ended_by"], same["id"]))
    else:
        if theirs["ended_at"] is None and in_force:
            if in_force["decided_at"] >= theirs["decided_at"]:
                theirs |= {"ended_at": in_force["decided_at"], "ended_by": in_force["decided_by"]}
            else:
                connection.execute(_END, (theirs["decided_at"], theirs["decided_by"], in_force["id"]))
        connection.execute(_ADD, {column: theirs[column] for column in _COLUMNS})
    group_later(connection, (theirs["uid"], theirs["other_uid"]))
    return True


def _key(row: Row) -> tuple[object, ...]:
    return tuple(row[column] for column in ("uid", "other_uid", "what", "decided_at"))


def _rows(connection: sqlite3.Connection, sql: str, values: Row | None = None) -> list[Row]:
    return list(rows_of(connection.execute(sql, values or {})))
