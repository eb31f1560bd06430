"""The outlets of an archive, by the names and marks with which others credit them."""

import re
import sqlite3
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import urlsplit

from archive.fold import fold
from archive.reading.houses import Houses

OWN_MARK_SHARE = 0.6
"""Share of the texts with a mark that one outlet prints, if it is that outlet's own."""
LEAST_MARKS = 3
"""Texts with a mark from which that can be said."""
CREDITS_KEPT = 4_096
"""Credits and bylines whose outlet is kept: most are those of the journalists, and come again."""
LEAST_LETTERS = 8
"""Letters of the name of a site that are found also where a credit has spaces between them: "baoquangnam"."""
_PAPER = re.compile(r"^bao(?: va phat thanh,? truyen hinh| va dai phat thanh,? truyen hinh)? ")
_ELECTRONIC = re.compile(r" (?:dien tu|online)$")
_MARK_ENDS = ("o", "dt", "")
"""What follows the initials of a place in a mark: "online", "điện tử", or nothing."""
_SITES = """
SELECT s.id, s.site, s.name, s.home, p.name FROM sites s LEFT JOIN provinces p ON p.id = s.province_id
"""
_MARKS = """
SELECT lead_mark, site_id, count(*) FROM articles WHERE lead_mark IS NOT NULL AND site_id IS NOT NULL GROUP BY 1, 2
"""


@dataclass(frozen=True, slots=True)
class Outlet:
    """What others may call an outlet."""

    id: int
    names: frozenset[str]
    """Folded: "bao quang nam", "baoquangnam.vn"."""
    marks: frozenset[str]
    """Folded: "qno", "bqn"; several outlets may have the same."""
    place: str | None
    """Folded name of its old province."""


class Outlets:
    """All outlets of an archive."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        """Read them."""
        self._houses = Houses(connection)
        self._by_id = {row[0]: _outlet(*row) for row in connection.execute(_SITES)}
        self._named = sorted(
            ((name, each.id) for each in self._by_id.values() for name in each.names), key=lambda each: -len(each[0])
        )
        self._marked: dict[str, set[int]] = defaultdict(set)
        for each in self._by_id.values():
            for mark in each.marks:
                self._marked[mark].add(each.id)
        self._marked.update(_learnt(connection.execute(_MARKS)))
        self.named_in = lru_cache(CREDITS_KEPT)(self._named_in)

    def _named_in(self, folded: str) -> frozenset[int]:
        """Return the outlet that a folded text names: that with the longest name; none if it names none."""
        squeezed = re.sub(r"\W", "", folded)
        for name, site_id in self._named:
            is_name = name in folded and re.search(rf"(?<!\w){re.escape(name)}(?!\w)", folded)
            if is_name or (len(name) >= LEAST_LETTERS and name in squeezed):
                return frozenset((site_id,))
        return frozenset()

    def marked(self, mark: str) -> frozenset[int]:
        """Return the outlets whose mark this may be."""
        return frozenset(self._marked.get(_bare(mark), ()))

    def house(self, site_id: int | None) -> int | None:
        """Return the outlet that an outlet was merged into in the end, or itself: equal for those of one house."""
        return self._houses.of(site_id)

    def place(self, site_id: int | None) -> str | None:
        """Return the folded name of the province of an outlet."""
        return self._by_id[site_id].place if site_id in self._by_id else None


def _outlet(site_id: int, site: str, name: str, home: str | None, place: str | None) -> Outlet:
    folded = _ELECTRONIC.sub("", fold(name))
    short = _PAPER.sub("bao ", folded)
    host = (urlsplit(home).hostname or "").removeprefix("www.") if home else ""
    names = {folded, short, host, fold(site)} - {""}
    initials = "".join(word[0] for word in re.findall(r"\w+", _PAPER.sub("", folded)))
    marks = {f"{start}{initials}{end}" for start in ("", "b") for end in _MARK_ENDS if start or end}
    return Outlet(site_id, frozenset(names), frozenset(marks if len(initials) > 1 else ()), place and fold(place))


def _learnt(rows: Iterable[tuple[str, int, int]]) -> dict[str, set[int]]:
    """Return the marks that one outlet alone uses as its own."""
    uses: dict[str, dict[int, int]] = defaultdict(lambda: defaultdict(int))
    for mark, site_id, number in rows:
        uses[_bare(mark)][site_id] += number
    learnt = {}
    for mark, by_site in uses.items():
        site_id, most = max(by_site.items(), key=lambda each: each[1])
        if most >= max(LEAST_MARKS, OWN_MARK_SHARE * sum(by_site.values())):
            learnt[mark] = {site_id}
    return learnt


def _bare(mark: str) -> str:
    return fold(mark).strip("() -–—.:")
