"""What the archive knows of the members of a story, as `direction.py` judges them."""

import sqlite3
from collections.abc import Sequence

from archive.copies.credits import Named, is_release, named_in
from archive.copies.direction import Member
from archive.copies.outlets import Outlets
from archive.copies.texts import Texts
from archive.copies.times import Printed
from archive.fold import folded_words
from archive.record import Precision
from archive.rows import Row, rows_of
from archive.story_text import StoryText, story_text
from archive.times import from_text, from_text_or_none

_ARTICLE = """
SELECT a.id, a.uid, a.site_id, a.title, a.byline, a.byline_raw, a.lead_mark, a.source_credit, a.published_at,
    a.published_precision, a.first_seen_at, c.syllables, c.digest
FROM articles a JOIN copy_texts c ON c.article_id = a.id WHERE a.id = ?
"""
_SAYS = """
SELECT a.site_id, a.byline, a.byline_raw, a.lead_mark, a.source_credit, a.lead, t.body, c.syllables
FROM articles a JOIN article_texts t ON t.article_id = a.id JOIN copy_texts c ON c.article_id = a.id WHERE a.id = ?
"""


def member_of(connection: sqlite3.Connection, article_id: int, *, texts: Texts, outlets: Outlets) -> Member:
    """Return an article as a member of a story."""
    row = next(rows_of(connection.execute(_ARTICLE, (article_id,))))
    story = texts.story(article_id)
    house, named = outlets.house(row["site_id"]), _named_in(row, story, outlets=outlets)
    first_lines = "\n".join((row["title"], *story.paragraphs[:1]))
    return Member(
        id=article_id,
        uid=row["uid"],
        site_id=row["site_id"],
        house=house,
        printed=printed_of(row),
        named=named,
        has_byline=bool(row["byline"]) and not any(each.where in ("byline", "byline_raw") for each in named),
        has_own_mark=any(row["site_id"] in outlets.marked(mark) for mark in story.marks),
        is_release=is_release(first_lines),
        is_local=_is_local(
            [*folded_words(row["title"]), *texts.prepared(article_id).words], outlets.place(row["site_id"])
        ),
        syllables=row["syllables"],
        digest=row["digest"],
    )


def named_by(connection: sqlite3.Connection, article_id: int, *, outlets: Outlets) -> tuple[tuple[Named, ...], int]:
    """Return the origins that an article names, and the number of its syllables that are compared."""
    row = next(rows_of(connection.execute(_SAYS, (article_id,))))
    story = story_text(row["lead"], row["body"], lead_mark=row["lead_mark"])
    return _named_in(row, story, outlets=outlets), row["syllables"]


def printed_of(row: Row) -> Printed:
    """Return when an article was printed."""
    precision = row["published_precision"]
    return Printed.of(
        from_text_or_none(row["published_at"]),
        Precision(precision) if precision else None,
        from_text(row["first_seen_at"]),
    )


def _named_in(row: Row, story: StoryText, *, outlets: Outlets) -> tuple[Named, ...]:
    """Return the origins that an article names, each once."""
    said = [(row["source_credit"], "source_credit"), (row["byline"], "byline"), (row["byline_raw"], "byline_raw")]
    said += [(mark, "lead_mark") for mark in story.marks]
    said += [(credit, "text") for credit in story.credits]
    house = outlets.house(row["site_id"])
    found = (named_in(text, where=where, outlets=outlets, house=house) for text, where in said if text)
    return tuple({(each.sort, each.name): each for each in reversed([*filter(None, found)])}.values())[::-1]


def _is_local(words: Sequence[bytes], place: str | None) -> bool:
    return place is not None and f" {place} ".encode() in b" %b " % b" ".join(words)
