"""What a file is, by its bytes and not by its name: a saved page, a plain text, or something that holds no article."""

import csv
import json
import re

from archive import phrase
from crawler.extract.charset import decode

MOST_CONTROL = 0.01
"""Control characters in a text, per character: a form feed or two; random and packed bytes have a tenth."""
FEWEST_ROWS = 3
"""Lines from which a table is told from sentences that happen to have the same number of commas."""
SAMPLE = 20_000
"""Characters that are looked at for a table."""
_OFFICE = (
    (b"word/document.xml", phrase("a Word document")),
    (b"xl/workbook.xml", phrase("an Excel table")),
    (b"ppt/presentation.xml", phrase("a PowerPoint file")),
    (b"vnd.oasis.opendocument", phrase("an OpenDocument file")),
    (b"application/epub+zip", phrase("an EPUB book")),
)
"""What the parts of a zip file say of it."""
_SIGNATURES = (
    (rb"%PDF-", phrase("a PDF file")),
    (rb"\{\\rtf", phrase("an RTF document")),
    (rb"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", phrase("a document of an older Office program")),
    (rb"\xff\xd8\xff|\x89PNG|GIF8[79]a|RIFF....WEBP|II\*\0|MM\0\*", phrase("a picture")),
    (rb"....ftyp|ID3[\x02-\x04]|OggS\0|RIFF....(?:AVI |WAVE)", phrase("a sound or a film")),
    (rb"PK\x03\x04", phrase("a zip file")),
    (rb"\x1f\x8b|BZh[1-9]1AY|\xfd7zXZ\0|7z\xbc\xaf\x27\x1c|Rar!\x1a\x07|\x28\xb5\x2f\xfd", phrase("a packed file")),
    (rb"SQLite format 3\0", phrase("an SQLite database")),
    (rb"\x7fELF|MZ.{1,400}PE\0\0", phrase("a program")),
)
"""(first bytes, what has them); none of them begins a text that a person wrote."""
_CONTROL = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f]")
_MARKUP = re.compile("<[!?a-zA-Z]")


def other_kind(content: bytes) -> str | None:
    """Return what a file is that is neither text nor page, with its article; None for what may be read."""
    for signature, name in _SIGNATURES:
        if re.match(signature, content, re.DOTALL):
            return next((office for mark, office in _OFFICE if mark in content), name) if "zip" in name else name
    text = decode(content)
    if len(_CONTROL.findall(text)) > MOST_CONTROL * len(text):
        return phrase("no text: its bytes have no letters that people write")
    if _is_json(text):
        return "JSON"
    begin = text if len(text) <= SAMPLE else text[:SAMPLE].rpartition("\n")[0]
    return phrase("a table") if _is_table(begin) else None


def is_page(content: bytes) -> bool:
    """Return whether a file is markup, such as a page that a browser saved."""
    return _MARKUP.match(decode(content[:SAMPLE]).lstrip()) is not None


def _is_json(text: str) -> bool:
    if not text.lstrip().startswith(("{", "[")):
        return False
    first = text.split("\n", 2)[:2]
    return _parses(text) or (len(first) == 2 and all(map(_parses, first)))  # one value, or one in each line


def _parses(text: str) -> bool:
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return False
    return True


def _is_table(text: str) -> bool:
    """Return whether all lines have as many cells: at least two by tabs or semicolons, or three by commas."""
    lines = [line for line in text.splitlines() if line.strip()]
    if len(lines) < FEWEST_ROWS:
        return False
    return any(_columns(lines, sign) >= least for sign, least in (("\t", 2), (";", 2), (",", 3)))


def _columns(lines: list[str], sign: str) -> int:
    """Return how many cells every line has; 0 if the lines differ."""
    try:
        counts = {len(row) for row in csv.reader(lines, delimiter=sign)}
    except csv.Error:
        return 0
    return counts.pop() if len(counts) == 1 else 0
