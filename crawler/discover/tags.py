"""Read the tags of a source one after the other: time and memory grow with its bytes, never faster.

No tree is built. Servers send feeds that no parser of XML gets through: after an unclosed <br> lxml, told to recover,
closes the wrong elements and loses entries. And the time of a tree grows with the square of its depth.
"""

import html
import re
from collections.abc import Collection, Iterator
from itertools import islice
from typing import NamedTuple

LONGEST_TEXT = 4_096
"""Bytes of a text or of the attributes of a tag that are read; an address has at most 2,048 characters."""
MOST_REFERENCES = 50
"""In one text that are read, "&amp;" apart; an address has a few."""
MOST_ATTRIBUTES = 30
"""Of one tag that are read; a link of a real page has up to a dozen."""

_ATTRIBUTES = rb"""(?:"[^"]*+(?:"|\Z)|'[^']*+(?:'|\Z)|[^"'>]++)*+"""
_ATTRIBUTE = re.compile(rb"""([^\s"'>/=]++)(?:\s*+=\s*+(?:"([^"]*+)"|'([^']*+)'|([^\s"'>]++)))?+""")
_REFERENCE = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,30});")
_RAW = frozenset(("script", "style", "textarea", "title", "xmp", "iframe", "noembed", "noframes"))
"""Elements of HTML whose content has no tags, whatever it looks like."""


class Tag(NamedTuple):
    """A start or end tag."""

    name: str
    """In lower case, without its prefix: prefixes are often not declared."""
    prefix: str
    """In lower case; "" without one."""
    is_end: bool
    attributes: bytes
    """All between the name and the closing bracket."""
    end: int
    """Where the tag ends in the document."""

    @property
    def is_empty(self) -> bool:
        """Whether an XML element ends with its own start tag: <link/>."""
        return self.attributes.endswith(b"/")


def tags_named(names: Collection[str], *, only_begun: Collection[str] = ()) -> re.Pattern[bytes]:
    """Return the pattern that finds the tags of these local names, the start tags of others, and what may hide them."""
    named = b"|".join(re.escape(name.encode()) for name in (*names, *only_begun))
    ended = b"|".join(re.escape(name.encode()) for name in names)
    return re.compile(
        rb"<(?:(!--|!\[CDATA\[)|(/(?=(?:[\w.-]++:)?(?:"
        + ended
        + rb")[\s/>])|)(?:([\w.-]++):)?("
        + named
        + rb")(?=[\s/>])("
        + _ATTRIBUTES
        + rb")(>?))",
        re.IGNORECASE,
    )


def read_tags(document: bytes, pattern: re.Pattern[bytes]) -> Iterator[Tag]:
    """Yield the tags that a pattern of `tags_named` finds, without those in comments, CDATA and scripts.

    Ends early at a tag, comment, CDATA section or script that has no end.
    """
    at = 0
    while found := pattern.search(document, at):
        hidden, slash, prefix, name, attributes, bracket = found.groups()
        at = found.end()
        if hidden:
            at = _end_of(document, found)
            if at < 0:
                return
            continue
        if not bracket:
            return
        tag = Tag(name.decode().lower(), (prefix or b"").decode().lower(), bool(slash), attributes, at)
        yield tag
        if tag.name in _RAW and not slash:
            end = re.compile(rb"</" + name + rb"[\s/>]", re.IGNORECASE).search(document, at)
            if end is None:
                return
            at = end.start()


def text_after(document: bytes, tag: Tag) -> str | None:
    """Return the text between a start tag and the next tag, CDATA included; None if the document ends in it."""
    at, parts, size = tag.end, [], 0
    while size < LONGEST_TEXT:
        start = document.find(b"<", at)
        if start < 0:
            return None
        text = document[at : min(start, at + LONGEST_TEXT)].decode("utf-8", "replace")
        parts.append(unescape(text))
        if not document.startswith((b"<![CDATA[", b"<!--"), start):
            break
        is_comment = document.startswith(b"<!--", start)
        end = document.find(b"-->" if is_comment else b"]]>", start)
        if end < 0:
            return None
        if not is_comment:
            begin = start + len(b"<![CDATA[")
            parts.append(document[begin : min(end, begin + LONGEST_TEXT)].decode("utf-8", "replace"))
        at = end + 3
        size += len(parts[-1]) + len(text)
    return "".join(parts).strip()


def attributes_of(tag: Tag, names: Collection[str]) -> dict[str, str]:
    """Return the values of the attributes of these names, which may have a prefix ("rdf:about"): the first of each."""
    found: dict[str, str] = {}
    for each in islice(_ATTRIBUTE.finditer(tag.attributes, 0, LONGEST_TEXT), MOST_ATTRIBUTES):
        name = each[1].lower().rpartition(b":")[2].decode("utf-8", "replace")
        if name in names:
            value = each[2] or each[3] or each[4] or b""
            found.setdefault(name, unescape(value.decode("utf-8", "replace")).strip())
    return found


def unescape(text: str) -> str:
    """Return the text with its references as characters. An "&" that begins none stays, and so does an unknown name."""
    parts = text.split("&amp;") if "&" in text else [text]
    return "&".join(_REFERENCE.sub(_character, part, MOST_REFERENCES) if "&" in part else part for part in parts)


def _character(reference: re.Match[str]) -> str:
    return html.unescape(reference[0])


def first_name(document: bytes) -> str | None:
    """Return the name of the first start tag as it is written; None if there is none."""
    found = re.search(rb"<([A-Za-z_][\w:.-]{0,60})", document)
    return found[1].decode() if found else None


def _end_of(document: bytes, opening: re.Match[bytes]) -> int:
    """Return where a comment or CDATA section ends; -1 if it does not."""
    closing = b"-->" if opening[1] == b"!--" else b"]]>"
    end = document.find(closing, opening.start() + 2)  # "<!-->" is a whole comment
    return end + len(closing) if end >= 0 else -1
