"""A line while its texts are collected: what becomes a block when it ends."""

from dataclasses import dataclass, field
from typing import NamedTuple

from crawler.extract.blocks import Block, BlockKind
from crawler.extract.text import tidy


class State(NamedTuple):
    """What an element hands down to the elements inside it."""

    kind: BlockKind
    align: str
    label: str
    link: bool = False
    emphasis: bool = False
    doubted: str = ""
    """The class of the line, if it calls itself something else than text."""


@dataclass(slots=True)
class OpenLine:
    """The texts between two breaks; its state is that of its first visible text."""

    state: State | None = None
    pieces: list[str] = field(default_factory=list)
    linked: int = 0
    plain: int = 0
    total: int = 0

    def add(self, text: str, state: State) -> None:
        self.pieces.append(text)
        if not text.strip():
            return
        if not self.total:
            self.state = state
        visible = len(text) - text.count(" ")
        self.total += visible
        self.linked += visible * state.link
        self.plain += visible * (not state.emphasis)

    def block(self) -> Block | None:
        """Return the block that the line makes; None if it shows nothing."""
        text = tidy("".join(self.pieces)).strip("|").strip()
        if not text or self.state is None:
            return None
        kind, align, label, *_ = self.state
        share = self.linked / self.total
        return Block(kind, text, align=align, emphasised=not self.plain, linked=share, label=label)
