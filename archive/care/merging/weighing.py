"""Which of two texts in force stays in force: the newer one, unless a crawl would let it wait beside the other.

Pure: nothing here reads the database.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from archive.care.merging.histories import PastText, join_texts
from archive.reading.stored import article_of
from archive.record import Article
from archive.rows import Row
from archive.writing.doubts import reading_columns
from archive.writing.judging import Wait, is_less_sure, is_same_reading, why_wait


def weigh_texts(
    ours: Row, theirs: Row, *, our_texts: Sequence[PastText], their_texts: Sequence[PastText]
) -> tuple[list[PastText], Mapping[str, Any] | None]:
    """Return the texts of both sides by time, and the columns of the reading that waits beside the last one, or None.

    Of two texts in force, the newer one waits if it is less sure; with the same words it is left out.
    """
    for side, texts, other in ((theirs, their_texts, ours), (ours, our_texts, theirs)):
        reading, shown = article_of(side), article_of(other)
        wait = why_wait(reading, shown)
        if wait and _is_newer(texts, other):
            older = ([text for text in each if text is not texts[-1]] for each in (our_texts, their_texts))
            joined = join_texts(*older)
            if joined[-1].text_sha256 == other["text_sha256"]:
                return joined, None if is_same_reading(reading, shown) else _waiting(reading, wait, side)
    return join_texts(our_texts, their_texts), None


def leads(one: Row, other: Row) -> bool:
    """Whether the fields of `one` count, where both have the same text in force: the surer reading, then the newer."""
    reading, shown = article_of(one), article_of(other)
    is_surer, is_weaker = is_less_sure(shown, reading), is_less_sure(reading, shown)
    return is_surer if is_surer != is_weaker else bool(one["last_seen_at"] > other["last_seen_at"])


def _is_newer(texts: Sequence[PastText], other: Row) -> bool:
    """Whether the last text was seen no earlier than the text in force in the other archive, and this archive never had
    that text. An archive that had both has already chosen.
    """
    is_later = texts[-1].seen_at >= other["last_changed_at"]
    return is_later and all(text.text_sha256 != other["text_sha256"] for text in texts)


def _waiting(reading: Article, wait: Wait, side: Row) -> Mapping[str, Any]:
    """Return the columns of `doubtful_readings` that come from a reading."""
    return {
        **reading_columns(reading, wait),
        "first_seen_at": side["last_changed_at"],
        "last_seen_at": side["last_seen_at"],
        "capture_id": side["capture_id"],
        "taken_at": None,
        "taken_because": None,
    }
