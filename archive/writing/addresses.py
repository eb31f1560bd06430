"""The addresses of an article: its own, others that lead to it, and those of copies at merged outlets.

A merged outlet shows its old articles under another host, with the same CMS ids. Such an address belongs to the stored
article if id and text are the same; another text is another article, whatever its id.
"""

import sqlite3
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace

from archive.fold import normalise
from archive.record import AliasCause, Article, Capture
from archive.sameness import words_of
from archive.times import to_text
from archive.writing.changes import change_article, note_changes
from archive.writing.sites import lineage_of

_TEXTS = """
SELECT a.title, a.lead_mark, a.lead, t.body FROM articles a JOIN article_texts t ON t.article_id = a.id
WHERE a.id = :article
UNION ALL
SELECT r.title, a.lead_mark, r.lead, r.body FROM article_revisions r JOIN articles a ON a.id = r.article_id
WHERE r.article_id = :article
UNION ALL
SELECT json_extract(record, '$.title'), json_extract(record, '$.lead_mark'), json_extract(record, '$.lead'),
    json_extract(record, '$.body') FROM article_parts WHERE article_id = :article AND n = 1
"""


def find_by_url(connection: sqlite3.Connection, url: str | None) -> int | None:
    """Return the id of the article with this address, its own or another one; None if there is none."""
    row = connection.execute(
        "SELECT id FROM articles WHERE url = :url "
        "UNION ALL SELECT article_id FROM article_urls WHERE url = :url LIMIT 1",
        {"url": url},
    ).fetchone()
    return None if row is None else int(row[0])


def find_same(connection: sqlite3.Connection, article: Article, capture: Capture, *, site_id: int | None) -> int | None:
    """Return the id of the stored article that this one is: at the same address, or the same page at a new one."""
    known = find_by_url(connection, article.url)
    if known is not None:
        is_same = _is_own_address(connection, known, article.url) or (
            not is_elsewhere(connection, known, site_id) and _is_same_text(connection, known, article)
        )
        return known if is_same else None
    asked = find_by_url(connection, capture.url)
    if asked is None or is_elsewhere(connection, asked, site_id):
        return None
    if capture.final_url in (None, capture.url):
        return asked
    # a redirect may lead from a dead article to another one: two texts are never merged
    return asked if _is_same_text(connection, asked, article) else None


def at_shorter(connection: sqlite3.Connection, article: Article, capture: Capture, *, site_id: int | None) -> Article:
    """Return the article at the shorter address that its page declares, unless another text is known there."""
    shorter = capture.shorter_url
    if shorter is None:
        return article
    known, there = find_by_url(connection, article.url), find_by_url(connection, shorter)
    if there is None:
        return article if known is not None else replace(article, url=shorter)
    is_one = known == there or (known is None and _has_words_of(connection, there, article))
    return replace(article, url=shorter) if is_one and not is_elsewhere(connection, there, site_id) else article


def find_copied(
    connection: sqlite3.Connection, article: Article, capture: Capture, *, site_id: int | None
) -> int | None:
    """Return the id of the article of which this one is a copy: at a known address of a copy, or with the same CMS id.

    Only articles in the lineage of the site count. The words must be those of a text that the article has, or had: the
    copy may be older than an edit.
    """
    rows = connection.execute(
        "SELECT id, site_id FROM articles WHERE cms_id = :cms_id OR id IN "
        "(SELECT article_id FROM article_urls WHERE url IN (:url, :asked)) ORDER BY id",
        {"url": article.url, "asked": capture.url, "cms_id": capture.cms_id},
    ).fetchall()
    lineage = lineage_of(connection, site_id) if rows else set()
    for candidate, home in rows:
        if home in lineage and _has_words_of(connection, candidate, article):
            return int(candidate)
    return None


def keep_addresses(
    connection: sqlite3.Connection,
    article_id: int,
    article: Article,
    capture: Capture,
    *,
    site_id: int | None,
    is_copy: bool,
) -> None:
    """Store the addresses of a capture that no article has yet."""
    is_redirected = capture.final_url not in (None, capture.url)
    cause = AliasCause.SAME_ID if is_copy else AliasCause.REDIRECT if is_redirected else AliasCause.SPELLING
    urls = [url for url in (article.url, capture.url, capture.final_url) if url]
    add_aliases(connection, article_id, urls, cause, site_id=site_id, seen_at=to_text(capture.fetched_at))


