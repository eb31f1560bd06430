"""What the archive knows of an outlet: its articles, lineage, hosts through time, and what is missing and why."""

import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from archive.outcomes import Reason
from archive.phrases import phrase
from archive.reading.damage import named_damage
from archive.record import OutletKind
from archive.rows import Row, row_of, rows_of
from archive.times import from_text_or_none
from archive.writing.day_evidence import UNSTORED

LATEST = 100
"""Last published articles from which the share of bylines and the layout are taken."""

_OUTLETS = """
SELECT s.id, s.site, s.name, s.kind, s.home, p.name AS province_then, n.name AS province_now,
    m.site AS merged_into, m.name AS merged_into_name,
    (SELECT count(*) FROM articles WHERE outlet_id = s.id AND published_date IS NOT NULL) AS dated,
    (SELECT min(published_date) FROM articles WHERE outlet_id = s.id) AS first_day,
    (SELECT max(published_date) FROM articles WHERE outlet_id = s.id) AS last_day,
    (SELECT max(started_at) FROM runs WHERE site_id = s.id) AS last_crawl
FROM sites s LEFT JOIN provinces p ON p.id = s.province_id LEFT JOIN provinces n ON n.id = p.successor_id
LEFT JOIN sites m ON m.id = s.merged_into_id
"""
_UNDATED = "SELECT count(*) FROM articles WHERE outlet_id = ? AND published_date IS NULL AND status <> 'withheld'"
_PREDECESSORS = f"{_OUTLETS} WHERE s.merged_into_id = ? ORDER BY p.id, s.name"
_ONLY_HERE = "SELECT count(*) FROM articles WHERE outlet_id = ? AND site_id = ?"
_HOST = "substr(url, instr(url, '//') + 2, instr(substr(url, instr(url, '//') + 2) || '/', '/') - 1)"
_OF_SITE = "site_id = :site AND status <> 'withheld' AND url >= 'http' AND url < 'httq'"
"""This and `_HOST` are written as in the index `articles_host`, or SQLite does not use it."""
_HOSTS = f"""
WITH RECURSIVE hosts(host) AS (
    SELECT min({_HOST}) FROM articles WHERE {_OF_SITE}
    UNION ALL
    SELECT (SELECT min({_HOST}) FROM articles WHERE {_OF_SITE} AND {_HOST} > host) FROM hosts WHERE host IS NOT NULL
)
SELECT host, count(*) AS articles, min(published_date) AS first_day, max(published_date) AS last_day
FROM hosts CROSS JOIN articles ON {_HOST} = host WHERE {_OF_SITE} GROUP BY host ORDER BY min(published_date), host
"""
"""One host after the other, from the index alone: to group all rows, SQLite 3.40 would read each from the table."""
_NEVER_ASKED = f"SELECT count(*) FROM urls WHERE site_id = ? AND {UNSTORED} AND outcome IS NULL"
_MISSING = f"""
SELECT reason, count(*) AS addresses, min(due_at) AS due_at FROM urls
WHERE site_id = ? AND {UNSTORED} AND reason IS NOT NULL GROUP BY reason ORDER BY 2 DESC, 1
"""
_MONTHS = """
SELECT substr(published_date, 1, 7), count(*) FROM articles
WHERE outlet_id = ? AND published_date IS NOT NULL GROUP BY 1
"""
_LATEST = f"""
SELECT byline IS NOT NULL AS has_byline, sources ->> '$.body' AS source FROM articles
WHERE site_id = ? AND published_at IS NOT NULL ORDER BY published_at DESC LIMIT {LATEST}
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class OutletLine:
    """An outlet in a list."""

    site: str
    name: str
    kind: OutletKind
    home: str | None
    province_then: str | None
    province_now: str | None
    merged_into: str | None
    """Name of the site of the outlet that continues it."""
    merged_into_name: str | None
    articles: int
    """That it published; withheld ones left out."""
    first_day: date | None
    last_day: date | None
    last_crawl: datetime | None
    """When it began."""


@dataclass(frozen=True, slots=True)
class Predecessor:
    """An outlet that was merged into this one."""

    outlet: OutletLine
    only_here: int
    """Its articles whose own address is at this outlet now."""


@dataclass(frozen=True, slots=True)
class HostSpan:
    """The articles under one host."""

    host: str
    articles: int
    first_day: date | None
    """Of publication."""
    last_day: date | None


@dataclass(frozen=True, slots=True)
class Missing:
    """Addresses without an article, for one reason."""

    reason: Reason | None
    """None for those that no crawl has requested."""
    addresses: int
    due_at: datetime | None
    """When the first of them is requested again; None if no crawl does."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OutletFacts:
    """All of it."""

    outlet: OutletLine
    predecessors: tuple[Predecessor, ...]
    hosts: tuple[HostSpan, ...]
    """In the order of their first articles."""
    missing: tuple[Missing, ...]
    """The most frequent reason first; before them what was never requested."""
    months: Mapping[str, int]
    """YYYY-MM → articles."""
    bylines: float | None
    """Share of the last articles that have one; None without any article."""
    layout: str | None
    """What read the text of most of them: `layout:mediasoft-2022`."""


