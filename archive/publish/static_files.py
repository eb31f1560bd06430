"""The stylesheets and the script of the reading room, each at an address that names its content."""

import re
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from datasette import Response

if TYPE_CHECKING:
    from datasette.utils.asgi import Request

STYLE, TABLES_STYLE, SCRIPT = "style.css", "tables.css", "room.js"
CONTENT_TYPES = {
    **dict.fromkeys((STYLE, TABLES_STYLE), "text/css; charset=utf-8"),
    SCRIPT: "text/javascript; charset=utf-8",
}
ROUTE = rf"/-/room/(?P<digest>[0-9a-f]+)/(?P<name>{'|'.join(map(re.escape, CONTENT_TYPES))})$"
DIGITS = 8
"""Hex digits of the digest in an address: it tells versions of one file apart."""
_FOLDER = Path(__file__).with_name("static")


@cache
def address_of(name: str) -> str:
    """Return the address of a file below the root of the server; another content has another address."""
    return f"/-/room/{_digest(name)}/{name}"


def answer_file(request: "Request") -> Response:
    """Answer with a file. Only under its present address it may be kept for ever."""
    name = request.url_vars["name"]
    is_present = request.url_vars["digest"] == _digest(name)
    kept = "public, max-age=31536000, immutable" if is_present else "no-cache"
    return Response(_content(name), headers={"cache-control": kept}, content_type=CONTENT_TYPES[name])


@cache
def _content(name: str) -> bytes:
    return (_FOLDER / name).read_bytes()


@cache
def _digest(name: str) -> str:
    return sha256(_content(name)).hexdigest()[:DIGITS]
