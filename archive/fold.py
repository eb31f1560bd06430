"""Vietnamese text for searching: one form per word, and the same without marks.

The full-text index has both forms. A row is removed from it with its old words, so a change of these rules needs a
migration that fills the index again.
"""

import re
import unicodedata
from functools import lru_cache

WORD = re.compile(r"[\w\u0300-\u036f]+")
"""A word as the tokenizer of the index sees it too; combining marks belong to it."""
PIECES = 32_768
"""Pieces between spaces that are cached, because texts repeat words; with both forms about 10 MB."""

TONED = {"a": "àáảãạ", "e": "èéẻẽẹ", "o": "òóỏõọ", "u": "ùúủũụ", "y": "ỳýỷỹỵ"}
_TONE_ON_LAST = re.compile(r"(o)([àáảãạ])$|(o)([èéẻẽẹ])$|(?<!q)(u)([ỳýỷỹỵ])$")
"""oà, oè, uỳ that end a syllable; after q the u is no vowel ("quý"), before a consonant the mark is right."""

_ETH = str.maketrans("ðÐ", "đĐ")


def mend_eth(text: str) -> str:
    """Return `text` with đ for the Icelandic eth that old fonts and keyboards put in its place; NFC leaves that."""
    return text.translate(_ETH) if "Ð" in text or "ð" in text else text


def normalise(text: str) -> str:
    """Return `text` in lower case and NFC with one tone placement: "Hoà", "HÒA" → "hòa".

    Words stay words: the n-th token of the result is the n-th token of `text`.
    """
    return both_forms(text)[0]


def fold(text: str) -> str:
    """Return `text` normalised and without marks, đ as d: "Điện Biên" → "dien bien"; tokens stay aligned."""
    return both_forms(text)[1]


def both_forms(text: str) -> tuple[str, str]:
    """Return `text` normalised, and folded."""
    pieces = [_both_forms_of(piece) for piece in text.split(" ")]
    return " ".join([normalised for normalised, _ in pieces]), " ".join([folded for _, folded in pieces])


def has_marks(word: str) -> bool:
    """Whether `word` was typed with marks: then exactly that word is meant."""
    return fold(word) != normalise(word)


def same_as_typed(typed: str, text: str) -> bool:
    """Whether the words of `typed` are those of `text`: with marks exactly, without marks folded."""
    wanted = WORD.findall(unicodedata.normalize("NFC", typed))
    present = WORD.findall(unicodedata.normalize("NFC", text))
    return len(wanted) == len(present) and all(
        _normalise_word(want) == _normalise_word(word) if has_marks(want) else _fold_word(want) == _fold_word(word)
        for want, word in zip(wanted, present, strict=True)
    )


@lru_cache(maxsize=PIECES)
def _both_forms_of(piece: str) -> tuple[str, str]:
    composed = unicodedata.normalize("NFC", piece)
    return (
        WORD.sub(lambda word: _normalise_word(word[0]), composed),
        WORD.sub(lambda word: _fold_word(word[0]), composed),
    )


def _normalise_word(word: str) -> str:
    return _TONE_ON_LAST.sub(_tone_on_first, mend_eth(word).lower())


def _tone_on_first(match: re.Match[str]) -> str:
    first, last = (group for group in match.groups() if group)
    bare = unicodedata.normalize("NFD", last)[0]
    return TONED[first][TONED[bare].index(last)] + bare


def _fold_word(word: str) -> str:
    decomposed = unicodedata.normalize("NFD", _normalise_word(word))
    return "".join(char for char in decomposed if not unicodedata.combining(char)).replace("đ", "d")
