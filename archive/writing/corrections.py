"""The one owner of corrections: what a person put in the place of what a page says.

A reading is compared with what the pages before it said, and then the corrections are laid over it. So no reading
overwrites a correction, and what the newest reading has in its place is kept: it returns when the correction is lifted.
Every function works inside the transaction of its caller.
"""

import json
import sqlite3
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from enum import StrEnum
from typing import Any
from unicodedata import normalize

from archive.record import VIETNAM, Article, Precision, TextCause
from archive.rows import Row
from archive.times import from_text, from_text_or_none, to_text, to_text_or_none
from archive.writing.article_rows import Stored, columns_of_date, find_stored, replace_text
from archive.writing.changes import change_article

BY_HAND = "by hand"
"""Provenance of a corrected field."""

Value = str | list[str] | None
"""A value as JSON knows it: a text; names; a day, or a moment with its zone; None for what the article has not."""


class Field(StrEnum):
    """The fields that a person can correct, as a record names them."""

    TITLE = "title"
    LEAD = "lead"
    BYLINE = "byline"
    PUBLISHED = "published_at"


@dataclass(frozen=True, slots=True)
class Said:
    """What a page says of one field."""

    value: Value
    source: str | None
    """Its provenance."""
    is_proposed: bool


@dataclass(frozen=True, slots=True)
class Hand:
    """The corrections of one article that are in force."""

    article_id: int
    given: Mapping[Field, Value]
    """What persons gave."""
    said: Mapping[Field, Said]
    """What the newest reading has in its place."""

    def over(self, article: Article) -> Article:
        """Return a reading with the corrections laid over it."""
        if not self.given:
            return article
        article = _with_values(article, self.given)
        return replace(
            article,
            sources={**article.sources, **dict.fromkeys(self.given, BY_HAND)},
            proposed=article.proposed - set(self.given),
        )

    def off(self, stored: Stored) -> Stored:
        """Return a stored article as its pages say, without the corrections."""
        if not self.said:
            return stored
        values = {field: said.value for field, said in self.said.items()}
        article = _with_values(stored.article, values)
        sources = {name: source for name, source in article.sources.items() if name not in self.said}
        sources |= {field: said.source for field, said in self.said.items() if said.source}
        row = stored.row
        if Field.PUBLISHED in values:
            row = {**row, "published_at": to_text_or_none(article.published_at)}
        return Stored(row, replace(article, sources=sources))

    def note(self, connection: sqlite3.Connection, reading: Article) -> None:
        """Keep what a reading that was taken says of the corrected fields; what it lacks is kept from before."""
        for field, before in self.said.items():
            said = _said(reading, field)
            if said.value and said != before:
                connection.execute(
                    "UPDATE corrections SET page_value = ?, page_source = ?, page_proposed = ?"
                    " WHERE article_id = ? AND field = ? AND ended_at IS NULL",
                    (_json(said.value), said.source, said.is_proposed, self.article_id, field),
                )


def find_hand(connection: sqlite3.Connection, article_id: int) -> Hand:
    """Return the corrections of an article that are in force."""
    rows = connection.execute(
        "SELECT field, new_value, page_value, page_source, page_proposed FROM corrections"
        " WHERE article_id = ? AND ended_at IS NULL",
        (article_id,),
    ).fetchall()
    return Hand(
        article_id,
        {Field(field): json.loads(new) for field, new, *_ in rows},
        {Field(field): Said(json.loads(value), source, bool(proposed)) for field, _, value, source, proposed in rows},
    )


def values_given(
    *, title: str | None, lead: str | None, byline: Iterable[str] | None, published: date | None
) -> dict[Field, Value]:
    """Return the fields that a person gave, as they are kept; None is not given, and an empty one removes the field.

    Text is NFC and one line; a date without time of day is a day. ValueError if nothing is given, or an empty title.
    """
    values: dict[Field, Value] = {}
    if title is not None:
        values[Field.TITLE] = _line(title)
    if lead is not None:
        values[Field.LEAD] = _line(lead) or None
    if byline is not None:
        values[Field.BYLINE] = [name for name in map(_line, byline) if name]
    if published is not None:
        values[Field.PUBLISHED] = to_text(published) if isinstance(published, datetime) else published.isoformat()
    if not values or values.get(Field.TITLE) == "":
        raise ValueError("a correction needs a field, and a title needs a word")
    return values


def correct_article(
    connection: sqlite3.Connection,
    article_id: int,
    values: Mapping[Field, Value],
    *,
    at: datetime,
    by: str,
    reason: str | None,
) -> None:
    """Put `values` in the place of what the article has, and note who said so."""
    stored, hand, moment = _find_whole(connection, article_id), find_hand(connection, article_id), to_text(at)
    _end(connection, article_id, values, at=moment, by=by)
    for field, value in values.items():
        old = _said(stored.article, field)
        said = hand.said.get(field, old)
        connection.execute(
            "INSERT INTO corrections (article_id, field, old_value, new_value, page_value, page_source, page_proposed,"
            " corrected_at, corrected_by, reason) VALUES (?,?,?,?,?,?,?,?,?,?)",
            (
                *(article_id, field, _json(old.value), _json(value)),
                *(_json(said.value), said.source, said.is_proposed, moment, by, reason),
            ),
        )
    new = {field: Said(value, BY_HAND, is_proposed=False) for field, value in values.items()}
    _put_in_force(connection, stored, new, at=moment)


