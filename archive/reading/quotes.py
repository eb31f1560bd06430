"""Whether a text of an article has the words of a quotation, in which of its texts, and where.

White space, Unicode form, the placement of a tone, the form of quotation marks, dashes and dots make no difference; nor
do quotation marks and punctuation around the quotation. Everything else does, and is named.
"""

import re
import sqlite3
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, NamedTuple

from archive.errors import BadQuery
from archive.fold import WORD, both_forms
from archive.phrases import phrase
from archive.reading.damage import Skipped
from archive.reading.lookup import get_article, revisions
from archive.reading.stored import Revision
from archive.record import ArticleStatus
from archive.times import to_text, to_text_or_none

FIELDS = ("title", "lead", "body")
"""The parts of a text that are compared."""
LONGEST_QUOTE = 20_000
"""Characters: several times the text of an ordinary article."""

_TOKEN = re.compile(rf"({WORD.pattern})|\.\.\.|\S")
_SAME_SIGN = {
    **dict.fromkeys("\"“”„‟«»‹›'‘’‚‛`´′″", '"'),
    **dict.fromkeys("-‐‑‒–—―−", "-"),
    "...": "…",
}
_AROUND = frozenset('"-…,.;:()[]')
"""Signs that writers put around a quotation, or that end the sentence around it."""


class QuoteMatch(StrEnum):
    """How well a text has the words of a quotation."""

    EXACT = "exact"
    SAME_WORDS = "same-words"
    """The same words in the same order; `QuotedPlace.differs` says in what they differ."""
    NOT_FOUND = "not-found"


class Difference(StrEnum):
    """In what the printed words differ from those of a quotation."""

    MARKS = "marks"
    """Vietnamese marks: "hop" for "họp"."""
    CASE = "case"
    PUNCTUATION = "punctuation"
    """Signs between the words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class QuotedPlace:
    """Where one text of an article has the words."""

    n: int
    """Number of the text: 1 is the first one."""
    seen_at: datetime
    """When this text was first seen."""
    replaced_at: datetime | None
    """When the next text was first seen; None for the one in force."""
    field: str
    """title, lead or body."""
    start: int
    """Characters of the field before the words."""
    match: QuoteMatch
    """EXACT or SAME_WORDS."""
    differs: tuple[Difference, ...]
    """Empty for an exact match."""
    text: str
    """The words as they are printed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class QuoteCheck:
    """What the texts of an article have of a quotation."""

    uid: str
    url: str
    quote: str
    """As it was given."""
    match: QuoteMatch
    """The best match in any text."""
    is_in_force: bool
    """Whether the text in force has this best match."""
    status: ArticleStatus
    last_seen_at: datetime
    """When the archive last saw the article at its address."""
    texts: int
    """How many texts were compared."""
    places: tuple[QuotedPlace, ...]
    """The first best place in each field of each text that has the words, the oldest text first."""

    def as_record(self) -> dict[str, Any]:
        """Return it as JSON knows it."""
        places = [
            {**asdict(each), "seen_at": to_text(each.seen_at), "replaced_at": to_text_or_none(each.replaced_at)}
            for each in self.places
        ]
        return {**asdict(self), "last_seen_at": to_text(self.last_seen_at), "places": places}


class _Token(NamedTuple):
    start: int
    end: int
    sign: str | None
    """None for a word."""
    folded: str
    normalised: str
    case: str
    """U for a capital, and l for any other letter."""


def check_quote(connection: sqlite3.Connection, key: str | int, quote: str, *, skipped: Skipped) -> QuoteCheck:
    """Return what the texts of an article have of `quote`. Raises NoSuchArticle, ArticleWithheld and BadQuery."""
    asked = _asked(quote)
    stored = get_article(connection, key)
    texts = revisions(connection, stored.id, skipped=skipped)
    ends = [*(text.seen_at for text in texts[1:]), None]
    places = [place for text, end in zip(texts, ends, strict=True) for place in _places(text, asked, replaced_at=end)]
    found = {place.match for place in places}
    match = next((each for each in (QuoteMatch.EXACT, QuoteMatch.SAME_WORDS) if each in found), QuoteMatch.NOT_FOUND)
    return QuoteCheck(
        uid=stored.article.uid,
        url=stored.article.url,
        quote=quote,
        match=match,
        is_in_force=any(place.match is match and place.replaced_at is None for place in places),
        status=stored.status,
        last_seen_at=stored.last_seen_at,
        texts=len(texts),
        places=tuple(places),
    )


