"""The CSV of Datasette, whole or broken off, and harmless in a spreadsheet.

Datasette streams a table page by page, and each page costs more than the one before; after an error it writes the
message as the last line and ends as if all was well. Here Datasette says what a page would show and whether one may see
it. Then one statement reads all of it, as of one moment. An error breaks the connection off, and every client notices.
"""

import asyncio
import base64
import csv
import io
import sqlite3
from collections.abc import AsyncGenerator, Callable, Iterable, Sequence
from contextlib import aclosing
from typing import Any, TypeVar
from urllib.parse import parse_qsl, urlencode

from datasette.app import Datasette
from datasette.utils.asgi import Request, Response

from archive.errors import ArchiveBusy
from archive.publish.database import ArchiveDatabase, in_both_forms
from archive.safe_text import harmless
from archive.schema.connections import FrozenConnection

BATCH = 1_000
"""Rows that are read and sent at once."""
BATCH_SECONDS = 60
"""Most time for a batch: sorting a million articles by a column without index takes about ten."""
CLIENT_SECONDS = 300
"""How long a client may take for a batch: a stream keeps old pages of the database until it ends."""

_OURS = frozenset(("_stream", "_header", "_dl", "_raw", "_shape", "_nl", "_json", "_trace", "_nofacet", "_nocount"))
"""Arguments that say how the CSV is written, or mean something for JSON only."""
_ONE_ROW = " limit 1"

_Read = TypeVar("_Read")
Send = Callable[[dict[str, Any]], Any]


async def answer_csv(datasette: Datasette, request: Request, send: Send, receive: Callable[[], Any]) -> Response | None:
    """Answer with the rows that a page shows; with `_stream`, or for a query with more rows than a page, with all."""
    pairs = parse_qsl(request.query_string, keep_blank_values=True)
    options = dict(pairs)
    is_stream = "_stream" in options and "table" in request.url_vars
    if is_stream and "_next" in options:
        return Response.text("a stream begins at the first row: leave out _next or _stream\n", status=400)
    page = await _page(datasette, request, [*pairs, *([("_size", "0")] if is_stream else [])])
    if page.status_code != 200:
        return Response.text(page.text, status=page.status_code)
    data = page.json()
    if is_stream or data.get("truncated"):
        rows = _all_rows(datasette, data, is_table=is_stream)
    else:
        rows = _each((data["rows"],))
    left = asyncio.ensure_future(_left(receive))
    try:
        await _send_rows(rows, data, options, sent=_Sent(send, left))
    finally:
        left.cancel()
    return None


async def _send_rows(
    rows: AsyncGenerator[list[list[Any]]], data: dict[str, Any], options: dict[str, str], *, sent: "_Sent"
) -> None:
    await sent.start(data.get("table") or data["database"], as_file="_dl" in options)
    expanded = frozenset(data.get("expanded_columns") or ())
    if options.get("_header") != "off":
        await sent.write(_lines([_heads(data["columns"], expanded)]))
    text = str if "_raw" in options else harmless
    async with aclosing(rows):
        async for batch in rows:
            if sent.is_in_vain:
                return
            await sent.write(_lines(_cells(data["columns"], row, expanded, text=text) for row in batch))
    await sent.end()


async def _page(datasette: Datasette, request: Request, pairs: Sequence[tuple[str, str]]) -> Any:
    """Return Datasette's own answer in JSON: it has the SQL of a page, and refuses what may not be seen."""
    kept = [pair for pair in pairs if pair[0] not in _OURS]
    path = request.path.removesuffix(".csv") + ".json"
    query = urlencode([*kept, ("_nofacet", "1"), ("_nocount", "1")])
    known = {name: value for name, value in request.headers.items() if name in ("cookie", "authorization")}
    return await datasette.client.get(f"{path}?{query}", headers=known)