def undo_corrections(
    connection: sqlite3.Connection, article_id: int, fields: Iterable[Field], *, at: datetime, by: str
) -> bool:
    """Let what the newest reading has return; False if a field has no correction, and then nothing is changed."""
    stored, hand, moment = _find_whole(connection, article_id), find_hand(connection, article_id), to_text(at)
    asked = set(fields)
    if not asked or not asked <= hand.said.keys():
        return False
    _end(connection, article_id, asked, at=moment, by=by)
    _put_in_force(connection, stored, {field: hand.said[field] for field in asked}, at=moment)
    return True


def put_back(connection: sqlite3.Connection, article_id: int) -> bool:
    """Put the corrections in force over what a merge took from another archive; return whether that changed a field."""
    hand = find_hand(connection, article_id)
    if not hand.given:
        return False
    stored = _find_whole(connection, article_id)
    found = {field: _said(stored.article, field) for field in hand.given}
    new = {
        field: Said(value, BY_HAND, is_proposed=False)
        for field, value in hand.given.items()
        if (found[field].value, found[field].source) != (value, BY_HAND)
    }
    if not new:
        return False
    of_pages = {field: hand.said[field] for field in new if found[field].source != BY_HAND}
    replace(hand, said=of_pages).note(connection, stored.article)
    _put_in_force(connection, stored, new, at=stored.row["last_changed_at"])
    return True


def _end(connection: sqlite3.Connection, article_id: int, fields: Iterable[Field], *, at: str, by: str) -> None:
    connection.executemany(
        "UPDATE corrections SET ended_at = ?, ended_by = ? WHERE article_id = ? AND field = ? AND ended_at IS NULL",
        [(at, by, article_id, field) for field in fields],
    )


def _put_in_force(connection: sqlite3.Connection, stored: Stored, new: Mapping[Field, Said], *, at: str) -> None:
    """Give fields of an article other values; if a reader sees that in the text, the text before becomes a revision."""
    article_id, row = stored.row["id"], stored.row
    article = _with_values(stored.article, {field: said.value for field, said in new.items()})
    kept = {name: source for name, source in article.sources.items() if name not in new}
    sources = kept | {field: said.source for field, said in new.items() if said.source}
    proposed = (article.proposed - set(new)) | {field for field, said in new.items() if said.is_proposed}
    changes: Row = {
        "title": article.title,
        "lead": article.lead,
        "byline": ", ".join(article.byline) or None,
        "sources": json.dumps(sources, ensure_ascii=False, sort_keys=True),
        "proposed": json.dumps(sorted(proposed), ensure_ascii=False),
        "text_sha256": article.text_sha256,
    }
    if Field.PUBLISHED in new:
        changes |= columns_of_date(connection, article, outlet_id=row["outlet_id"])
    if article.text_sha256 != row["text_sha256"]:
        replace_text(connection, article, row)
        changes |= {"last_changed_at": at, "cause": TextCause.CORRECTED, "revision_count": row["revision_count"] + 1}
    change_article(connection, article_id, changes)


def _find_whole(connection: sqlite3.Connection, article_id: int) -> Stored:
    """Return a stored article with every field that can be corrected."""
    stored = find_stored(connection, article_id)
    precision = stored.row["published_precision"]
    article = replace(
        stored.article,
        published_at=from_text_or_none(stored.row["published_at"]),
        published_precision=Precision(precision) if precision else None,
        proposed=frozenset(json.loads(stored.row["proposed"])),
    )
    return Stored(stored.row, article)


def _said(article: Article, field: Field) -> Said:
    return Said(_value(article, field), article.sources.get(field), field in article.proposed)


def _value(article: Article, field: Field) -> Value:
    if field is Field.PUBLISHED:
        moment = to_text_or_none(article.published_at)
        return moment[:10] if moment and article.published_precision is Precision.DAY else moment
    value: str | tuple[str, ...] | None = getattr(article, field)
    return list(value) if isinstance(value, tuple) else value


def _with_values(article: Article, values: Mapping[Field, Value]) -> Article:
    changes: dict[str, Any] = {}
    for field, value in values.items():
        if field is Field.PUBLISHED:
            changes |= _published(value)
        else:
            changes[field] = tuple(value or ()) if field is Field.BYLINE else value
    return replace(article, **changes)


def _published(value: Value) -> dict[str, Any]:
    """Return the fields of a date: a day begins at 00:00 in Vietnam."""
    if not isinstance(value, str):
        return {"published_at": None, "published_precision": None}
    if len(value) == len("YYYY-MM-DD"):
        moment = datetime.combine(date.fromisoformat(value), time(), tzinfo=VIETNAM)
        return {"published_at": moment, "published_precision": Precision.DAY}
    return {"published_at": from_text(value), "published_precision": Precision.MINUTE}


def _line(text: str) -> str:
    return " ".join(normalize("NFC", text).split())


def _json(value: Value) -> str:
    return json.dumps(value, ensure_ascii=False)
