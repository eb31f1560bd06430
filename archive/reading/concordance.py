"""Words in context: each place where a search finds its words, with the text around it as printed.

What a search finds is marked by the index, exact or folded by the search's own rule. Found words that follow each other
are one place; several words or phrases are one where they are near each other (`found_places.py`). Of an article in
which they are nowhere near each other, the first found word is shown, and the line says so. Of more articles than lines
are asked for, lines are taken evenly over time, one from each article.
"""

import re
import sqlite3
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from archive.fold import WORD, fold, has_marks
from archive.phrases import phrase
from archive.reading.choice import choose
from archive.reading.damage import Skipped, named_damage, read_each
from archive.reading.filters import Filters
from archive.reading.found_places import Span, has_parts, whole_places
from archive.reading.joins import NAMES
from archive.reading.query import Query, read_query
from archive.reading.results import BEGIN, END
from archive.reading.search import TEXTS, one_by_one
from archive.reading.tiers import all_words
from archive.rows import Row
from archive.times import from_text_or_none, to_text_or_none

FIELDS = ("title", "lead", "body")
_ARTICLE = f"""
SELECT a.uid, a.url, a.published_at, s.site, o.name AS outlet, {{columns}}
FROM {TEXTS} JOIN search_rows r ON r.search_id = {TEXTS}.rowid JOIN articles a ON a.id = r.article_id
{NAMES.strip()}
WHERE {TEXTS} MATCH ? AND {TEXTS}.rowid = ?
"""
_BETWEEN = re.compile(r"[^\w\n]*")
"""Between found words that are one place."""


