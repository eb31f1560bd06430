"""The articles that a search finds through time, as a share of all that the archive has of each month or year."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from archive.publish.charts import BarChart, bar_chart

MOST_MONTHS = 96
"""Bars of months; a longer time is shown by years."""
HEIGHT = 110
"""Pixels of the highest bar."""


@dataclass(frozen=True, slots=True)
class Span:
    """One month or year."""

    name: str
    """2026-11, or 2026."""
    found: int
    all: int

    @property
    def first_day(self) -> date:
        """Its first day."""
        return date(int(self.name[:4]), int(self.name[5:7] or 1), 1)

    @property
    def share(self) -> float | None:
        """Share of its articles; None if the archive has none of that time."""
        return self.found / self.all if self.all else None


@dataclass(frozen=True, slots=True)
class Timeline:
    """Months or years in their order, without a hole."""

    spans: tuple[Span, ...]
    is_by_month: bool
    is_share: bool
    """Whether shares are shown; else numbers of articles."""
    chart: BarChart

    @property
    def gaps(self) -> int:
        """Times of which the archive has nothing."""
        return sum(not span.all for span in self.spans)

    @property
    def highest(self) -> Span:
        """The time with the highest share or number."""
        return max(self.spans, key=lambda span: (span.share or 0) if self.is_share else span.found)


def timeline(found: Mapping[str, int], everything: Mapping[str, int], *, is_share: bool) -> Timeline | None:
    """Return the timeline of articles found by month (2026-11) among all of them; None without any."""
    if not everything:
        return None
    months = list(_months(min(everything), max(everything)))
    is_by_month = len(months) <= MOST_MONTHS
    names = months if is_by_month else list(dict.fromkeys(month[:4] for month in months))
    spans = tuple(Span(name, _sum(found, name), _sum(everything, name)) for name in names)
    values = [(span.share if is_share else span.found) if span.all else None for span in spans]
    chart = bar_chart(values, _ticks(names), height=HEIGHT)
    return Timeline(spans, is_by_month, is_share, chart)


def _ticks(names: Sequence[str]) -> list[str]:
    return [name[:4] for name in names]


def _sum(counted: Mapping[str, int], name: str) -> int:
    return counted.get(name, 0) if len(name) > 4 else sum(n for month, n in counted.items() if month[:4] == name)


def _months(first: str, last: str) -> Iterator[str]:
    begin, end = (int(month[:4]) * 12 + int(month[5:7]) - 1 for month in (first, last))
    for number in range(begin, end + 1):
        yield f"{number // 12:04}-{number % 12 + 1:02}"
