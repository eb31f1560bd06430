"""Rows that articles share: sections, authors, tags, pictures."""

import json
import sqlite3
from collections.abc import Sequence

from archive.fold import fold
from archive.record import Image


def find_section(connection: sqlite3.Connection, section: tuple[str, ...], *, site_id: int | None) -> int | None:
    """Return the id of a section of a site, made if it is new; None for an article without one."""
    if not section:
        return None
    path = json.dumps(section, ensure_ascii=False)
    row = connection.execute(
        "SELECT id FROM sections WHERE ifnull(site_id, 0) = ifnull(?, 0) AND path = ?", (site_id, path)
    ).fetchone()
    if row is None:
        row = connection.execute(
            "INSERT INTO sections (site_id, name, path) VALUES (?,?,?) RETURNING id",
            (site_id, " > ".join(section), path),
        ).fetchone()
    return int(row[0])


def link_authors(connection: sqlite3.Connection, article_id: int, names: Sequence[str]) -> None:
    """Make `names` the authors of an article."""
    connection.execute("DELETE FROM article_authors WHERE article_id = ?", (article_id,))
    for position, name in enumerate(names):
        connection.execute("INSERT OR IGNORE INTO authors (name, folded) VALUES (?,?)", (name, fold(name)))
        connection.execute(
            "INSERT INTO article_authors SELECT ?, ?, id FROM authors WHERE name = ?",
            (article_id, position, name),
        )


def link_tags(connection: sqlite3.Connection, article_id: int, tags: Sequence[str]) -> bool:
    """Make `tags` those of an article; return whether that changed anything."""
    stored = connection.execute(
        "SELECT name FROM article_tags JOIN tags ON id = tag_id WHERE article_id = ? ORDER BY position",
        (article_id,),
    ).fetchall()
    if stored == [(tag,) for tag in tags]:
        return False
    if stored:
        connection.execute("DELETE FROM article_tags WHERE article_id = ?", (article_id,))
    for position, tag in enumerate(tags):
        connection.execute("INSERT OR IGNORE INTO tags (name) VALUES (?)", (tag,))
        connection.execute(
            "INSERT INTO article_tags SELECT ?, ?, id FROM tags WHERE name = ?", (article_id, position, tag)
        )
    return True


def link_images(connection: sqlite3.Connection, article_id: int, images: Sequence[Image]) -> bool:
    """Make `images` those of an article; return whether that changed anything."""
    stored = connection.execute(
        "SELECT url, caption FROM article_images JOIN images ON id = image_id WHERE article_id = ? ORDER BY position",
        (article_id,),
    ).fetchall()
    if stored == [(image.url, image.caption) for image in images]:
        return False
    if stored:
        connection.execute("DELETE FROM article_images WHERE article_id = ?", (article_id,))
    for position, image in enumerate(images):
        connection.execute("INSERT OR IGNORE INTO images (url) VALUES (?)", (image.url,))
        connection.execute(
            "INSERT INTO article_images SELECT ?, ?, id, ? FROM images WHERE url = ?",
            (article_id, position, image.caption, image.url),
        )
    return True
