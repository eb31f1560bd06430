"""What an archive holds, in one line: the foot of every page says it."""

import sqlite3
from dataclasses import dataclass
from datetime import date, datetime

from archive.times import from_text_or_none

_OUTLETS = "SELECT count(*) FROM sites s WHERE EXISTS (SELECT 1 FROM articles WHERE outlet_id = s.id)"
_DAYS = "SELECT (SELECT min({0}) FROM articles), (SELECT max({0}) FROM articles)".format("published_date")
_LAST_RUN = "SELECT started_at FROM runs ORDER BY id DESC LIMIT 1"
_STATE = """
SELECT (SELECT max(change_seq) FROM articles), (SELECT max(id) FROM runs), (SELECT max(number) FROM ledger)
"""
"""The end of each crawl is in the ledger."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Holdings:
    """How much there is."""

    articles: int
    """Withheld ones left out."""
    outlets: int
    """Outlets with an article."""
    first_day: date | None
    """Of publication; None without any date."""
    last_day: date | None
    last_crawl: datetime | None
    """When the last crawl began; None before the first one."""


def state(connection: sqlite3.Connection) -> tuple[int | None, ...]:
    """Return numbers of which one grows with every change of an article, and when a crawl begins or ends."""
    found: tuple[int | None, ...] = connection.execute(_STATE).fetchone()
    return found


def holdings(connection: sqlite3.Connection) -> Holdings:
    """Return what the archive holds. It counts all articles: keep it until `state` differs."""
    (articles,) = connection.execute("SELECT count(*) FROM search_rows").fetchone()
    (outlets,) = connection.execute(_OUTLETS).fetchone()
    first, last = connection.execute(_DAYS).fetchone()
    run = connection.execute(_LAST_RUN).fetchone()
    return Holdings(
        articles=articles,
        outlets=outlets,
        first_day=first and date.fromisoformat(first),
        last_day=last and date.fromisoformat(last),
        last_crawl=from_text_or_none(run and run[0]),
    )
