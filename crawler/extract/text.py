"""From bytes to text, and from text to the one form in which it is compared and stored."""

import codecs
import re
import unicodedata

from bs4.dammit import EncodingDetector, UnicodeDammit

_INVISIBLE = re.compile(
    "["
    "\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f"  # control characters that are no white space
    "\xad\u200b\u200e\u200f\u2060\ufeff"  # soft hyphen, zero-width space, direction marks, byte order mark
    "\ud800-\udfff"  # lone surrogates: SQLite cannot store them
    "]"
)
_ETH = str.maketrans("Ðð", "Đđ")
"""Icelandic eth, typed for Đ since the days of one-byte fonts; NFC and NFKC leave it."""

_MARKS = {codecs.BOM_UTF8: "utf-8-sig", codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}
_WORD = re.compile(r"\w+")
_DETECTION_BYTES = 4096
"""Where HTML 5 wants the charset declaration is the first 1,024 bytes; real pages put it later."""


def tidy(text: str) -> str:
    """Return one line: NFC, Đ for eth, every run of white space one space, nothing invisible."""
    if not text.isascii():
        text = unicodedata.normalize("NFC", _INVISIBLE.sub("", text))
        if "Ð" in text or "ð" in text:
            text = text.translate(_ETH)
    elif _INVISIBLE.search(text):
        text = _INVISIBLE.sub("", text)
    return " ".join(text.split())  # splits at no-break spaces too


def words(text: str) -> list[str]:
    """Words of tidy `text`, case folded: what two wordings of one thing are compared by."""
    return _WORD.findall(text.casefold())


def overlap(one: str, other: str) -> float:
    """Share of words, 0 to 1, that two tidy texts have in common (F1 over distinct words)."""
    left, right = set(words(one)), set(words(other))
    if not left or not right:
        return 0.0
    return 2 * len(left & right) / (len(left) + len(right))


def decode(body: bytes, content_type: str | None = None) -> str:
    """Return the text of a page. Never raises: bytes that fit nowhere become U+FFFD.

    Valid UTF-8 is UTF-8 whatever is declared: text in another charset that happens to be valid UTF-8
    does not occur. Only then the byte order mark, the header's and the page's own charset are asked.
    """
    for mark, encoding in _MARKS.items():
        if body.startswith(mark):
            return body.decode(encoding, "replace")
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError:
        pass
    named = [each for each in (_header_charset(content_type), _declared_charset(body)) if each and each != "utf-8"]
    # servers say Latin 1 by habit, and it decodes anything
    for charset in sorted(named, key=lambda each: each in ("iso8859-1", "cp1252")):
        try:
            return body.decode(charset)
        except UnicodeDecodeError:
            continue
    damaged = body.decode("utf-8", "replace")
    # a page cut in the middle of a letter, or with a few stray bytes, is still UTF-8
    if damaged.count("\ufffd") <= 1 + len(damaged) // 1000:
        return damaged
    return UnicodeDammit(body, ["windows-1258", "windows-1252"], is_html=True).unicode_markup or damaged


def _header_charset(content_type: str | None) -> str | None:
    found = re.search(r"charset=[\"']?([\w-]+)", content_type or "", re.IGNORECASE)
    return _codec(found[1]) if found else None


def _declared_charset(body: bytes) -> str | None:
    declared = EncodingDetector.find_declared_encoding(body[:_DETECTION_BYTES], is_html=True)
    return _codec(declared) if declared else None


def _codec(label: str) -> str | None:
    try:
        return codecs.lookup(label).name
    except LookupError:
        return None
