"""Search as Vietnamese people type: with marks exactly, without marks folded, both mixed.

A word typed with any mark stands only in the columns of exact words, one without marks in both kinds, for the
folded columns hold no marks at all: so one MATCH over all columns does the right thing for each word.
"""

import re
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from archive.errors import BadQuery
from archive.fold import fold, has_marks, normalise, same_as_typed
from archive.places import find_provinces

WEIGHTS = (10, 4, 2, 3, 1, 0.5)
"""bm25 of title, lead, body, and of the same without marks: tried on 100,000 articles, all top 20 exact."""

SNIPPET_TOKENS = 24
"""Syllables around the hit: two lines on a terminal."""

_TYPED = re.compile(r'["“”]([^"“”]*)(?:["“”]|$)|([^\s"“”]+)')
_TOKEN = re.compile(r"[^\W_]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """What a hit must be, besides having the words."""

    site: str | None = None
    province: str | None = None
    """Name of either era: the province of then or of now."""
    author: str | None = None
    """Whole name, with marks exactly, without marks folded."""
    since: date | None = None
    until: date | None = None
    """Days of publication, both inclusive; with one of them a text without a date is no hit."""


@dataclass(frozen=True, slots=True)
class Hit:
    """One article that a search found."""

    uid: str
    url: str
    title: str
    byline: str | None
    published_at: str | None
    """ISO 8601, +07:00."""
    site: str | None
    province_then: str | None
    province_now: str | None
    snippet: str
    """The printed text around the hit, the words found between [ and ]."""


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
    # syllables that follow each other are a word: it weighs more than its syllables apart
    return f"{_phrase(words)} OR ({every})"


def exact_expression(typed: str) -> str:
    """Return the FTS5 query for the words of `typed` exactly as they were typed; "" if it holds no word."""
    words = " AND ".join(_quote(normalise(word)) for word in _words(typed))
    return f"{{title lead body}} : ({words})" if words else ""


def search(connection: sqlite3.Connection, typed: str, *, filters: Filters, limit: int) -> list[Hit]:
    """Return up to `limit` hits: exact ones first, then by weight, then the newest."""
    match = match_expression(typed)
    if not match:
        raise BadQuery(f"nothing to look for in {typed!r}: give at least one word")
    conditions, values = _conditions(connection, filters)
    weights = ", ".join(map(str, WEIGHTS))
    rows = connection.execute(
        f"""
        SELECT a.uid, a.url, a.title, a.byline, a.published_at, s.site, p.name, q.name,
            snippet(articles_fts, -1, '[', ']', '…', {SNIPPET_TOKENS})
        FROM articles_fts
        JOIN articles a ON a.id = articles_fts.rowid
        LEFT JOIN sites s ON s.id = a.site_id
        LEFT JOIN provinces p ON p.id = a.province_then_id
        LEFT JOIN provinces q ON q.id = a.province_now_id
        WHERE articles_fts MATCH ? {"".join(f" AND {condition}" for condition in conditions)}
        ORDER BY a.id IN (SELECT rowid FROM articles_fts WHERE articles_fts MATCH ?) DESC,
            bm25(articles_fts, {weights}), a.published_at DESC, a.uid
        LIMIT ?
        """,
        (match, *values, exact_expression(typed), limit),
    )
    return [Hit(*row) for row in rows]


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
    # "Việt Nam": as it stands, or with more marks where none were typed. No column holds words of both kinds,
    # so the latter is the phrase without marks, and its marked words exactly
    exact = "".join(f" AND {_quote(normalise(word))}" for word in marked)
    return f"({typed} OR ({_quote(fold(' '.join(words)))}{exact}))"


def _quote(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'


def _conditions(connection: sqlite3.Connection, filters: Filters) -> tuple[list[str], list[object]]:
    conditions: list[str] = []
    values: list[object] = []
    if filters.site is not None:
        conditions.append("a.site_id = ?")
        values.append(_site(connection, filters.site))
    if filters.province is not None:
        ids = find_provinces(connection, filters.province)
        marks = ", ".join("?" * len(ids))
        conditions.append(f"(a.province_then_id IN ({marks}) OR a.province_now_id IN ({marks}))")
        values += [*ids, *ids]
    if filters.author is not None:
        ids = _authors(connection, filters.author)
        marks = ", ".join("?" * len(ids))
        conditions.append(f"a.id IN (SELECT article_id FROM article_authors WHERE author_id IN ({marks}))")
        values += ids
    if filters.since is not None:
        conditions.append("a.published_date >= ?")
        values.append(filters.since.isoformat())
    if filters.until is not None:
        conditions.append("a.published_date <= ?")
        values.append(filters.until.isoformat())
    return conditions, values


def _site(connection: sqlite3.Connection, site: str) -> int:
    rows = dict(connection.execute("SELECT site, id FROM sites").fetchall())
    if site not in rows:
        raise BadQuery(f"no site {site!r} in this archive; it has {', '.join(sorted(rows)) or 'none'}")
    return int(rows[site])


def _authors(connection: sqlite3.Connection, typed: str) -> list[int]:
    rows = connection.execute("SELECT id, name FROM authors WHERE folded = ?", (fold(" ".join(typed.split())),))
    return [row[0] for row in rows if same_as_typed(typed, row[1])]
