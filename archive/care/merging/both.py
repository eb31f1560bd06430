"""Articles that both archives have: one article with the history of both, and the fields of the text in force."""

import json
import sqlite3
from collections.abc import Mapping
from dataclasses import astuple, fields
from typing import Any

from archive.care.merging.alike import join_alike
from archive.care.merging.corrections import DATE_COLUMNS, join_corrections
from archive.care.merging.histories import Absence, PastText, join_absences
from archive.care.merging.matching import Meeting
from archive.care.merging.rows import new_id
from archive.care.merging.weighing import leads, weigh_texts
from archive.record import ArticleStatus, Image
from archive.rows import Row, rows_of
from archive.writing.article_rows import keep_what_is_missing
from archive.writing.changes import change_article
from archive.writing.corrections import Field, find_hand, put_back
from archive.writing.doubts import doubts_from_text, link_doubts
from archive.writing.index import index_later, unindex_text
from archive.writing.links import link_authors, link_images, link_tags
from archive.writing.sites import provinces_of

_PAIRS = f"""
SELECT old, new FROM temp.articles_ids
WHERE meeting = '{Meeting.SAME}' AND old NOT IN (SELECT old FROM temp.alike UNION ALL SELECT old FROM temp.out_of_sight)
ORDER BY old
"""
_ARTICLE = """
SELECT a.*, t.body,
    (SELECT json_group_array(name) FROM (SELECT name FROM {schema}.article_authors
        JOIN {schema}.authors ON id = author_id WHERE article_id = a.id ORDER BY position)) AS names,
    (SELECT json_group_array(name) FROM (SELECT name FROM {schema}.article_tags
        JOIN {schema}.tags ON id = tag_id WHERE article_id = a.id ORDER BY position)) AS tags,
    (SELECT json_group_array(json_array(url, caption)) FROM (SELECT url, caption FROM {schema}.article_images
        JOIN {schema}.images ON id = image_id WHERE article_id = a.id ORDER BY position)) AS images,
    (SELECT json_group_array(doubt) FROM {schema}.article_doubts WHERE article_id = a.id) AS doubts,
    ifnull((SELECT path FROM {schema}.sections WHERE id = a.section_id), '[]') AS path
FROM {schema}.articles a JOIN {schema}.article_texts t ON t.article_id = a.id WHERE a.id = ?
"""
_PAST = """
SELECT seen_at, cause, title, lead, body, byline, text_sha256, {capture}, doubts, modified_at
FROM {schema}.article_revisions o WHERE article_id = ? ORDER BY n
"""
_ABSENCES = """
SELECT seen_at, status, reason, detail, {capture}, back_at
FROM {schema}.tombstones o WHERE article_id = ? ORDER BY seen_at, id
"""
_SIGHTINGS = """
SELECT fetched_at FROM main.captures WHERE article_id = ? AND outcome IN ('added', 'revised', 'unchanged')
"""
_READING = ("reason", "detail", "doubts", "record", "first_seen_at", "last_seen_at", "taken_at", "taken_because")
_READINGS = f"""
SELECT {", ".join(_READING)}, {{capture}} AS capture_id FROM {{schema}}.doubtful_readings o
WHERE article_id = ? ORDER BY first_seen_at, id
"""
_REMAPPED = {"main": "o.capture_id", "other": new_id("captures", "capture_id")}
_KEPT = frozenset(
    (
        *("id", "uid", "url", "site_id", "outlet_id", "province_then_id", "province_now_id", "status", "cause"),
        *("first_seen_at", "last_seen_at", "last_changed_at", "capture_id", "revision_count", "change_seq"),
        *("body", "names", "tags", "images", "doubts", "path"),
    )
)
"""What is not simply taken from the side whose text is in force."""


def join_articles(connection: sqlite3.Connection) -> set[int]:
    """Join each article that both archives have, and return which of ours changed."""
    changed = join_alike(connection)
    pairs = connection.execute(_PAIRS).fetchall()
    return changed | {ours for theirs, ours in pairs if _join(connection, theirs, ours)}


