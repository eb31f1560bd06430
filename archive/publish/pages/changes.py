"""The changes page: what newspapers edited or took away, with the difference; and the same as an Atom feed."""

import sqlite3
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Self

from datasette.utils.asgi import Response

from archive.clean import clean
from archive.publish.typed_days import days_of
from archive.publish.visit import Visit
from archive.reading.difference import Piece, difference, without_islands
from archive.reading.edits import Edit, EditKind, Edits, edits, outlets_by_name, words_of_body_changed
from archive.record import VIETNAM

SIZE = 10
"""Changes on a page: the texts of each are compared, which takes up to 3 ms."""
FEED_SIZE = 50
"""Changes in the feed."""
DAYS_SHOWN = 28
"""Days unless the reader asks for others; four weeks have each weekday equally often."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Which changes a reader wants."""

    kind: EditKind
    outlet: str
    """Name; "" for all."""
    since: date
    until: date
    """Days on which the archive saw the change, both included."""
    page: int
    """1 is the first."""
    problem: str
    """What was typed and is no day; "" if all is well."""

    @classmethod
    def of(cls, visit: Visit, *, today: date) -> Self:
        """Read it from the address."""
        kind = visit.argument("kind")
        since, until = clean(visit.argument("since")), clean(visit.argument("until"))
        first, last = days_of(since), days_of(until)
        return cls(
            kind=EditKind(kind) if kind in list(EditKind) else EditKind.HEADLINE,
            outlet=clean(visit.argument("outlet")),
            since=first[0] if first else today - timedelta(DAYS_SHOWN - 1),
            until=last[1] if last else today,
            page=visit.page,
            problem=next((typed for typed, read in ((since, first), (until, last)) if typed and not read), ""),
        )

    def but(self, visit: Visit, **changes: object) -> str:
        """Return the address of this page with some arguments changed; of the first page unless `page` is given."""
        given = {name: visit.argument(name) for name in ("kind", "outlet", "since", "until")}
        return visit.address("/changes", **{**given, **changes})


@dataclass(frozen=True, slots=True)
class Shown:
    """A change, and what became of its words."""

    edit: Edit
    headline: list[Piece]
    added: int
    """Words of the body."""
    removed: int


async def changes(visit: Visit) -> Response:
    """Return a page of changes of one kind."""
    asked = Asked.of(visit, today=datetime.now(VIETNAM).date())

    def read(connection: sqlite3.Connection) -> tuple[Edits, list[Shown], list[str]]:
        found = _edits(connection, asked, limit=SIZE, offset=(asked.page - 1) * SIZE)
        return found, [_shown(connection, each) for each in found.shown], list(outlets_by_name(connection))

    found, shown, outlets = await visit.read(read)
    total = found.counts[asked.kind]
    last = max(1, -(-total // SIZE))
    return visit.show(
        "changes.html",
        status=404 if asked.page > last else 200,
        asked=asked,
        but=lambda **changed: asked.but(visit, **changed),
        counts=found.counts,
        shown=shown,
        outlets=outlets,
        total=total,
        last=last,
        size=SIZE,
    )


async def feed(visit: Visit) -> Response:
    """Return the last changes of one kind as an Atom feed (RFC 4287)."""
    now = datetime.now(VIETNAM).replace(microsecond=0)
    asked = Asked.of(visit, today=now.date())

    def read(connection: sqlite3.Connection) -> list[Shown]:
        return [_shown(connection, each) for each in _edits(connection, asked, limit=FEED_SIZE).shown]

    shown = await visit.read(read)
    response = visit.show(
        "changes.atom", asked=asked, shown=shown, now=now, page=asked.but(visit), absolute=visit.absolute
    )
    response.content_type = "application/atom+xml; charset=utf-8"
    return response


def _edits(connection: sqlite3.Connection, asked: Asked, *, limit: int, offset: int = 0) -> Edits:
    days = {"since": asked.since, "until": asked.until}
    return edits(connection, asked.kind, **days, outlet=asked.outlet or None, limit=limit, offset=offset)


def _shown(connection: sqlite3.Connection, edit: Edit) -> Shown:
    pieces = without_islands(difference(edit.old_title, edit.new_title))
    return Shown(edit, pieces, *words_of_body_changed(connection, edit))
