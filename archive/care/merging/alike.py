"""Articles that are the same in both archives but for the times: joined all at once, since most are of this kind."""

import sqlite3

from archive.care.merging.matching import Meeting
from archive.care.merging.rows import new_id

_TIMES = ("first_seen_at", "last_seen_at", "last_changed_at")
_OF_THE_ARCHIVE = frozenset(("id", "uid", "url", "capture_id", "change_seq", *_TIMES))
"""Columns that each archive has of its own."""
_REMAPPED = {
    "site_id": new_id("sites", "site_id"),
    "outlet_id": new_id("sites", "outlet_id"),
    "section_id": new_id("sections", "section_id"),
}
_ALONE = ("article_doubts", "doubtful_readings", "tombstones", "corrections")
"""Tables of which neither article may have a row."""
_TAGS = """
ifnull((SELECT group_concat(i.new) FROM other.article_tags t CROSS JOIN temp.tags_ids i ON i.old = t.tag_id
    WHERE t.article_id = o.id), '')
IS ifnull((SELECT group_concat(tag_id) FROM main.article_tags WHERE article_id = a.id), '')
"""
_IMAGES = """
ifnull((SELECT group_concat(json_array(i.new, t.caption)) FROM other.article_images t
    CROSS JOIN temp.images_ids i ON i.old = t.image_id WHERE t.article_id = o.id), '')
IS ifnull((SELECT group_concat(json_array(image_id, caption)) FROM main.article_images WHERE article_id = a.id), '')
"""
_JOIN = f"""
UPDATE main.articles SET first_seen_at = min(a.first_seen_at, o.first_seen_at),
    last_seen_at = max(a.last_seen_at, o.last_seen_at), last_changed_at = min(a.last_changed_at, o.last_changed_at),
    capture_id = iif(o.last_changed_at < a.last_changed_at, {new_id("captures", "capture_id")}, a.capture_id),
    change_seq = :last + numbered.n
FROM (SELECT m.old, row_number() OVER (ORDER BY m.old) AS n
        FROM temp.alike m JOIN other.articles o ON o.id = m.old JOIN main.articles a ON a.id = m.new
        WHERE o.first_seen_at < a.first_seen_at OR o.last_seen_at > a.last_seen_at
            OR o.last_changed_at < a.last_changed_at) AS numbered
    JOIN temp.alike m ON m.old = numbered.old JOIN other.articles o ON o.id = m.old JOIN main.articles a ON a.id = m.new
WHERE articles.id = m.new
RETURNING articles.id
"""


def join_alike(connection: sqlite3.Connection) -> set[int]:
    """Join the articles that are alike, list them in the table `alike`, and return which of ours changed."""
    names = [row[1] for row in connection.execute("PRAGMA main.table_info(articles)")]
    equal = [f'a."{name}" IS {_REMAPPED.get(name, f"o.{name}")}' for name in names if name not in _OF_THE_ARCHIVE]
    alone = [
        f"NOT EXISTS (SELECT 1 FROM {schema}.{table} WHERE article_id = {side}.id)"
        for table in _ALONE
        for schema, side in (("main", "a"), ("other", "o"))
    ]
    connection.execute("CREATE TEMP TABLE alike (old INTEGER PRIMARY KEY, new INTEGER NOT NULL UNIQUE)")
    connection.execute(
        f"""INSERT OR IGNORE INTO temp.alike SELECT m.old, m.new FROM temp.articles_ids m
        JOIN other.articles o ON o.id = m.old JOIN main.articles a ON a.id = m.new
        WHERE m.meeting = '{Meeting.SAME}' AND m.old NOT IN (SELECT old FROM temp.out_of_sight)
        AND a.revision_count = 1 AND {" AND ".join([*equal, *alone, _TAGS, _IMAGES])}
        """
    )
    (last,) = connection.execute("SELECT max(change_seq) FROM main.articles").fetchone()
    return {article for (article,) in connection.execute(_JOIN, {"last": last or 0})}
