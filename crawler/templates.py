"""Addresses with {keys} in them, as site files write them: filled in, and known again."""

import re
from collections.abc import Callable
from urllib.parse import quote

_KEY = re.compile(r"\{([\w-]+(?:\.[\w-]+)*)\}")
_VALUE = "[^/?&#]"


def keys_of(template: str) -> tuple[str, ...]:
    """Return the keys of a template in their order: ("slug", "id") of "/{slug}-{id}.html"."""
    return tuple(_KEY.findall(template))


def is_template(text: str) -> bool:
    """True if the text has a {key}, and no brace that belongs to none."""
    rest = _KEY.sub("", text)
    return rest != text and not re.search(r"[{}]", rest)


def fill(template: str, value_of: Callable[[str], str | None], *, safe: str = "") -> str | None:
    """Return the template with the value of each key in its place, None if one has no value.

    Values are percent-encoded but for the characters of `safe`.
    """
    values = {key: value_of(key) for key in keys_of(template)}
    if not all(values.values()):
        return None
    # errors="replace": JSON may hold half a character
    return _KEY.sub(lambda found: quote(values[found[1]] or "", safe=safe, errors="replace"), template)


def match(template: str, address: str) -> dict[str, str] | None:
    """Return the values with which `fill` makes this address, still encoded; None if none do.

    A value ends where what follows it begins first. It is never tried longer: no address takes more than one pass.
    """
    first, *rest = _KEY.split(template)
    keys, pieces = rest[::2], rest[1::2]
    inner = "".join(f"(?>({_VALUE}+?){re.escape(piece)})" for piece in pieces[:-1])
    last = f"({_VALUE}+){re.escape(pieces[-1])}" if pieces else ""
    found = re.fullmatch(re.escape(first) + inner + last, address)
    return dict(zip(keys, found.groups(), strict=True)) if found else None
