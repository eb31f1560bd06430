"""A copy of the database with some sites and days only: what was captured of them, and what hangs on it."""

import sqlite3
from collections.abc import Sequence

from archive.schema.trust import limit_trust
from archive.writing.changes import renew_archive_id
from archive.writing.index import index_all
from archive.writing.origin_months import count_all_origins
from archive.writing.outlet_months import count_all_months
from archive.writing.sketches import Todo

_CAPTURES = """
CREATE TEMP TABLE kept_captures AS SELECT c.id, c.article_id, c.run_id, c.raw_answer_id FROM captures c
LEFT JOIN sites s ON s.id = c.site_id WHERE {site} AND c.fetched_at >= :since
"""
_ANSWERS = """
CREATE TEMP TABLE kept_answers AS
SELECT raw_answer_id AS id FROM kept_captures WHERE raw_answer_id IS NOT NULL
UNION SELECT original_id FROM raw_answers WHERE original_id IS NOT NULL
    AND id IN (SELECT raw_answer_id FROM kept_captures)
"""
_ARTICLES = (
    "CREATE TEMP TABLE kept_articles AS SELECT DISTINCT article_id AS id FROM kept_captures WHERE article_id > 0"
)
_OF_ARTICLES = (
    *("article_texts", "article_revisions", "article_urls", "article_authors", "article_tags", "article_images"),
    *("article_doubts", "doubtful_readings", "tombstones", "article_parts", "corrections", "withholdings"),
    *("article_changes", "copy_sketches", "copy_texts", "article_origins"),
)
_CUT = (
    *(f"DELETE FROM {table} WHERE article_id NOT IN (SELECT id FROM kept_articles)" for table in _OF_ARTICLES),
    "DELETE FROM article_parts WHERE article_id IS NULL",
    "DELETE FROM copy_links",  # a group has other members here; `baotinh copies update` makes it anew
    "DELETE FROM copy_members",
    "DELETE FROM copy_groups",
    f"UPDATE copy_texts SET todo = {Todo.COMPARE}",
    "DELETE FROM copy_decisions WHERE NOT (uid IN (SELECT uid FROM articles JOIN kept_articles USING (id))"
    " AND other_uid IN (SELECT uid FROM articles JOIN kept_articles USING (id)))",
    "DELETE FROM search_rows WHERE article_id NOT IN (SELECT id FROM kept_articles)",
    "DELETE FROM articles WHERE id NOT IN (SELECT id FROM kept_articles)",
    """INSERT INTO kept_captures (id) SELECT capture_id FROM (SELECT capture_id FROM articles
        UNION SELECT capture_id FROM article_revisions UNION SELECT capture_id FROM doubtful_readings
        UNION SELECT capture_id FROM tombstones UNION SELECT capture_id FROM article_parts)
        WHERE capture_id NOT IN (SELECT id FROM kept_captures)""",
    "DELETE FROM captures WHERE id NOT IN (SELECT id FROM kept_captures)",
    "UPDATE captures SET article_id = NULL WHERE article_id NOT IN (SELECT id FROM kept_articles)",
    "UPDATE captures SET raw_answer_id = NULL WHERE raw_answer_id NOT IN (SELECT id FROM kept_answers)",
    "UPDATE captures SET reread_of = NULL WHERE reread_of NOT IN (SELECT id FROM kept_captures)",
    "DELETE FROM raw_answers WHERE id NOT IN (SELECT id FROM kept_answers)",
    "DELETE FROM warc_files WHERE id NOT IN (SELECT warc_file_id FROM raw_answers)",
    "DELETE FROM urls WHERE url NOT IN (SELECT url FROM captures)",
    "UPDATE urls SET article_id = NULL WHERE article_id NOT IN (SELECT id FROM kept_articles)",
    "DELETE FROM runs WHERE id NOT IN (SELECT run_id FROM captures WHERE run_id IS NOT NULL)",
    *(
        f"UPDATE urls SET {column} = NULL WHERE {column} NOT IN (SELECT id FROM runs)"
        for column in ("listed_run_id", "run_id", "asked_run_id")
    ),
    "DELETE FROM hosts",
    "DELETE FROM fixity_checks",
    "DELETE FROM sections WHERE id NOT IN (SELECT section_id FROM articles WHERE section_id IS NOT NULL)",
    "DELETE FROM authors WHERE id NOT IN (SELECT author_id FROM article_authors)",
    "DELETE FROM tags WHERE id NOT IN (SELECT tag_id FROM article_tags)",
    "DELETE FROM images WHERE id NOT IN (SELECT image_id FROM article_images)",
)
"""In this order; a capture outside the choice stays if it gave a text of an article within."""


def cut_to(connection: sqlite3.Connection, *, sites: Sequence[str], since: str | None) -> None:
    """Remove what was not captured of these sites, all if none is named, since this moment; the index follows."""
    limit_trust(connection)
    names = {f"site{n}": site for n, site in enumerate(sites)}
    site = f"s.site IN ({', '.join(f':{name}' for name in names)})" if sites else "1"
    connection.execute("BEGIN")
    connection.execute(_CAPTURES.format(site=site), {**names, "since": since or ""})
    for statement in (_ANSWERS, _ARTICLES, *_CUT):
        connection.execute(statement)
    renew_archive_id(connection)
    index_all(connection)
    count_all_months(connection)
    count_all_origins(connection)
    connection.execute("COMMIT")
