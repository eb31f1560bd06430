"""Text from outside on its way to people: nothing in it that a terminal or a spreadsheet would obey."""

import unicodedata

_UNSEEN = frozenset(("Cc", "Cf", "Cs", "Zl", "Zp"))
"""Unicode categories that a terminal obeys or hides: control and format characters (escape sequences, direction
overrides), lone surrogates, line and paragraph separators."""
_JOINERS = frozenset("\u200c\u200d")
"""Format characters that belong to the spelling of Khmer and to pictographs."""

FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")
"""With one of them at its beginning, a spreadsheet runs a cell as a formula."""


def harmless(cell: str) -> str:
    """Return the text of a cell with an apostrophe before it if a spreadsheet would run it."""
    return f"'{cell}" if cell.startswith(FORMULA_SIGNS) else cell


def visible(text: str) -> str:
    r"""Return `text` as one line: each character that a terminal would obey becomes its escape, such as `\x1b`."""
    return text if text.isprintable() else "".join(map(_shown, text))


def one_line(text: str) -> str:
    """Return `text` as `visible` does, with every run of white space as one space; itself if it is such a line."""
    line = visible(" ".join(text.split()))
    return text if line == text else line


def _shown(character: str) -> str:
    if unicodedata.category(character) in _UNSEEN and character not in _JOINERS:
        return character.encode("unicode_escape").decode("ascii")
    return character