async def _all_rows(datasette: Datasette, data: dict[str, Any], *, is_table: bool) -> AsyncGenerator[list[list[Any]]]:
    sql, params = data["query"]["sql"], data["query"]["params"]
    database = datasette.get_database(data["database"])
    assert isinstance(database, ArchiveDatabase)
    connection = await asyncio.to_thread(database.prepared)
    try:
        whole = in_both_forms(sql.removesuffix(_ONE_ROW)) if is_table else sql
        cursor = await _in_time(connection, lambda: connection.execute(whole, params))
        while rows := await _in_time(connection, lambda: cursor.fetchmany(BATCH)):
            yield await _labelled(datasette, data, [list(row) for row in rows])
            if isinstance(connection, FrozenConnection) and connection.is_outdated:
                raise ArchiveBusy(connection.path, "another process began to write it while it was read")
    finally:
        connection.close()


async def _each(batches: Iterable[list[list[Any]]]) -> AsyncGenerator[list[list[Any]]]:
    for batch in batches:
        yield batch


async def _in_time(connection: sqlite3.Connection, read: Callable[[], _Read]) -> _Read:
    timer = asyncio.get_running_loop().call_later(BATCH_SECONDS, connection.interrupt)
    try:
        return await asyncio.to_thread(read)
    finally:
        timer.cancel()


async def _labelled(datasette: Datasette, data: dict[str, Any], rows: list[list[Any]]) -> list[list[Any]]:
    """Put the name of what a key leads to beside the key, as Datasette does on its pages."""
    for column in data.get("expanded_columns") or ():
        place = data["columns"].index(column)
        keys = [row[place] for row in rows if row[place] is not None]
        labels = await datasette.expand_foreign_keys(data["database"], data["table"], column, keys)
        for row in rows:
            if (column, row[place]) in labels:
                row[place] = {"value": row[place], "label": labels[column, row[place]]}
    return rows


def _heads(columns: Sequence[str], expanded: frozenset[str]) -> list[str]:
    return [head for name in columns for head in ((name, f"{name}_label") if name in expanded else (name,))]


def _cells(
    columns: Sequence[str], row: Sequence[Any], expanded: frozenset[str], *, text: Callable[[str], str]
) -> list[str]:
    cells: list[Any] = []
    for column, value in zip(columns, row, strict=True):
        if column not in expanded:
            cells.append(value)
        elif isinstance(value, dict):
            cells += (value["value"], value["label"])
        else:
            cells += (value, None)
    return [text(cell) if isinstance(cell, str) else _written(cell) for cell in cells]


def _written(value: Any) -> str:
    """Return a value that is no text; bytes become base64, as in Datasette's JSON."""
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    if isinstance(value, dict):
        return str(value["encoded"])
    return "" if value is None else str(value)


def _lines(rows: Iterable[Sequence[str]]) -> str:
    lines = io.StringIO()
    csv.writer(lines).writerows(rows)
    return lines.getvalue()


async def _left(receive: Callable[[], Any]) -> None:
    """Return when the client has gone."""
    while (await receive())["type"] != "http.disconnect":
        pass


class _Sent:
    """An answer on its way to a client."""

    def __init__(self, send: Send, left: "asyncio.Future[None]") -> None:
        self._send = send
        self._left = left

    async def start(self, name: str, *, as_file: bool) -> None:
        """Send the head."""
        headers = [(b"content-type", b"text/csv; charset=utf-8" if as_file else b"text/plain; charset=utf-8")]
        if as_file:
            headers.append((b"content-disposition", f'attachment; filename="{name}.csv"'.encode()))
        await self._send({"type": "http.response.start", "status": 200, "headers": headers})

    @property
    def is_in_vain(self) -> bool:
        """Whether the client has gone."""
        return self._left.done()

    async def write(self, text: str) -> None:
        """Send a part of the body. Raises TimeoutError if the client is too slow."""
        message = {"type": "http.response.body", "body": text.encode(), "more_body": True}
        await asyncio.wait_for(self._send(message), CLIENT_SECONDS)

    async def end(self) -> None:
        """Say that all was sent."""
        await self._send({"type": "http.response.body", "body": b""})
