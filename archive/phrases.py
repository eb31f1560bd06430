"""Our own words: English texts that the terminal can say in the language of its user.

A phrase is its English text. So what is stored, logged, compared or printed as JSON is English, and only who speaks to
people asks for `in_language`.
"""

import re
from collections.abc import Iterable, Mapping
from datetime import date
from string import Formatter

from archive.languages import VIETNAMESE, translation

_OTHER_MARKS = str.maketrans(",.", ".,")
"""Vietnamese numbers have a comma before the decimals, and dots between thousands."""
_NUMBER = re.compile(r"[-+]?[\d,.]+%?")
_WEEKDAYS = ("thứ hai", "thứ ba", "thứ tư", "thứ năm", "thứ sáu", "thứ bảy", "chủ nhật")
"""What `%A` is in Vietnamese, from Monday: Python knows only the locale of the process."""


class Phrase(str):
    """An English text, with the template and the values that made it."""

    __slots__ = ("many", "n", "template", "values")
    template: str
    many: str
    """The template for more than one; "" if there is only one form."""
    n: int
    """What decides between the two forms."""
    values: Mapping[str, object]

    def __str__(self) -> str:
        """Return the phrase itself, so that `str(error)` can be said in another language too."""
        return self

    def __add__(self, other: str) -> "Phrase":
        return joined("", (self, other))

    def __radd__(self, other: str) -> "Phrase":
        return joined("", (other, self))


class Printed(str):
    """A value that has its format already: what stood in a text for a number or a moment."""

    __slots__ = ()

    def __format__(self, _: str) -> str:
        """Return it as it is."""
        return str(self)


class _Vietnamese(Formatter):
    """Fills templates with numbers as Vietnamese newspapers write them."""

    def format_field(self, value: object, format_spec: str) -> str:
        """Return one value as text."""
        if isinstance(value, date):
            format_spec = format_spec.replace("%A", _WEEKDAYS[value.weekday()])
        text: str = super().format_field(value, format_spec)
        is_number = isinstance(value, (int, float)) or (isinstance(value, Printed) and _NUMBER.fullmatch(value))
        return text.translate(_OTHER_MARKS) if is_number else text


def phrase(template: str, /, **values: object) -> Phrase:
    """Return the text that the template makes of the values; `make catalogue` finds it by this name."""
    return _made(template, values)


def counted(one: str, many: str, /, *, n: int, **values: object) -> Phrase:
    """Return the text for this number: the first template for 1, else the second; both may have `{n}`."""
    return _made(one, {"n": n, **values}, many=many, n=n)


def joined(separator: str, parts: Iterable[str]) -> Phrase:
    """Return the parts as one text; those that are phrases stay translatable."""
    values = {f"part{number}": part for number, part in enumerate(parts)}
    return _made("{separator}".join(f"{{{name}}}" for name in values), {**values, "separator": separator})


def figure(number: float, form: str = ",") -> Phrase:
    """Return a number in the form of a format string, which each language writes with its own marks."""
    return _made(f"{{number:{form}}}", {"number": number})


def in_language(text: str, language: str) -> str:
    """Return a phrase in a language, with the phrases in it; any other text comes back as it is."""
    if not isinstance(text, Phrase) or not text:  # gettext has its own header for ""
        return text
    own = translation(language)
    template = own.ngettext(text.template, text.many, text.n) if text.many else own.gettext(text.template)
    values = {
        name: in_language(value, language) if isinstance(value, str) else value for name, value in text.values.items()
    }
    return (_Vietnamese() if language == VIETNAMESE else Formatter()).vformat(template, (), values)


def _made(template: str, given: Mapping[str, object], *, many: str = "", n: int = 1) -> Phrase:
    values = {name: each if isinstance(each, (int, float, date)) else str(each) for name, each in given.items()}
    text = Phrase((many if many and n != 1 else template).format_map(values))
    text.template, text.many, text.n, text.values = template, many, n, values
    return text
