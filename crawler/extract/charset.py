"""From the bytes of a page to its letters."""

import codecs
import re

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16, whose mark it begins with
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_ALIASES = {
    "iso8859-1": "cp1252", "ascii": "cp1252", "gb2312": "gb18030", "gbk": "gb18030", "x-cp1258": "cp1258",
    "windows1258": "cp1258", "win-1258": "cp1258", "cp-1258": "cp1258", "vietnamese": "cp1258", "x-cp1252": "cp1252",
    "windows1252": "cp1252", "win-1252": "cp1252",
}  # fmt: skip
"""Labels as pages write them, and labels that mean more than they say: every "Latin 1" page uses windows-1252."""
_CHARSET = re.compile(
    r"^(?:cp125\d|cp874|iso8859-\d+|koi8-[ru]|gb18030|big5(?:hkscs)?|shift_jis|cp932|euc_(?:jp|kr)|cp949)$"
)
"""Codecs that a label may ask for. UTF-16 is known by its bytes; Python has others that are no charset at all."""
_DECLARED = re.compile(rb"<(?:meta|\?xml)\b[^<>]*?(?:charset|encoding)\s*+=[\s\"']*+([\w.:-]++)", re.IGNORECASE)
_DECLARATION_BYTES = 4096
"""Where HTML 5 wants the charset declaration is the first 1,024 bytes; real pages put it later."""
_SAMPLE_BYTES = 200_000
"""Enough to choose between two charsets."""
_VIETNAMESE_1258 = re.compile("[ĂăĐđƠơƯư]|(?<=[aăâeêioôơuưyAĂÂEÊIOÔƠUƯY])[\u0300\u0301\u0303\u0309\u0323]")
"""Letters that windows-1258 has where windows-1252 has others; its tone marks stand behind their vowel."""
FEWEST_1258 = 3
"""Such letters in a page that names no charset; a French page read as windows-1258 has one by chance."""
MOST_STRAY = 0.25
"""Bytes that fit nowhere, per letter that does: UTF-8 with stray bytes has few, another charset has little else."""

_SURROGATE = re.compile(r"&#(?:x([0-9a-f]{4})|(5\d{4}));?", re.IGNORECASE)

_SURROGATE_BYTES = re.compile(rb"&#(?:[xX][dD][89a-fA-F]|5[5-7])")

_MOJIBAKE_MARK = re.compile(b"\xc3\xa1\xc2[\xbb\xba]")
""""á»" and "áº": what the first two bytes of ế and ạ look like when they are read as Latin 1 and encoded again."""
FEWEST_MARKS = 3
"""In the parts of a page that are looked at; "á»" by itself is a word and a closing quotation mark."""
MOST_MENDED = 2_000_000
"""Bytes of a page that is mended; to mend takes a microsecond for four of them."""
PART_BYTES = 20_000
"""Of its begin and of its middle: such a page is broken everywhere."""


def decode(body: bytes, content_type: str | None = None) -> str:
    """Return the text of a page. Never raises: bytes that fit nowhere become U+FFFD.

    A byte order mark decides, then the zeros of UTF-16. Valid UTF-8 is UTF-8 whatever is declared: text in
    another charset that happens to be valid UTF-8 does not occur. Only then the header's and the page's own
    charset are asked. UTF-8 that was read as Latin 1 and encoded again is mended, if it can be mended whole.
    """
    text = _mended(body, content_type)
    return body.decode("utf-8") if text is None else text


def recode(body: bytes, content_type: str | None = None) -> bytes:
    """Return the text of a page, as `decode` reads it, in UTF-8: nearly always the bytes themselves."""
    text = _mended(body, content_type)
    return body if text is None else text.encode("utf-8")


def _mended(body: bytes, content_type: str | None) -> str | None:
    """Return the text of bytes that are not UTF-8, or not only; None if they are, and need nothing."""
    for mark, codec in _MARKS:
        if body.startswith(mark):
            return _clean(body[len(mark) :].decode(codec, "replace"))
    if b"\0" in body:
        if wide := _codec_by_zeros(body[:1024]):
            return _clean(body.decode(wide, "replace"))
        return _clean(decode(body.replace(b"\0", b""), content_type))
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError:
        return _clean(_decode_other(body, content_type))
    middle = len(body) // 2
    parts = body[:PART_BYTES] + body[middle : middle + PART_BYTES]
    if len(_MOJIBAKE_MARK.findall(parts)) >= FEWEST_MARKS and len(body) <= MOST_MENDED:
        return _clean(_mend(text))
    return _clean(text) if _SURROGATE_BYTES.search(body) else None


