"""How many articles an archive has, by outlet, month, section and arrival, and the shares of their fields."""

import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from archive.reading.filters import Filters, conditions
from archive.rows import Row, rows_of

FIELDS = {
    "byline": "a.byline IS NOT NULL",
    "lead": "a.lead IS NOT NULL",
    "date": "a.published_date IS NOT NULL",
    "minute": "a.published_precision IS 'minute'",
    "section": "a.section_id IS NOT NULL",
    "tags": "EXISTS (SELECT 1 FROM article_tags WHERE article_id = a.id)",
    "images": "EXISTS (SELECT 1 FROM article_images WHERE article_id = a.id)",
}
"""What shares are counted of → its condition in SQL. `minute`: the date is known to the minute."""

_CELLS = f"""
WITH counted AS MATERIALIZED (
    SELECT a.outlet_id, substr(a.published_date, 1, 7) AS month, a.section_id,
        substr(a.first_seen_at, 1, 7) AS arrived, a.revision_count > 1 AS revised, a.status = 'gone' AS gone,
        a.published_date, {", ".join(f'{sql} AS "{name}"' for name, sql in FIELDS.items())}
    FROM articles a WHERE {{where}}
), cells AS MATERIALIZED (
    SELECT outlet_id, month, section_id, arrived, count(*) AS articles, sum(revised) AS revised, sum(gone) AS gone,
        min(published_date) AS first_day, max(published_date) AS last_day,
        {", ".join(f'sum("{name}") AS "{name}"' for name in FIELDS)}
    FROM counted GROUP BY outlet_id, month, section_id, arrived
)
SELECT o.name AS outlet_name, c.name AS section_name, cells.*
FROM cells LEFT JOIN sites o ON o.id = outlet_id LEFT JOIN sections c ON c.id = section_id
"""
"""One pass over the articles: everything is summed up from these cells. SQLite sorts them for the groups, which takes
twice as long with whole articles in place of what is counted."""


@dataclass(frozen=True, slots=True)
class Tally:
    """The articles of one outlet, month or section, or all of them."""

    name: str | None
    """Of the outlet or section; the month, YYYY-MM; None where the articles have none, and for all articles."""
    articles: int
    first_day: str | None
    """Of publication, YYYY-MM-DD; None without any date."""
    last_day: str | None
    shares: Mapping[str, float] | None
    """Field → share of the articles that have it, 0 to 1; None without articles."""


@dataclass(frozen=True, slots=True)
class Growth:
    """What came into the archive in one month."""

    month: str
    """YYYY-MM."""
    added: int
    """Articles that were first seen in it."""
    total: int
    """At its end; articles that were withheld since are not counted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stats:
    """How many articles there are, and of which fields."""

    all: Tally
    revised: int
    """Articles with more than one text."""
    gone: int
    """Articles that their newspapers took away."""
    outlets: tuple[Tally, ...]
    """The largest first."""
    months: tuple[Tally, ...]
    """Of publication, from the first to the last, those without an article too; before them what has no date."""
    sections: tuple[Tally, ...]
    """The largest first; sections of one name are one, of whichever outlet."""
    growth: tuple[Growth, ...]
    """From the first month to the last, those without a new article too."""

    def as_record(self) -> dict[str, Any]:
        """Return it as JSON knows it."""
        return asdict(self)


def stats(connection: sqlite3.Connection, *, filters: Filters) -> Stats:
    """Return the counts of the articles that match `filters`; withheld ones do not count."""
    asked = conditions(connection, filters)
    where = " AND ".join(["a.status <> 'withheld'", *(condition.sql for condition in asked)])
    values = [value for condition in asked for value in condition.values]
    cells = list(rows_of(connection.execute(_CELLS.format(where=where), values)))
    return Stats(
        all=_tally(None, cells),
        revised=sum(cell["revised"] for cell in cells),
        gone=sum(cell["gone"] for cell in cells),
        outlets=tuple(_largest_first(_by("outlet_name", cells))),
        months=tuple(_every_month(_by("month", cells))),
        sections=tuple(_largest_first(_by("section_name", cells))),
        growth=tuple(_growth(_by("arrived", cells))),
    )


def _by(column: str, cells: Iterable[Row]) -> list[Tally]:
    groups: dict[str | None, list[Row]] = {}
    for cell in cells:
        groups.setdefault(cell[column], []).append(cell)
    return [_tally(name, group) for name, group in groups.items()]


def _tally(name: str | None, cells: Sequence[Row]) -> Tally:
    articles = sum(cell["articles"] for cell in cells)
    return Tally(
        name=name,
        articles=articles,
        first_day=min((cell["first_day"] for cell in cells if cell["first_day"]), default=None),
        last_day=max((cell["last_day"] for cell in cells if cell["last_day"]), default=None),
        shares={each: round(sum(cell[each] for cell in cells) / articles, 4) for each in FIELDS} if articles else None,
    )


def _largest_first(tallies: Iterable[Tally]) -> list[Tally]:
    return sorted(tallies, key=lambda tally: (-tally.articles, tally.name or ""))


def _every_month(tallies: Iterable[Tally]) -> Iterator[Tally]:
    by_month = {tally.name: tally for tally in tallies}
    if undated := by_month.pop(None, None):
        yield undated
    for month in _months(by_month):
        yield by_month.get(month) or Tally(month, 0, None, None, None)


def _growth(tallies: Iterable[Tally]) -> Iterator[Growth]:
    added = {tally.name: tally.articles for tally in tallies}
    total = 0
    for month in _months(added):
        total += added.get(month, 0)
        yield Growth(month, added.get(month, 0), total)


def _months(known: Iterable[str | None]) -> Iterator[str]:
    """Yield all months, YYYY-MM, from the first known one to the last."""
    named = sorted(month for month in known if month)
    if not named:
        return
    first, last = (int(month[:4]) * 12 + int(month[5:7]) - 1 for month in (named[0], named[-1]))
    for number in range(first, last + 1):
        yield f"{number // 12:04}-{number % 12 + 1:02}"
