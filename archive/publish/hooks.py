"""What Datasette asks a plugin for, answered for the archives among its databases.

Datasette loads plugins while its own modules are half loaded: what needs these is imported when it is used.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from datasette import hookimpl
from jinja2 import ChoiceLoader, Environment, FileSystemLoader
from markupsafe import Markup, escape

from archive.publish.dress import named_controls
from archive.publish.guard import App, guarded
from archive.publish.metadata import ORDER, SETTINGS, metadata

if TYPE_CHECKING:
    from datasette.app import Datasette
    from datasette.facets import Facet
    from datasette.filters import FilterArguments
    from datasette.utils.asgi import Request

NAME = "baotinh"
"""Under `plugins` of a metadata file; its key `hosts` lists names of hosts that are answered, beside `localhost`."""
_TEMPLATES = Path(__file__).with_name("templates")


@hookimpl  # type: ignore[untyped-decorator]
def startup(datasette: "Datasette") -> None:
    """Open the archives as `archive` does, with our settings in the place of Datasette's defaults."""
    from datasette.app import DEFAULT_SETTINGS

    from archive.publish.database import take_over

    if not _archives(datasette):
        return
    take_over(datasette)
    for name, value in SETTINGS.items():
        if datasette.setting(name) == DEFAULT_SETTINGS[name]:
            datasette._settings[name] = value


@hookimpl  # type: ignore[untyped-decorator]
def get_metadata(datasette: "Datasette") -> dict[str, Any]:
    """Return titles, facets and queries of the archives, in new objects: Datasette changes what it gets."""
    return metadata(_archives(datasette))


@hookimpl  # type: ignore[untyped-decorator]
def asgi_wrapper(datasette: "Datasette") -> Callable[[App], App]:
    """Guard what is served if an archive is among it."""

    def wrap(app: App) -> App:
        if not _archives(datasette):
            return app
        hosts = (datasette.plugin_config(NAME) or {}).get("hosts", ())
        return guarded(app, hosts=frozenset(host.lower() for host in hosts))

    return wrap


@hookimpl  # type: ignore[untyped-decorator]
def register_routes(datasette: "Datasette") -> list[tuple[str, Callable[..., Any]]]:
    """Answer with the pages of the reading room, and for CSV in the place of Datasette."""
    from datasette.utils import tilde_encode

    from archive.publish.pages.routes import routes
    from archive.publish.tables_as_csv import answer_csv

    archives = "|".join(re.escape(tilde_encode(database.route)) for database in _archives(datasette).values())
    if not archives:
        return []
    return [*routes(), (rf"/(?P<database>{archives})(/(?P<table>[^/]+))?\.csv$", answer_csv)]


@hookimpl  # type: ignore[untyped-decorator]
def register_facet_classes() -> list[type["Facet"]]:
    """Offer facets by name."""
    from archive.publish.name_facets import NameFacet

    return [NameFacet]


@hookimpl  # type: ignore[untyped-decorator]
def filters_from_request(datasette: "Datasette", request: "Request", database: str, table: str) -> Any:
    """Offer the filters that facets by name link to."""
    from archive.publish.name_facets import name_filters

    async def filters() -> "FilterArguments":
        return await name_filters(datasette, request, database, table)

    return filters


@hookimpl  # type: ignore[untyped-decorator]
def prepare_jinja2_environment(env: Environment, datasette: "Datasette") -> None:
    """Put our templates before those of Datasette, and after those of the user."""

    def in_order(tables: list[dict[str, Any]], database: str) -> list[dict[str, Any]]:
        known = ORDER if database in _archives(datasette) else ()
        return sorted(tables, key=lambda each: known.index(each["name"]) if each["name"] in known else len(known))

    env.filters["in_order"] = in_order
    env.filters["named_controls"] = named_controls
    env.filters["as_table_row"] = _as_table_row
    own = [FileSystemLoader(datasette.template_dir)] if datasette.template_dir else []
    env.loader = ChoiceLoader([*own, FileSystemLoader(_TEMPLATES), *([env.loader] if env.loader else [])])


def _as_table_row(cells: Iterable[Mapping[str, Any]]) -> Markup:
    """Return the HTML of a row of a table, as the template of Datasette writes it."""
    from datasette.utils import to_css_class

    cell_html = (
        f'<td class="col-{to_css_class(cell["column"])} type-{cell["value_type"]}">{escape(cell["value"])}</td>'
        for cell in cells
    )
    return Markup(f"<tr>{''.join(cell_html)}</tr>")


def _archives(datasette: "Datasette") -> dict[str, Any]:
    from archive.publish.database import archives_of

    return archives_of(datasette)
