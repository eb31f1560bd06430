"""Texts of ours that were stored in English, as phrases again: so the terminal says them in the language of its user.

What a crawl noted years ago, such as "robots.txt answered 503: closed for this run", is found among the templates of
the catalogue. A text that no template makes, such as an error of a library, stays as it is.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from string import Formatter

from archive.languages import VIETNAMESE, catalogue_of
from archive.phrases import Phrase, Printed, joined

LEAST_LETTERS = 5
"""A template with fewer letters of its own, such as "{url}: {why}", says nothing that would need a translation."""


@dataclass(frozen=True, slots=True)
class _Template:
    """A template of the catalogue, cut at its fields."""

    text: str
    one: str
    """The template for one, "" if `text` is the only form."""
    literals: tuple[str, ...]
    """The own words before, between and after the fields; one more than fields."""
    fields: tuple[tuple[str, str], ...]
    """Name and format."""

    @property
    def letters(self) -> int:
        return sum(letter.isalpha() for literal in self.literals for letter in literal)

    def values_in(self, text: str) -> dict[str, str] | None:
        """Return what stands in a text for each field; None if the template does not make this text."""
        first, *others = self.literals
        if not others:
            return {} if text == first else None
        last, at = others[-1], len(first)
        end = len(text) - len(last)
        if end < at or not text.startswith(first) or not text.endswith(last):
            return None
        values: dict[str, str] = {}
        for (name, form), literal in zip(self.fields, others, strict=True):
            until = end if literal is others[-1] else text.find(literal, at, end)
            if until < 0:
                return None
            found = text[at:until]
            if values.setdefault(name, Printed(found) if form else found) != found:
                return None
            at = until + len(literal)
        return values


def recalled(text: str) -> str:
    """Return a stored text of ours as the phrase that it was, with the phrases in it; any other text as it is."""
    return text if isinstance(text, Phrase) else _found(text)


def with_reason(reason: str, detail: str | None) -> str:
    """Return a reason code and the stored text of what was seen: "http-error (status 503)"."""
    return joined("", (reason, " (", recalled(detail), ")")) if detail else reason


@lru_cache(maxsize=4096)  # a bad night has the same text for each of its pages
def _found(text: str) -> str:
    for template in _templates():
        if (values := template.values_in(text)) is not None:
            phrase = Phrase(text)
            phrase.template, phrase.many = (template.one, template.text) if template.one else (template.text, "")
            phrase.n = 2 if template.one else 1
            # a single word may be anybody's: a code, a name, a word of the page
            phrase.values = {name: recalled(each) if " " in each else each for name, each in values.items()}
            return phrase
    return text


@cache
def _templates() -> tuple[_Template, ...]:
    """Return the templates of single lines, those with most words of their own first."""
    lines = (cut for one, many in _texts() if "\n" not in one for cut in _cut(one, many))
    return tuple(sorted((each for each in lines if each.letters >= LEAST_LETTERS), key=lambda each: -each.letters))


def _cut(one: str, many: str) -> Iterator[_Template]:
    """Yield the forms of a text as templates, but for those that Python would not fill."""
    for text in filter(None, (one, many)):
        try:
            parts = list(Formatter().parse(text))
        except ValueError:
            continue
        fields = [(name, form or "") for _, name, form, _ in parts if name is not None]
        if any(conversion for *_, conversion in parts) or not all(name.isidentifier() for name, _ in fields):
            continue
        literals = [literal for literal, *_ in parts]
        if not parts or parts[-1][1] is not None:  # the text ends with a field
            literals.append("")
        yield _Template(text, one if text is many else "", tuple(literals), tuple(fields))


def _texts() -> Iterator[tuple[str, str]]:
    """Yield the English texts of a compiled catalogue, and their form for more than one or ""."""
    content = catalogue_of(VIETNAMESE)
    if not content:
        return
    order = "<" if content[:4] == b"\xde\x12\x04\x95" else ">"
    count, table = struct.unpack_from(f"{order}2I", content, 8)
    for place in range(count):
        length, start = struct.unpack_from(f"{order}2I", content, table + 8 * place)
        one, _, many = content[start : start + length].decode().partition("\0")
        yield one, many
