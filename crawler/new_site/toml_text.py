"""A site file as text, in the order and the style of the packaged ones."""

import json
from collections.abc import Iterator, Sequence

from crawler.site import FIELDS, Layout, Source

LONGEST_LINE = 120
"""Characters; a longer list is written with one value per line."""


def basic(text: str) -> str:
    """Return a TOML basic string, used for names and addresses; it has the same escapes as JSON."""
    return json.dumps(text, ensure_ascii=False)


def literal(text: str) -> str:
    """Return a TOML literal string, used for patterns and selectors; a basic string if the text has a quote."""
    return basic(text) if "'" in text or not text.isprintable() else f"'{text}'"


def listed(key: str, values: Sequence[str]) -> str:
    """Return `key = [values]`, over several lines if one line is too long; the values are already quoted."""
    line = f"{key} = [{', '.join(values)}]"
    return line if len(line) <= LONGEST_LINE else "\n".join([f"{key} = [", *(f"  {each}," for each in values), "]"])


def source_table(source: Source) -> str:
    return f"\n[[source]]\nkind = {basic(source.kind)}\nurl = {basic(source.url)}"


def layout_table(layout: Layout) -> str:
    return "\n".join(["\n[[layout]]", *_layout_lines(layout)])


def _layout_lines(layout: Layout) -> Iterator[str]:
    yield f"name = {basic(layout.name)}"
    yield f"detect = {literal(layout.detect)}"
    for field in FIELDS:
        if field in layout.rules:
            yield listed(field, [literal(rule) for rule in layout.rules[field]])
