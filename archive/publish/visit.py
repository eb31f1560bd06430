"""One request for a page of the reading room: who reads in which language, what is read, and what comes back.

A page is an async function of a `Visit`. It reads the archive in one go with `read`, in a thread and for a limited
time, and returns what `show` makes of a template. `pages/routes.py` has the addresses.
"""

import asyncio
import sqlite3
from collections.abc import Callable, Mapping
from functools import cache, partial
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import parse_qsl, unquote, urlencode

from datasette.app import Datasette
from datasette.utils import sqlite_timelimit
from datasette.utils.asgi import Request, Response
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from archive.errors import ArchiveBusy
from archive.languages import LANGUAGES, from_accept_language, translation
from archive.phrases import in_language, phrase
from archive.publish.database import ArchiveDatabase
from archive.publish.formats import Formats
from archive.publish.static_files import SCRIPT, STYLE, address_of
from archive.reading.damage import named_damage
from archive.reading.holdings import Holdings, holdings
from archive.reading.results import BEGIN, END
from archive.recall import recalled

READ_MS = 5_000
"""Time for all that a page reads; the slowest search of a million articles takes a tenth of it."""
WAIT_SECONDS = 10.0
"""Time for that and for waiting until a thread is free."""
RETRY_SECONDS = 5
"""What a busy page tells a browser or a script to wait."""
MOST_DIGITS = 18
"""Of a number in an address: SQLite has no larger ones."""
MOST_PAGES = 10**6
"""The highest page that can be asked for; the longest list has fewer."""
YEAR_SECONDS = 365 * 24 * 3600
THEMES = ("light", "dark")
CSP = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; frame-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)
"""A page loads our stylesheet and script, frames what this server keeps, and nothing else."""
_HEADERS = {"content-security-policy": CSP, "cache-control": "no-cache", "vary": "Accept-Language, Cookie"}
_TEMPLATES = Path(__file__).with_name("templates") / "room"
_BUSY = (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_INTERRUPT)

_Read = TypeVar("_Read")


class Busy(Exception):
    """Raised by `Visit.read` if the archive did not answer in time; its text is a code."""


class Visit:
    """One request for a page."""

    def __init__(self, datasette: Datasette, request: Request, database: ArchiveDatabase) -> None:
        """Read from the request who asks; `database` is the archive that is read."""
        self._datasette = datasette
        self._request = request
        self.database = database
        self.pairs = parse_qsl(request.query_string, keep_blank_values=True)
        self.path: str = request.path
        self.variables = {name: unquote(value) for name, value in request.url_vars.items() if value is not None}
        cookies = request.cookies
        chosen = self.argument("lang")
        self._chosen_language = chosen if chosen in LANGUAGES else None
        kept = cookies.get("language")
        accepted = from_accept_language(request.headers.get("accept-language", ""))
        self.language: str = self._chosen_language or (kept if kept in LANGUAGES else accepted)
        self.theme = cookies["theme"] if cookies.get("theme") in THEMES else None
        self.holdings: Holdings | None = None

    @property
    def archive_name(self) -> str:
        """What the archive is called: the name of its folder."""
        return Path(self.database.path).resolve().parent.name

    def argument(self, name: str) -> str:
        """Return the last value of an argument in the address; "" if it has none."""
        return next((value.strip() for key, value in reversed(self.pairs) if key == name), "")

    def number(self, name: str) -> int | None:
        """Return an argument as a whole number; None if it is none, or has more than MOST_DIGITS digits."""
        typed = self.argument(name)
        return int(typed) if typed.isascii() and typed.isdigit() and len(typed) <= MOST_DIGITS else None

    @property
    def page(self) -> int:
        """The page of a list that is asked for, the first one (1) unless the address names another."""
        return min(max(self.number("page") or 1, 1), MOST_PAGES)

    def address(self, path: str, /, **arguments: object) -> str:
        """Return an address on this server; arguments that are None or "" are left out."""
        given = {name: value for name, value in arguments.items() if value not in (None, "")}
        query = f"?{urlencode(given)}" if given else ""
        return f"{self._datasette.urls.path(path)}{query}"

    def absolute(self, address: str) -> str:
        """Return an address of this server as other programs need it, with its host."""
        return str(self._datasette.absolute_url(self._request, address))

    async def read(self, read: Callable[[sqlite3.Connection], _Read]) -> _Read:
        """Return what `read` returns of the archive as of one moment.

        Raises Busy if the time is over, DamagedRecord, and what else `read` raises.
        """

        def bounded(connection: sqlite3.Connection) -> _Read:
            with sqlite_timelimit(connection, READ_MS):
                connection.execute("BEGIN")
                try:
                    self.holdings = self.database.kept(connection, holdings)
                    with named_damage(phrase("what this page shows")):
                        return read(connection)
                finally:
                    if connection.in_transaction:  # an interrupted one may be over
                        connection.execute("ROLLBACK")

        try:
            async with asyncio.timeout(WAIT_SECONDS):
                return await self.database.execute_fn(bounded)
        except TimeoutError:
            raise Busy("TIMEOUT") from None
        except ArchiveBusy:
            raise Busy("SQLITE_BUSY") from None
        except sqlite3.OperationalError as error:
            if (getattr(error, "sqlite_errorcode", 0) & 0xFF) not in _BUSY:
                raise
            raise Busy(error.sqlite_errorname) from None

    def show(
        self, template: str, *, status: int = 200, headers: Mapping[str, str] | None = None, **facts: Any
    ) -> Response:
        """Return the page that a template makes of these facts; each template also has those of `frame_facts`."""
        html = environment(self.language).get_template(template).render({**self.frame_facts(), **facts})
        response = Response.html(html, status=status, headers={**_HEADERS, **(headers or {})})
        if self._chosen_language:
            response.set_cookie("language", self._chosen_language, max_age=YEAR_SECONDS)
        return response

    def frame_facts(self) -> dict[str, Any]:
        """Return what the head, the masthead and the foot of a page show."""
        pairs = [pair for pair in self.pairs if pair[0] != "lang"]
        (other,) = (each for each in LANGUAGES if each != self.language)
        return {
            "language": self.language,
            "theme": self.theme,
            "address": self.address,
            "path": self.path,
            "here": f"{self.path}?{urlencode(pairs)}" if pairs else self.path,
            "in_other_language": f"{self.path}?{urlencode([*pairs, ('lang', other)])}",
            "style": self.address(address_of(STYLE)),
            "script": self.address(address_of(SCRIPT)),
            "tables": self._datasette.urls.database(self.database.name),
            "archive_name": self.archive_name,
            "holdings": self.holdings,
            "typed": "",
            "has_big_search": False,
        }


def marked(text: str) -> Markup:
    """Return a text of a search with its found words in `mark`."""
    return Markup(str(escape(text)).replace(BEGIN, "<mark>").replace(END, "</mark>"))


@cache
def environment(language: str) -> Environment:
    """Return the templates of the pages, which speak one language."""
    made = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        extensions=["jinja2.ext.i18n"],
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.install_gettext_translations(translation(language), newstyle=True)  # type: ignore[attr-defined]
    made.filters.update(
        Formats(language).filters, marked=marked, said=partial(in_language, language=language), recalled=recalled
    )
    return made