class Sort(StrEnum):
    """What the lines are ordered by."""

    DATE = "date"
    LEFT = "left"
    """The words before the place, from the nearest one on."""
    RIGHT = "right"
    """The words behind it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ConcordanceLine:
    """One place where the words are."""

    uid: str
    url: str
    site: str | None
    outlet: str | None
    published_at: datetime | None
    """Aware, +07:00; None when the page shows no date."""
    field: str
    """title, lead or body."""
    paragraph: int
    """Of the field; 1 is the first."""
    left: str
    match: str
    """As printed."""
    right: str
    is_together: bool
    """Whether all words are at this place; if not, they are apart in the article, and this is the first found one."""

    @property
    def address(self) -> str:
        """Where the reading room shows it: the article, at the title, the lead, or the paragraph of the body."""
        return f"/article/{self.uid}#{self.field}{f'-{self.paragraph}' if self.field == 'body' else ''}"

    def as_record(self) -> dict[str, Any]:
        """Return it as JSON knows it."""
        return {**asdict(self), "published_at": to_text_or_none(self.published_at), "address": self.address}


@dataclass(frozen=True, slots=True, kw_only=True)
class Concordance:
    """The places of a search."""

    articles: int
    """Articles that the search finds."""
    is_sample: bool
    """Whether there are more articles than lines: then each line is from another article."""
    lines: tuple[ConcordanceLine, ...]

    def as_record(self) -> dict[str, Any]:
        """Return it as JSON knows it."""
        lines = [line.as_record() for line in self.lines]
        return {"articles": self.articles, "is_sample": self.is_sample, "lines": lines}


def concordance(
    connection: sqlite3.Connection,
    typed: str,
    *,
    filters: Filters,
    sort: Sort,
    context: int,
    limit: int,
    skipped: Skipped = None,
) -> Concordance:
    """Return at most `limit` lines with `context` words on each side. BadQuery if `typed` holds no word."""
    query = read_query(typed)
    match = all_words(query)
    choice = choose(connection, filters)
    sql = f"SELECT group_concat(f.rowid) {choice.found(TEXTS, only=bool(choice.conditions))}"
    (listed,) = connection.execute(sql, (match, *choice.values)).fetchone()
    found = listed.split(",") if listed is not None else []  # in order, as the index has them
    is_sample = len(found) > limit
    chosen = [found[number * len(found) // limit] for number in range(limit)] if is_sample else found
    each = one_by_one(connection, map(int, chosen), _ARTICLE.format(columns=_columns(query)), values=[match])
    lines: list[ConcordanceLine] = []
    for number, places in enumerate(
        read_each(connection, each, lambda row: _lines(row, query, context), skipped=skipped)
    ):
        lines += [places[number % len(places)]] if is_sample and places else places
        if len(lines) >= limit:
            break
    lines = lines[:limit]
    if sort is not Sort.DATE:
        lines.sort(key=lambda line: _key(line, sort))
    return Concordance(articles=len(found), is_sample=is_sample, lines=tuple(lines))


def _columns(query: Query) -> str:
    """Return the SQL of the texts with marks. The index has no word in both forms: most searches need one of them."""
    words = [word for side in query.alternatives for term in side for each in term.spellings for word in each]
    wanted = {"": any(map(has_marks, words)), "f_": not all(map(has_marks, words))}
    columns = [(kind, f"{kind}{field}") for kind in ("", "f_") for field in FIELDS]
    return ", ".join(
        f"highlight({TEXTS}, {number}, '{BEGIN}', '{END}') AS {name}" if wanted[kind] else f"NULL AS {name}"
        for number, (kind, name) in enumerate(columns)
    )


def _lines(row: Row, query: Query, context: int) -> list[ConcordanceLine]:
    """Return the lines of an article."""
    texts = {field: _runs(row[field] or "", row[f"f_{field}"] or "") for field in FIELDS}
    every = [(field, text, run) for field, (text, runs) in texts.items() for run in runs]
    places, is_together = every, True
    if has_parts(query):
        places = [
            (field, text, place)
            for field, (text, runs) in texts.items()
            for place in whole_places(text, runs, query, is_title=field == "title")
        ]
        places, is_together = places or every[:1], bool(places)
    with named_damage(phrase("article {uid} ({url})", uid=row["uid"], url=row["url"])):
        published_at = from_text_or_none(row["published_at"])
    about = {"uid": row["uid"], "url": row["url"], "site": row["site"], "outlet": row["outlet"]}
    return [
        ConcordanceLine(
            **about, published_at=published_at, field=field, is_together=is_together, **_around(text, place, context)
        )
        for field, text, place in places
    ]


def _around(text: str, place: Span, context: int) -> dict[str, Any]:
    """Return the paragraph of a place, its number, and the words around the place."""
    begin, end = place
    first, last = text.rfind("\n", 0, begin) + 1, text.find("\n", end)
    paragraph = text[first : last if last >= 0 else None]
    return {
        "paragraph": text.count("\n", 0, begin) + 1,
        "left": _last_words(paragraph[: begin - first], context),
        "match": text[begin:end],
        "right": _first_words(paragraph[end - first :], context),
    }


def _runs(*marked: str) -> tuple[str, list[Span]]:
    """Return the text without marks, and where runs of found words begin and end in it, in one form of it or both."""
    spans = sorted(span for text in marked for span in _spans(text))
    plain = max(marked, key=len).replace(BEGIN, "").replace(END, "")
    runs: list[Span] = []
    for begin, end in spans:
        if runs and (begin <= runs[-1][1] or _BETWEEN.fullmatch(plain, runs[-1][1], begin)):
            runs[-1] = (runs[-1][0], max(end, runs[-1][1]))
        else:
            runs.append((begin, end))
    return plain, runs


def _spans(marked: str) -> Iterator[Span]:
    at = begin = 0
    for part in re.split(f"([{BEGIN}{END}])", marked):
        if part == BEGIN:
            begin = at
        elif part == END:
            yield begin, at
        else:
            at += len(part)


def _last_words(text: str, number: int) -> str:
    words = list(WORD.finditer(text))
    return text[words[-number].start() :] if number and len(words) > number else text if number else ""


def _first_words(text: str, number: int) -> str:
    words = list(WORD.finditer(text))
    return text[: words[number - 1].end()] if number and len(words) > number else text if number else ""


def _key(line: ConcordanceLine, sort: Sort) -> list[str]:
    words: list[str] = WORD.findall(fold(line.left if sort is Sort.LEFT else line.right))
    return words[::-1] if sort is Sort.LEFT else words
