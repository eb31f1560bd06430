"""Tile maps of the provinces: one tile each, roughly where it lies, shaded by quintiles."""

import json
from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from archive.places import Province, read_provinces

WIDTH, HEIGHT = 52, 46
"""Of a tile, in units of the drawing."""
LEVELS = 5
"""Shades: a fifth of the provinces in each, where values differ."""
_LINES = {1: (21,), 2: (14, 27)}
"""Base lines of a name, by how many lines it has."""
VALUE_LINE = 41
"""Base line of the value."""


@dataclass(frozen=True, slots=True)
class Place:
    """A province on the grid."""

    province: Province
    lines: tuple[tuple[int, str], ...]
    """Of its name: the base line, and the words."""
    x: int
    y: int


@dataclass(frozen=True, slots=True)
class Tile:
    """A place with its value."""

    place: Place
    value: float | None
    """None where there is nothing to divide by."""
    level: int
    """Shade: 0 is the lightest."""


@dataclass(frozen=True, slots=True)
class TileMap:
    """All provinces of one time."""

    tiles: tuple[Tile, ...]
    cuts: tuple[float, ...]
    """Least value of each shade but the lightest."""
    width: int
    height: int


@cache
def grid(era: str) -> tuple[Place, ...]:
    """Return the places of the 63 (`then`) or of the 34 (`now`)."""
    rows = json.loads((files("archive.publish") / "tiles.json").read_text(encoding="utf-8"))[era]
    by_code = {each.gso_code: each for each in read_provinces() if (each.successor_id is not None) == (era == "then")}
    return tuple(_place(row, by_code[row["gso_code"]]) for row in rows)


def tile_map(era: str, values: Mapping[int | None, float | None]) -> TileMap:
    """Return the map of a time; `values` are by the id of the province, and all others have 0."""
    places = grid(era)
    known = [values.get(place.province.id, 0) for place in places]
    cuts = _cuts(sorted(value for value in known if value is not None))
    tiles = tuple(
        Tile(place, value, 0 if value is None else bisect_right(cuts, value))
        for place, value in zip(places, known, strict=True)
    )
    width, height = (max(place.x for place in places) + WIDTH, max(place.y for place in places) + HEIGHT)
    return TileMap(tiles, cuts, width, height)


def legend(cuts: Sequence[float], write: Callable[[float], str], *, step: float) -> Iterator[tuple[str, str]]:
    """Yield the least and the highest value of each shade as text; "" where it has no end. Values differ by `step`."""
    ends = [write(cut - step) for cut in cuts]
    yield from zip(["", *map(write, cuts)], [*ends, ""], strict=True)


def _cuts(values: Sequence[float]) -> tuple[float, ...]:
    """Return the least values of the shades; fewer where many values are equal."""
    found = {values[len(values) * number // LEVELS] for number in range(1, LEVELS)} if values else set()
    return tuple(sorted(cut for cut in found if cut > values[0]))


def _place(row: Mapping[str, Any], province: Province) -> Place:
    label = row["label"]
    lines = tuple(zip(_LINES[len(label)], label, strict=True))
    return Place(province, lines, row["col"] * WIDTH, row["row"] * HEIGHT)
