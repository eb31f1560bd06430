"""Normalise Vietnamese text for searching: one form per word, and the same form without marks.

The full-text index has both forms. To remove a row, the index needs exactly the words that were put in, so a change of
these rules needs a migration that fills the index again.
"""

import re
import unicodedata
from functools import lru_cache

WORD = re.compile(r"[\w\u0300-\u036f]+")
"""A word, split as the tokenizer of the index splits text; combining marks are part of it."""
PIECES = 32_768
"""Cached pieces of text between spaces, because texts repeat words; the cache of both forms takes about 10 MB."""

TONED = {"a": "àáảãạ", "e": "èéẻẽẹ", "o": "òóỏõọ", "u": "ùúủũụ", "y": "ỳýỷỹỵ"}
_TONE_ON_LAST = re.compile(r"(o)([àáảãạ])$|(o)([èéẻẽẹ])$|(?<!q)(u)([ỳýỷỹỵ])$")
"""oà, oè, uỳ at the end of a syllable. Excluded: u after q, which is no vowel ("quý"), and a final consonant."""

_ETH = str.maketrans("ðÐ", "đĐ")


def mend_eth(text: str) -> str:
    """Return `text` with đ instead of the Icelandic eth that old fonts and keyboards use; NFC does not change it."""
    return text.translate(_ETH) if "Ð" in text or "ð" in text else text


def normalise(text: str) -> str:
    """Return `text` in lower case and NFC with one tone placement: "Hoà", "HÒA" → "hòa".

    The n-th token of the result belongs to the n-th token of `text`.
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
    """Whether `word` was typed with marks: then a search finds only exactly this word."""
    return fold(word) != normalise(word)


def same_as_typed(typed: str, text: str) -> bool:
    """Whether `typed` and `text` have the same words; a word typed with marks must match exactly, others folded."""
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
