"""Compares two archives of the same newspapers that were crawled at different times, in different runs."""

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

from archive import Archive
from archive.schema.opening import FILE_NAME

MOMENTS = {"first_seen_at", "last_seen_at", "last_changed_at"}
"""Keys of an article's record that depend on when it was captured."""
_KINDS = {
    "page": """SELECT a.url, c.url, c.final_url, c.kind, c.status, c.bytes, c.body_sha256, c.outcome, r.payload_sha256
        FROM articles a JOIN captures c ON c.id = a.capture_id JOIN raw_answers r ON r.id = c.raw_answer_id""",
    "address": """SELECT u.url, s.site, u.kind, iif(u.kind = 'article', u.outcome, u.outcome IS NULL), u.reason,
        u.failures, u.etag, u.last_modified, a.url, u.hint_published_at, u.hint_modified_at, u.depth, u.run_outcome,
        u.run_reason FROM urls u LEFT JOIN sites s ON s.id = u.site_id LEFT JOIN articles a ON a.id = u.article_id""",
    "outlet": "SELECT site, name, kind, home, province_id FROM sites",
    "origin": """SELECT a.url, o.origin, o.source FROM article_origins o JOIN articles a ON a.id = o.article_id""",
    "copy": """SELECT a.url, g.kind, g.source, g.articles, g.outlets FROM copy_members m
        JOIN articles a ON a.id = m.article_id JOIN copy_groups g ON g.id = m.group_id""",
}
"""What else is compared: its address or name first, then all that counts. Whether a source was new or unchanged when it
was last asked does not: a crawl that goes on asks it again."""


def differences(one: Path, other: Path) -> list[str]:
    """Return the kind and the name of each thing that two archives do not have alike.

    Moments of captures, numbers of runs and numbers of changes do not count.
    """
    first, second = _content(one), _content(other)
    return sorted(" ".join(key) for key in first.keys() | second.keys() if first.get(key) != second.get(key))


def _content(folder: Path) -> dict[tuple[str, str], Any]:
    found: dict[tuple[str, str], Any] = {}
    with Archive.open(folder, read_only=True) as archive:
        for stored in archive.articles():
            record = {key: value for key, value in stored.as_record().items() if key not in MOMENTS}
            texts = [(each.n, each.cause, each.title, each.lead, each.body) for each in archive.revisions(stored.id)]
            found["article", stored.article.url] = (record, texts)
    with closing(sqlite3.connect(folder / FILE_NAME)) as connection:
        for kind, sql in _KINDS.items():
            for row in connection.execute(sql):
                found[kind, row[0]] = row
    return found
