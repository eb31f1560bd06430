"""The lines of a stored body as a reader sees them: paragraphs, sub-headings and lists. Pure.

The archive keeps one line for each of them and no mark of what it is, so a sub-heading is known by its shape.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import groupby

LONGEST_HEADING = 100
"""Characters: two lines on a phone."""
LEAST_BELOW = 80
"""Characters of the paragraph below a sub-heading: lines of verse are shorter."""
_LIST_MARK = re.compile(r"[-–•+*]\s+")
_END = re.compile(r"[.!?…:;,”\"')\]]$")


class BlockKind(StrEnum):
    """What a block of lines is."""

    PARAGRAPH = "paragraph"
    HEADING = "heading"
    LIST = "list"


@dataclass(frozen=True, slots=True)
class Block:
    """Lines that belong together: one, or all items of a list without their marks."""

    kind: BlockKind
    lines: tuple[str, ...]
    first: int
    """Which line of the body the first of them is; 1 is the first."""


def blocks(body: str) -> Iterator[Block]:
    """Yield the blocks of a body in their order."""
    numbered = [(number, line) for number, line in enumerate(body.split("\n"), start=1) if line.strip()]
    lines = [line for _, line in numbered]
    kinds = [_kind(*around) for around in zip(["", *lines], lines, [*lines[1:], ""], strict=False)]
    for kind, group in groupby(zip(kinds, numbered, strict=True), key=lambda pair: pair[0]):
        found = [each for _, each in group]
        if kind is BlockKind.LIST:
            yield Block(kind, tuple(_LIST_MARK.sub("", line, count=1) for _, line in found), found[0][0])
        else:
            yield from (Block(kind, (line,), number) for number, line in found)


def _kind(before: str, line: str, below: str) -> BlockKind:
    if _LIST_MARK.match(line):
        return BlockKind.LIST
    is_short = len(line) <= LONGEST_HEADING and len(below) >= LEAST_BELOW and len(below) > len(line)
    is_free = not before or bool(_END.search(before))
    return BlockKind.HEADING if is_short and is_free and not _END.search(line) else BlockKind.PARAGRAPH
