"""The list of the months of outlets in which a transaction changes something that `outlet_months.py` counts.

It is a table: so transactions and savepoints apply to it. Triggers of the connection fill it, whoever writes.
"""

import re
import sqlite3
from collections import defaultdict
from collections.abc import Mapping
from enum import StrEnum

from archive.months import first_day_of, months_between
from archive.writing.day_evidence import SOURCES
from archive.writing.watched import Watched

NO_OUTLET = 0
"""The `outlet_id` of articles whose outlet is not known."""

_MONTH = re.compile(r"\d{4}-(?:0[1-9]|1[0-2])")
"""What is no month, in a damaged archive, is not counted; `baotinh verify` names it."""

Key = tuple[int, str]
"""Outlet and month."""

_CHANGED = """
CREATE TEMP TABLE months_changed (
    outlet_id INTEGER NOT NULL, since TEXT NOT NULL, until TEXT NOT NULL, part TEXT NOT NULL,
    PRIMARY KEY (outlet_id, since, until, part)
) WITHOUT ROWID
"""
_NOTE = """
INSERT INTO months_changed SELECT * FROM (
    SELECT {outlet} AS outlet, substr({since}, 1, 7) AS first, substr({until}, 1, 7) AS last, {part} AS what {rest}
) WHERE NOT EXISTS (
    SELECT 1 FROM months_changed WHERE outlet_id = outlet AND since = first AND until = last AND part = what
);
"""


class Part(StrEnum):
    """What of a month is counted together."""

    ARTICLES = "articles"
    """With a day; they are counted whatever changes."""
    ADDRESSES = "addresses"
    """With a day, and without an article."""
    UNDATED = "undated"
    """Articles and addresses without a day."""
    CRAWLS = "crawls"


_DAY_OF_ARTICLE = "ifnull(x.published_date, x.first_seen_at)"
_DAY_GIVEN = "coalesce(x.hint_published_at, x.hint_modified_at)"
_ANY_DAY_OF_ADDRESS = f"ifnull({_DAY_GIVEN}, x.found_at)"
_END_OF_RUN = "ifnull(x.finished_at, x.started_at)"
_WATCHED = (
    Watched(
        "articles",
        "outlet_id, published_date, first_seen_at",
        _NOTE.format(
            outlet=f"ifnull(x.outlet_id, {NO_OUTLET})",
            since=_DAY_OF_ARTICLE,
            until=_DAY_OF_ARTICLE,
            part=f"iif(x.published_date IS NULL, '{Part.UNDATED}', '{Part.ARTICLES}')",
            rest="",
        ),
    ),
    Watched(
        "urls",
        "site_id, kind, article_id, outcome, reason, hint_published_at, hint_modified_at, found_at",
        _NOTE.format(
            outlet="x.site_id",
            since=_ANY_DAY_OF_ADDRESS,
            until=_ANY_DAY_OF_ADDRESS,
            part=f"iif({_DAY_GIVEN} IS NULL, '{Part.UNDATED}', '{Part.ADDRESSES}')",
            rest="",
        ),
        "x.kind = 'article' AND x.article_id IS NULL AND x.site_id IS NOT NULL",
    ),
    Watched(
        "runs",
        "site_id, started_at, finished_at, sources_ok",
        _NOTE.format(outlet="x.site_id", since="x.started_at", until=_END_OF_RUN, part=f"'{Part.CRAWLS}'", rest=""),
    ),
    Watched(
        "captures",
        "run_id, kind, reason, status",
        _NOTE.format(
            outlet="site_id",
            since="started_at",
            until="started_at",
            part=f"'{Part.CRAWLS}'",
            rest="FROM main.runs WHERE id = x.run_id",
        ),
        f"x.reason IS NOT NULL AND x.kind IN ({SOURCES})",
    ),
)


def list_changed_months(connection: sqlite3.Connection) -> None:
    """Make the list, and the triggers of this connection that fill it."""
    connection.execute(_CHANGED)
    for watched in _WATCHED:
        watched.watch(connection, "months")


def changed_months(connection: sqlite3.Connection) -> Mapping[Key, set[Part]]:
    """Return the months on the list, and what of them is to be counted again."""
    changed: defaultdict[Key, set[Part]] = defaultdict(set)
    for outlet, since, until, part in connection.execute("SELECT outlet_id, since, until, part FROM months_changed"):
        if _MONTH.fullmatch(since) and _MONTH.fullmatch(until):
            for month in months_between(first_day_of(since), first_day_of(until)):
                changed[outlet, month].add(Part(part))
    return changed


def empty_list(connection: sqlite3.Connection) -> None:
    """Take all months off the list."""
    connection.execute("DELETE FROM months_changed")
