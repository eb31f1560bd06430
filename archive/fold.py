"""Normalise Vietnamese text for searching: one form per word, and the same form without marks.

The full-text index has both forms. To remove a row, the index needs exactly the words that were put in, so a change of
these rules needs a migration that fills the index again.

The rules are written for one word. Nearly all texts have only characters of one alphabet of 256: they are coded as one
byte per character, and tables that are made with the same rules change all bytes at once, in a tenth of the time.
"""

import codecs
import re
import unicodedata
from collections.abc import Callable

WORD = re.compile(r"[\w\u0300-\u036f]+")
"""A word, split as the tokenizer of the index splits text; combining marks are part of it."""

_TOKEN = re.compile(r"(?:[^\W_]|[\u0300-\u036f])+")
"""A word of the index: to its tokenizer "_" is a gap."""

SYLLABLE = re.compile(r"(?:[^\W²³½_][\u0300-\u036f]*)+")
"""A word of a composed text, as `folded_words` returns it: the n-th is the n-th there."""

TONED = {"a": "àáảãạ", "e": "èéẻẽẹ", "o": "òóỏõọ", "u": "ùúủũụ", "y": "ỳýỷỹỵ"}
_TONE_ON_LAST = re.compile(r"(o)([àáảãạ])$|(o)([èéẻẽẹ])$|(?<!q)(u)([ỳýỷỹỵ])$")
"""oà, oè, uỳ at the end of a syllable. Excluded: u after q, which is no vowel ("quý"), and a final consonant."""

UNMARKED = "\ue000"
"""Ends a word without marks in the exact columns of the index. Without it, "trong" would be the same word there and in
the folded columns, and a search for the exact word would also read where "trọng" and "tròng" are. No text has this
character, and the tokenizer takes it for a letter."""

_ETH = str.maketrans("ðÐ", "đĐ")

_Forms = Callable[[str], tuple[str, str]]
"""Returns a text in two forms."""


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
    composed = unicodedata.normalize("NFC", text)
    try:
        coded = _coded(composed)
    except UnicodeEncodeError:
        return _in_parts(composed, both_forms, _both_forms_by_rule)
    return _decoded(_normalised(coded)), _decoded(coded.translate(_FOLDED))


def indexed_forms(text: str) -> tuple[str, str]:
    """Return `text` as the exact and the folded columns of the index have it: see `UNMARKED`."""
    composed = unicodedata.normalize("NFC", text)
    try:
        coded = _coded(composed)
    except UnicodeEncodeError:
        return _in_parts(composed, indexed_forms, _indexed_forms_by_rule)
    words = coded.translate(_WITHOUT_SIGNS)
    folded = words.translate(_FOLDED)
    pairs = zip(_normalised(words).split(_GAP), folded.split(_GAP), strict=True)
    exact = _GAP.join([word + b"\0" if word == bare and word else word for word, bare in pairs])
    return codecs.charmap_decode(exact, "strict", _WITH_UNMARKED)[0], _decoded(folded)


def folded_words(text: str) -> list[bytes]:
    """Return the words of a text as `fold` writes them, in order: "Điện Biên" → dien, bien."""
    composed = unicodedata.normalize("NFC", text)
    try:
        return _coded(composed).translate(_WORDS).split()
    except UnicodeEncodeError:
        lines = composed.split("\n")
        if len(lines) > 1:
            return [word for line in lines for word in folded_words(line)]
        return " ".join(SYLLABLE.findall(fold(composed))).encode().split()


def has_marks(word: str) -> bool:
    """Whether `word` was typed with marks: then a search finds only exactly this word."""
    normalised, folded = both_forms(word)
    return folded != normalised


def same_as_typed(typed: str, text: str) -> bool:
    """Whether `typed` and `text` have the same words; a word typed with marks must match exactly, others folded."""
    wanted = WORD.findall(unicodedata.normalize("NFC", typed))
    present = WORD.findall(unicodedata.normalize("NFC", text))
    return len(wanted) == len(present) and all(
        _normalise_word(want) == _normalise_word(word) if has_marks(want) else _fold_word(want) == _fold_word(word)
        for want, word in zip(wanted, present, strict=True)
    )


