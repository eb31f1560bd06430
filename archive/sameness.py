"""Whether two texts are the same to a reader: the same words in the same order, whatever stands between them."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

from archive.fold import WORD, normalise
from archive.record import Article

COUNTER_WORDS = 8
"""A line with more words than this is text, even if it counts readers."""
_COUNTER = re.compile(
    r"\d\D{0,40}\b(?:lượt|views?|bình luận|chia sẻ)\b|"
    r"\b(?:lượt|views?|đã xem|đã đọc|bình luận|chia sẻ)\b\D{0,40}\d",
    re.IGNORECASE,
)
"""A line that counts readers, comments or shares: another number at every look."""


@dataclass(frozen=True, slots=True)
class Text:
    """What a reader reads of an article."""

    title: str
    lead: str | None
    lead_mark: str | None
    body: str
    byline: str | None
    """Names joined by ", "."""
    byline_raw: str | None

    @classmethod
    def of(cls, article: Article) -> Self:
        """Return the text of an article."""
        byline = ", ".join(article.byline) or None
        return cls(article.title, article.lead, article.lead_mark, article.body, byline, article.byline_raw)


def is_same_text(one: Text, other: Text) -> bool:
    """Whether both have the same words in the same order, from the title to the sign-off.

    White space, punctuation, case, Unicode form and counters make no difference, nor do the borders of lead, body and
    sign-off, the mark before the lead, and a lead that the body repeats: another layout of the page ends the lead or
    marks it elsewhere. Bylines beside the text are not compared.
    """
    return not _spellings(one).isdisjoint(_spellings(other))


def words_of(*parts: str | None) -> tuple[str, ...]:
    """Return the words of a text as one run, lines that are counters left out."""
    lines = (line for part in parts if part for line in part.split("\n") if not _is_counter(line))
    return tuple(WORD.findall(normalise(" ".join(lines))))


def without_beginning(words: tuple[str, ...], beginning: tuple[str, ...]) -> tuple[str, ...]:
    """Return `words` without `beginning`, if they begin so."""
    return words[len(beginning) :] if words[: len(beginning)] == beginning else words


def share_kept(before: Sequence[str], after: Sequence[str]) -> float:
    """Return the share of the words of `before`, counted each time that they stand there, that `after` has too."""
    return (Counter(before) & Counter(after)).total() / len(before) if before else 1.0


def _spellings(text: Text) -> set[tuple[str, ...]]:
    """Return the words with and without the mark, and with and without the sign-off: either may stand in the body."""
    title, mark = words_of(text.title), words_of(text.lead_mark)
    lead, body = (without_beginning(words_of(part), mark) for part in (text.lead, text.body))
    words = lead + without_beginning(body, lead)
    ends = ((), words_of(text.byline_raw), words_of(text.byline))
    return {title + begin + words + end for begin in ((), mark) for end in ends}


def _is_counter(line: str) -> bool:
    return len(line.split()) <= COUNTER_WORDS and _COUNTER.search(line) is not None
