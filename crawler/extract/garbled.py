"""Text whose letters are not what a reader saw: told, never guessed at."""

import re

from crawler.extract.text import is_frequent, words

_TONED = re.compile("[\u1ea0-\u1ef9]")
HEALTHY = 1 / 40
"""Share of letters that only Vietnamese in Unicode has; its prose has an eighth."""
MOST_LOST = 1 / 20
"""U+FFFD per word; a few stray bytes are no reason to lose a text."""
MOST_BROKEN = 1 / 10
"""Broken letters per word; a text in a broken encoding has one in every second word."""

_MOJIBAKE = re.compile("á[»º]|Ã[\x80-\xbf ¡-¿]|Ä[\x80-\xbf‘ƒ]|Æ[°¡]|â€[™œ\x9d“”]|áº|Â[\xa0-\xbf]")
_TCVN3 = re.compile("[A-Za-zà-þ][µ¶·¸¹¨©ª«¬®¼½¾ÆÇÈÉÊËÌÎÏÐÑÒÓÔÕÖ×ØÜÝÞ]|[®§][A-Za-zµ-þ]")
"""A capital or a sign inside a word: "Céng hoµ x· héi chñ nghÜa ViÖt Nam"."""
_VNI = re.compile("[aeiouyâêôơưïö][øûïäëåüæîêù]", re.IGNORECASE)
"""A mark of its own behind the vowel: "Coäng hoøa xaõ hoäi chuû nghóa Vieät Nam"."""
_FORMS = (
    (_MOJIBAKE, "UTF-8 that was read as Latin 1"),
    (_TCVN3, "letters of a TCVN3 font"),
    (_VNI, "letters of a VNI font"),
)
_MIXED = re.compile(r"[^\W\d_]\d|\d[^\W\d_]")
"""A letter beside a digit: "b0axf8ex3c4b", and names of roads and aircraft."""
_VOWEL = re.compile(r"[aeiouyà-ÿăĩũơưạ-ỹ]", re.IGNORECASE)
LONGEST_WORD = 40
"""Letters without a space; addresses and ciphers are longer."""
VOWELLESS = 5
"""Letters from which on a Latin word has a vowel."""
MOST_CIPHERS = 0.4
"""Share of the tokens of a text, 0 to 1, that may be no words; the codes of a table of prices are fewer."""


def is_scrambled(text: str) -> bool:
    """True if most of a text is letters in an order that no language has: served to those who should not read it."""
    tokens = text.split()
    ciphers = sum(len(token) for token in tokens if _is_cipher(token))
    return ciphers > MOST_CIPHERS * sum(map(len, tokens))


def _is_cipher(token: str) -> bool:
    """True for a token in Latin letters that no language has."""
    if len(token) > LONGEST_WORD:
        return token.isascii()
    letters = token.strip("\"'()[].,;:!?…")
    if not letters.isalpha():
        return len(_MIXED.findall(letters)) > 1 and (token.isascii() or _VOWEL.search(token) is not None)
    return len(letters) >= VOWELLESS and letters.isascii() and letters.islower() and not _VOWEL.search(letters)


def problem_of(text: str) -> str | None:
    """Say what is wrong with the letters of a tidy text; None if nothing is."""
    if text.isascii():
        return None
    lost = text.count("\ufffd")
    is_healthy = is_frequent(_TONED, text, share=HEALTHY)
    if is_healthy and not lost:
        return None
    count = len(words(text))
    if lost > count * MOST_LOST:
        return f"{lost} letters lost in {count} words"
    if is_healthy:
        return None
    found = ((len(form.findall(text)), name) for form, name in _FORMS)
    return next((f"{n} times in {count} words: {name}" for n, name in found if n > count * MOST_BROKEN), None)
