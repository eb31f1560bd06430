"""Datasette's own pages in the dress of the reading room: masthead, foot, colours, and a page for what is not there."""

from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from datasette import hookimpl
from markupsafe import Markup

if TYPE_CHECKING:
    from datasette.app import Datasette
    from datasette.utils.asgi import Request


_NAMELESS = {
    '<select name="_filter_column': '<select aria-label="Column" name="_filter_column',
    '<select name="_filter_op': '<select aria-label="Comparison" name="_filter_op',
    '<select name="_sort"': '<select aria-label="Sort by" name="_sort"',
    'class="filter-value"': 'class="filter-value" aria-label="Value"',
    '<textarea id="sql-editor"': '<textarea aria-label="SQL" id="sql-editor"',
    "<h3": "<h2",
    "</h3>": "</h2>",
}
"""A control without a name for those who hear the page → with one; headings skip no level."""


def named_controls(html: str) -> Markup:
    """Return a part of a page of Datasette with names for all its controls."""
    for given, named in _NAMELESS.items():
        html = str.replace(html, given, named)  # that of Markup escapes what it puts in
    return Markup(html)


@hookimpl  # type: ignore[untyped-decorator]
def extra_css_urls(datasette: "Datasette") -> list[str]:
    """Return our stylesheets, for pages of Datasette if an archive is served."""
    from archive.publish.database import archives_of
    from archive.publish.static_files import STYLE, TABLES_STYLE, address_of

    if not archives_of(datasette):
        return []
    return [str(datasette.urls.path(address_of(name))) for name in (STYLE, TABLES_STYLE)]


@hookimpl  # type: ignore[untyped-decorator]
def extra_template_vars(
    datasette: "Datasette", request: "Request | None"
) -> Callable[[], Any] | dict[str, dict[str, Any] | None]:
    """Return what `base.html` shows around a page: `room` is None if no archive is served."""
    from archive.publish.database import archives_of
    from archive.publish.visit import Busy, Visit, environment

    archives = archives_of(datasette)
    if request is None or not archives:
        return {"room": None}

    async def around() -> dict[str, dict[str, Any] | None]:
        visit = Visit(datasette, request, next(iter(archives.values())))
        with suppress(Busy):  # the foot says less
            await visit.read(lambda _: None)
        facts = visit.frame_facts()
        templates = environment(visit.language)
        parts = {name: Markup(templates.get_template(f"{name}.html").render(facts)) for name in ("masthead", "foot")}
        return {"room": {"language": visit.language, "theme": visit.theme, "script": facts["script"], **parts}}

    return around


@hookimpl  # type: ignore[untyped-decorator]
def handle_exception(datasette: "Datasette", request: "Request", exception: Exception) -> Callable[[], Any] | None:
    """Answer for a page that does not exist; every other error is left to Datasette."""
    from datasette.utils.asgi import NotFound

    from archive.publish.database import archives_of
    from archive.publish.visit import Visit

    archives = archives_of(datasette)
    if not archives or not isinstance(exception, NotFound) or request.path.endswith((".json", ".csv")):
        return None

    async def answer() -> Any:
        return Visit(datasette, request, next(iter(archives.values()))).show("not_found.html", status=404)

    return answer
