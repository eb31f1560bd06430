"""Which articles of another archive are articles of ours: by their addresses, or as copies with the same id and text.

The rules are those of `archive/writing/addresses.py`: an address leads to one article, and a copy at another site, or
with another address, is the same article only with the same words.
"""

import json
import sqlite3
from collections.abc import Iterable
from enum import StrEnum

from archive.care.merging.rows import make_ids
from archive.record import AliasCause
from archive.sameness import words_of
from archive.writing.sites import lineage_of
from archive.writing.withholding import digest_of_title


class Meeting(StrEnum):
    """What an article of the other archive is here."""

    NEW = "new"
    SAME = "same"
    COPY = "copy"
    """Of an article of ours, at another address or another site: its text is known."""


_IDENTITY = "({0}.cause IS NULL OR {0}.cause IN ('spelling', 'redirect'))"
"""An address that shows the article itself. A copy parts from it once its text differs; a page is only a part."""
_BY_ADDRESS = (
    "SELECT o.id AS theirs, a.id AS ours FROM other.articles o JOIN main.articles a ON a.url = o.url",
    "SELECT o.id AS theirs, v.article_id AS ours FROM other.articles o JOIN main.article_urls v ON v.url = o.url"
    f" WHERE {_IDENTITY.format('v')}",
    "SELECT u.article_id AS theirs, a.id AS ours FROM other.article_urls u JOIN main.articles a ON a.url = u.url"
    f" WHERE {_IDENTITY.format('u')}",
    "SELECT u.article_id AS theirs, v.article_id AS ours FROM other.article_urls u"
    f" JOIN main.article_urls v ON v.url = u.url WHERE {_IDENTITY.format('u')} AND {_IDENTITY.format('v')}",
)
"""Pairs of theirs and ours with one address; the first rule that finds an article decides."""
_COPIES = f"""
SELECT o.id AS theirs, u.article_id AS ours, NULL, NULL FROM other.articles o JOIN main.article_urls u ON u.url = o.url
    WHERE u.cause = '{AliasCause.SAME_ID}'
UNION ALL
SELECT u.article_id, a.id, NULL, NULL FROM other.article_urls u JOIN main.articles a ON a.url = u.url
    WHERE u.cause = '{AliasCause.SAME_ID}'
UNION ALL
SELECT o.id, a.id, s.new, a.site_id FROM other.articles o JOIN main.articles a ON a.cms_id = o.cms_id
    JOIN temp.sites_ids s ON s.old = o.site_id
"""
"""Pairs that may be copies; sites are given where they decide."""


def match_articles(connection: sqlite3.Connection) -> None:
    """Say of each article of the other archive which of ours it is, and how."""
    make_ids(connection, "articles")
    connection.execute("ALTER TABLE temp.articles_ids ADD COLUMN meeting TEXT NOT NULL DEFAULT ''")
    for pairs in _BY_ADDRESS:
        connection.execute(
            f"INSERT OR IGNORE INTO temp.articles_ids SELECT theirs, min(ours), 0, '{Meeting.SAME}'"
            f" FROM ({pairs}) GROUP BY theirs"
        )
    known = "SELECT old FROM temp.articles_ids"
    rows = connection.execute(f"SELECT * FROM ({_COPIES}) WHERE theirs NOT IN ({known}) ORDER BY theirs, ours")
    _match_copies(connection, rows.fetchall())
    connection.execute(
        f"INSERT INTO temp.articles_ids SELECT o.id, (SELECT ifnull(max(id), 0) FROM main.articles)"
        f" + row_number() OVER (ORDER BY o.id), 1, '{Meeting.NEW}' FROM other.articles o WHERE o.id NOT IN ({known})"
    )


def _match_copies(connection: sqlite3.Connection, pairs: Iterable[tuple[int, int, int | None, int | None]]) -> None:
    lineages: dict[int, set[int | None]] = {}
    matched: set[int] = set()
    for theirs, ours, site, home in pairs:
        if theirs in matched:
            continue
        if site is not None:
            if site not in lineages:
                lineages[site] = lineage_of(connection, site)
            if home not in lineages[site]:
                continue
        if not _is_one_story(connection, theirs, ours):
            continue
        values = (theirs, ours, Meeting.COPY)
        connection.execute("INSERT INTO temp.articles_ids (old, new, is_new, meeting) VALUES (?,?,0,?)", values)
        matched.add(theirs)


def _is_one_story(connection: sqlite3.Connection, theirs: int, ours: int) -> bool:
    """Whether both have a text in common; of a withheld one only the digests of its titles are known."""
    sides = (("other", theirs), ("main", ours))
    hidden = [_hidden_titles_of(connection, *side) for side in sides]
    if any(titles is not None for titles in hidden):
        one, other = (
            _titles_of(connection, *side) if titles is None else titles
            for side, titles in zip(sides, hidden, strict=True)
        )
        return not one.isdisjoint(other)
    return not _texts_of(connection, *sides[0]).isdisjoint(_texts_of(connection, *sides[1]))


def _hidden_titles_of(connection: sqlite3.Connection, schema: str, article_id: int) -> set[str] | None:
    """Return the digests of the titles of an article that is withheld; None of one that is not."""
    sql = f"SELECT titles FROM {schema}.withholdings WHERE article_id = ? AND lifted_at IS NULL"
    row = connection.execute(sql, (article_id,)).fetchone()
    return None if row is None else set(json.loads(row[0]))


def _titles_of(connection: sqlite3.Connection, schema: str, article_id: int) -> set[str]:
    sql = f"""SELECT title FROM {schema}.articles WHERE id = :article
        UNION SELECT title FROM {schema}.article_revisions WHERE article_id = :article"""
    return {digest_of_title(title) for (title,) in connection.execute(sql, {"article": article_id})}


def _texts_of(connection: sqlite3.Connection, schema: str, article_id: int) -> set[tuple[str, ...]]:
    """Return the words of each text of an article, from its title to the end of its body."""
    rows = connection.execute(
        f"""SELECT a.title, a.lead_mark, a.lead, t.body
        FROM {schema}.articles a JOIN {schema}.article_texts t ON t.article_id = a.id WHERE a.id = :article
        UNION ALL SELECT r.title, a.lead_mark, r.lead, r.body
        FROM {schema}.article_revisions r JOIN {schema}.articles a ON a.id = r.article_id WHERE r.article_id = :article
        """,
        {"article": article_id},
    )
    return {words_of(*row) for row in rows}
