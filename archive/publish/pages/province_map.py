"""The map page: the 63 provinces of before and the 34 of today as tiles, shaded by articles or by a search."""

import sqlite3
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from datasette.utils.asgi import Response

from archive.clean import clean
from archive.errors import BadQuery
from archive.places import Province, read_provinces
from archive.publish.tiles import HEIGHT, VALUE_LINE, WIDTH, legend, tile_map
from archive.publish.visit import Visit
from archive.reading.by_province import ByProvince, count_by_province

MEASURES = ("articles", "share")
"""Numbers of articles; articles in a thousand of the province."""
THOUSAND = 1000


@dataclass(frozen=True, slots=True)
class Land:
    """A province of today, and under which names the articles of its land were published."""

    province: Province
    articles: int
    then: tuple[tuple[Province, int], ...]
    """The former provinces with articles."""
    since: int
    """Articles since the merger."""


async def provinces(visit: Visit) -> Response:
    """Return the map page."""
    typed = clean(visit.argument("q"))
    measure = visit.argument("measure")
    measure = measure if measure in MEASURES and typed else MEASURES[0]

    def read(connection: sqlite3.Connection) -> tuple[ByProvince, ByProvince]:
        everything = visit.database.kept(connection, count_by_province)
        return (count_by_province(connection, typed) if typed else everything), everything

    try:
        found, everything = await visit.read(read)
    except BadQuery as error:
        return visit.show("search_problem.html", status=400, problem=error.args[0], typed=typed)
    is_share = measure == "share"
    then, now = (
        tile_map(era, _shares(counted, of_all) if is_share else dict(counted))
        for era, counted, of_all in (("then", found.then, everything.then), ("now", found.now, everything.now))
    )
    return visit.show(
        "map.html",
        typed=typed,
        measure=measure,
        is_share=is_share,
        total=found.total,
        without_province=found.now[None],
        then=then,
        now=now,
        tile_width=WIDTH,
        tile_height=HEIGHT,
        value_line=VALUE_LINE,
        legend=legend,
        lands=sorted(_lands(found), key=lambda land: -land.articles),
    )


def _shares(counted: Mapping[int | None, int], everything: Mapping[int | None, int]) -> dict[int | None, float | None]:
    """Return how many of a thousand articles of each province are counted; None for a province without any."""
    ids = {each.id for each in read_provinces()}
    return {
        each: round(THOUSAND * counted.get(each, 0) / everything[each], 1) if everything.get(each) else None
        for each in ids
    }


def _lands(found: ByProvince) -> Iterator[Land]:
    everyone = list(read_provinces())
    for province in everyone:
        if province.successor_id is not None:
            continue
        former = [each for each in everyone if each.successor_id == province.id]
        then = tuple((each, number) for each in former if (number := found.pairs[each.id, province.id]))
        yield Land(province, found.now[province.id], then, found.pairs[province.id, province.id])
