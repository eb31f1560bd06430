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
