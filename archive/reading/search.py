"""Search for words typed with Vietnamese marks (exactly), without marks (all forms), or both mixed.

The index has every text twice: normalised, and folded (without marks). A word typed with marks can match only in the
normalised columns, a word without marks in both. So one MATCH over all columns serves both kinds of words.
"""

import re
import sqlite3
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from itertools import islice
from typing import Any

from archive.errors import BadQuery
from archive.fold import fold, has_marks, normalise
from archive.reading.damage import Rest, Skipped, each_record
from archive.reading.filters import Filters, conditions
from archive.reading.joins import NAMES
from archive.rows import Row, rows_of
from archive.times import from_text_or_none, to_text_or_none

WEIGHTS = (10, 4, 2, 3, 1, 0.5)
"""bm25 weights of title, lead and body, then of the same folded: in 100,000 articles all top 20 hits were exact."""

SNIPPET_TOKENS = 24
"""Syllables around the hit: two lines on a terminal."""

SNIPPET = f"snippet(articles_fts, -1, '[', ']', '…', {SNIPPET_TOKENS})"
"""SQL for the printed text around the found words."""

_HIT = f"""a.uid, a.url, a.title, a.byline, a.published_at, s.site, p.name AS province_then, q.name AS province_now,
    {SNIPPET} AS snippet"""
_FOUND = f"""
SELECT rowid FROM articles_fts WHERE articles_fts MATCH ?
ORDER BY rowid IN (SELECT rowid FROM articles_fts WHERE articles_fts MATCH ?) DESC,
    bm25(articles_fts, {", ".join(map(str, WEIGHTS))})
"""
"""The same order from the index alone, for when an article cannot be read."""
_TYPED = re.compile(r'["“”]([^"“”]*)(?:["“”]|$)|([^\s"“”]+)')
_TOKEN = re.compile(r"[^\W_]")


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
    """The printed text around the hit; the found words are between [ and ]."""

    def as_record(self) -> dict[str, Any]:
        """Return it as JSON knows it: the date as text."""
        return {**asdict(self), "published_at": to_text_or_none(self.published_at)}


def match_expression(typed: str) -> str:
    """Return the FTS5 query for what a person typed; "" if it holds no word.

    All words must be there; "words in quotes" must follow each other. No sign has a special meaning.
    """
    terms = [_term(phrase or word) for phrase, word in _TYPED.findall(typed) if _TOKEN.search(phrase or word)]
    if not terms:
        return ""
    every = " AND ".join(terms)
    words = _words(typed)
    if len(words) == 1 or '"' in typed or "“" in typed:
        return every
    # syllables that follow each other are often one word, and weigh more than the same syllables apart
    return f"{_phrase(words)} OR ({every})"


def exact_expression(typed: str) -> str:
    """Return the FTS5 query for the words of `typed` exactly as they were typed; "" if it holds no word."""
    words = " AND ".join(_quote(normalise(word)) for word in _words(typed))
    return f"{{title lead body}} : ({words})" if words else ""


def search(
    connection: sqlite3.Connection, typed: str, *, filters: Filters, limit: int, skipped: Skipped = None
) -> list[Hit]:
    """Return up to `limit` hits: exact ones first, then by weight, then the newest."""
    match = match_expression(typed)
    if not match:
        raise BadQuery(f'nothing to look for in "{typed}": give at least one word')
    asked = conditions(connection, filters)
    where = [condition.sql for condition in asked]
    values = [value for condition in asked for value in condition.values]
    exact = exact_expression(typed)

    def all_rows() -> list[Row]:
        sql = ranked(_HIT, match="?", exact="?", limit="?", where=where)
        return list(rows_of(connection.execute(sql, (match, *values, exact, limit))))

    def rest(_: Row | None) -> Rest:
        sql = ranked(_HIT, match="?", exact="?", limit="1", where=["a.id = ?", *where])
        for (article_id,) in connection.execute(_FOUND, (match, exact)).fetchall():
            yield f"article {article_id}", sql, (match, article_id, *values, exact)

    found = each_record(
        connection, all_rows, _hit, name=lambda row: f"article {row['uid']} ({row['url']})", rest=rest, skipped=skipped
    )
    return list(islice(found, limit))


def _hit(row: Row) -> Hit:
    return Hit(**{**row, "published_at": from_text_or_none(row["published_at"])})


def ranked(columns: str, *, match: str, exact: str, limit: str, where: Sequence[str] = ()) -> str:
    """Return the SQL of a search: texts with exactly the typed words first, then by weight, then the newest.

    `columns` may name `a` and what `NAMES` joins, and use SNIPPET. The others are SQL as well: `match` gives what
    `match_expression` returns, `exact` what `exact_expression` returns; they are used in the order match, where,
    exact, limit.
    """
    return f"""
SELECT {columns}
FROM articles_fts
JOIN articles a ON a.id = articles_fts.rowid
{NAMES.strip()}
WHERE {" AND ".join([f"articles_fts MATCH {match}", *where])}
ORDER BY a.id IN (SELECT rowid FROM articles_fts WHERE articles_fts MATCH {exact}) DESC,
    bm25(articles_fts, {", ".join(map(str, WEIGHTS))}), a.published_at DESC, a.uid
LIMIT {limit}
"""


def _words(typed: str) -> list[str]:
    return [word for word in re.split(r'[\s"“”]+', typed) if _TOKEN.search(word)]


def _term(text: str) -> str:
    """Return one word or one phrase as FTS5 reads it."""
    return _phrase([word for word in text.split() if _TOKEN.search(word)])


def _phrase(words: Sequence[str]) -> str:
    typed = _quote(normalise(" ".join(words)))
    marked = [word for word in words if has_marks(word)]
    if len(marked) in (0, len(words)):
        return typed
    # "Viet Nam" with some marks typed: the phrase as typed, or with marks on the other words too. No column has words
    # of both kinds, so the latter is the folded phrase, and the marked words exactly
    exact = "".join(f" AND {_quote(normalise(word))}" for word in marked)
    return f"({typed} OR ({_quote(fold(' '.join(words)))}{exact}))"


def _quote(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'
