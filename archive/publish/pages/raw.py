"""A raw page as its server sent it, in a frame that runs and loads nothing.

Two locks are on it: the frame is sandboxed by the page around it, and the answer has a policy of its own, which holds
wherever it is opened.
"""

import re
import sqlite3
from hashlib import sha256
from pathlib import Path

from datasette.utils.asgi import Response

from archive.publish.visit import Visit
from archive.reading.lookup import get_article
from archive.reading.raw_pages import RawPage, raw_page_of_capture
from archive.reading.stored import StoredArticle
from archive.record import Refusal

SEALED = {
    "content-security-policy": "sandbox; default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'",
    "x-dns-prefetch-control": "off",
    "cache-control": "private, max-age=3600",
}
"""No script, no form, no picture, no link to a host, not even the question where a host is; styles in the page only."""
HTML = frozenset(("text/html", "application/xhtml+xml", ""))
"""Content types that a browser may read as HTML; anything else is shown as text."""
DECLARED_WITHIN = 1024
"""Bytes in which a page must name its charset (HTML standard)."""
_CHARSET = re.compile(r"charset\s*=\s*[\"']?([A-Za-z0-9_-]{1,40})")


async def raw(visit: Visit) -> Response:
    """Return the page around a raw page: what it is, and the frame."""
    stored, page = await _find(visit)
    content = _content(page)
    digest = None if content is None else sha256(content).hexdigest()
    return visit.show("raw.html", article=stored.article, page=page, content=content, digest=digest)


async def sealed(visit: Visit) -> Response:
    """Return the raw page itself."""
    _, page = await _find(visit)
    content = _content(page) or b""
    kind, charset = _type_of(page, content)
    shown = f"text/html{charset}" if kind in HTML else f"text/plain{charset}"
    return Response(content, headers=dict(SEALED), content_type=shown)


async def _find(visit: Visit) -> tuple[StoredArticle, RawPage]:
    """Return an article and one of its raw pages. Raises NoRawPage, DamagedWarc, and what `get_article` raises."""
    key, capture = visit.variables["key"], int(visit.variables["capture"])
    folder = Path(visit.database.path).parent

    def read(connection: sqlite3.Connection) -> tuple[StoredArticle, RawPage]:
        stored = get_article(connection, key)
        return stored, raw_page_of_capture(connection, folder, stored.id, capture=capture)

    return await visit.read(read)


def _content(page: RawPage) -> bytes | None:
    """Return the body without its content encodings; None if these are broken."""
    content = page.content
    return None if isinstance(content, Refusal) else content


def _type_of(page: RawPage, content: bytes) -> tuple[str, str]:
    """Return the content type that the server named, and the charset as a parameter; "" leaves it to the page.

    Without a name for it, a browser reads UTF-8 as something else: so it is named where the bytes are UTF-8.
    """
    named = next(iter(page.header("content-type")), "")
    charset = _CHARSET.search(named)
    if charset:
        return named.partition(";")[0].strip().lower(), f"; charset={charset[1]}"
    declared = _CHARSET.search(content[:DECLARED_WITHIN].decode("latin-1"))
    return named.partition(";")[0].strip().lower(), "" if declared or not _is_utf8(content) else "; charset=utf-8"


def _is_utf8(content: bytes) -> bool:
    try:
        content.decode()
    except UnicodeDecodeError:
        return False
    return True