def _join(connection: sqlite3.Connection, their_id: int, our_id: int) -> bool:
    ours, theirs = _row(connection, "main", our_id), _row(connection, "other", their_id)
    _as_here(connection, theirs)
    before = _texts(connection, "main", our_id, ours)
    coming = _texts(connection, "other", their_id, theirs)
    texts, waiting = weigh_texts(ours, theirs, our_texts=before, their_texts=coming)
    newest = texts[-1]
    is_of_both = ours["text_sha256"] == theirs["text_sha256"]
    is_theirs = not is_of_both and newest.text_sha256 == theirs["text_sha256"]
    lead, follow = (theirs, ours) if is_theirs or (is_of_both and leads(theirs, ours)) else (ours, theirs)
    has_corrections = join_corrections(connection, their_id, our_id)
    if Field.PUBLISHED in find_hand(connection, our_id).given:
        follow = {**follow, **dict.fromkeys(DATE_COLUMNS)}  # a date that a person removed stays away
    changes = _fields(connection, lead, follow, ours=ours, theirs=theirs)
    changes |= {
        "first_seen_at": min(ours["first_seen_at"], theirs["first_seen_at"]),
        "last_seen_at": max(ours["last_seen_at"], theirs["last_seen_at"]),
        "last_changed_at": newest.seen_at,
        "cause": newest.cause,
        "capture_id": newest.capture_id,
        "revision_count": len(texts),
        "status": _join_tombstones(connection, their_id, our_id, ours, theirs),
    }
    linked = [
        _link(connection, our_id, lead, follow),
        link_doubts(connection, our_id, _doubts(ours, theirs, is_of_both=is_of_both, is_theirs=is_theirs)),
        _join_readings(connection, their_id, our_id, waiting=waiting),
        texts[:-1] != before[:-1] and _keep_past(connection, our_id, texts),
    ]
    if is_theirs:
        _replace_text(connection, our_id, ours, theirs)
    changed = {column: value for column, value in changes.items() if value != ours[column]}
    if changed or any(linked):
        change_article(connection, our_id, changed)
    is_put_back = put_back(connection, our_id)
    return bool(changed or any(linked) or has_corrections or is_put_back)


def _row(connection: sqlite3.Connection, schema: str, article_id: int) -> Row:
    return next(rows_of(connection.execute(_ARTICLE.format(schema=schema), (article_id,))))


def _as_here(connection: sqlite3.Connection, theirs: Row) -> None:
    """Give the keys of a row of the other archive the numbers that they have here."""
    for table, columns in (
        ("sites", ("site_id", "outlet_id")),
        ("sections", ("section_id",)),
        ("captures", ("capture_id",)),
    ):
        for column in columns:
            found = connection.execute(f"SELECT new FROM temp.{table}_ids WHERE old = ?", (theirs[column],)).fetchone()
            theirs[column] = found and found[0]


def _texts(connection: sqlite3.Connection, schema: str, article_id: int, row: Row) -> list[PastText]:
    """Return the texts of an article in one archive, the one in force at last."""
    past: list[PastText] = []
    if row["revision_count"] > 1:
        sql = _PAST.format(schema=schema, capture=_REMAPPED[schema])
        past = [PastText(*text) for text in connection.execute(sql, (article_id,))]
    doubts = None if row["doubts"] == "[]" else row["doubts"]
    names = {each.name: row.get(each.name) for each in fields(PastText)}
    return [*past, PastText(**{**names, "seen_at": row["last_changed_at"], "doubts": doubts})]


def _fields(connection: sqlite3.Connection, lead: Row, follow: Row, *, ours: Row, theirs: Row) -> dict[str, Any]:
    """Return the fields of the side that leads, with what it has not from the other one."""
    row = {column: value for column, value in lead.items() if column not in _KEPT}
    keep_what_is_missing(row, follow)
    row.pop("province_then_id", None)
    site = ours["site_id"] if ours["site_id"] is not None else theirs["site_id"]
    outlet = theirs["outlet_id"] if ours["outlet_id"] in (None, ours["site_id"]) else ours["outlet_id"]
    outlet = site if outlet is None else outlet
    then_id, now_id = provinces_of(connection, outlet, published_date=row["published_date"])
    return row | {"site_id": site, "outlet_id": outlet, "province_then_id": then_id, "province_now_id": now_id}


def _doubts(ours: Row, theirs: Row, *, is_of_both: bool, is_theirs: bool) -> Any:
    """Return the doubts about the text in force: about one that both have, only those that both have."""
    one, other = doubts_from_text(ours["doubts"]), doubts_from_text(theirs["doubts"])
    if is_of_both:
        return tuple(doubt for doubt in one if doubt in other)
    return other if is_theirs else one


