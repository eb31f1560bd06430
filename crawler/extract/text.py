"""The one form in which text is compared and stored."""

import re
import unicodedata
from itertools import islice

from archive import mend_eth

_GRAPHEME_JOINER = "\u034f"
"""The one invisible character that Unicode counts among the printable ones."""
_INVISIBLE = re.compile(
    "["
    "\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f"  # control characters that are no white space
    f"\xad{_GRAPHEME_JOINER}\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ufffe\uffff"
    # soft hyphen, zero-width space, direction marks, byte order mark
    "\ud800-\udfff"  # lone surrogates: SQLite cannot store them
    "]"
)
_JOINERS = re.compile("(?:^|(?<=[\x00-\u036f\u1e00-\u1eff]))[\u200c\u200d]")
"""At the beginning, and behind Latin letters; in Khmer and in pictographs they mean something."""
_MARK = r"(?!\w)[\u0300-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]"
_STACKED = re.compile(f"((?:{_MARK}){{30}})(?:{_MARK})+")
"""More marks on one letter than any script has; to sort them takes time that grows with the square of their number."""
SHORT = 4000
"""Characters of a line in which marks need not be counted."""

_WORD = re.compile(r"\w+")
_VIETNAMESE = re.compile(r"[ăâđêôơưạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹ]", re.IGNORECASE)
VIETNAMESE_SHARE = 1 / 50
"""Share of letters that only Vietnamese has; its prose has a fifth, a foreign text with Vietnamese names less."""


def tidy(text: str) -> str:
    """Return one line: NFC, Đ for eth, every run of white space one space, nothing invisible."""
    text = text.strip()
    if not text.isprintable() or _GRAPHEME_JOINER in text:  # of all white space the plain space alone is printable
        text = _INVISIBLE.sub("", text)
        if "\u200c" in text or "\u200d" in text:
            text = _JOINERS.sub("", text)
        text = " ".join(text.split())
    elif "  " in text:
        text = " ".join(text.split())
    if text.isascii():
        return text
    if len(text) > SHORT:
        text = _STACKED.sub(r"\1", text)
    return mend_eth(unicodedata.normalize("NFC", text))


def words(text: str) -> list[str]:
    """Words of tidy `text`, case folded: what two wordings of one thing are compared by."""
    return _WORD.findall(text.casefold())


def distinct_words(text: str) -> set[str]:
    """The words of tidy `text`, case folded, each once: of a long text in half the time that `words` takes."""
    parts = set(text.casefold().split())
    whole = set(filter(str.isalnum, parts))
    return whole.union(_WORD.findall(" ".join(parts - whole)))


def overlap(one: str, other: str) -> float:
    """Share of words, 0 to 1, that two tidy texts have in common (F1 over distinct words)."""
    left, right = distinct_words(one), distinct_words(other)
    if not left or not right:
        return 0.0
    return 2 * len(left & right) / (len(left) + len(right))


def is_vietnamese(text: str) -> bool:
    """True if the letters of `text` that only Vietnamese has are more than names would bring."""
    return is_frequent(_VIETNAMESE, text, share=VIETNAMESE_SHARE)


def is_frequent(letters: re.Pattern[str], text: str, *, share: float) -> bool:
    """True if more than `share` (0 to 1) of `text` is such letters; reads no further than it must."""
    enough = int(len(text) * share)
    return next(islice(letters.finditer(text), enough, None), None) is not None
