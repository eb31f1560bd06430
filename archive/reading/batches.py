"""Articles in batches of columns, as the bytes that are stored: what an export needs of many articles.

Text is never decoded: that alone costs more than reading it. So what `lookup.py` finds wrong in a record by making
Python values is checked here on whole columns. If anything in a batch is unusual, `lookup.py` reads its articles again
one by one, names what is damaged, and its records become the batch.
"""

import json
import sqlite3
from array import array
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from hashlib import sha256
from itertools import chain, repeat
from typing import Any

from archive.errors import DamagedRecord
from archive.phrases import phrase
from archive.reading.columns import COLUMNS, Batch, Kind, cell_of
from archive.reading.damage import is_damage, mapping_in, texts_in
from archive.reading.lookup import read_articles
from archive.reading.origins import NAMES, origins_of
from archive.reading.selection import Selection
from archive.reading.stored import StoredArticle
from archive.record import AliasCause, ArticleStatus, Doubt, Origin, Precision

SIZE = 1000
"""Articles of a batch: some 5 MB of text. Four more queries for each batch then cost little."""

CACHE_KIB = 64_000
"""Of pages: the bodies of a batch would drive those of the link tables out of the usual 2 MB, to be read once more."""

_OWN = (
    *("uid", "url", "title", "lead", "body", "published_at", "published_precision", "source_credit", "lead_mark"),
    *("byline_raw", "published_raw", "modified_at", "language", "status", "first_seen_at", "last_seen_at"),
    *("last_changed_at", "revision_count", "sources", "proposed", "text_sha256"),
)
"""Columns that are in the row of an article."""
_KEYS = ("id", "site_id", "outlet_id", "province_then_id", "province_now_id", "section_id")
_UID = len(_KEYS)
_COLUMNS = ", ".join(f"a.{name}" if name != "body" else "t.body" for name in (*_KEYS, *_OWN))
_ARTICLES = f"SELECT {_COLUMNS} FROM articles a JOIN article_texts t ON t.article_id = a.id"
_AMONG = "a.id IN (SELECT value FROM json_each(?))"
_SHOWN = f"a.status <> '{ArticleStatus.WITHHELD}'"
_CHILDREN = "WHERE c.article_id IN (SELECT value FROM json_each(?)) ORDER BY c.article_id"
_LINKED = f"{_CHILDREN}, c.position"
_BYLINES = f"SELECT c.article_id, n.name FROM article_authors c JOIN authors n ON n.id = c.author_id {_LINKED}"
_TAGS = f"SELECT c.article_id, n.name FROM article_tags c JOIN tags n ON n.id = c.tag_id {_LINKED}"
_IMAGES = f"SELECT c.article_id, n.url, c.caption FROM article_images c JOIN images n ON n.id = c.image_id {_LINKED}"
_ALIASES = f"""SELECT c.article_id, c.url, n.site, c.cause, c.first_seen_at
FROM article_urls c LEFT JOIN sites n ON n.id = c.site_id {_CHILDREN}, c.url"""
_DOUBTS = f"SELECT c.article_id, c.doubt FROM article_doubts c {_CHILDREN}"

_CODES: Mapping[str, frozenset[bytes | None]] = {
    "published_precision": frozenset((None, *(each.encode() for each in Precision))),
    "status": frozenset(each.encode() for each in ArticleStatus),
    "cause": frozenset((None, *(each.encode() for each in AliasCause))),
    "origin": frozenset(each.encode() for each in Origin),
}
_RANKS = {doubt.encode(): rank for rank, doubt in enumerate(Doubt)}
"""Doubts in the order of a record."""
_TIMES = tuple(column.name for column in COLUMNS if column.kind is Kind.TIME)
_PLAIN = ("url", "source_credit", "lead_mark", "byline_raw", "published_raw", "language", "from_source", "copy_kind")
"""Texts that text_sha256 does not cover."""
_NONE: list[Any] = []
_MOST_DIFFERENT = 20_000
"""Values of a column that are remembered once they are checked."""


class _Unusual(Exception):
    """Raised for a value that no program of ours stored, or a text that does not fit its digest."""


@dataclass(frozen=True, slots=True)
class Names:
    """What the keys of articles mean; None means nothing."""

    sites: Mapping[int | None, bytes | None]
    outlets: Mapping[int | None, bytes | None]
    provinces: Mapping[int | None, bytes | None]
    sections: Mapping[int | None, tuple[bytes, ...]]


def article_batches(
    connection: sqlite3.Connection, selection: Selection, damaged: list[DamagedRecord]
) -> Iterator[Batch]:
    """Yield the articles of a selection in the order of uid, all as of one moment.

    A record that cannot be read is left out and is among the `damaged`. One whose text does not fit its digest is among
    them too, and is there as it is.
    """
    sql = f"{_ARTICLES} WHERE {selection.where} ORDER BY a.uid"
    last = ""
    try:
        with one_moment(connection):
            names = read_names(connection)
            for rows in _row_batches(connection, sql, selection.values):
                until = rows[-1][_UID].decode("utf-8", "replace")
                batch = _read_batch(connection, rows, names)
                if batch is None:
                    batch = _batch_of(_one_by_one(connection, selection, damaged, after=last, until=until))
                yield batch
                last = until
    except sqlite3.DatabaseError as error:
        if not is_damage(error):
            raise
        for stored in _one_by_one(connection, selection, damaged, after=last, until=None):
            yield _batch_of([stored])


