"""The log of articles that were taken out of sight."""

import sqlite3
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from archive.errors import ArticleWithheld
from archive.phrases import phrase
from archive.reading.damage import named_damage
from archive.rows import Row, row_of, rows_of
from archive.times import from_text, from_text_or_none, to_text, to_text_or_none

_SELECT = """
SELECT a.uid, a.url, s.site, w.reason, w.withheld_at, w.withheld_by, w.until, w.lifted_at, w.lifted_by, a.change_seq
FROM withholdings w JOIN articles a ON a.id = w.article_id LEFT JOIN sites s ON s.id = a.site_id
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Withholding:
    """An article that was taken out of sight, and why."""

    uid: str
    url: str
    site: str | None
    reason: str
    withheld_at: datetime
    withheld_by: str
    until: date | None
    """The last day; None: until somebody lifts it."""
    lifted_at: datetime | None
    """None while it is in force."""
    lifted_by: str | None
    """None in a lifted one: its last day was over."""
    change_seq: int
    """Number of the last change of the article, for those who keep a copy of the archive."""

    def __str__(self) -> str:
        until = phrase(", until {until}", until=self.until) if self.until else ""
        return phrase(
            "withheld since {withheld_at:%Y-%m-%d}{until} ({reason})",
            withheld_at=self.withheld_at,
            until=until,
            reason=self.reason,
        )

    def as_record(self) -> dict[str, Any]:
        """Return it as JSON knows it. No export has `change_seq`: another archive has other numbers."""
        record = asdict(self)
        del record["change_seq"]
        record["withheld_at"], record["lifted_at"] = to_text(self.withheld_at), to_text_or_none(self.lifted_at)
        return {**record, "until": self.until and self.until.isoformat()}


def withholdings(connection: sqlite3.Connection) -> list[Withholding]:
    """Return all withholdings, those that were lifted too, the oldest first."""
    with named_damage(phrase("a withholding")):
        return [_withholding(row) for row in rows_of(connection.execute(f"{_SELECT} ORDER BY w.id"))]


def find_withholding(connection: sqlite3.Connection, article_id: int) -> Withholding | None:
    """Return the withholding of an article that is in force; None if there is none."""
    with named_damage(phrase("the withholding of article {article_id}", article_id=article_id)):
        row = row_of(connection.execute(f"{_SELECT} WHERE w.article_id = ? AND w.lifted_at IS NULL", (article_id,)))
        return None if row is None else _withholding(row)


def check_shown(connection: sqlite3.Connection, article_id: int) -> None:
    """Raise ArticleWithheld if the article is out of sight."""
    if withholding := find_withholding(connection, article_id):
        raise ArticleWithheld(withholding.uid, str(withholding))


def _withholding(row: Row) -> Withholding:
    return Withholding(
        uid=row["uid"],
        url=row["url"],
        site=row["site"],
        reason=row["reason"],
        withheld_at=from_text(row["withheld_at"]),
        withheld_by=row["withheld_by"],
        until=date.fromisoformat(row["until"]) if row["until"] else None,
        lifted_at=from_text_or_none(row["lifted_at"]),
        lifted_by=row["lifted_by"],
        change_seq=row["change_seq"],
    )