def _in_parts(composed: str, forms: _Forms, by_rule: _Forms) -> tuple[str, str]:
    """Return the forms of a text with characters outside the alphabet: only the words that have them go by the rules.

    Neither NFC nor a rule looks across a line break or a space.
    """
    for gap in "\n ":
        if gap in composed:
            parts = [forms(part) for part in composed.split(gap)]
            return gap.join([exact for exact, _ in parts]), gap.join([folded for _, folded in parts])
    return by_rule(composed)


def _indexed_forms_by_rule(composed: str) -> tuple[str, str]:
    normalised, folded = _both_forms_by_rule(composed)
    return _TOKEN.sub(lambda word: word[0] + UNMARKED * (_fold_word(word[0]) == word[0]), normalised), folded


def _both_forms_by_rule(composed: str) -> tuple[str, str]:
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


def _normalised(coded: bytes) -> bytes:
    return _CODED_TONE_ON_LAST.sub(_coded_tone_on_first, coded.translate(_NORMALISED))


def _coded(composed: str) -> bytes:
    """Return a text with one byte per character; raise UnicodeEncodeError if one is outside the alphabet."""
    return codecs.charmap_encode(composed, "strict", _CODES)[0]


def _decoded(coded: bytes) -> str:
    return codecs.charmap_decode(coded, "strict", _ALPHABET)[0]


def _coded_tone_on_first(match: re.Match[bytes]) -> bytes:
    return _CODED_TONES.get(match[0], match[0])


_TONES = ("", "\u0300", "\u0301", "\u0309", "\u0303", "\u0323")
_VOWELS = "".join(unicodedata.normalize("NFC", vowel + tone) for vowel in "aăâeêioôơuưy" for tone in _TONES)
_MARKED = "".join(char for char in _VOWELS + "đð" if not char.isascii())
_SIGNS = "\t\n\xa0“”‘’–—…•«»·×°²³½€çñüö"
"""What is most frequent beside letters and ASCII in the pages of Vietnam's newspapers."""
_ALPHABET = "\0" + "".join(map(chr, range(32, 127))) + _MARKED + _MARKED.upper() + _SIGNS
"""The character of each byte. Code 0 must be NUL, or `charmap_build` makes a slow table."""
_WITH_UNMARKED = UNMARKED + _ALPHABET[1:]
"""The same for exact words of the index: code 0 is the end of a word without marks."""
_CODES = codecs.charmap_build(_ALPHABET)
_NORMALISED, _FOLDED = (
    _coded("".join(form)).ljust(256) for form in zip(*map(_both_forms_by_rule, _ALPHABET), strict=True)
)
_GAP = _coded(" ")
_WITHOUT_SIGNS = _coded("".join(char if char.isalnum() else " " for char in _ALPHABET)).ljust(256)
"""Leaves the words, as the tokenizer of the index splits text."""
_WORDS = "".join(char if char.isascii() and char.isalnum() else " " for char in _decoded(_FOLDED)).encode()
"""Byte of the alphabet → letter or digit without mark, or a space."""
_CODED_TONES = {
    _coded(typed): _coded(_normalise_word(typed))
    for typed in (first + last for first in "ou" for last in _VOWELS)
    if typed != _normalise_word(typed)
}
_CODED_TONE_ON_LAST = re.compile(
    b"[%b](?<!%b)[%b](?![%b])"
    % tuple(
        re.escape(_coded(chars))
        for chars in ("ou", "qu", TONED["a"] + TONED["e"] + TONED["y"], "".join(WORD.findall(_ALPHABET)))
    )
)
"""As `_TONE_ON_LAST`, in a text of many words. It also finds pairs whose tone has no other place, as in "uà"."""
