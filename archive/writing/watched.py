"""Notes what changes in a table, whoever changes it: by triggers of the connection that writes."""

import re
import sqlite3
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Watched:
    """A table whose changes are noted; `x` is the row."""

    table: str
    columns: str
    """What is counted."""
    note: str
    """The statement that notes a row. Without OR IGNORE: in a trigger, the clause of the statement that fires it
    counts."""
    counts: str = "1"
    """Whether a row is counted."""

    def watch(self, connection: sqlite3.Connection, name: str, *, when: str = "AFTER") -> None:
        """Make the triggers, whose names begin with `name`. BEFORE a change, only the row is noted that was there."""
        changed = " OR ".join(f"old.{column} IS NOT new.{column}" for column in self.columns.split(", "))
        counted = f"({changed}) AND (({self._of('old', self.counts)}) OR ({self._of('new', self.counts)}))"
        for event, condition, rows in (
            ("INSERT", self._of("new", self.counts), ("new",)),
            ("DELETE", self._of("old", self.counts), ("old",)),
            (f"UPDATE OF {self.columns}", counted, ("old", "new") if when == "AFTER" else ("old",)),
        ):
            notes = " ".join(self._of(row, self.note) for row in rows)
            trigger = f"{name}_of_{self.table}_{event.partition(' ')[0].lower()}"
            connection.execute(
                f"CREATE TEMP TRIGGER {trigger} {when} {event} ON main.{self.table} WHEN {condition} BEGIN {notes} END"
            )

    @staticmethod
    def _of(row: str, sql: str) -> str:
        return re.sub(r"\bx\.", f"{row}.", sql)
