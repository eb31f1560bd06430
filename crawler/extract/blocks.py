"""A line of an article as it stands on the page, and whether it reads on."""

from dataclasses import dataclass
from enum import StrEnum

SHORTEST_RUNNING = 80
"""Characters of a line of running text; labels, menu entries and most headlines are shorter."""
MOST_LINKED_RUNNING = 0.3
"""Share of such a line, 0 to 1, that stands in links."""
SENTENCE_ENDS = frozenset(".!?…:;。！？۔।؟")
CLOSING = ")]}\"'”’»」』›"
"""Signs behind which a sentence may end: "(…)." and "….”"."""


class BlockKind(StrEnum):
    PARAGRAPH = "paragraph"
    HEADING = "heading"
    ITEM = "item"
    ROW = "row"
    CAPTION = "caption"
    PICTURE = "picture"
    BODY = "body"
    """Where a container of the body stands, when the lines around it are read."""


@dataclass(frozen=True, slots=True)
class Block:
    """A line of the article as it stands on the page, with what is needed to judge it."""

    kind: BlockKind
    text: str
    """Tidy; the address as the page writes it if the kind is PICTURE."""
    align: str = ""
    """left, right, center or justify, as the nearest element says; "" if none does."""
    emphasised: bool = False
    """The whole text is bold or italic."""
    linked: float = 0.0
    """Share of the text, 0 to 1, that stands in links."""
    label: str = ""
    """Classes and ids of the element and the elements around it, inside out, up to the container."""

    @property
    def line(self) -> str:
        """The text as a line of `Article.body`."""
        return f"- {self.text}" if self.kind is BlockKind.ITEM else self.text


def is_running(block: Block) -> bool:
    """True for a line that reads on: long, hardly linked, ended like a sentence, and no heading."""
    return (
        block.kind in (BlockKind.PARAGRAPH, BlockKind.ITEM)
        and len(block.text) >= SHORTEST_RUNNING
        and block.linked <= MOST_LINKED_RUNNING
        and ends_sentence(block.text)
    )


def ends_sentence(text: str) -> bool:
    """True if the last sign, but for quotes and brackets, ends a sentence."""
    return text.rstrip(CLOSING)[-1:] in SENTENCE_ENDS
