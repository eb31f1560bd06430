"""Facets by name: rows with different keys and one name count together.

A province has one row for each era, and each outlet has a section "Thời sự" of its own. A reader asks for the name.
`_facet_name=section_id` counts by the name that the key leads to, and `_name_section_id=Thời sự` filters by it.
"""

import json
from collections import Counter
from typing import Any

from datasette.app import Datasette
from datasette.database import Database, QueryInterrupted
from datasette.facets import Facet
from datasette.filters import FilterArguments
from datasette.utils import escape_sqlite, path_with_added_args, path_with_removed_args
from datasette.utils.asgi import Request

FILTER = "_name_"
"""Begins an argument that filters by the name behind a key."""

_WITHOUT_FACETS = ("_next", "_search")
"""Arguments of pages without the facets of the metadata. On later pages Datasette would count only the rows from there
on; while searching, each facet would run the search once more."""


class NameFacet(Facet):  # type: ignore[misc]
    """Counts rows by the name that a foreign key leads to."""

    type = "name"

    async def facet_results(self) -> tuple[list[dict[str, Any]], list[str]]:
        """Return the facets and the columns that took too long."""
        found: list[dict[str, Any]] = []
        too_long: list[str] = []
        is_bare = any(self.request.args.get(name) for name in _WITHOUT_FACETS)
        for config in self.get_configs():
            is_asked_for = config["source"] != "metadata"
            if is_bare and not is_asked_for:
                continue
            column = config["config"].get("column") or config["config"]["simple"]
            named = await _table_behind(self.ds.databases[self.database], self.table, column)
            try:
                counts = await self._counts(column, named)
            except QueryInterrupted:
                too_long.append(column)
            else:
                argument = f"{FILTER}{column}" if named else column
                found.append(self._facet(column, counts, argument=argument, is_hideable=is_asked_for))
        return found, too_long

    async def _counts(self, column: str, named: str | None) -> Counter[str]:
        """Return name → number of rows; for a column that leads to no names, value → number."""
        key = escape_sqlite(column)
        sql = f"select {key}, count(*) from ({self.sql}) where {key} is not null group by {key}"
        limit = self.ds.setting("facet_time_limit_ms")
        rows = (await self.ds.execute(self.database, sql, self.params, custom_time_limit=limit)).rows
        names = await _names(self.ds, self.database, named, [row[0] for row in rows]) if named else {}
        counts: Counter[str] = Counter()
        for value, count in rows:
            counts[names.get(value, str(value))] += count
        return counts

    def _facet(self, column: str, counts: Counter[str], *, argument: str, is_hideable: bool) -> dict[str, Any]:
        size = self.get_facet_size()
        shown = sorted(counts.items(), key=lambda each: (-each[1], each[0]))[:size]
        return {
            "name": column,
            "type": self.type,
            "hideable": is_hideable,
            "toggle_url": self.ds.urls.path(path_with_removed_args(self.request, {"_facet_name": column})),
            "results": [self._result(argument, name, count) for name, count in shown],
            "truncated": len(counts) > size,
        }

    def _result(self, argument: str, name: str, count: int) -> dict[str, Any]:
        is_selected = (argument, name) in self.get_querystring_pairs()
        change = path_with_removed_args if is_selected else path_with_added_args
        path = self.ds.urls.path(change(self.request, {argument: name}))
        return {
            "value": name,
            "label": name,
            "count": count,
            "toggle_url": self.ds.absolute_url(self.request, path),
            "selected": is_selected,
        }


async def name_filters(datasette: Datasette, request: Request, database: str, table: str) -> FilterArguments:
    """Return what the arguments `_name_COLUMN` ask for."""
    where: list[str] = []
    params: dict[str, str] = {}
    said: list[str] = []
    for argument in request.args:
        column = argument.removeprefix(FILTER)
        named = column != argument and await _table_behind(datasette.get_database(database), table, column)
        if not named:
            continue
        for name in request.args.getlist(argument):
            value = f"name_{len(params)}"
            where.append(f"{escape_sqlite(column)} in (select id from {escape_sqlite(named)} where name = :{value})")
            params[value] = name
            said.append(f'{column.removesuffix("_id")} is "{name}"')
    return FilterArguments(where, params, said)


async def _table_behind(database: Database, table: str, column: str) -> str | None:
    """Return the table with the names that a column leads to; None for a column that leads to no names."""
    for key in await database.foreign_keys_for_table(table):
        if key["column"] == column and "name" in await database.table_columns(key["other_table"]):
            return str(key["other_table"])
    return None


async def _names(datasette: Datasette, database: str, table: str, keys: list[int]) -> dict[int, str]:
    sql = f"select id, name from {escape_sqlite(table)} where id in (select value from json_each(:keys))"
    return dict((await datasette.execute(database, sql, {"keys": json.dumps(keys)})).rows)
