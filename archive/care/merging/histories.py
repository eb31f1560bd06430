"""The history of an article that both archives have: its texts and absences in the order of time.

Pure: nothing here reads the database.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from operator import itemgetter

from archive.record import TextCause


@dataclass(frozen=True, slots=True)
class PastText:
    """A text of an article. Each side has them in the order in which it saw them; the last one is in force there."""

    seen_at: str
    cause: str
    title: str
    lead: str | None
    body: str = field(repr=False)
    byline: str | None
    text_sha256: str
    capture_id: int | None
    doubts: str | None
    """JSON array."""
    modified_at: str | None
    """As the newspaper's page said."""


@dataclass(frozen=True, slots=True)
class Absence:
    """A time in which the newspaper did not show an article: a tombstone."""

    seen_at: str
    status: int | None
    reason: str
    detail: str
    capture_id: int | None
    back_at: str | None


def join_texts(ours: Sequence[PastText], theirs: Sequence[PastText]) -> list[PastText]:
    """Return the texts of both sides by time; the same text twice in a row counts once, when it was seen first.

    Within a side the order stays, also where a clock was wrong. A text that both have at one moment is one.
    """
    known = {(text.seen_at, text.text_sha256) for text in ours}
    new = [text for text in theirs if (text.seen_at, text.text_sha256) not in known]
    by_time = sorted([*_dated(ours), *_dated(new)], key=itemgetter(0))
    joined: list[PastText] = []
    for _, text in by_time:
        if joined and joined[-1].text_sha256 == text.text_sha256:
            continue
        if _is_corrected_already(joined, text):
            continue
        is_first = text.cause == TextCause.PUBLISHED
        cause = TextCause.PUBLISHED if not joined else TextCause.EDITED if is_first else text.cause
        joined.append(replace(text, cause=cause))
    return joined


def join_absences(ours: Iterable[Absence], theirs: Iterable[Absence], sightings: Iterable[str]) -> list[Absence]:
    """Return the absences of both sides by time. One ends when either side saw the article again."""
    seen = sorted(sightings)
    joined: list[Absence] = []
    for absence in sorted([*ours, *theirs], key=lambda each: each.seen_at):
        back_at = next((at for at in seen if at > absence.seen_at), None)
        ends = [at for at in (absence.back_at, back_at) if at]
        before = joined[-1] if joined else None
        if before and (before.back_at is None or before.back_at > absence.seen_at):
            continue  # the other side met it within this absence
        joined.append(replace(absence, back_at=min(ends, default=None)))
    return joined


def _is_corrected_already(joined: Sequence[PastText], text: PastText) -> bool:
    """Whether a text is that of the page, which a person had put right before it was seen again."""
    if len(joined) < 2 or joined[-1].cause != TextCause.CORRECTED or text.cause == TextCause.CORRECTED:
        return False
    return joined[-2].text_sha256 == text.text_sha256


def _dated(texts: Iterable[PastText]) -> list[tuple[str, PastText]]:
    """Return each text with its time, or the latest before it."""
    latest, dated = "", []
    for text in texts:
        latest = max(latest, text.seen_at)
        dated.append((latest, text))
    return dated
