"""The articles that a search finds, page by page: the closest tier first, and no more work than the page needs.

The order is: tier after tier (`tiers.py`), in each of them exact hits first, the newest first. The articles of one day
come by their time, of one moment by `search_id`, the highest first. If FEW titles or fewer have what is asked of them,
they come by weight. An article is shown in the first step that finds it.
"""

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from itertools import chain, groupby, islice
from typing import Any

from archive.phrases import phrase
from archive.reading.choice import Choice, choose
from archive.reading.damage import Rest, Skipped, named_damage, read_each
from archive.reading.filters import Filters
from archive.reading.joins import NAMES
from archive.reading.query import read_query
from archive.reading.tiers import Step, all_words, steps
from archive.rows import Row
from archive.times import from_text_or_none, to_text_or_none
from archive.writing.index import IDS_OF_A_DAY

WEIGHTED = "titles_fts"
"""The index whose hits may come by weight. bm25 reads all that the index has of each word: for a rare phrase of common
words in the texts, that takes longer than the whole search, and the newest first is what readers of news expect."""
WEIGHTS = "2, 1"
"""bm25 weights of the title, and of the title folded."""
FEW = 200
"""Titles of one step that are put in order by weight."""
TEXTS = "texts_fts"

SNIPPET_TOKENS = 24
"""Syllables around the hit: two lines on a terminal."""
SNIPPET_LETTERS = 160
"""Of the beginning of an article, where no word was looked for."""
BEGINNING = f"substr(ifnull(a.lead || ' ', '') || t.body, 1, {SNIPPET_LETTERS})"

_HIT = """a.uid, a.url, a.title, a.byline, a.published_at, s.site, p.name AS province_then, q.name AS province_now"""
_FOUND = f"""
SELECT {_HIT}, snippet(texts_fts, -1, '[', ']', '…', {SNIPPET_TOKENS}) AS snippet
FROM texts_fts JOIN search_rows r ON r.search_id = texts_fts.rowid JOIN articles a ON a.id = r.article_id
{NAMES.strip()}
WHERE texts_fts MATCH ? AND texts_fts.rowid = ?
"""
_ANY = f"""
SELECT {_HIT}, {BEGINNING} AS snippet
FROM search_rows r JOIN articles a ON a.id = r.article_id JOIN article_texts t ON t.article_id = a.id
{NAMES.strip()}
WHERE r.search_id = ?
"""

_ARTICLE = "SELECT article_id FROM search_rows WHERE search_id = ?"


@dataclass(frozen=True, slots=True)
class Hit:
    """One article that a search found."""

    uid: str
    url: str
    title: str
    byline: str | None
    published_at: datetime | None
    """Aware, +07:00; None when the page shows no date."""
    site: str | None
    province_then: str | None
    province_now: str | None
    snippet: str
    """The printed text around the hit, the found words between [ and ]; the beginning if no words were asked for."""

    def as_record(self) -> dict[str, Any]:
        """Return it as JSON knows it: the date as text."""
        return {**asdict(self), "published_at": to_text_or_none(self.published_at)}


def search(
    connection: sqlite3.Connection, typed: str | None, *, filters: Filters, limit: int, skipped: Skipped = None
) -> list[Hit]:
    """Return the first `limit` hits; without words the newest articles. BadQuery if `typed` holds no word."""
    choice = choose(connection, filters)
    if typed is None:
        found, read, values = by_time(connection, choice), _ANY, list[str]()
    else:
        query = read_query(typed)
        found, read, values = ids_in_order(connection, choice, steps(query)), _FOUND, [all_words(query)]

    each = one_by_one(connection, found, read, values=values)
    return list(islice(read_each(connection, each, _hit, skipped=skipped), limit))


def one_by_one(connection: sqlite3.Connection, found: Iterable[int], read: str, *, values: Sequence[object]) -> Rest:
    """Yield what to read of each `search_id`: the last of the values of the query `read`."""
    for search_id in found:
        (article_id,) = connection.execute(_ARTICLE, (search_id,)).fetchone()
        yield phrase("article {article_id}", article_id=article_id), read, (*values, search_id)


