"""Checks the rows of the database against each other: keys, captures, runs, the frontier."""

import json
import sqlite3
from collections.abc import Iterator

from archive.care.findings import LOOK, REPAIR, Finding
from archive.phrases import phrase
from archive.schema.opening import SCHEMA
from archive.schema.trust import find_differences

MOST_PAGES = 100
"""Messages of SQLite's own check that are listed."""

_CAPTURES = """
SELECT 'article ' || substr(a.uid, 1, 8) || ', its capture ' || a.capture_id,
    iif(c.article_id IS NOT a.id, 'it is one of another article', 'it is not the one that gave the text')
FROM articles a JOIN captures c ON c.id = a.capture_id
WHERE c.article_id IS NOT a.id OR c.fetched_at > a.last_changed_at OR (c.fetched_at <> a.last_changed_at
    AND a.cause IN ('published', 'edited') AND a.status <> 'withheld'
    AND NOT EXISTS (SELECT 1 FROM article_parts WHERE article_id = a.id))
UNION ALL
SELECT 'text ' || r.n || ' of article ' || substr(a.uid, 1, 8) || ', its capture ' || r.capture_id,
    iif(c.article_id IS NOT r.article_id, 'it is one of another article', 'it is not the one that gave the text')
FROM article_revisions r JOIN captures c ON c.id = r.capture_id LEFT JOIN articles a ON a.id = r.article_id
WHERE c.article_id IS NOT r.article_id OR c.fetched_at > r.seen_at OR (c.fetched_at <> r.seen_at
    AND r.cause IN ('published', 'edited') AND NOT EXISTS (SELECT 1 FROM article_parts WHERE article_id = r.article_id))
UNION ALL
SELECT 'tombstone ' || t.id || ' of article ' || substr(a.uid, 1, 8) || ', its capture ' || t.capture_id,
    'it is not the one that did not find the article'
FROM tombstones t JOIN captures c ON c.id = t.capture_id LEFT JOIN articles a ON a.id = t.article_id
WHERE c.article_id IS NOT t.article_id OR c.fetched_at <> t.seen_at
UNION ALL
SELECT 'capture ' || c.id || ', its article ' || c.article_id, 'it has another address'
FROM captures c WHERE c.article_id IS NOT NULL AND NOT EXISTS (
    SELECT 1 FROM articles WHERE id = c.article_id AND url IN (c.url, c.final_url)
    UNION ALL SELECT 1 FROM article_urls WHERE article_id = c.article_id AND url IN (c.url, c.final_url)
    UNION ALL SELECT 1 FROM urls WHERE url = c.url AND article_id = c.article_id
    UNION ALL SELECT 1 FROM captures x WHERE x.url = c.url AND x.id > c.id AND x.outcome = 'added')
UNION ALL
SELECT 'capture ' || c.id || ', its raw page ' || c.raw_answer_id, 'it is of another moment or status'
FROM captures c JOIN raw_answers r ON r.id = c.raw_answer_id
WHERE r.fetched_at > c.fetched_at OR r.status <> c.status
UNION ALL
SELECT 'raw page ' || r.id || ', its body ' || r.original_id, 'it is another one'
FROM raw_answers r JOIN raw_answers o ON o.id = r.original_id
WHERE o.payload_sha256 <> r.payload_sha256 OR o.original_id IS NOT NULL
"""
"""References that lead to a row which exists, and is the wrong one."""
_FRONTIER = """
SELECT u.url FROM urls u JOIN (
    SELECT id, url, outcome, reason, row_number() OVER (PARTITION BY url ORDER BY fetched_at DESC, id DESC) AS place
    FROM captures) c ON c.url = u.url AND c.place = 1
WHERE (u.outcome IS NOT c.outcome OR u.reason IS NOT c.reason) AND NOT EXISTS (
    SELECT 1 FROM captures later WHERE later.url = u.url AND later.id > c.id AND later.fetched_at = u.fetched_at
    AND later.outcome IS u.outcome AND later.reason IS u.reason)
"""
"""A reading of an older page, and an imported page that is older, leave the outcome as it is. A page that was fetched
after the clock had been put back has the earlier time, and counts."""
_RUNS = """
SELECT id, found, stored + revised + unchanged + gone + refused + failed + "left", refused + failed, reasons, balances
FROM runs WHERE finished_at IS NOT NULL
"""


def check_pages(connection: sqlite3.Connection) -> Iterator[Finding]:
    """Yield what SQLite's own check of every page and index finds."""
    for (message,) in connection.execute(f"PRAGMA integrity_check({MOST_PAGES})").fetchall():
        if message != "ok":
            yield Finding("news.db", message.replace("\n", "; "), REPAIR)


def check_schema(connection: sqlite3.Connection) -> Iterator[Finding]:
    """Yield the tables, views, indexes and triggers that are not as the migrations made them."""
    differences = find_differences(connection, SCHEMA)
    yield from (Finding(phrase("schema of news.db"), found, LOOK) for found in differences.foreign)
    for sql in differences.indexes:
        yield Finding(
            phrase("schema of news.db"),
            phrase("an index is missing: {sql}", sql=sql),
            phrase("the next crawl makes it"),
        )


def check_keys(connection: sqlite3.Connection) -> Iterator[Finding]:
    """Yield the rows that refer to a row which does not exist."""
    columns: dict[str, dict[int, str]] = {}
    for table, rowid, parent, key in connection.execute("PRAGMA foreign_key_check").fetchall():
        if table not in columns:
            listed = connection.execute(f"PRAGMA foreign_key_list({table})").fetchall()
            columns[table] = {row[0]: row[3] for row in listed}
        yield Finding(
            phrase("{table}, row {rowid}", table=table, rowid=rowid),
            phrase("{column} names no row of {parent}", column=columns[table][key], parent=parent),
            REPAIR,
        )


def check_references(connection: sqlite3.Connection) -> Iterator[Finding]:
    """Yield the references between captures, texts and raw pages that lead to a wrong row."""
    yield from (Finding(what, finding, REPAIR) for what, finding in connection.execute(_CAPTURES))


def check_frontier(connection: sqlite3.Connection) -> Iterator[Finding]:
    """Yield the addresses whose outcome is not that of their newest capture."""
    for (url,) in connection.execute(_FRONTIER):
        yield Finding(
            phrase("address {url}", url=url), phrase("its outcome in urls is not that of its newest capture"), LOOK
        )


def check_runs(connection: sqlite3.Connection) -> Iterator[Finding]:
    """Yield the runs whose counts do not add up."""
    for run, found, total, without, reasons, balances in connection.execute(_RUNS):
        if found != total or without != _sum(reasons):
            yield Finding(
                phrase("run {run}", run=run),
                phrase("its counts add up to {total}, and found is {found}", total=total, found=found),
                LOOK,
            )
        if balances == 0:
            yield Finding(
                phrase("run {run}", run=run), phrase("frontier and captures disagree"), phrase("please report it")
            )


def _sum(reasons: str) -> int | None:
    try:
        return int(sum(json.loads(reasons).values()))
    except (ValueError, TypeError, AttributeError):
        return None
