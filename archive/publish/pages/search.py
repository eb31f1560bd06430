"""The search page: hits, how many there are, how they spread over newspapers, provinces and time."""

import re
import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

from datasette.utils.asgi import Response

from archive.errors import ArticleWithheld, BadQuery, NoSuchArticle
from archive.fold import fold
from archive.places import read_provinces
from archive.publish.pages import states
from archive.publish.pages.asked import Asked
from archive.publish.pages.timeline import Timeline, timeline
from archive.publish.visit import Visit
from archive.reading.facets import Facet, Facets, LinkedFacets, count_facets, count_linked, count_months
from archive.reading.filters import Filters
from archive.reading.lookup import get_article
from archive.reading.results import Result, results
from archive.reading.search import count

HITS = 20
"""Results on a page."""
MOST_LINKED = 5_000
"""Results whose authors, tags and states are counted: that takes some 20 ms."""
MOST_VALUES = 8
"""Values of a facet that are shown."""
MOST_WORDS = 6
"""Words of a search without a result of which one is left out to find some."""
_ADDRESS = re.compile(r"https?://\S+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What a search found."""

    facets: Facets
    results: Sequence[Result] = ()
    linked: LinkedFacets | None = None
    """None if there are too many results."""
    timeline: Timeline | None = None
    offers: Sequence["Offer"] = ()
    """Searches that find something, if this one finds nothing."""


@dataclass(frozen=True, slots=True)
class Offer:
    """Another search, and how many articles it finds."""

    typed: str
    articles: int
    kind: str
    """unmarked, shorter or unfiltered."""


@dataclass(frozen=True, slots=True)
class Land:
    """A province of today, and the names under which articles of its land were published."""

    now: Facet
    then: tuple[Facet, ...]
    """Empty if all were published under its name of today."""


async def search(visit: Visit) -> Response:
    """Return the search page; for an address of an article, go to the article."""
    asked = Asked.of(visit)
    if _ADDRESS.fullmatch(asked.typed):
        return await _find_address(visit, asked.typed)
    if asked.problem and not asked.query and asked.typed:
        return visit.show("search_problem.html", status=400, problem=asked.problem, typed=asked.typed)
    found = await visit.read(lambda connection: _read(visit, connection, asked))
    total = found.facets.total
    last = max(1, -(-total // HITS))
    shown: dict[str, Any] = {
        "asked": asked,
        "typed": asked.typed,
        "total": total,
        "last": last,
        "size": HITS,
        "found": found,
    }
    if asked.page > last:
        return visit.show("too_far.html", status=404, **shown)
    if not total:
        return visit.show("nothing_found.html", **shown)
    return visit.show("search.html", lands=list(_lands(found.facets)), most=MOST_VALUES, **shown)


async def _find_address(visit: Visit, typed: str) -> Response:
    try:
        stored = await visit.read(lambda connection: get_article(connection, typed))
    except NoSuchArticle:
        return await states.no_such_article(visit, typed)
    except ArticleWithheld:
        return await states.withheld(visit, typed)
    return Response.redirect(visit.address(f"/article/{stored.article.uid}"))


def _read(visit: Visit, connection: sqlite3.Connection, asked: Asked) -> Found:
    typed, filters = asked.typed or None, asked.filters
    if typed is None and filters == Filters():
        facets = visit.database.kept(connection, _all_facets)
    else:
        facets = count_facets(connection, typed, filters=filters)
    skip = HITS * (asked.page - 1)
    if skip >= facets.total:
        return Found(facets=facets, offers=() if facets.total else tuple(_offers(connection, asked)))
    is_linked = facets.total <= MOST_LINKED
    return Found(
        facets=facets,
        results=results(connection, asked.query, filters=filters, order=asked.order, skip=skip, limit=HITS, skipped=[]),
        linked=count_linked(connection, typed, filters=filters, most=MOST_VALUES) if is_linked else None,
        timeline=_timeline(visit, connection, asked, facets=facets),
    )


def _timeline(visit: Visit, connection: sqlite3.Connection, asked: Asked, *, facets: Facets) -> Timeline | None:
    """Return the share of the words in what the filters choose; without words the number of articles."""
    found = {each.value: each.articles for each in facets.months}
    if asked.query is None:
        return timeline(found, found, is_share=False)
    if asked.filters == Filters():
        return timeline(found, visit.database.kept(connection, _all_months), is_share=True)
    return timeline(found, count_months(connection, asked.filters), is_share=True)


def _all_facets(connection: sqlite3.Connection) -> Facets:
    return count_facets(connection, None, filters=Filters())


def _all_months(connection: sqlite3.Connection) -> dict[str, int]:
    return count_months(connection, Filters())


def _lands(facets: Facets) -> Iterator[Land]:
    """Yield the provinces of today, with those of the day of publication below them."""
    now_of = {}
    by_id = {province.id: province for province in read_provinces()}
    for province in by_id.values():
        successor = by_id.get(province.successor_id or province.id, province)
        now_of[province.name] = successor.name
    for now in facets.provinces_now:
        then = tuple(each for each in facets.provinces_then if now_of.get(each.value) == now.value)
        yield Land(now, () if [each.value for each in then] == [now.value] else then)


def _offers(connection: sqlite3.Connection, asked: Asked) -> Iterator[Offer]:
    """Yield searches that find something: without marks, without one of the words, without the filters."""
    words = asked.typed.split() if count(connection, None, filters=asked.filters) else []
    tries = [(fold(asked.typed), "unmarked")] if words and fold(asked.typed) != asked.typed.lower() else []
    if 1 < len(words) <= MOST_WORDS:
        tries += [(" ".join(rest), "shorter") for rest in combinations(words, len(words) - 1)]
    for typed, kind in tries:
        if number := _count(connection, typed, asked.filters):
            yield Offer(typed, number, kind)
    if asked.chips and (number := count(connection, asked.typed or None, filters=Filters())):
        yield Offer(asked.typed, number, "unfiltered")


def _count(connection: sqlite3.Connection, typed: str, filters: Filters) -> int:
    """Return how many articles a search finds; 0 for words that cannot be looked for."""
    try:
        return count(connection, typed, filters=filters)
    except BadQuery:
        return 0
