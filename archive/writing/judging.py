"""Judges whether a new reading of a stored article may replace its text. Pure: nothing here reads the database."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import timedelta

from archive.outcomes import Reason
from archive.phrases import phrase
from archive.record import Article, Doubt
from archive.sameness import Text, is_same_text, share_kept, without_beginning, words_of

SHRUNKEN_SHARE = 0.2
"""A body with less than this share of the stored words is a broken page or a paywall, not an edit."""
KEPT_SHARE = 0.8
"""Share of the words in force that a doubtful reading must have to replace them without a person: an edit keeps most of
them; a wrong box of the page, or the beginning of a sold text, does not."""
CONFIRMED_AFTER = timedelta(hours=12)
"""A reading that comes again after this time is not from a paywall or a half-built page. An article is read 1 hour,
6 hours, 1 day and 7 days after its first capture: the next look but one confirms at the latest."""
LAYOUT = "layout:"
"""Beginning of provenances that are rules of a layout."""
OF_THE_TEXT = frozenset((Doubt.LITTLE_TEXT, Doubt.OTHER_TEXT, Doubt.PARTIAL, Doubt.SEVERAL_ARTICLES))
"""Doubts about the text itself; the others are about the layout or a single field."""


@dataclass(frozen=True, slots=True)
class Wait:
    """Why a reading must not replace the text in force at once."""

    reason: Reason
    """REDESIGNED or DOUBTFUL."""
    detail: str


def shrunken(words: int, stored: int, *, may_be_cut: bool) -> str | None:
    """Return why a text of so many words must not replace one of `stored` words; None if it may."""
    if may_be_cut and words < stored:
        return phrase(
            "the page has no </html>, and {words} words where {stored} are stored", words=words, stored=stored
        )
    if words / max(stored, 1) >= SHRUNKEN_SHARE:
        return None
    return phrase("{words} words, and {stored} are stored", words=words, stored=stored)


def with_own_doubts(reading: Article, stored: Article) -> Article:
    """Return `reading` with UNKNOWN_LAYOUT if a layout read the stored text and none read this one."""
    if not lost_layout(reading, stored):
        return reading
    return replace(reading, doubts=in_order({*reading.doubts, Doubt.UNKNOWN_LAYOUT}))


def with_what_is_missing(reading: Article, stored: Article) -> Article:
    """Return `reading` with the stored lead and byline if it has none: a missing one never removes a stored one.

    If the lead is the first paragraph of the body, it is separated from it; a lead inside a paragraph is not missing.
    """
    if reading.lead is None and stored.lead is not None:
        first, _, rest = reading.body.partition("\n")
        lead, mark = words_of(stored.lead), words_of(stored.lead_mark)
        if rest and without_beginning(words_of(first), mark) == lead:
            reading = replace(
                reading,
                body=rest,
                lead=stored.lead,
                lead_mark=stored.lead_mark,
                sources=_provenance(reading, stored, "lead"),
            )
        elif f" {' '.join(lead)} " not in f" {' '.join(words_of(reading.body))} ":
            reading = replace(
                reading,
                lead=stored.lead,
                lead_mark=reading.lead_mark or stored.lead_mark,
                sources=_provenance(reading, stored, "lead"),
            )
    if not reading.byline and stored.byline:
        sources = _provenance(reading, stored, "byline")
        reading = replace(reading, byline=stored.byline, byline_raw=stored.byline_raw, sources=sources)
    return reading


def _provenance(reading: Article, stored: Article, field: str) -> dict[str, str]:
    """Return where the fields of `reading` came from, with `field` as it is stored."""
    kept = {field: stored.sources[field]} if field in stored.sources else {}
    return {**reading.sources, **kept}


def is_same_reading(reading: Article, stored: Article) -> bool:
    """Return whether a reader would see no edit: the same words in the same order, and the same byline."""
    one, other = Text.of(reading), Text.of(stored)
    if not is_same_text(one, other):
        return False
    names, before = words_of(one.byline), words_of(other.byline)
    # without a byline, the stored text may have the sign-off as its last line
    return names == (before or words_of(other.body)[-len(names) :]) if names else True


def is_better(reading: Article, stored: Article) -> bool:
    """Return whether a layout read it, without doubts, and none read the stored text: then its borders count."""
    return not reading.doubts and _by_layout(reading) and not _by_layout(stored)


def is_less_sure(reading: Article, stored: Article) -> bool:
    """Return whether only the reading has doubts, or only the stored text a layout: then no field of it counts."""
    return (bool(reading.doubts) and not stored.doubts) or lost_layout(reading, stored)


def lost_layout(reading: Article, stored: Article) -> bool:
    """Return whether only the stored text has a layout: a difference may come from that, not from an edit."""
    return _by_layout(stored) and not _by_layout(reading)


def why_wait(reading: Article, stored: Article) -> Wait | None:
    """Return why a reading with other words must wait; None if it replaces the stored text at once.

    A doubtful reading replaces a doubtful text if its page says nothing worse against it and it is not much shorter.
    """
    doubts = ", ".join(reading.doubts)
    if lost_layout(reading, stored):
        detail = phrase(
            "no layout of the site recognises the page; the text that {source} read stays ({doubts})",
            source=stored.sources["body"],
            doubts=doubts,
        )
        return Wait(Reason.REDESIGNED, detail)
    if not reading.doubts:
        return None
    if not stored.doubts:
        return Wait(Reason.DOUBTFUL, phrase("{doubts}; the text in force has no doubts, and stays", doubts=doubts))
    before, now = len(words_of(stored.body)), len(words_of(reading.body))
    if OF_THE_TEXT.intersection(reading.doubts).difference(stored.doubts) or now < KEPT_SHARE * before:
        return Wait(
            Reason.DOUBTFUL,
            phrase("{doubts}; the text in force ({stored}) stays", doubts=doubts, stored=", ".join(stored.doubts)),
        )
    return None


def is_confirmed(reading: Article, stored: Article, *, waited: timedelta) -> bool:
    """Return whether a reading that comes again after it `waited` is confirmed: it needs most of the words in force."""
    kept = share_kept(words_of(stored.lead, stored.body), words_of(reading.lead, reading.body))
    return waited >= CONFIRMED_AFTER and kept >= KEPT_SHARE


def in_order(doubts: Iterable[Doubt]) -> tuple[Doubt, ...]:
    """Return `doubts` as a record has them: in the order of `Doubt`."""
    given = set(doubts)
    return tuple(doubt for doubt in Doubt if doubt in given)


def _by_layout(article: Article) -> bool:
    return article.sources.get("body", "").startswith(LAYOUT)
