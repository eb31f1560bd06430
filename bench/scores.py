"""Compare one answer with one truth: which fields are right, and how similar the bodies are."""

import re
import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import Any

from bench.pages import Truth

VIETNAM = timezone(timedelta(hours=7))
WHOLE_BODY = 0.98
"""Least F1 of the words in order for a right body: two words in a hundred may be wrong."""
SHINGLE = 4
"""Words in a row that are compared for the body F1."""
FIELDS = ("title", "published", "byline", "lead", "body", "captions")
"""Fields whose values are compared."""
RECORD = ("title", "published", "byline", "body")
"""Fields that must be right for "all right": an archivist can then keep the record as it is."""


@dataclass(frozen=True, slots=True)
class Answer:
    """The record that an extractor gives for a page."""

    title: str = ""
    published: str = ""
    byline: tuple[str, ...] = ()
    lead: str = ""
    lead_mark: str = ""
    """"(CTO)", from an extractor that separates it from the lead."""
    body: str = ""
    trouble: str | None = None
    """Why there is no record: an error, or the reason of a refusal."""
    cpu_ms: float | None = None

    @classmethod
    def read(cls, told: Mapping[str, Any]) -> "Answer":
        """Return the answer from a line of JSON; a field that the peer leaves out is empty."""
        return cls(
            title=str(told.get("title") or ""),
            published=str(told.get("published") or ""),
            byline=tuple(map(str, told.get("byline") or ())),
            lead=str(told.get("lead") or ""),
            lead_mark=str(told.get("lead_mark") or ""),
            body=str(told.get("body") or ""),
            trouble=told.get("error"),
            cpu_ms=told.get("cpu_ms"),
        )


@dataclass(frozen=True, slots=True)
class Score:
    """Which fields of a page are right; only fields that the truth has."""

    right: dict[str, bool]
    """Field → whether it is right: title, day, minute, published, byline, lead, body, captions.

    published compares the minute, or the day if the page prints no time.
    """
    body_f1: float | None

    @property
    def all_right(self) -> bool | None:
        """Whether all fields of `RECORD` are right; None if the truth does not have all of them."""
        return all(self.right[name] for name in RECORD) if set(RECORD) <= self.right.keys() else None


def score(truth: Truth, answer: Answer) -> Score:
    """Compare each field that the truth has."""
    right: dict[str, bool] = {}
    if truth.title:
        right["title"] = _folded(answer.title) in {_folded(truth.title), _folded(truth.other_title or truth.title)}
    if truth.published is not None:
        right |= _score_date(truth.published, answer.published)
    if truth.byline is not None:
        right["byline"] = _names(truth.byline) == _names(answer.byline)
    if truth.lead:
        leads = [_words(truth.lead), _words(f"{truth.lead_mark or ''} {truth.lead}")]
        right["lead"] = _words(answer.lead) in leads or _words(f"{answer.lead_mark} {answer.lead}") in leads
    f1 = None
    if truth.body:
        f1, in_order = _score_body(truth, answer.body)
        right["body"] = in_order >= WHOLE_BODY
        text = _folded(f"{truth.lead} {truth.body}")
        captions = [caption for each in truth.captions if (caption := _folded(each)) not in text]
        if captions:
            right["captions"] = not any(caption in _folded(answer.body) for caption in captions)
    return Score(right, f1)


def _score_date(truth: str, answer: str) -> dict[str, bool]:
    want, got = _moment(truth), _moment(answer)
    if want is None:
        return {"day": got is None, "published": got is None}
    day = got is not None and got.date() == want.date()
    if ":" not in truth:
        return {"day": day, "published": day}
    minute = day and got is not None and ":" in answer and (got.hour, got.minute) == (want.hour, want.minute)
    return {"day": day, "minute": minute, "published": minute}


def _score_body(truth: Truth, answer: str) -> tuple[float, float]:
    """Return the F1 of shingles and of words in order, with or without the lead in the body: the better of the two."""
    got = _words(answer)
    texts = (
        f"{truth.body}",
        f"{truth.lead or ''} {truth.body}",
        f"{truth.lead_mark or ''} {truth.lead or ''} {truth.body}",
    )
    wanted = [_words(text) for text in dict.fromkeys(texts)]
    return max((_f1_of_shingles(want, got), _f1_in_order(want, got)) for want in wanted)


def _f1(shared: int, wanted: int, given: int) -> float:
    return 2 * shared / (wanted + given) if wanted + given else 1.0


def _f1_of_shingles(want: Sequence[str], got: Sequence[str]) -> float:
    wanted, given = _shingles(want), _shingles(got)
    return _f1((wanted & given).total(), wanted.total(), given.total())


def _shingles(words: Sequence[str]) -> Counter[tuple[str, ...]]:
    """Return the shingles with their counts; a text shorter than a shingle is one shingle."""
    last = max(1, len(words) - SHINGLE + 1) if words else 0
    return Counter(tuple(words[place : place + SHINGLE]) for place in range(last))


def _f1_in_order(want: Sequence[str], got: Sequence[str]) -> float:
    return _f1(_in_order(want, got), len(want), len(got))


def _in_order(want: Sequence[str], got: Sequence[str]) -> int:
    """Return the length of the longest common subsequence of words (bit-parallel: one bit per word of `want`)."""
    places: dict[str, int] = {}
    for place, word in enumerate(want):
        places[word] = places.get(word, 0) | 1 << place
    every = (1 << len(want)) - 1
    open_places = every
    for word in got:
        taken = open_places & places.get(word, 0)
        open_places = (open_places + taken | open_places - taken) & every
    return len(want) - open_places.bit_count()


def _folded(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).split())


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", unicodedata.normalize("NFC", text))


def _names(names: Sequence[str]) -> set[str]:
    return {_folded(name).casefold() for name in names if name.strip()}


def _moment(text: str) -> datetime | None:
    """Return an ISO date in Vietnamese local time."""
    for form in (text.strip(), text.strip()[:19], text.strip()[:10]):
        try:
            read = datetime.fromisoformat(form)
        except ValueError:
            continue
        return read.astimezone(VIETNAM) if read.tzinfo else read.replace(tzinfo=VIETNAM)
    return None