def add_aliases(
    connection: sqlite3.Connection,
    article_id: int,
    urls: Iterable[str],
    cause: AliasCause,
    *,
    site_id: int | None,
    seen_at: str,
) -> None:
    """Let those of `urls` lead to the article that lead to none."""
    new = [url for url in sorted(set(urls)) if find_by_url(connection, url) is None]
    connection.executemany(
        "INSERT INTO article_urls (url, article_id, first_seen_at, site_id, cause) VALUES (?,?,?,?,?)",
        [(url, article_id, seen_at, site_id, cause) for url in new],
    )
    if new:
        note_changes(connection, [article_id])


def is_further_page(connection: sqlite3.Connection, url: str) -> bool:
    """Whether a further page of an article is at `url`: what becomes of it says nothing of the whole article."""
    sql = "SELECT 1 FROM article_urls WHERE url = ? AND cause = ?"
    return connection.execute(sql, (url, AliasCause.PART)).fetchone() is not None


def learn_ids(connection: sqlite3.Connection, site: str, id_of: Callable[[str], str | None]) -> dict[str, str]:
    """Write the id that `id_of` finds in the address of each article of the site that has none; return uid → id."""
    rows = connection.execute(
        "SELECT a.uid, a.url FROM articles a JOIN sites s ON s.id = a.site_id WHERE s.site = ? AND a.cms_id IS NULL",
        (site,),
    ).fetchall()
    learnt = {uid: cms_id for uid, url in rows if (cms_id := id_of(url))}
    write_ids(connection, learnt)
    return learnt


def write_ids(connection: sqlite3.Connection, ids: Mapping[str, str]) -> None:
    """Write the ids of articles: uid → id."""
    for uid, cms_id in ids.items():
        row = connection.execute("SELECT id FROM articles WHERE uid = ?", (uid,)).fetchone()
        if row is not None:
            change_article(connection, row[0], {"cms_id": cms_id})


def forget_address(connection: sqlite3.Connection, url: str) -> None:
    """Remove an address from the article that has it as another one: it gets an article of its own."""
    forgotten = connection.execute("DELETE FROM article_urls WHERE url = ? RETURNING article_id", (url,)).fetchall()
    note_changes(connection, (article_id for (article_id,) in forgotten))


def copied_at(connection: sqlite3.Connection, url: str) -> tuple[int, str, int] | None:
    """Return id, own address and word count of the article of which `url` showed a copy; None if it showed none."""
    row = connection.execute(
        "SELECT a.id, a.url, a.word_count FROM article_urls u JOIN articles a ON a.id = u.article_id "
        "WHERE u.url = ? AND u.cause = ?",
        (url, AliasCause.SAME_ID),
    ).fetchone()
    return None if row is None else (int(row[0]), str(row[1]), int(row[2]))


def _is_own_address(connection: sqlite3.Connection, article_id: int, url: str) -> bool:
    return (
        connection.execute("SELECT 1 FROM articles WHERE id = ? AND url = ?", (article_id, url)).fetchone() is not None
    )


def is_elsewhere(connection: sqlite3.Connection, article_id: int, site_id: int | None) -> bool:
    """Return whether an article belongs to another site: a page of this site may confirm it, but never change it."""
    home = _site_of(connection, article_id)
    return site_id is not None and home is not None and home != site_id


def _site_of(connection: sqlite3.Connection, article_id: int) -> int | None:
    row = connection.execute("SELECT site_id FROM articles WHERE id = ?", (article_id,)).fetchone()
    return None if row[0] is None else int(row[0])


def _is_same_text(connection: sqlite3.Connection, article_id: int, article: Article) -> bool:
    sql = "SELECT title, text_sha256 FROM articles WHERE id = ?"
    title, text_sha256 = connection.execute(sql, (article_id,)).fetchone()
    return text_sha256 == article.text_sha256 or normalise(title) == normalise(article.title)


def _has_words_of(connection: sqlite3.Connection, article_id: int, article: Article) -> bool:
    """Whether a stored article, or its first page, has or had the same words from its title to the end of its body."""
    texts = connection.execute(_TEXTS, {"article": article_id})
    words = words_of(article.title, article.lead_mark, article.lead, article.body)
    return any(words_of(*text) == words for text in texts)