def rows_found(
    connection: sqlite3.Connection, typed: str | None, *, filters: Filters, joined: str = ""
) -> tuple[str, tuple[object, ...]]:
    """Return FROM and WHERE of the rows `a` of `search_rows` that a search finds, in no order, and their values.

    `joined` joins another table with them.
    """
    choice = choose(connection, filters)
    if typed is None:
        return choice.rows(joined), choice.values
    return choice.found(TEXTS, joined), (all_words(read_query(typed)), *choice.values)


def count(connection: sqlite3.Connection, typed: str | None, *, filters: Filters) -> int:
    """Return how many articles a search finds; without words how many the filters choose."""
    choice = choose(connection, filters)
    if typed is None:
        sql, values = f"SELECT count(*) {choice.rows()}", choice.values
    else:
        found = all_words(read_query(typed))
        sql, values = f"SELECT count(*) {choice.found(TEXTS, only=bool(choice.conditions))}", (found, *choice.values)
    return int(connection.execute(sql, values).fetchone()[0])


def ids_in_order(connection: sqlite3.Connection, choice: Choice, asked: Iterable[Step]) -> Iterator[int]:
    """Yield the `search_id` of each article that one of the steps finds, in the order in which they are shown."""
    seen = set()
    for step in asked:
        for search_id in _exact_first(connection, choice, step):
            if search_id not in seen:
                seen.add(search_id)
                yield search_id


def _exact_first(connection: sqlite3.Connection, choice: Choice, step: Step) -> Iterator[int]:
    """Yield what a step finds, exact hits first; one article may come twice."""
    of_match = _by_weight if step.index == WEIGHTED else by_time
    found = of_match(connection, choice, index=step.index, match=step.match)
    first = list(islice(found, 1))
    if step.exact is None or not first:
        return chain(first, found)
    return chain(of_match(connection, choice, index=step.index, match=step.exact), first, found)


def _by_weight(connection: sqlite3.Connection, choice: Choice, *, index: str, match: str) -> Iterator[int]:
    """Yield titles by weight if they are few, else the newest first."""
    found = by_time(connection, choice, index=index, match=match)
    first = list(islice(found, FEW + 1))
    if len(first) > FEW or len(first) < 2:
        return chain(first, found)
    sql = f"""SELECT f.rowid {choice.found(index)}
        ORDER BY bm25({index}, {WEIGHTS}), a.published_at DESC, f.rowid DESC"""
    return (search_id for (search_id,) in connection.execute(sql, (match, *choice.values)))


def by_time(
    connection: sqlite3.Connection,
    choice: Choice,
    *,
    index: str | None = None,
    match: str = "",
    is_oldest_first: bool = False,
) -> Iterator[int]:
    """Yield what is found in an index, or all that is chosen, the newest first; it reads no more than is asked for."""
    rows, values = (choice.found(index), (match, *choice.values)) if index else (choice.rows(), choice.values)
    key, direction = "f.rowid" if index else "a.search_id", "ASC" if is_oldest_first else "DESC"
    found = connection.execute(f"SELECT {key}, ifnull(a.published_at, '') {rows} ORDER BY {key} {direction}", values)
    for _, of_day in groupby(found, key=lambda row: row[0] // IDS_OF_A_DAY):
        in_order = sorted(of_day, key=lambda row: (row[1], row[0]), reverse=not is_oldest_first)
        yield from (row[0] for row in in_order)


def _hit(row: Row) -> Hit:
    with named_damage(phrase("article {uid} ({url})", uid=row["uid"], url=row["url"])):
        snippet = row["snippet"].replace("] [", " ")  # words that follow each other are one
        return Hit(**{**row, "published_at": from_text_or_none(row["published_at"]), "snippet": snippet})
