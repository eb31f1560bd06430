"""What changed since a cursor, as operations on a copy: put a record, or remove it.

A cursor is the id of the archive and a number of `change_seq`: "3f2a91c0-12345". Whoever applies all operations since a
cursor to what an export gave at it has what an export gives now. An operation may be there that changes nothing in the
copy, and applying one twice does no harm.
"""

import json
import re
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import asdict, dataclass
from typing import Any, Self

from archive.errors import BadQuery, DamagedRecord, OtherNumbers
from archive.phrases import phrase
from archive.reading.batches import SIZE, one_moment, read_names, read_selected
from archive.reading.columns import COLUMNS, Batch
from archive.reading.selection import Selection
from archive.record import ArticleStatus
from archive.writing.changes import Change

START = "0"
"""The cursor before everything."""
_CURSOR = re.compile(r"(\w+)-([0-9]{1,18})", re.ASCII)
PUT, REMOVE = "put", "remove"
CHANGED = "changed"
"""Why: something else of the article is another."""
WITHHELD = "withheld"
OUTSIDE = "outside"
"""Why: it does not match the filters, or not any more."""


@dataclass(frozen=True, slots=True)
class Cursor:
    """A state of an archive."""

    archive_id: str
    number: int

    def __str__(self) -> str:
        return f"{self.archive_id}-{self.number}"

    @classmethod
    def now(cls, connection: sqlite3.Connection) -> Self:
        """Return the cursor of the archive as it is."""
        sql = "SELECT (SELECT id FROM archive_id), (SELECT ifnull(max(change_seq), 0) FROM articles)"
        return cls(*connection.execute(sql).fetchone())

    def number_of(self, typed: str) -> int:
        """Return the number of an earlier cursor of this archive.

        Raises BadQuery for what is no cursor, and OtherNumbers if the numbers of this archive mean other changes.
        """
        if typed == START:
            return 0
        found = _CURSOR.fullmatch(typed)
        if found is None:
            raise BadQuery(
                phrase('"{typed}" is no cursor: it looks like {form}, or is 0 for everything', typed=typed, form=self)
            )
        archive_id, number = found[1], int(found[2])
        if archive_id != self.archive_id or number > self.number:
            raise OtherNumbers(typed, now=str(self))
        return number


@dataclass(frozen=True, slots=True)
class Operation:
    """What to do with a copy of an article, and enough of the article to recognise it."""

    op: str
    what: str
    article_id: int
    uid: str
    url: str
    title: str | None
    """None for an article to remove, and so the two below."""
    site: str | None
    published_date: str | None

    def as_record(self) -> dict[str, Any]:
        """Return it as JSON knows it. Another archive has another id for the article."""
        record = asdict(self)
        del record["article_id"]
        return record


def operations(connection: sqlite3.Connection, selection: Selection, *, after: int) -> Iterator[list[Operation]]:
    """Yield the operations since the number `after`, the oldest change first, in lists of up to SIZE."""
    sql = f"""SELECT a.id, a.uid, a.url, a.title, s.site, a.published_date, a.status, ({selection.where}),
        ifnull(n.change_seq, 0) > ? OR ? = 0 FROM articles a LEFT JOIN sites s ON s.id = a.site_id
        LEFT JOIN article_changes n ON n.article_id = a.id AND n.what = '{Change.NEW}'
        WHERE a.change_seq > ? ORDER BY a.change_seq"""
    with closing(connection.execute(sql, (*selection.values, after, after, after))) as cursor:
        while rows := cursor.fetchmany(SIZE):
            happened = _happened(connection, [row[0] for row in rows], after=after)
            yield [each for row in rows if (each := _operation(row, happened.get(row[0])))]


def operation_batches(
    connection: sqlite3.Connection, selection: Selection, damaged: list[DamagedRecord], *, after: int
) -> Iterator[Batch]:
    """Yield the operations as columns, those of `of_operations`, all as of one moment.

    Records are damaged as in `article_batches`.
    """
    with one_moment(connection):
        names = read_names(connection)
        for asked in operations(connection, selection, after=after):
            ids = [each.article_id for each in asked if each.op == PUT]
            yield _joined(asked, read_selected(connection, ids, damaged, names))


def _happened(connection: sqlite3.Connection, ids: Sequence[int], *, after: int) -> Mapping[int, str]:
    """Return the last change of articles since a number, for those of which it has a name."""
    sql = """SELECT article_id, what, max(change_seq) FROM article_changes
        WHERE article_id IN (SELECT value FROM json_each(?)) AND change_seq > ? GROUP BY article_id"""
    return {article_id: what for article_id, what, _ in connection.execute(sql, (json.dumps(ids), after))}


def _operation(row: Sequence[Any], happened: str | None) -> Operation | None:
    """Return the operation on an article; None for one that no copy has, or should have."""
    article_id, uid, url, *shown, status, is_asked, is_new = row
    if status == ArticleStatus.WITHHELD or not is_asked:
        why = WITHHELD if status == ArticleStatus.WITHHELD else OUTSIDE
        return None if is_new else Operation(REMOVE, why, article_id, uid, url, None, None, None)
    return Operation(PUT, Change.NEW if is_new else happened or CHANGED, article_id, uid, url, *shown)


def _joined(asked: Sequence[Operation], records: Batch) -> Batch:
    """Return the operations with the records to put; one that cannot be read is left out."""
    places = {uid.decode(): place for place, uid in enumerate(records.cells["uid"])}
    kept = [each for each in asked if each.op == REMOVE or each.uid in places]
    own = {name: [getattr(each, name).encode() for each in kept] for name in ("op", "what", "uid", "url")}
    cells = {
        column.name: [
            column.nothing if each.op == REMOVE else records.cells[column.name][places[each.uid]] for each in kept
        ]
        for column in COLUMNS
    }
    return Batch(len(kept), {**cells, **own})
