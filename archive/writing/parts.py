"""The pages of an article that lies on several: each is kept with its own reading, and joined with the others in order.

So a page that is read again needs no other one. Every function works inside the transaction of its caller.
"""

import json
import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from archive.fold import normalise
from archive.plain import as_record, from_record
from archive.record import AliasCause, Article, Capture, Doubt
from archive.times import to_text
from archive.writing.addresses import add_aliases
from archive.writing.judging import in_order

_PAGES = """
SELECT url, n, named, record, capture_id, article_id IS NULL FROM article_parts
WHERE article_id = :article OR (article_id IS NULL AND first_url IN (SELECT value FROM json_each(:firsts))) ORDER BY n
"""


@dataclass(frozen=True, slots=True)
class ArticlePage:
    """One page of an article, as it was read last."""

    url: str
    n: int
    named: int
    """The highest number of a page that it names, or its own."""
    article: Article
    capture_id: int | None
    is_waiting: bool = False
    """Its first page is not stored yet."""


@dataclass(frozen=True, slots=True)
class Whole:
    """An article, joined of the pages that are there."""

    article: Article
    pages: tuple[ArticlePage, ...]
    """Those of which it is joined, in order; the last ones are missing, or some between."""


def pages_of(connection: sqlite3.Connection, article_id: int | None, firsts: Iterable[str]) -> list[ArticlePage]:
    """Return the pages of an article in order, and those that wait for a first page at one of these addresses."""
    values = {"article": article_id, "firsts": json.dumps(list(firsts))}
    rows = connection.execute(_PAGES, values).fetchall()
    return [
        ArticlePage(url, n, named, from_record(json.loads(record)), capture_id, bool(is_waiting))
        for url, n, named, record, capture_id, is_waiting in rows
    ]


def first_page_of(capture: Capture, article: Article, *, capture_id: int | None) -> ArticlePage:
    """Return the first page that a capture shows; one that names no others is the only one."""
    named = capture.part.named if capture.part and not capture.is_further_page else 1
    return ArticlePage(capture.final_url or capture.url, 1, named, article, capture_id)


def carries_on(page: Article, first: Article) -> bool:
    """Whether a page that calls itself a further one has the headline and the day of the first page.

    A column that appears every day has addresses such as "ban-tin-2", and a link to the article before it.
    """
    one, other = normalise(first.title), normalise(page.title)
    days = {article.published_at.date() for article in (page, first) if article.published_at}
    return (one.startswith(other) or other.startswith(one)) and len(days) < 2


def join(pages: Sequence[ArticlePage]) -> Whole:
    """Return the article of these pages, of which one is the first: all its fields, and the text of all that are named.

    Of the others come their text, their pictures, their tags and their doubts, and the byline that stands below the
    end of a text. A page that no page before it names is left out.
    """
    numbered = {page.n: page for page in pages}
    named, used, is_complete, n = 1, [], True, 1
    while n <= named:
        if page := numbered.get(n):
            used.append(page)
            named = max(named, page.named)
        else:
            is_complete = False
        n += 1
    if named == 1:
        return Whole(used[0].article, tuple(used))
    return Whole(_joined([page.article for page in used], is_complete=is_complete), tuple(used))


def _joined(articles: Sequence[Article], *, is_complete: bool) -> Article:
    first = articles[0]
    lines = first.body.split("\n")
    for article in articles[1:]:
        lines += _own_lines(article, first, before=lines)
    doubts = {doubt for article in articles for doubt in article.doubts} - {Doubt.FURTHER_PAGES}
    signed = next((article for article in articles if article.byline), first)
    sources = {**first.sources, **({"byline": signed.sources["byline"]} if "byline" in signed.sources else {})}
    images = {image.url: image for article in reversed(articles) for image in reversed(article.images)}
    return replace(
        first,
        body="\n".join(lines),
        byline=signed.byline,
        byline_raw=signed.byline_raw,
        sources=sources,
        tags=tuple(dict.fromkeys(tag for article in articles for tag in article.tags)),
        images=tuple(reversed(images.values())),
        doubts=in_order(doubts if is_complete else {*doubts, Doubt.FURTHER_PAGES}),
    )


def _own_lines(article: Article, first: Article, *, before: Sequence[str]) -> list[str]:
    """Return the lines of a further page, lead included, without those of before that it repeats at its top.

    The "page 2" of the comments repeats the whole text.
    """
    seen = {*before, first.lead}
    lines = [*([article.lead] if article.lead else []), *article.body.split("\n")]
    start = next((place for place, line in enumerate(lines) if line not in seen), len(lines))
    return lines[start:]


def keep_page(connection: sqlite3.Connection, page: ArticlePage, capture: Capture, *, article_id: int | None) -> None:
    """Keep the reading of a page in the place of the one before; without `article_id` it waits for its first page."""
    connection.execute("DELETE FROM article_parts WHERE article_id = ? AND n = ?", (article_id, page.n))
    connection.execute(
        "INSERT OR REPLACE INTO article_parts VALUES (?,?,?,?,?,?,?,?)",
        (
            page.url,
            article_id,
            capture.part.first_url if capture.part else page.url,
            page.n,
            page.named,
            json.dumps(as_record(page.article), ensure_ascii=False),
            page.capture_id,
            to_text(capture.fetched_at),
        ),
    )


def keep_first_page(
    connection: sqlite3.Connection,
    whole: Whole,
    waiting: Sequence[ArticlePage],
    capture: Capture,
    *,
    article_id: int,
    site_id: int | None,
) -> None:
    """Keep the first page of an article, take up the pages that waited for it, and forget those that it has no more.

    A page that waited and is none of the article is read again at its next turn, as an article of its own.
    """
    seen_at = to_text(capture.fetched_at)
    further = [page.url for page in whole.pages[1:]]
    for page in waiting:
        is_taken = page.url in further
        connection.execute("UPDATE article_parts SET article_id = ? WHERE url = ?", (article_id, page.url))
        connection.execute("UPDATE urls SET due_at = ? WHERE url = ?", (seen_at, page.url))
        if is_taken:
            add_aliases(connection, article_id, [page.url], AliasCause.PART, site_id=site_id, seen_at=seen_at)
            connection.execute("UPDATE urls SET article_id = ? WHERE url = ?", (article_id, page.url))
        else:
            connection.execute("UPDATE urls SET etag = NULL, last_modified = NULL WHERE url = ?", (page.url,))
    connection.execute(
        "DELETE FROM article_parts WHERE article_id = ? AND n > 1 AND url NOT IN (SELECT value FROM json_each(?))",
        (article_id, json.dumps(further)),
    )
    if whole.pages[0].named == 1 and not waiting:
        connection.execute("DELETE FROM article_parts WHERE article_id = ?", (article_id,))
    else:
        keep_page(connection, whole.pages[0], capture, article_id=article_id)


def wake_first_page(connection: sqlite3.Connection, url: str, *, at: str) -> None:
    """Have the first page read whole at its next turn: it was stored before the archive knew of further ones."""
    connection.execute("UPDATE urls SET due_at = ?, etag = NULL, last_modified = NULL WHERE url = ?", (at, url))