def _link(connection: sqlite3.Connection, article_id: int, lead: Row, follow: Row) -> bool:
    """Link the tags and pictures of the side that leads, or of the other one if it has none."""
    tags, images = ([json.loads(side[name]) for side in (lead, follow)] for name in ("tags", "images"))
    pictures = [Image(url, caption) for url, caption in images[0] or images[1]]
    linked = link_tags(connection, article_id, tags[0] or tags[1]), link_images(connection, article_id, pictures)
    return any(linked)


def _keep_past(connection: sqlite3.Connection, article_id: int, texts: list[PastText]) -> bool:
    """Make all texts but the last the revisions of an article."""
    connection.execute("DELETE FROM main.article_revisions WHERE article_id = ?", (article_id,))
    connection.executemany(
        "INSERT INTO main.article_revisions (article_id, n, seen_at, cause, title, lead, body, byline, text_sha256,"
        " capture_id, doubts, modified_at) VALUES (?,?,?,?,?,?,?,?,?,?,?,?)",
        [(article_id, n, *astuple(text)) for n, text in enumerate(texts[:-1], start=1)],
    )
    return True


def _replace_text(connection: sqlite3.Connection, article_id: int, ours: Row, theirs: Row) -> None:
    """Put their text in force."""
    unindex_text(connection, article_id, (ours["title"], ours["lead"], ours["body"]))
    connection.execute("UPDATE main.article_texts SET body = ? WHERE article_id = ?", (theirs["body"], article_id))
    index_later(connection, article_id)
    link_authors(connection, article_id, json.loads(theirs["names"]))


def _join_tombstones(connection: sqlite3.Connection, their_id: int, our_id: int, ours: Row, theirs: Row) -> str:
    """Join the absences of an article, and return its status."""
    one, other = (
        [
            Absence(*row)
            for row in connection.execute(_ABSENCES.format(schema=schema, capture=_REMAPPED[schema]), (key,))
        ]
        for schema, key in (("main", our_id), ("other", their_id))
    )
    if not (one or other):
        return ArticleStatus.LIVE
    sightings = [at for (at,) in connection.execute(_SIGHTINGS, (our_id,))]
    joined = join_absences(one, other, [*sightings, ours["last_seen_at"], theirs["last_seen_at"]])
    if joined != one:
        connection.execute("DELETE FROM main.tombstones WHERE article_id = ?", (our_id,))
        connection.executemany(
            "INSERT INTO main.tombstones (article_id, seen_at, status, reason, detail, capture_id, back_at)"
            " VALUES (?,?,?,?,?,?,?)",
            [(our_id, *astuple(absence)) for absence in joined],
        )
    return ArticleStatus.LIVE if joined[-1].back_at else ArticleStatus.GONE


def _join_readings(
    connection: sqlite3.Connection, their_id: int, our_id: int, *, waiting: Mapping[str, Any] | None
) -> bool:
    """Keep every reading that was taken, and of the waiting ones the newest. Return whether one came.

    `waiting` was in force in one of the archives, and waits from now on.
    """
    theirs, ours = (
        list(rows_of(connection.execute(_READINGS.format(schema=schema, capture=_REMAPPED[schema]), (key,))))
        for schema, key in (("other", their_id), ("main", our_id))
    )
    known = {_key(reading) for reading in ours}
    waits: Mapping[str, Any] | None = next((reading for reading in ours if reading["taken_at"] is None), None)
    came = False
    for reading in (*theirs, *([waiting] if waiting else ())):
        if _key(reading) in known:
            continue
        if reading["taken_at"] is None:
            if waits and reading["last_seen_at"] <= waits["last_seen_at"]:
                continue
            sql = "DELETE FROM main.doubtful_readings WHERE article_id = ? AND taken_at IS NULL"
            connection.execute(sql, (our_id,))
            waits = reading
        values = {column: reading[column] for column in (*_READING, "capture_id")}
        values["article_id"] = our_id
        marks = ", ".join(f":{column}" for column in values)
        connection.execute(f"INSERT INTO main.doubtful_readings ({', '.join(values)}) VALUES ({marks})", values)
        came = True
    return came


def _key(reading: Mapping[str, Any]) -> tuple[Any, ...]:
    return tuple(reading[column] for column in ("reason", "record", "first_seen_at", "last_seen_at", "taken_at"))