def outlets(connection: sqlite3.Connection) -> list[OutletLine]:
    """Return all outlets in the order of the provinces."""
    with named_damage(phrase("the outlets")):
        rows = list(rows_of(connection.execute(f"{_OUTLETS} ORDER BY p.id IS NULL, p.id, s.name")))
        return [_line(connection, row) for row in rows]


def outlet_facts(connection: sqlite3.Connection, site: str) -> OutletFacts | None:
    """Return what is known of an outlet; None if the archive has none of this name."""
    with named_damage(phrase("the outlet {site}", site=site)):
        row = row_of(connection.execute(f"{_OUTLETS} WHERE s.site = ?", (site,)))
        return _facts(connection, row) if row else None


def _facts(connection: sqlite3.Connection, row: Row) -> OutletFacts:
    site_id = row["id"]
    before = list(rows_of(connection.execute(_PREDECESSORS, (site_id,))))
    (never_asked,) = connection.execute(_NEVER_ASKED, (site_id,)).fetchone()
    reasons = [
        Missing(Reason(code), addresses, from_text_or_none(due_at))
        for code, addresses, due_at in connection.execute(_MISSING, (site_id,))
    ]
    latest = connection.execute(_LATEST, (site_id,)).fetchall()
    sources = [source for _, source in latest if source]
    return OutletFacts(
        outlet=_line(connection, row),
        predecessors=tuple(
            Predecessor(_line(connection, each), connection.execute(_ONLY_HERE, (each["id"], site_id)).fetchone()[0])
            for each in before
        ),
        hosts=tuple(
            HostSpan(host, articles, _day(first), _day(last))
            for host, articles, first, last in connection.execute(_HOSTS, {"site": site_id})
        ),
        missing=(*([Missing(None, never_asked, None)] if never_asked else []), *reasons),
        months=dict(connection.execute(_MONTHS, (site_id,)).fetchall()),
        bylines=sum(has for has, _ in latest) / len(latest) if latest else None,
        layout=max(set(sources), key=sources.count) if sources else None,
    )


def _line(connection: sqlite3.Connection, row: Row) -> OutletLine:
    (undated,) = connection.execute(_UNDATED, (row["id"],)).fetchone()
    named = {name: row[name] for name in ("site", "name", "home", "province_then", "province_now")}
    return OutletLine(
        **named,
        kind=OutletKind(row["kind"]),
        merged_into=row["merged_into"],
        merged_into_name=row["merged_into_name"],
        articles=row["dated"] + undated,
        first_day=_day(row["first_day"]),
        last_day=_day(row["last_day"]),
        last_crawl=from_text_or_none(row["last_crawl"]),
    )


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
