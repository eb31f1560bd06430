"""The articles that only the other archive has, with all that hangs on them, and the addresses of all articles."""

import sqlite3

from archive.care.merging.matching import Meeting
from archive.care.merging.rows import carry, carry_new, match_rows, new_id
from archive.record import AliasCause
from archive.writing.article_rows import Sighting
from archive.writing.changes import note_changes, note_new
from archive.writing.meeting import meet_copy
from archive.writing.sketches import Todo

_ARTICLE = new_id("articles", "article_id")
_CAPTURE = new_id("captures", "capture_id")
_OF_NEW = "o.article_id IN (SELECT old FROM temp.articles_ids WHERE is_new)"
_INDEX_NEW = """
INSERT OR REPLACE INTO to_index (article_id, has_words, has_sketch)
SELECT new, 0, new IN (SELECT article_id FROM copy_texts) FROM temp.articles_ids WHERE is_new
"""
_NEW_ADDRESSES = """
SELECT u.url, m.new, min(u.first_seen_at), s.new, u.cause FROM other.article_urls u
JOIN temp.articles_ids m ON m.old = u.article_id LEFT JOIN temp.sites_ids s ON s.old = u.site_id
WHERE u.url NOT IN (SELECT url FROM main.articles) AND u.url NOT IN (SELECT url FROM main.article_urls)
GROUP BY u.url
UNION ALL
SELECT o.url, m.new, o.first_seen_at, s.new, iif(m.meeting = 'copy', :copy, :same) FROM other.articles o
JOIN temp.articles_ids m ON m.old = o.id LEFT JOIN temp.sites_ids s ON s.old = o.site_id
WHERE o.url NOT IN (SELECT url FROM main.articles) AND o.url NOT IN (SELECT url FROM main.article_urls)
"""
_EARLIER = """
UPDATE main.article_urls SET first_seen_at = theirs.first_seen_at
FROM (SELECT u.url, m.new, u.first_seen_at FROM other.article_urls u JOIN temp.articles_ids m ON m.old = u.article_id)
    AS theirs
WHERE article_urls.url = theirs.url AND article_urls.article_id = theirs.new
    AND theirs.first_seen_at < article_urls.first_seen_at
RETURNING article_id
"""
_PARTED = """
DELETE FROM main.article_urls WHERE url IN (
    SELECT o.url FROM other.articles o JOIN temp.articles_ids m ON m.old = o.id WHERE m.is_new)
RETURNING article_id
"""
_COPIES = f"""
SELECT m.new, o.last_seen_at, s.new FROM temp.articles_ids m JOIN other.articles o ON o.id = m.old
LEFT JOIN temp.sites_ids s ON s.old = o.site_id
WHERE m.meeting = '{Meeting.COPY}' AND o.status = 'live'
    AND m.old NOT IN (SELECT old FROM temp.out_of_sight) ORDER BY m.old
"""


def match_shared_rows(connection: sqlite3.Connection) -> None:
    """Carry what articles share: sections, authors, tags and pictures."""
    site = "ifnull((SELECT new FROM temp.sites_ids WHERE old = site_id), 0)"
    match_rows(connection, "sections", theirs=f"json_array({site}, path)", ours="json_array(ifnull(site_id, 0), path)")
    carry_new(connection, "sections", {"site_id": new_id("sites", "site_id")})
    for table, key in (("authors", "name"), ("tags", "name"), ("images", "url")):
        match_rows(connection, table, theirs=key, among=f"{key} IN (SELECT {key} FROM other.{table})")
        carry_new(connection, table, {})


def carry_articles(connection: sqlite3.Connection) -> int:
    """Add the articles that are not here, and return how many. An address of ours that shows one leads to it now."""
    note_changes(connection, [article for (article,) in connection.execute(_PARTED).fetchall()])
    (last,) = connection.execute("SELECT ifnull(max(change_seq), 0) FROM main.articles").fetchone()
    added = carry_new(
        connection,
        "articles",
        {
            "site_id": new_id("sites", "site_id"),
            "outlet_id": new_id("sites", "outlet_id"),
            "section_id": new_id("sections", "section_id"),
            "capture_id": _CAPTURE,
            "change_seq": f"{last} + row_number() OVER (ORDER BY o.change_seq)",
        },
    )
    note_new(connection, after=last)
    article: dict[str, str | None] = {"article_id": _ARTICLE}
    with_capture = {**article, "id": None, "capture_id": _CAPTURE}
    carry(connection, "article_texts", article, where=_OF_NEW)
    for table in ("article_revisions", "doubtful_readings", "tombstones"):
        carry(connection, table, with_capture, where=f"{_OF_NEW} ORDER BY o.id")
    carry(connection, "corrections", {**article, "id": None}, where=f"{_OF_NEW} ORDER BY o.id")
    carry(connection, "article_authors", {**article, "author_id": new_id("authors", "author_id")}, where=_OF_NEW)
    carry(connection, "article_tags", {**article, "tag_id": new_id("tags", "tag_id")}, where=_OF_NEW)
    carry(connection, "article_images", {**article, "image_id": new_id("images", "image_id")}, where=_OF_NEW)
    carry(connection, "article_doubts", article, where=_OF_NEW)
    carry(connection, "copy_texts", {**article, "todo": str(Todo.COMPARE.value)}, where=_OF_NEW)
    carry(connection, "copy_sketches", article, where=_OF_NEW)
    connection.execute(_INDEX_NEW)
    return added


def carry_addresses(connection: sqlite3.Connection) -> set[int]:
    """Add the other addresses of articles, and return which articles changed by it."""
    rows = connection.execute(_NEW_ADDRESSES, {"copy": AliasCause.SAME_ID, "same": AliasCause.SPELLING}).fetchall()
    connection.executemany(
        "INSERT OR IGNORE INTO main.article_urls (url, article_id, first_seen_at, site_id, cause) VALUES (?,?,?,?,?)",
        rows,
    )
    return {row[1] for row in rows} | {article for (article,) in connection.execute(_EARLIER).fetchall()}


def meet_copies(connection: sqlite3.Connection) -> set[int]:
    """Note that another site, or another address, carries articles of ours, and return which of them changed by it."""
    changed = set()
    for article_id, seen_at, site_id in connection.execute(_COPIES).fetchall():
        before = _change_of(connection, article_id)
        meet_copy(connection, article_id, site_id=site_id, seen=Sighting(seen_at, None))
        if _change_of(connection, article_id) != before:
            changed.add(article_id)
    return changed


def _change_of(connection: sqlite3.Connection, article_id: int) -> int:
    return int(connection.execute("SELECT change_seq FROM main.articles WHERE id = ?", (article_id,)).fetchone()[0])