def years_of(connection: sqlite3.Connection, selection: Selection) -> list[int | None]:
    """Return the years of publication of selected articles; None, the last, for those without a date."""
    sql = f"SELECT DISTINCT a.year FROM articles a WHERE {selection.where} AND {_SHOWN} ORDER BY a.year IS NULL, a.year"
    return [year for (year,) in connection.execute(sql, selection.values)]


def year_batches(
    connection: sqlite3.Connection, selection: Selection, year: int | None, damaged: list[DamagedRecord]
) -> Iterator[Batch]:
    """Yield the selected articles of one year in the order of uid. Ids are sorted first: texts would cost more."""
    names = read_names(connection)
    sql = f"SELECT a.id FROM articles a WHERE {selection.where} AND {_SHOWN} AND a.year IS ? ORDER BY a.uid"
    ids = array("q", (number for (number,) in connection.execute(sql, (*selection.values, year))))
    for at in range(0, len(ids), SIZE):
        yield read_selected(connection, ids[at : at + SIZE], damaged, names)


def read_selected(
    connection: sqlite3.Connection, ids: Sequence[int], damaged: list[DamagedRecord], names: Names
) -> Batch:
    """Return the articles with these ids, no more than a batch, in the order of uid."""
    selection = Selection(_AMONG, (json.dumps(list(ids)),))
    try:
        with _as_bytes(connection):
            rows = connection.execute(
                f"{_ARTICLES} WHERE {selection.where} ORDER BY +a.uid", selection.values
            ).fetchall()
        batch = _read_batch(connection, rows, names)
    except sqlite3.DatabaseError as error:
        if not is_damage(error):
            raise
        batch = None
    return batch or _batch_of(_one_by_one(connection, selection, damaged, after="", until=None))


def _one_by_one(
    connection: sqlite3.Connection,
    selection: Selection,
    damaged: list[DamagedRecord],
    *,
    after: str,
    until: str | None,
) -> Iterator[StoredArticle]:
    """Yield the articles of a selection between two uids, and name those that are damaged."""
    for stored in read_articles(connection, selection, order="uid", after=after, until=until, skipped=damaged):
        if not stored.fits_digest:
            name = phrase("article {uid} ({url})", uid=stored.article.uid, url=stored.article.url)
            damaged.append(DamagedRecord(name, phrase("its text does not fit text_sha256; it was written as it is")))
        yield stored


@contextmanager
def one_moment(connection: sqlite3.Connection) -> Iterator[None]:
    """Let all queries of the block see the archive as of one moment: as long as a query is open, SQLite keeps it."""
    connection.execute(f"PRAGMA cache_size = -{CACHE_KIB}")
    with _closed_at_last(connection.execute("SELECT name FROM sqlite_schema")):
        yield


def _row_batches(connection: sqlite3.Connection, sql: str, values: Sequence[object]) -> Iterator[list[tuple[Any, ...]]]:
    """Yield the rows of a query, SIZE at a time, their texts as bytes."""
    with _closed_at_last(connection.execute(sql, values)) as cursor:
        while rows := _fetch(cursor):
            yield rows


@contextmanager
def _closed_at_last(cursor: sqlite3.Cursor) -> Iterator[sqlite3.Cursor]:
    """Close a cursor after the block, whose reader may have given up and closed the archive before."""
    try:
        yield cursor
    finally:
        with suppress(sqlite3.ProgrammingError):
            cursor.close()


def read_names(connection: sqlite3.Connection) -> Names:
    """Return the names that many articles share. What cannot be read is missing there."""
    sites = connection.execute("SELECT id, site, name FROM sites").fetchall()
    provinces = connection.execute("SELECT id, name FROM provinces").fetchall()
    return Names(
        sites={None: None, **{number: site.encode() for number, site, _ in sites}},
        outlets={None: None, **{number: name.encode() for number, _, name in sites}},
        provinces={None: None, **{number: name.encode() for number, name in provinces}},
        sections={None: (), **dict(_sections(connection))},
    )


