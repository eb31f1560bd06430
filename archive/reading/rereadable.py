"""Which raw pages a reparse reads: those on which what is stored rests, and those that gave nothing."""

import json
import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from archive.reading.raw_pages import Answer, find_answer
from archive.times import from_text, to_text_or_none

_WHOLE = "c.kind = 'article' AND c.status BETWEEN 200 AND 299 AND c.site_id IS :site"
_BEHIND_ARTICLES = f"""
SELECT id FROM (
    SELECT c.id, c.raw_answer_id, row_number() OVER (
        PARTITION BY ifnull(c.article_id, c.url), p.url ORDER BY c.fetched_at DESC, c.id DESC) AS place
    FROM captures c LEFT JOIN articles a ON a.id = c.article_id LEFT JOIN captures g ON g.id = a.capture_id
    LEFT JOIN article_parts p ON p.url = ifnull(c.final_url, c.url)
    WHERE {_WHOLE} AND c.outcome IN ('added', 'revised', 'unchanged') AND c.raw_answer_id IS NOT NULL
        AND (a.id IS NULL OR (a.site_id IS c.site_id
            AND (p.url IS NOT NULL OR c.fetched_at >= ifnull(g.fetched_at, a.last_changed_at))))
) WHERE place = 1
"""
"""The newest page of each article, or of each of its pages. One before the text in force does not have that text: its
run kept no raw page, or it was imported."""
_WITHOUT_ARTICLE = f"""
SELECT id FROM (
    SELECT c.id, c.raw_answer_id, c.outcome, row_number() OVER (
        PARTITION BY c.url ORDER BY c.fetched_at DESC, c.id DESC) AS place
    FROM captures c WHERE {_WHOLE}
) WHERE place = 1 AND outcome IN ('refused', 'failed') AND raw_answer_id IS NOT NULL
"""
"""The newest page of each address, if it was not read."""
_NUMBERS = f"""
SELECT c.id FROM captures c
WHERE c.id IN ({_BEHIND_ARTICLES} UNION {_WITHOUT_ARTICLE}) AND (:rules IS NULL OR c.rules IS NOT :rules)
    AND (:since IS NULL OR c.fetched_at >= :since) AND (:until IS NULL OR c.fetched_at < :until)
    AND (NOT :doubtful OR c.article_id IN (
        SELECT article_id FROM article_doubts
        UNION SELECT article_id FROM doubtful_readings WHERE taken_at IS NULL))
ORDER BY c.fetched_at, c.id
"""
_FILES = """
SELECT f.name, c.id FROM json_each(?) n JOIN captures c ON c.id = n.value
JOIN raw_answers r ON r.id = c.raw_answer_id JOIN warc_files f ON f.id = r.warc_file_id ORDER BY f.name, n.key
"""
_PAGE = """
SELECT s.site, c.url, c.final_url, c.fetched_at, c.status, c.imported_from, c.raw_answer_id
FROM captures c LEFT JOIN sites s ON s.id = c.site_id WHERE c.id = ?
"""


@dataclass(frozen=True, slots=True)
class PageToReread:
    """A capture whose raw page is read again; other processes can read it without the database."""

    number: int
    """Id of the capture."""
    site: str | None
    url: str
    final_url: str | None
    fetched_at: datetime
    status: int
    imported_from: str | None
    answer: Answer


def captures_to_reread(
    connection: sqlite3.Connection,
    site: str | None,
    *,
    rules: str | None,
    since: datetime | None,
    until: datetime | None,
    only_doubtful: bool,
) -> list[int]:
    """Return the ids of the captures of a site, or of none, that are to be read again, the oldest first."""
    row = connection.execute("SELECT id FROM sites WHERE site = ?", (site,)).fetchone()
    if site is not None and row is None:
        return []
    values = {
        "site": row and row[0],
        "rules": rules,
        "since": to_text_or_none(since),
        "until": to_text_or_none(until),
        "doubtful": only_doubtful,
    }
    return [number for (number,) in connection.execute(_NUMBERS, values)]


def files_to_reread(connection: sqlite3.Connection, numbers: Iterable[int]) -> dict[str, list[int]]:
    """Return these captures by the WARC file of their raw pages, in the order of the names, which is that of time."""
    found: dict[str, list[int]] = {}
    for name, number in connection.execute(_FILES, (json.dumps(list(numbers)),)):
        found.setdefault(name, []).append(number)
    return found


def pages_to_reread(connection: sqlite3.Connection, numbers: Iterable[int]) -> list[PageToReread]:
    """Return these captures, in their order."""
    return [_page(connection, number) for number in numbers]


def _page(connection: sqlite3.Connection, number: int) -> PageToReread:
    row = connection.execute(_PAGE, (number,)).fetchone()
    site, url, final_url, at, status, imported_from, answer_id = row
    answer = find_answer(connection, answer_id)
    return PageToReread(number, site, url, final_url, from_text(at), status, imported_from, answer)
