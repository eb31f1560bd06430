"""Numbers, days and moments as a page writes them, in Vietnamese or English. All times are Vietnamese time."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from types import MappingProxyType
from typing import Any

from markupsafe import Markup

from archive.record import VIETNAM

NO_BREAK = "\u00a0"
"""A space at which no line breaks."""
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


@dataclass(frozen=True, slots=True)
class Formats:
    """How one language writes numbers and times."""

    language: str

    @property
    def _is_vietnamese(self) -> bool:
        return self.language == "vi"

    def number(self, value: float, decimals: int = 0) -> str:
        """Return "1.284" or "1,284"; with decimals "2,7" or "2.7"."""
        written = f"{value:,.{decimals}f}"
        return written.translate(str.maketrans(",.", ".,")) if self._is_vietnamese else written

    def percent(self, share: float, decimals: int = 1) -> str:
        """Return a share, 0 to 1, as "96,8 %" or "96.8%"."""
        space = NO_BREAK if self._is_vietnamese else ""
        return f"{self.number(100 * share, decimals)}{space}%"

    def axis_percent(self, share: float) -> str:
        """Return a share with no more decimals than it needs, two at most: "50 %", "1,5 %"."""
        return self.percent(share, next((n for n in (0, 1) if round(100 * share, n) == round(100 * share, 4)), 2))

    def day(self, value: date) -> str:
        """Return "13/11/2026" or "13 Nov 2026"; of a moment its day in Vietnam."""
        at = value.astimezone(VIETNAM) if isinstance(value, datetime) else value
        return f"{at.day}/{at.month}/{at.year}" if self._is_vietnamese else f"{at.day} {self._month(at)} {at.year}"

    def month(self, value: date) -> str:
        """Return "11/2026" or "Nov 2026"."""
        return f"{value.month}/{value.year}" if self._is_vietnamese else f"{self._month(value)} {value.year}"

    def moment(self, value: datetime) -> str:
        """Return "16:02, 13/11/2026" or "13 Nov 2026, 16:02"."""
        at = value.astimezone(VIETNAM)
        return f"{at:%H:%M}, {self.day(at)}" if self._is_vietnamese else f"{self.day(at)}, {at:%H:%M}"

    def size(self, value: int) -> str:
        """Return a number of bytes as "41 KB"."""
        return f"{self.number(max(1, round(value / 1024)))}{NO_BREAK}KB"

    def timed(self, value: date) -> Markup:
        """Return the element `time` of a moment, or of a day where no time of day is known."""
        if isinstance(value, datetime):
            at, shown = value.astimezone(VIETNAM).isoformat(timespec="minutes"), self.moment(value)
        else:
            at, shown = value.isoformat(), self.day(value)
        return Markup('<time datetime="{}" class="n">{}</time>').format(at, shown)

    def span(self, first: date, last: date) -> Markup:
        """Return two days with a dash, which stays with the first one."""
        return Markup("{}{}– {}").format(self.timed(first), NO_BREAK, self.timed(last))

    @property
    def filters(self) -> MappingProxyType[str, Callable[..., Any]]:
        """What a template calls, by name."""
        numbers = (self.number, self.percent, self.axis_percent, self.size)
        named = (*numbers, self.day, self.month, self.moment, self.timed, self.span)
        return MappingProxyType({each.__name__: each for each in named})

    @staticmethod
    def _month(value: date) -> str:
        return MONTHS[value.month - 1]
