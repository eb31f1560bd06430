"""The addresses of the reading room, and what answers at each."""

from collections.abc import Awaitable, Callable
from typing import Any

from datasette.app import Datasette
from datasette.utils.asgi import Request, Response

from archive.errors import ArchiveError, ArticleWithheld, NoRawPage, NoSuchArticle
from archive.publish import static_files
from archive.publish.database import archives_of
from archive.publish.pages import (
    article,
    beside,
    changes,
    coverage,
    home,
    kwic,
    outlets,
    province_map,
    raw,
    reprints,
    search,
    states,
    themes,
    trend,
    versions,
)
from archive.publish.visit import Busy, Visit

View = Callable[[Visit], Awaitable[Response]]
_PAGES: dict[str, View] = {
    r"/": home.home,
    r"/search": search.search,
    r"/kwic": kwic.kwic,
    r"/trend": trend.words_over_time,
    r"/changes": changes.changes,
    r"/changes\.atom": changes.feed,
    r"/outlets": outlets.every_outlet,
    r"/outlets/(?P<site>[^/]+)": outlets.outlet,
    r"/map": province_map.provinces,
    r"/reprints": reprints.shares,
    r"/coverage": coverage.calendar,
    r"/coverage/(?P<site>[^/]+)": coverage.year_of_outlet,
    r"/article/(?P<key>[^/]+)": article.article,
    r"/article/(?P<key>[^/]+)/versions": versions.versions,
    r"/article/(?P<key>[^/]+)/beside/(?P<other>[^/]+)": beside.beside,
    r"/article/(?P<key>[^/]+)/raw/(?P<capture>\d{1,18})": raw.raw,
    r"/article/(?P<key>[^/]+)/raw/(?P<capture>\d{1,18})/page": raw.sealed,
}
"""Regular expression of a path → its page. A name in it is in `Visit.variables`."""


def routes() -> list[tuple[str, Callable[..., Any]]]:
    """Return all routes of the room as Datasette takes them."""
    pages: list[tuple[str, Callable[..., Any]]] = [(f"{path}$", _route(view)) for path, view in _PAGES.items()]
    return [*pages, (static_files.ROUTE, static_files.answer_file), (themes.ROUTE, themes.choose_theme)]


def _route(view: View) -> Callable[[Datasette, Request], Awaitable[Response]]:
    async def answer(datasette: Datasette, request: Request) -> Response:
        archive = next(iter(archives_of(datasette).values()))  # the first one of all that are served
        visit = Visit(datasette, request, archive)
        try:
            return await _of_article(view, visit)
        except Busy as error:
            return states.busy(visit, str(error))
        except ArchiveError as error:
            return states.fault(visit, error)

    return answer


async def _of_article(view: View, visit: Visit) -> Response:
    """Return a page, or for an article that cannot be shown the page that says why."""
    try:
        return await view(visit)
    except NoSuchArticle:
        return await states.no_such_article(visit, visit.variables["key"])
    except NoRawPage:
        return states.no_raw_page(visit, visit.variables["key"])
    except ArticleWithheld:
        return await states.withheld(visit, visit.variables["key"])
