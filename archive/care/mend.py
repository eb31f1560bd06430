"""Mends a database with one that was made again from the WARC files: what is missing in it, and what is damaged.

The caller has attached the other database as `sound`, has a transaction open, and foreign keys switched off. Most ids
differ between the two: `_MAPPED` says how a reference is found by the name of what it refers to.
"""

import re
import sqlite3
from collections.abc import Iterable, Iterator, Sequence

from archive.care.findings import Finding
from archive.phrases import phrase
from archive.rows import Row, rows_of
from archive.writing.changes import next_change
from archive.writing.index import index_all
from archive.writing.origin_months import count_all_origins
from archive.writing.outlet_months import count_all_months
from archive.writing.sketches import forget_all_copies

_SITE = "(SELECT m.id FROM sites m JOIN sound.sites s ON s.site = m.site WHERE s.id = x.{})"
_ARTICLE = "(SELECT m.id FROM articles m JOIN sound.articles a ON a.uid = m.uid WHERE a.id = x.article_id)"
_ANSWER = "(SELECT m.id FROM raw_answers m JOIN sound.raw_answers r ON r.record_id = m.record_id WHERE r.id = x.{})"
_MAPPED = {
    "site_id": _SITE.format("site_id"),
    "outlet_id": _SITE.format("outlet_id"),
    "merged_into_id": _SITE.format("merged_into_id"),
    "section_id": "(SELECT m.id FROM sections m JOIN sound.sections c ON c.path = m.path WHERE c.id = x.section_id"
    f" AND m.site_id IS {_SITE.format('site_id').replace('x.site_id', 'c.site_id')})",
    "article_id": _ARTICLE,
    "author_id": "(SELECT m.id FROM authors m JOIN sound.authors w ON w.name = m.name WHERE w.id = x.author_id)",
    "tag_id": "(SELECT m.id FROM tags m JOIN sound.tags w ON w.name = m.name WHERE w.id = x.tag_id)",
    "image_id": "(SELECT m.id FROM images m JOIN sound.images w ON w.url = m.url WHERE w.id = x.image_id)",
    "warc_file_id": "(SELECT m.id FROM warc_files m JOIN sound.warc_files w ON w.name = m.name"
    " WHERE w.id = x.warc_file_id)",
    "original_id": _ANSWER.format("original_id"),
    "raw_answer_id": _ANSWER.format("raw_answer_id"),
}
"""Column → SQL for its value in this database, for the row `x` of the other one. Others have the same value in both."""
_SHARED = ("sites", "authors", "tags", "images", "sections", "warc_files")
_MERGERS = f"""
UPDATE sites SET merged_into_id = (SELECT {_MAPPED["merged_into_id"]} FROM sound.sites x WHERE x.site = sites.site)
WHERE merged_into_id IS NULL
"""
_HANGING = (
    *("article_texts", "article_revisions", "article_urls", "article_parts", "article_authors", "article_tags"),
    *("article_images", "article_doubts", "tombstones", "doubtful_readings"),
    *("corrections", "withholdings"),
)
"""Tables whose rows belong to one article."""
_NUMBERED = ("article_revisions", "tombstones", "doubtful_readings", "corrections", "withholdings")
"""Those of them whose id means nothing."""
_IS_NEW_DECISION = """
NOT EXISTS (SELECT 1 FROM copy_decisions d
    WHERE (d.uid, d.other_uid, d.what, d.decided_at) = (x.uid, x.other_uid, x.what, x.decided_at))
"""
_UID = re.compile(r"\barticle ([0-9a-f]{8})\b")
_CAPTURE = re.compile(r"^capture (\d+)\b")
_ROW = re.compile(r"^(articles|captures), row (\d+)$")
_SAME_ANSWER = """(SELECT id FROM raw_answers WHERE record_id = x.record_id UNION ALL
    SELECT m.id FROM raw_answers m WHERE m.warc_offset = x.warc_offset AND m.warc_file_id = {} LIMIT 1)"""
_SAME_ARTICLE = (
    "(SELECT id FROM articles WHERE uid = x.uid UNION ALL SELECT id FROM articles WHERE url = x.url LIMIT 1)"
)


