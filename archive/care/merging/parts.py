"""The pages of articles that lie on several: of each page the reading that was seen last."""

import sqlite3

from archive.care.merging.rows import carry, new_id

_SHOWN = "ifnull(o.article_id, 0) NOT IN (SELECT old FROM temp.out_of_sight)"
_LATER = f"""
UPDATE main.article_parts SET article_id = ifnull({new_id("articles", "article_id")}, article_parts.article_id),
    first_url = o.first_url, n = o.n, named = o.named, record = o.record, seen_at = o.seen_at,
    capture_id = {new_id("captures", "capture_id")}
FROM other.article_parts o WHERE o.url = article_parts.url AND o.seen_at > article_parts.seen_at AND {_SHOWN}
"""
_ARTICLE = new_id("articles", "article_id")
_MISSING = f"""
{_SHOWN} AND o.url NOT IN (SELECT url FROM main.article_parts)
AND NOT EXISTS (SELECT 1 FROM main.article_parts p WHERE p.article_id = {_ARTICLE} AND p.n = o.n)
"""


def carry_parts(connection: sqlite3.Connection) -> int:
    """Carry the pages, and return how many are new or changed."""
    changed = connection.execute(_LATER).rowcount
    values: dict[str, str | None] = {"article_id": _ARTICLE, "capture_id": new_id("captures", "capture_id")}
    return changed + carry(connection, "article_parts", values, where=_MISSING)
