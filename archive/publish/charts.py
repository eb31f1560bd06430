"""Charts as numbers for a template: x and widths in per cent, y and heights in pixels, so that text is never scaled."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from math import floor, log10

_STEPS = (1, 2, 3, 4, 5, 10)
GAP_SHARE = 0.2
"""Part of the place of a bar that stays empty."""
WIDEST = 7.0
"""Per cent of a bar: two months are two bars, not two walls."""
LEAST_APART = 10.0
"""Per cent between two ticks: a year needs 35 of the 350 pixels of a phone."""


@dataclass(frozen=True, slots=True)
class Bar:
    """One value, or None where there is nothing to measure."""

    x: float
    width: float
    y: float
    height: float
    is_gap: bool


@dataclass(frozen=True, slots=True)
class Tick:
    """A word below the axis, at the beginning of what it names."""

    x: float
    text: str


@dataclass(frozen=True, slots=True)
class BarChart:
    """Bars over an axis."""

    bars: tuple[Bar, ...]
    ticks: tuple[Tick, ...]
    top: float
    """Value of the highest line."""
    height: int
    """Pixels between the axis and the highest line."""


@dataclass(frozen=True, slots=True)
class Line:
    """One series of values."""

    path: str
    """Of SVG, 100 units wide: a stroke through each run of values."""
    points: tuple[tuple[float, float], ...]
    """x and y of values between two gaps, through which no stroke goes."""


@dataclass(frozen=True, slots=True)
class LineChart:
    """Lines over an axis."""

    lines: tuple[Line, ...]
    gaps: tuple[tuple[float, float], ...]
    """x and width of each place without a value."""
    ticks: tuple[Tick, ...]
    top: float
    """Value of the highest line."""
    height: int
    """Pixels between the axis and the highest line."""


def bar_chart(values: Sequence[float | None], names: Sequence[str], *, height: int) -> BarChart:
    """Return a chart of the values; None is a gap. Of equal names that follow each other, the first is a tick."""
    top = top_of(max((value for value in values if value is not None), default=0))
    place = 100 / max(len(values), 1)
    bars = tuple(_bar(value, number * place, place, top=top, height=height) for number, value in enumerate(values))
    return BarChart(bars, _ticks(names), top, height)


def line_chart(series: Sequence[Sequence[float | None]], names: Sequence[str], *, height: int) -> LineChart:
    """Return a chart of series of values that have the same names; None is a gap, over which no line is drawn.

    Of equal names that follow each other, the first is a tick.
    """
    top = top_of(max((value for values in series for value in values if value is not None), default=0))
    place = 100 / max(len(names), 1)
    gaps = tuple(
        (round(number * place, 2), round(place, 2))
        for number, same in enumerate(zip(*series, strict=True))
        if None in same
    )
    return LineChart(
        tuple(_line(values, top=top, height=height) for values in series), gaps, _ticks(names), top, height
    )


def top_of(value: float) -> float:
    """Return the round number at or above a value: 1, 2, 3, 4 or 5 with zeros; 1 for nothing."""
    if value <= 0:
        return 1
    unit = 10.0 ** floor(log10(value))
    return next(step * unit for step in _STEPS if step * unit >= value * 0.999999)


def _ticks(names: Sequence[str]) -> tuple[Tick, ...]:
    place = 100 / max(len(names), 1)
    firsts = [next(group) for _, group in groupby(enumerate(names), key=lambda pair: pair[1])]
    return tuple(_apart([Tick(round(number * place, 2), name) for number, name in firsts]))


def _line(values: Sequence[float | None], *, top: float, height: int) -> Line:
    place = 100 / max(len(values), 1)
    path, points = "", []
    for is_gap, group in groupby(enumerate(values), key=lambda pair: pair[1] is None):
        if not is_gap:
            run = [
                (round((number + 0.5) * place, 2), round(height - height * (value or 0) / top, 1))
                for number, value in group
            ]
            path += "M" + "L".join(f"{x} {y}" for x, y in run) if len(run) > 1 else ""
            points += run if len(run) == 1 else []
    return Line(path, tuple(points))


def _apart(ticks: Sequence[Tick]) -> Iterator[Tick]:
    """Yield ticks that do not touch, beginning with the last one."""
    limit = 100.0
    for tick in reversed(ticks):
        if tick.x + LEAST_APART <= limit:
            limit = tick.x
            yield tick


def _bar(value: float | None, x: float, place: float, *, top: float, height: int) -> Bar:
    if value is None:
        return Bar(round(x, 2), round(place, 2), 0, height, is_gap=True)
    size = round(height * value / top, 1)
    if value and size < 1:  # a little is not nothing
        size = 1
    gap = max(place * GAP_SHARE, place - WIDEST)
    return Bar(round(x + gap / 2, 2), round(place - gap, 2), round(height - size, 1), size, is_gap=False)