def mend(
    connection: sqlite3.Connection, findings: Sequence[Finding], *, growing: Iterable[str], is_partial: bool
) -> Iterator[str]:
    """Mend what `findings` name, and add what is missing; yield what was done, one sentence each.

    `growing` are the names of the WARC files that are not closed. `is_partial`: any row may be missing, so every
    article that the other database knows wholly is taken from there.
    """
    known = {name for (name,) in connection.execute("SELECT name FROM warc_files")}
    for table in _SHARED:
        _copy(connection, table, without=("id",), or_ignore=True)
    connection.execute(_MERGERS)
    reopened = [(name,) for name in growing if name not in known]
    connection.executemany("UPDATE warc_files SET closed_at = NULL, sha256 = NULL WHERE name = ?", reopened)
    connection.execute("INSERT OR IGNORE INTO ledger SELECT * FROM sound.ledger WHERE is_kept")
    yield from _counted(phrase("runs"), _mend_runs(connection))
    yield from _counted(phrase("raw pages"), _mend_answers(connection))
    all_known = {uid for (uid,) in connection.execute("SELECT uid FROM sound.articles")}
    damaged = all_known if is_partial else _named_articles(connection, findings)
    missing = all_known - {uid for (uid,) in connection.execute("SELECT uid FROM articles")}
    for uid in sorted(missing):
        _take_article(connection, uid)
    yield from _counted(phrase("captures"), _mend_captures(connection, findings))
    restored = 0
    for uid in sorted(damaged - missing):
        if _is_covered(connection, uid):
            _take_article(connection, uid)
            restored += 1
        else:
            restored += _restore_texts(connection, uid)
    yield from _counted(phrase("articles that were missing"), len(missing))
    yield from _counted(phrase("articles that were there") if is_partial else phrase("damaged articles"), restored)
    _copy(connection, "copy_decisions", _IS_NEW_DECISION, without=("id",), or_ignore=True)
    _copy(connection, "urls", or_ignore=True)
    yield from _counted(phrase("references to nothing"), _drop_dangling(connection))


def index_again(connection: sqlite3.Connection) -> None:
    """Make what searches and counts read again of the rows; copies are found anew by `baotinh copies update`."""
    connection.execute("DELETE FROM to_index")
    forget_all_copies(connection)
    index_all(connection)
    count_all_months(connection)
    count_all_origins(connection)


def _counted(what: str, number: int) -> Iterator[str]:
    if number:
        yield phrase("{what}: {number:,} mended", what=what, number=number)


def _columns(connection: sqlite3.Connection, table: str, without: Iterable[str] = ()) -> list[str]:
    return [name for _, name, *_ in connection.execute(f"PRAGMA table_info({table})") if name not in without]


def _values(connection: sqlite3.Connection, table: str, without: Iterable[str] = ()) -> tuple[str, str]:
    """Return the columns of a table, and the SQL of their values for a row `x` of the other database."""
    columns = _columns(connection, table, without)
    return (
        ", ".join(f'"{name}"' for name in columns),
        ", ".join(_MAPPED.get(name, f'x."{name}"') for name in columns),
    )


def _copy(
    connection: sqlite3.Connection,
    table: str,
    where: str = "1",
    values: Sequence[object] = (),
    *,
    without: Iterable[str] = (),
    also: tuple[str, str] = ("", ""),
    or_ignore: bool = False,
) -> int:
    """Copy rows of the other database in the place of those with the same key, and return how many.

    `also` are further columns, and the SQL of their values.
    """
    columns, found = _values(connection, table, without)
    verb = "INSERT OR IGNORE" if or_ignore else "INSERT OR REPLACE"
    cursor = connection.execute(
        f"{verb} INTO {table} ({columns}{also[0]}) SELECT {found}{also[1]} FROM sound.{table} x WHERE {where}", values
    )
    return cursor.rowcount


def _mend_runs(connection: sqlite3.Connection) -> int:
    columns, found = _values(connection, "runs")
    differing = f"SELECT {found} FROM sound.runs x WHERE x.finished_at IS NOT NULL EXCEPT SELECT {columns} FROM runs"
    ids = [row["id"] for row in rows_of(connection.execute(f"SELECT id FROM ({differing})"))]
    ids += [n for (n,) in connection.execute("SELECT id FROM sound.runs EXCEPT SELECT id FROM runs")]
    for run in set(ids):
        _copy(connection, "runs", "x.id = ?", (run,))
    return len(set(ids))


def _mend_answers(connection: sqlite3.Connection) -> int:
    """Make the rows of raw pages those of their records; an original comes before what repeats its body."""
    columns, found = _values(connection, "raw_answers", ("id",))
    same = _SAME_ANSWER.format(_MAPPED["warc_file_id"])
    differing = f"""SELECT x.id FROM sound.raw_answers x WHERE EXISTS (
            SELECT {found} EXCEPT SELECT {columns} FROM raw_answers WHERE record_id = x.record_id)
        ORDER BY x.original_id IS NOT NULL, x.id"""
    ids = [n for (n,) in connection.execute(differing).fetchall()]
    for number in ids:
        _copy(connection, "raw_answers", "x.id = ?", (number,), without=("id",), also=(", id", f", {same}"))
    return len(ids)


def _mend_captures(connection: sqlite3.Connection, findings: Sequence[Finding]) -> int:
    ids = {n for (n,) in connection.execute("SELECT id FROM sound.captures EXCEPT SELECT id FROM captures")}
    named = [int(found[1]) for each in findings if (found := _CAPTURE.match(each.what))]
    named += [int(found[2]) for each in findings if (found := _ROW.match(each.what)) and found[1] == "captures"]
    return sum(_copy(connection, "captures", "x.id = ?", (number,)) for number in sorted(ids.union(named)))


