"""Finds what a person means by an address: as it is stored, or as people paste it."""

import sqlite3

from archive.spelling import spellings

_OF_ARTICLES = "SELECT 1 FROM articles WHERE url = :url UNION ALL SELECT 1 FROM article_urls WHERE url = :url LIMIT 1"
_OF_ALL = "SELECT 1 FROM urls WHERE url = :url"


def known_address(connection: sqlite3.Connection, typed: str) -> str:
    """Return the address that `typed` stands for: that of an article first, then any known one, else `typed` itself."""
    possible = (typed, *spellings(typed))
    for sql in (_OF_ARTICLES, _OF_ALL):
        for url in possible:
            if connection.execute(sql, {"url": url}).fetchone():
                return url
    return typed
