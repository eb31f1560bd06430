"""Which address an <img> shows: pages keep it in many attributes until a script puts it into `src`."""

import re
from collections.abc import Mapping

from selectolax.lexbor import LexborNode

_SOURCES = ("data-src", "data-original", "data-lazy-src", "data-img")
"""Attributes for the picture that a script shows in place of `src`."""
_PICTURE = re.compile(r"^[^\s{}<>]+\.(?:jpe?g|png|webp|gif|avif)(?:\?\S*)?$", re.IGNORECASE)
_PLACEHOLDER = re.compile(
    r"^\s*data:|(?:blank|loading|lazy|spacer|placeholder|transparent|grey|default|pixel)[\w-]{0,60}\.\w{1,5}$",
    re.IGNORECASE,
)
_CHOICE = re.compile(r"([^\s,]\S*[^\s,])(?:\s+(\d+(?:\.\d+)?)[wx])?\s*(?:,|$)")
"""One picture of a srcset with its width or density."""
_EMOJI = re.compile(r"(?:^|[\s_-])(?:emoji|smil(?:ey|ies)|emoticon)", re.IGNORECASE)
LARGEST_EMOJI = 32
"""Pixels of width and height; a picture so small is a sign in the text or a counter."""
LONGEST_SET = 4_000
"""Characters of a srcset that are read."""


def picture_address(picture: LexborNode) -> str | None:
    """Return the address of an <img> as the page writes it; None for counters, emoji and pictures without any."""
    attributes = picture.attributes
    if _is_decoration(attributes):
        return None
    told = [attributes.get(name) or "" for name in _SOURCES]
    told += [
        value or "" for name, value in attributes.items() if name.startswith("data-") and _PICTURE.search(value or "")
    ]
    sets = [attributes.get(name) or "" for name in ("data-srcset", "srcset")]
    plain = attributes.get("src") or ""
    if _PLACEHOLDER.search(plain) or not plain.strip():
        around = picture.parent
        if around is not None and around.tag == "picture":
            sets += [each.attributes.get("srcset") or "" for each in around.css("source")]
        told += [_largest(each) for each in sets]
    told.append(plain)
    return next((value for each in told if (value := each.strip()) and not value.startswith("data:")), None)


def _largest(srcset: str) -> str:
    """Return the address with the greatest width or density: "a.jpg 480w, b.jpg 960w" → "b.jpg"."""
    found = [(float(match[2] or 1), match[1]) for match in _CHOICE.finditer(srcset[:LONGEST_SET])]
    return max(found, key=lambda pair: pair[0])[1] if found else ""


def _is_decoration(attributes: Mapping[str, str | None]) -> bool:
    if _EMOJI.search(attributes.get("class") or ""):
        return True
    sizes = [(attributes.get(name) or "").removesuffix("px") for name in ("width", "height")]
    return all(size.isdigit() and int(size) <= LARGEST_EMOJI for size in sizes)
