"""One page of what a search finds: found words are marked, and what became of each article is said.

`search.py` has the order of the closest first; here a reader may also ask for the newest or the oldest.
"""

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from itertools import islice

from archive.phrases import phrase
from archive.reading.choice import Choice, choose
from archive.reading.damage import Skipped, named_damage, read_each
from archive.reading.filters import Filters
from archive.reading.joins import NAMES
from archive.reading.query import Query
from archive.reading.search import BEGINNING, SNIPPET_TOKENS, TEXTS, by_time, ids_in_order, one_by_one
from archive.reading.tiers import all_words, steps
from archive.record import VIETNAM, ArticleStatus, Precision
from archive.rows import Row
from archive.times import from_text_or_none

BEGIN, END = "\x02", "\x03"
"""Around found words. No stored text has a control character."""

_ABOUT = """
    a.uid, a.url, a.byline, a.published_at, a.published_precision, a.language, a.status, a.revision_count,
    o.name AS outlet, p.name AS province_then, q.name AS province_now,
    (SELECT max(seen_at) FROM tombstones WHERE article_id = a.id AND back_at IS NULL) AS gone_at
"""
_MARKS = f"'{BEGIN}', '{END}'"
_FOUND = f"""
SELECT {_ABOUT}, highlight({TEXTS}, 0, {_MARKS}) AS title, highlight({TEXTS}, 3, {_MARKS}) AS f_title,
    snippet({TEXTS}, -1, {_MARKS}, '…', {SNIPPET_TOKENS}) AS snippet, {BEGINNING} AS beginning
FROM {TEXTS} JOIN search_rows r ON r.search_id = {TEXTS}.rowid JOIN articles a ON a.id = r.article_id
JOIN article_texts t ON t.article_id = a.id
{NAMES.strip()}
WHERE {TEXTS} MATCH ? AND {TEXTS}.rowid = ?
"""
_ANY = f"""
SELECT {_ABOUT}, a.title, a.title AS f_title, {BEGINNING} AS snippet, NULL AS beginning
FROM search_rows r JOIN articles a ON a.id = r.article_id JOIN article_texts t ON t.article_id = a.id
{NAMES.strip()}
WHERE r.search_id = ?
"""


class Order(StrEnum):
    """What comes first."""

    CLOSEST = "closest"
    """The closest words; without words the newest."""
    NEWEST = "newest"
    OLDEST = "oldest"


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """One article that a search found; in `title` and `snippet`, found words are between BEGIN and END."""

    uid: str
    title: str
    snippet: str
    """The beginning of the article if no words were asked for, or if the title alone has them."""
    outlet: str | None
    province_then: str | None
    province_now: str | None
    published: date | None
    """A moment, or a day if the page shows no time of day; None without a date."""
    byline: str | None
    language: str
    status: ArticleStatus
    gone_at: datetime | None
    """When its outlet was first seen to have taken it away."""
    versions: int


def results(
    connection: sqlite3.Connection,
    query: Query | None,
    *,
    filters: Filters,
    order: Order,
    skip: int,
    limit: int,
    skipped: Skipped = None,
) -> list[Result]:
    """Return `limit` results behind the first `skip`; without a query, of all articles that the filters choose."""
    found = islice(_ids(connection, query, choose(connection, filters), order=order), skip, None)
    read, values = (_ANY, list[str]()) if query is None else (_FOUND, [all_words(query)])

    each = one_by_one(connection, found, read, values=values)
    return list(islice(read_each(connection, each, _result, skipped=skipped), limit))


def _ids(connection: sqlite3.Connection, query: Query | None, choice: Choice, *, order: Order) -> Iterator[int]:
    if query is not None and order is Order.CLOSEST:
        return ids_in_order(connection, choice, steps(query))
    is_oldest_first = order is Order.OLDEST
    if query is None:
        return by_time(connection, choice, is_oldest_first=is_oldest_first)
    return by_time(connection, choice, index=TEXTS, match=all_words(query), is_oldest_first=is_oldest_first)


def _result(row: Row) -> Result:
    with named_damage(phrase("article {uid} ({url})", uid=row["uid"], url=row["url"])):
        at = from_text_or_none(row["published_at"])
        is_day = row["published_precision"] == Precision.DAY
        titles = (row["title"], row["f_title"])  # marked where the exact, and where the folded words are
        return Result(
            uid=row["uid"],
            title=_joined(max(titles, key=len)),
            snippet=row["beginning"] if row["snippet"] in titles else _joined(row["snippet"]),
            outlet=row["outlet"],
            province_then=row["province_then"],
            province_now=row["province_now"],
            published=at.astimezone(VIETNAM).date() if at and is_day else at,
            byline=row["byline"],
            language=row["language"],
            status=ArticleStatus(row["status"]),
            gone_at=from_text_or_none(row["gone_at"]),
            versions=row["revision_count"],
        )


def _joined(text: str) -> str:
    """Return a text in which found words that follow each other are marked as one."""
    return text.replace(f"{END} {BEGIN}", " ")