def _named_articles(connection: sqlite3.Connection, findings: Sequence[Finding]) -> set[str]:
    """Return the uids, in the other database, of the articles that are damaged in this one."""
    where = "SELECT uid, url FROM articles WHERE "
    rows: list[tuple[str, str]] = []
    for each in findings:
        for prefix in _UID.findall(each.what):
            rows += connection.execute(f"{where} uid >= ? AND uid < ?", (prefix, f"{prefix}g")).fetchall()
        if (found := _ROW.match(each.what)) and found[1] == "articles":
            rows += connection.execute(f"{where} id = ?", (found[2],)).fetchall()
    sql = "SELECT uid FROM sound.articles WHERE uid = ? OR url = ?"
    return {uid for row in set(rows) for (uid,) in connection.execute(sql, row)}


def _is_covered(connection: sqlite3.Connection, uid: str) -> bool:
    """Whether the other database knows every capture of an article: then it knows all of it."""
    sql = f"""SELECT 1 FROM sound.articles x JOIN captures c ON c.article_id = {_SAME_ARTICLE}
        WHERE x.uid = ? AND c.id NOT IN (SELECT id FROM sound.captures)"""
    return connection.execute(sql, (uid,)).fetchone() is None


def _take_article(connection: sqlite3.Connection, uid: str) -> None:
    """Put an article with all that belongs to it in the place of the one that is here."""
    sequence = str(next_change(connection))
    _copy(
        connection,
        "articles",
        "x.uid = ?",
        (uid,),
        without=("id", "change_seq"),
        also=(", id, change_seq", f", {_SAME_ARTICLE}, {sequence}"),
    )
    (article_id,) = connection.execute("SELECT id FROM articles WHERE uid = ?", (uid,)).fetchone()
    of_it = "x.article_id = (SELECT id FROM sound.articles WHERE uid = ?)"
    for table in _HANGING:
        connection.execute(f"DELETE FROM {table} WHERE article_id = ?", (article_id,))
        _copy(connection, table, of_it, (uid,), without=("id",) if table in _NUMBERED else ())


def _restore_texts(connection: sqlite3.Connection, uid: str) -> int:
    """Restore texts whose digest a text of the other database has; return whether any was."""
    sql = "SELECT id, text_sha256 FROM articles WHERE uid = ?"
    row = connection.execute(sql, (uid,)).fetchone()
    if row is None:
        return 0
    article_id, digest = row
    restored = 0
    if text := _text_of(connection, uid, digest):
        connection.execute(
            "UPDATE articles SET title = :title, lead = :lead, byline = :byline WHERE id = :id",
            {**text, "id": article_id},
        )
        connection.execute("UPDATE article_texts SET body = ? WHERE article_id = ?", (text["body"], article_id))
        restored = 1
    sql = "SELECT id, text_sha256 FROM article_revisions WHERE article_id = ?"
    for revision, digest in connection.execute(sql, (article_id,)).fetchall():
        if text := _text_of(connection, uid, digest):
            connection.execute(
                "UPDATE article_revisions SET title = :title, lead = :lead, body = :body, byline = :byline"
                " WHERE id = :id",
                {**text, "id": revision},
            )
            restored = 1
    return restored


def _text_of(connection: sqlite3.Connection, uid: str, digest: str) -> Row | None:
    sql = """SELECT a.title, a.lead, t.body, a.byline, a.text_sha256 FROM sound.articles a
        JOIN sound.article_texts t ON t.article_id = a.id WHERE a.uid = :uid AND a.text_sha256 = :digest
        UNION ALL SELECT r.title, r.lead, r.body, r.byline, r.text_sha256 FROM sound.article_revisions r
        JOIN sound.articles a ON a.id = r.article_id WHERE a.uid = :uid AND r.text_sha256 = :digest"""
    return next(rows_of(connection.execute(sql, {"uid": uid, "digest": digest})), None)


def _drop_dangling(connection: sqlite3.Connection) -> int:
    """Empty the references that lead to no row; a row that cannot be without one is removed.

    The address of an article that is lost is due again.
    """
    connection.execute(
        "UPDATE urls SET due_at = ifnull(due_at, fetched_at), etag = NULL, last_modified = NULL"
        " WHERE article_id NOT IN (SELECT id FROM articles)"
    )
    number = 0
    broken = {(row[0], row[2], row[3]) for row in connection.execute("PRAGMA main.foreign_key_check")}
    for table, parent, key in broken:
        column = next(row[3] for row in connection.execute(f"PRAGMA foreign_key_list({table})") if row[0] == key)
        columns = connection.execute(f"PRAGMA table_info({table})").fetchall()
        is_needed = any(name == column and (needed or key) for _, name, _, needed, _, key in columns)
        verb = f"DELETE FROM {table}" if is_needed else f"UPDATE {table} SET {column} = NULL"
        number += connection.execute(f"{verb} WHERE {column} NOT IN (SELECT id FROM {parent})").rowcount
    return number