def _clean(text: str) -> str:
    """Leave out NUL and the references to surrogates, which no parser can turn into letters."""
    if "\0" in text:
        text = text.replace("\0", "")
    return _SURROGATE.sub(_drop_surrogate, text)


def _drop_surrogate(match: re.Match[str]) -> str:
    code = int(match[1], 16) if match[1] else int(match[2])
    return "" if 0xD800 <= code <= 0xDFFF else match[0]


def _codec_by_zeros(start: bytes) -> str | None:
    """UTF-16 or UTF-32 without its mark: markup is ASCII, so every second byte of it is zero, or three of four."""
    quarters = [start[at::4].count(0) / max(1, len(start) // 4) for at in range(4)]
    full = "".join("0" if share > 0.5 else "x" for share in quarters)
    return {"x000": "utf-32-le", "000x": "utf-32-be", "x0x0": "utf-16-le", "0x0x": "utf-16-be"}.get(full)


def _decode_other(body: bytes, content_type: str | None) -> str:
    damaged = body.decode("utf-8", "replace")
    stray = damaged.count("\ufffd")
    # what was left out of ASCII, less the strays, are the letters that did fit
    if stray <= (len(damaged) - len(damaged.encode("ascii", "ignore")) - stray) * MOST_STRAY:
        return damaged
    sample = body[:_SAMPLE_BYTES]
    named = [codec for codec in (_header_codec(content_type), _declared_codec(body)) if codec]
    if named:
        return body.decode(max(named, key=lambda codec: _likeness(sample, codec)), "replace")
    is_vietnamese = len(_VIETNAMESE_1258.findall(sample.decode("cp1258", "replace"))) >= FEWEST_1258
    return body.decode("cp1258" if is_vietnamese else "cp1252", "replace")


def _likeness(sample: bytes, codec: str) -> tuple[bool, int, bool]:
    """How much a charset makes of a page: no holes, then Vietnamese letters; servers say Latin 1 by habit."""
    text = sample.decode(codec, "replace")
    return text.count("\ufffd") <= 1 + len(text) // 1000, len(_VIETNAMESE_1258.findall(text)), codec != "cp1252"


def _header_codec(content_type: str | None) -> str | None:
    found = re.search(r"charset\s*+=[\s\"']*+([\w.:-]++)", content_type or "", re.IGNORECASE)
    return _codec(found[1]) if found else None


def _declared_codec(body: bytes) -> str | None:
    found = _DECLARED.search(body, 0, _DECLARATION_BYTES)
    return _codec(found[1].decode("ascii", "replace")) if found else None


def _codec(label: str) -> str | None:
    label = label.lower().replace("_", "-").strip(".:-")
    try:
        name = codecs.lookup(_ALIASES.get(label, label)).name
    except LookupError:
        return None
    name = _ALIASES.get(name, name)
    return name if _CHARSET.match(name) else None


def _bytes_of_latin() -> dict[str, int]:
    """Letter → byte for both charsets that are taken for Latin 1."""
    table = {chr(byte): byte for byte in range(0x80, 0x100)}
    for byte in range(0x80, 0xA0):
        letter = bytes([byte]).decode("cp1252", "ignore")
        if letter:
            table[letter] = byte
    return table


_BYTE = _bytes_of_latin()
_TAIL = "[" + "".join(letter for letter, byte in _BYTE.items() if byte < 0xC0) + "]"
_SEQUENCE = re.compile(f"[\xc2-\xdf]{_TAIL}|[\xe0-\xef]{_TAIL}{{2}}|[\xf0-\xf4]{_TAIL}{{3}}")
_BROKEN = re.compile(r"á[»º]|(?<=[^\W\d_A-ZĐ])Ã(?!\w)|Ä[\x90\x91‘]|Æ[°¡]")
"""What stays behind where a part of a letter got lost: "lÃ " was "là" before its no-break space was folded."""


def _mend(text: str) -> str:
    """Read the letters once more as bytes of UTF-8; the text as it is unless that mends all of it."""
    mended = _SEQUENCE.sub(_reread, text)
    if _BROKEN.search(mended):  # encoded twice, or not to be mended
        mended = _SEQUENCE.sub(_reread, mended)
    return text if _BROKEN.search(mended) else mended


def _reread(match: re.Match[str]) -> str:
    return bytes(map(_BYTE.__getitem__, match[0])).decode("utf-8", "replace")
