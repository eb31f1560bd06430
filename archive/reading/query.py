"""What a person asks of a search: the words as typed, read into terms. Nothing typed can be an error of FTS5.

khối đoàn kết            all of these words
"đoàn kết"               words that follow each other
-huyện -"thị xã"         none of these
title:cam                a word of the title
sạt lở OR lũ quét        one side or the other
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from unicodedata import normalize

from archive.errors import BadQuery
from archive.fold import WORD, fold
from archive.phrases import Phrase, joined, phrase

MOST_LETTERS = 2_000
MOST_WORDS = 100
"""The longest search: a paragraph to find again. The time of a search grows with its words."""
ABBREVIATED = 8
"""Letters of the longest abbreviation whose parts we look for: TPHCM, BCHĐBTTW."""
CAPITALS = 5
"""Letters of the longest word in capitals that may be printed with dots: US, TƯ, UBND."""
OR = "OR"

_TYPED = re.compile(r'(-?)(title:)?(?:["“”]([^"“”]*)(?:["“”]|$)|([^\s"“”]+))', re.IGNORECASE)
_TOKEN = re.compile(r"[^\W_]")
_DOTTED = re.compile(r"[^\W\d_]{1,4}(?:\.[^\W\d_]{1,4})+\.?")
"""TP.HCM, U.S., GS.TS"""
_VOWEL = re.compile(r"[aeiouy]")
_TONES = re.compile("[\u0300\u0301\u0303\u0309\u0323]")

Words = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Term:
    """A word, or words that must follow each other."""

    typed: str
    spellings: tuple[Words, ...]
    """Each of them is the term: TPHCM, and TP HCM in two words."""
    in_title: bool = False
    is_quoted: bool = False


@dataclass(frozen=True, slots=True)
class Query:
    """What a search asks: all terms of one of the alternatives, and none of the excluded ones."""

    alternatives: tuple[tuple[Term, ...], ...]
    excluded: tuple[Term, ...] = ()

    @property
    def read_as(self) -> str | None:
        """What a person may not have meant, in words; None for words that must all be there."""
        sides = [" ".join(term.typed for term in side) for side in self.alternatives]
        said = [phrase("OR between {sides}", sides=_all_of(sides))] if len(sides) > 1 else []
        if self.excluded:
            said.append(phrase("without {words}", words=_all_of(term.typed for term in self.excluded)))
        titles = [term.typed for side in self.alternatives for term in side if term.in_title]
        if titles:
            said.append(phrase("in the title: {words}", words=_all_of(titles)))
        return joined("; ", said) or None


def read_query(typed: str) -> Query:
    """Return what `typed` asks. Raises BadQuery if it holds no word to look for, or is too long."""
    if len(typed) > MOST_LETTERS or len(WORD.findall(typed)) > MOST_WORDS:
        raise BadQuery(
            phrase(
                "a search has at most {words} words and {letters:,} letters",
                words=MOST_WORDS,
                letters=MOST_LETTERS,
            )
        )
    sides: list[list[Term]] = [[]]
    excluded: list[Term] = []
    for minus, title, quoted, word in _TYPED.findall(typed):
        if word == OR and not (minus or title):
            sides.append([])
        elif _TOKEN.search(quoted or word):
            term = _term(quoted or word, in_title=bool(title), is_quoted=bool(quoted))
            (excluded if minus else sides[-1]).append(term)
    alternatives = [side for side in sides if side]
    if not alternatives:
        raise BadQuery(phrase('nothing to look for in "{typed}": give at least one word', typed=typed))
    return Query(tuple(tuple(_joined(side)) for side in alternatives), tuple(excluded))


def _term(text: str, *, in_title: bool, is_quoted: bool) -> Term:
    words = tuple(word for word in text.split() if _TOKEN.search(word))
    spellings = _spellings(words[0]) if len(words) == 1 and not is_quoted else (words,)
    return Term(" ".join(words), spellings, in_title=in_title, is_quoted=is_quoted)


def _joined(terms: Sequence[Term]) -> Iterator[Term]:
    """Yield the terms, those as one that an abbreviation was typed in: TP HCM."""
    run: list[Term] = []
    for term in terms:
        if run and not (_is_part(term) and _is_part(run[-1]) and term.in_title == run[-1].in_title):
            yield _one_of(run)
            run = []
        run.append(term)
    if run:
        yield _one_of(run)


def _is_part(term: Term) -> bool:
    return not term.is_quoted and _is_without_vowel(term.typed.rstrip("."))


def _one_of(run: Sequence[Term]) -> Term:
    """Return the term of parts that follow each other."""
    if len(run) == 1:
        return run[0]
    words = tuple(term.typed for term in run)
    whole = "".join(word.rstrip(".") for word in words)
    others = ((whole,), tuple(whole)) if len(whole) <= ABBREVIATED else ()
    return Term(" ".join(words), (words, *others), in_title=run[0].in_title)


def _spellings(word: str) -> tuple[Words, ...]:
    """Return how an abbreviation may be printed, with and without dots, beginning with the word as typed.

    An abbreviation has dots between its letters, or no vowel, or it is short and in capitals. Any other word has only
    itself.
    """
    plain = normalize("NFC", word)
    if _DOTTED.fullmatch(plain):
        whole = plain.replace(".", "")
        found = [(word,), (whole,), tuple(whole)]
    elif _is_without_vowel(plain):
        cuts = range(1, len(plain))
        found = [(word,), *((plain[:cut], plain[cut:]) for cut in cuts), tuple(plain)]
    elif plain.isalpha() and plain.isupper() and 1 < len(plain) <= CAPITALS and not _has_tone(plain):
        found = [(word,), tuple(plain)]
    else:
        found = [(word,)]
    return tuple(dict.fromkeys(found))


def _is_without_vowel(word: str) -> bool:
    return word.isalpha() and 1 < len(word) <= ABBREVIATED and not _VOWEL.search(fold(word))


def _has_tone(word: str) -> bool:
    return bool(_TONES.search(normalize("NFD", word)))


def _all_of(words: Iterable[str]) -> Phrase:
    """Return the words in quotes, with "and" between them."""
    return joined(phrase(" and "), [f'"{word}"' for word in words])
