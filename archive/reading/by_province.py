"""How many articles each province has, by the province of the day of publication and by today's of the same land."""

import sqlite3
from collections import Counter
from dataclasses import dataclass

from archive.reading.filters import Filters
from archive.reading.search import rows_found


@dataclass(frozen=True, slots=True)
class ByProvince:
    """Counts of articles by the ids of provinces."""

    pairs: Counter[tuple[int | None, int | None]]
    """Province of the day of publication, and today's of its land; None for outlets without one."""

    @property
    def total(self) -> int:
        """All articles, those without a province too."""
        return self.pairs.total()

    @property
    def then(self) -> Counter[int | None]:
        """By the province of the day of publication: one of the 63 or, since their merger, of the 34."""
        counted: Counter[int | None] = Counter()
        for (then, _), articles in self.pairs.items():
            counted[then] += articles
        return counted

    @property
    def now(self) -> Counter[int | None]:
        """By today's province of the same land."""
        counted: Counter[int | None] = Counter()
        for (_, now), articles in self.pairs.items():
            counted[now] += articles
        return counted


def count_by_province(connection: sqlite3.Connection, typed: str | None = None) -> ByProvince:
    """Count what a search finds; without words, all articles. Raises BadQuery as a search does."""
    rows, values = rows_found(connection, typed, filters=Filters())
    # one text of all pairs: SQLite would sort the rows to group them
    pair = "ifnull(a.province_then_id, '') || '-' || ifnull(a.province_now_id, '')"
    (listed,) = connection.execute(f"SELECT group_concat({pair}) {rows}", values).fetchone()
    counted = Counter(listed.split(",") if listed else ())
    return ByProvince(Counter({_ids(pair): articles for pair, articles in counted.items()}))


def _ids(pair: str) -> tuple[int | None, int | None]:
    then, _, now = pair.partition("-")
    return int(then) if then else None, int(now) if now else None