def _asked(quote: str) -> list[_Token]:
    """Return the tokens of a quotation without the signs around it; BadQuery if it has no word."""
    if len(quote) > LONGEST_QUOTE:
        raise BadQuery(
            phrase(
                "a quotation of {n:,} characters: give at most {most:,}",
                n=len(quote),
                most=LONGEST_QUOTE,
            )
        )
    tokens = list(_tokens(quote))
    if all(token.sign for token in tokens):
        raise BadQuery(phrase('nothing to look for in "{quote}": give at least one word', quote=quote))
    while tokens[0].sign in _AROUND:
        del tokens[0]
    while tokens[-1].sign in _AROUND:
        del tokens[-1]
    return tokens


def _places(text: Revision, asked: Sequence[_Token], *, replaced_at: datetime | None) -> Iterator[QuotedPlace]:
    for field in FIELDS:
        printed = unicodedata.normalize("NFC", getattr(text, field) or "")
        found = list(_occurrences(list(_tokens(printed)), asked))
        if not found:
            continue
        start, end, differs = min(found, key=lambda each: len(each[2]))
        yield QuotedPlace(
            n=text.n,
            seen_at=text.seen_at,
            replaced_at=replaced_at,
            field=field,
            start=start,
            match=QuoteMatch.SAME_WORDS if differs else QuoteMatch.EXACT,
            differs=differs,
            text=printed[start:end],
        )


def _occurrences(
    printed: Sequence[_Token], asked: Sequence[_Token]
) -> Iterator[tuple[int, int, tuple[Difference, ...]]]:
    """Yield start, end and differences of each place at which the words of `asked` follow each other."""
    at = [number for number, token in enumerate(printed) if token.sign is None]
    words = [printed[number] for number in at]
    wanted = [token for token in asked if token.sign is None]
    before = next(number for number, token in enumerate(asked) if token.sign is None)
    behind = next(number for number, token in enumerate(reversed(asked)) if token.sign is None)
    size = len(wanted)
    folded = [word.folded for word in words]
    sought = [word.folded for word in wanted]
    for number in range(len(words) - size + 1):
        if folded[number] != sought[0] or folded[number : number + size] != sought:
            continue
        found = words[number : number + size]
        around = printed[max(at[number] - before, 0) : at[number + size - 1] + behind + 1]
        yield found[0].start, found[-1].end, tuple(_differences(found, wanted, signs=(around, asked)))


def _differences(
    found: Sequence[_Token], wanted: Sequence[_Token], *, signs: tuple[Sequence[_Token], Sequence[_Token]]
) -> Iterator[Difference]:
    pairs = list(zip(found, wanted, strict=True))
    if any(one.normalised != other.normalised for one, other in pairs):
        yield Difference.MARKS
    if any(one.case != other.case for one, other in pairs):
        yield Difference.CASE
    printed, asked = ([token.sign for token in tokens] for tokens in signs)
    if printed != asked:
        yield Difference.PUNCTUATION


def _tokens(text: str) -> Iterator[_Token]:
    """Yield the words and signs of a text; characters that nobody sees are left out."""
    composed = unicodedata.normalize("NFC", text)
    for match in _TOKEN.finditer(composed):
        if word := match[1]:
            normalised, folded = both_forms(word)
            case = "".join("U" if letter.isupper() else "l" for letter in word)
            yield _Token(match.start(), match.end(), None, folded, normalised, case)
        elif unicodedata.category(match[0][0]) != "Cf":
            yield _Token(match.start(), match.end(), _SAME_SIGN.get(match[0], match[0]), "", "", "")