def _read_batch(connection: sqlite3.Connection, rows: Sequence[tuple[Any, ...]], names: Names) -> Batch | None:
    """Return the batch of rows of _ARTICLES; None if a value in it is unusual, or damaged."""
    columns = zip(*rows, strict=True) if rows else repeat(())
    cells: dict[str, Sequence[Any]] = dict(zip((*_KEYS, *_OWN), columns, strict=bool(rows)))
    try:
        with _as_bytes(connection):
            cells |= _children(connection, cells["id"])
        cells |= {
            "published_date": [time and time[:10] for time in cells["published_at"]],
            "site": [names.sites[key] for key in cells["site_id"]],
            "outlet": [names.outlets[key] for key in cells["outlet_id"]],
            "province_then": [names.provinces[key] for key in cells["province_then_id"]],
            "province_now": [names.provinces[key] for key in cells["province_now_id"]],
            "section": [names.sections[key] for key in cells["section_id"]],
            "sources": [_fields(text) for text in cells["sources"]],
            "proposed": [_texts(text) for text in cells["proposed"]],
        }
        _check(cells)
    except (_Unusual, KeyError, ValueError, TypeError):
        return None
    except sqlite3.DatabaseError as error:
        if not is_damage(error):
            raise
        return None
    return Batch(len(rows), {column.name: cells[column.name] for column in COLUMNS})


def _batch_of(articles: Iterable[StoredArticle]) -> Batch:
    """Return a batch of articles that were read one by one."""
    records = [stored.as_record() for stored in articles]
    return Batch(len(records), {c.name: [cell_of(c, record[c.name]) for record in records] for c in COLUMNS})


@contextmanager
def _as_bytes(connection: sqlite3.Connection) -> Iterator[None]:
    before = connection.text_factory
    connection.text_factory = bytes
    try:
        yield
    finally:
        connection.text_factory = before


def _fetch(cursor: sqlite3.Cursor) -> list[tuple[Any, ...]]:
    with _as_bytes(cursor.connection):
        return cursor.fetchmany(SIZE)


def _sections(connection: sqlite3.Connection) -> Iterator[tuple[int, tuple[bytes, ...]]]:
    for number, path in connection.execute("SELECT id, path FROM sections"):
        with suppress(ValueError):
            yield number, tuple(name.encode() for name in texts_in(path))


def _children(connection: sqlite3.Connection, ids: Sequence[int]) -> dict[str, Sequence[Any]]:
    """Return the columns whose cells are rows of other tables."""
    asked = (json.dumps(ids),)

    def texts(sql: str) -> list[list[bytes]]:
        found: dict[int, list[bytes]] = defaultdict(list)
        for number, text in connection.execute(sql, asked):
            found[number].append(text)
        return [found.get(number, _NONE) for number in ids]

    def objects(sql: str) -> list[list[Any]]:
        found: dict[int, list[Any]] = defaultdict(list)
        for number, *parts in connection.execute(sql, asked):
            found[number].append(parts)
        return [found.get(number, _NONE) for number in ids]

    aliases = objects(_ALIASES)
    origins = zip(*origins_of(connection, ids), strict=True) if ids else repeat(())
    return {
        **dict(zip(NAMES, origins, strict=bool(ids))),
        "byline": texts(_BYLINES),
        "tags": texts(_TAGS),
        "images": objects(_IMAGES),
        "urls": [[url for url, *_ in cell] if cell else _NONE for cell in aliases],
        "aliases": aliases,
        "doubts": [sorted(cell, key=_RANKS.__getitem__) if cell else _NONE for cell in texts(_DOUBTS)],
    }


def _check(cells: Mapping[str, Sequence[Any]]) -> None:
    """Raise _Unusual or ValueError unless `lookup.py` would read the same, and find nothing wrong."""
    texts = zip(cells["title"], cells["lead"], cells["body"], cells["byline"], cells["text_sha256"], strict=True)
    for title, lead, body, byline, digest in texts:
        text = b"\x1f".join((title, lead or b"", body, b"\x1e".join(byline)))
        if sha256(text).hexdigest().encode() != digest:
            raise _Unusual
    parts = (chain.from_iterable(chain.from_iterable(cells[name])) for name in ("images", "aliases"))
    for plain in (*(cells[name] for name in _PLAIN), chain.from_iterable(cells["tags"]), *parts):
        b"\n".join(filter(None, plain)).decode()
    times = chain(*(cells[name] for name in _TIMES), (time for cell in cells["aliases"] for *_, time in cell))
    causes = {cause for cell in cells["aliases"] for *_, cause, _ in cell}
    if not (
        all(map(_is_time, set(times) - {None}))
        and _CODES["cause"].issuperset(causes)
        and all(_CODES[name].issuperset(cells[name]) for name in ("published_precision", "status", "origin"))
    ):
        raise _Unusual


@lru_cache(_MOST_DIFFERENT)
def _is_time(text: bytes) -> bool:
    """Whether it is a moment in the one form in which we store it."""
    typed = text.decode()
    return typed.endswith("+07:00") and datetime.fromisoformat(typed).isoformat() == typed


@lru_cache(_MOST_DIFFERENT)
def _fields(text: bytes) -> bytes:
    return json.dumps(dict(mapping_in(text.decode())), ensure_ascii=False).encode()


@lru_cache(_MOST_DIFFERENT)
def _texts(text: bytes) -> tuple[bytes, ...]:
    return tuple(each.encode() for each in sorted(set(texts_in(text.decode()))))
