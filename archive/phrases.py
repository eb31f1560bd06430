"""Our own words: English texts that the terminal can say in the language of its user.

A phrase is its English text. So what is stored, logged, compared or printed as JSON is English, and only who speaks to
people asks for `in_language`.
"""

from collections.abc import Mapping, Sequence
from string import Formatter

from archive.languages import VIETNAMESE, translation

_OTHER_MARKS = str.maketrans(",.", ".,")
"""Vietnamese numbers have a comma before the decimals, and dots between thousands."""


class Phrase(str):
    """An English text, with the template and the values that made it."""

    __slots__ = ("many", "n", "template", "values")
    template: str
    many: str
    """The template for more than one; "" if there is only one form."""
    n: int
    """What decides between the two forms."""
    values: Mapping[str, object]


class _Vietnamese(Formatter):
    """Fills templates with numbers as Vietnamese newspapers write them."""

    def format_field(self, value: object, format_spec: str) -> str:
        """Return one value as text."""
        text: str = super().format_field(value, format_spec)
        return text.translate(_OTHER_MARKS) if isinstance(value, (int, float)) else text


def phrase(template: str, /, **values: object) -> Phrase:
    """Return the text that the template makes of the values; `make catalogue` finds it by this name."""
    return _made(template, values)


def counted(one: str, many: str, /, *, n: int, **values: object) -> Phrase:
    """Return the text for this number: the first template for 1, else the second; both may have `{n}`."""
    return _made(one, {"n": n, **values}, many=many, n=n)


def joined(separator: str, parts: Sequence[str]) -> Phrase:
    """Return the parts as one text; those that are phrases stay translatable."""
    values = {f"part{number}": part for number, part in enumerate(parts)}
    return _made(separator.replace("{", "{{").replace("}", "}}").join(f"{{{name}}}" for name in values), values)


def in_language(text: str, language: str) -> str:
    """Return a phrase in a language, with the phrases in it; any other text comes back as it is."""
    if not isinstance(text, Phrase):
        return text
    own = translation(language)
    template = own.ngettext(text.template, text.many, text.n) if text.many else own.gettext(text.template)
    values = {
        name: in_language(value, language) if isinstance(value, str) else value for name, value in text.values.items()
    }
    return (_Vietnamese() if language == VIETNAMESE else Formatter()).vformat(template, (), values)


def _made(template: str, values: Mapping[str, object], *, many: str = "", n: int = 1) -> Phrase:
    text = Phrase((many if many and n != 1 else template).format_map(values))
    text.template, text.many, text.n, text.values = template, many, n, values
    return text
