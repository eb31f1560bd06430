"""Which of a page's bylines is the byline."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from selectolax.lexbor import LexborNode

from crawler.extract.body import Block, BlockKind, is_suspect, is_unread, read_blocks
from crawler.extract.bylines import LONGEST_LINE, Byline, has_label, is_photo_credit, read_byline
from crawler.extract.text import tidy, words

TAIL_LINES = 4
"""Blocks at the end among which a sign-off is looked for, where nothing but its wording tells it."""
LONGEST_SIGN_OFF = 8
"""Words of a sign-off that nothing but its place tells from an ordinary last line."""

_ELEMENTS = (
    "[class*=author], [class*=Author], [class*=tac-gia], [class*=tacgia], [class*=pseudonym], [class*=byline], "
    "[class*=nguoi-viet], [class*=writer], [rel=author], [itemprop=author], a[href*='/tac-gia/'], a[href*='/author/']"
)
_LABEL = re.compile(r"author|tac-?gia|pseudonym|byline|nguoi-?viet|writer", re.IGNORECASE)
_AVATAR = re.compile(r"avatar|avata\b|follow|related|bio", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Signed:
    """A byline and where it was found."""

    byline: Byline
    source: str


def author_elements(region: LexborNode, *, publishers: Sequence[str]) -> list[Signed]:
    """Return the bylines of the elements in `region` whose class, rel or link says that they name the author."""
    found: list[Signed] = []
    for node in region.css(_ELEMENTS):
        if _stands_in_junk(node, region) or _AVATAR.search(node.attributes.get("class") or ""):
            continue
        for line in _lines_of(node):
            byline = read_byline(line, publishers=publishers)
            if byline and byline.names:
                found.append(Signed(byline, "generic:author"))
                break
    return found


def sign_offs(blocks: Sequence[Block], *, publishers: Sequence[str]) -> dict[int, Byline]:
    """Return the blocks of a body that sign it, by index: the last lines, and right-aligned lines above a list of references."""
    found: dict[int, Byline] = {}
    texts = [index for index, block in enumerate(blocks) if block.kind is BlockKind.PARAGRAPH]
    for distance, index in enumerate(reversed(texts)):
        block = blocks[index]
        if len(block.text) > LONGEST_LINE or is_photo_credit(block.text):
            continue
        labelled = bool(_LABEL.search(block.label)) or has_label(block.text)
        in_tail = distance < TAIL_LINES
        placed = block.align == "right" or (block.emphasised and distance < 2)
        if not (labelled and in_tail) and not (block.align == "right") and not (in_tail and (placed or distance == 0)):
            continue
        byline = read_byline(block.text, publishers=publishers)
        if byline and (labelled or placed or len(words(block.text)) <= LONGEST_SIGN_OFF):
            found[index] = byline
    return found


def choose_byline(
    printed: Iterable[Signed], signed: Iterable[Signed], *, declared: Iterable[Signed]
) -> Signed | None:
    """Return the byline to store: printed by the page's author element, else the sign-off, else what metadata declares.

    Of several author elements the one that metadata agrees with wins: an avatar's letter may stand before the name.
    """
    elements, told = list(printed), [each for each in declared if each.byline.names]
    agreed = {_key(each.byline) for each in told}
    agreeing = [each for each in elements if _key(each.byline) in agreed]
    choices = [*agreeing, *elements, *signed, *told]
    named = next((each for each in choices if each.byline.names), None)
    return named or next(iter(choices), None)


def repeats(byline: Byline, chosen: Byline) -> bool:
    """True if a sign-off names nobody but those already named."""
    return set(_key(byline)) <= set(_key(chosen))


def _key(byline: Byline) -> tuple[str, ...]:
    return tuple(name.casefold() for name in byline.names)


def _lines_of(node: LexborNode) -> list[str]:
    """Lines of an author element; the single letter that stands for a missing portrait is none of its text."""
    if node.css_first("p, li, br") is not None:
        return [block.text for block in read_blocks(node)]
    pieces = (tidy(each.text_content or "") for each in node.traverse(include_text=True) if each.is_text_node)
    return [" ".join(piece for piece in pieces if len(piece) > 1)]


def _stands_in_junk(node: LexborNode, region: LexborNode) -> bool:
    at = node.parent
    while at is not None and at.mem_id != region.mem_id:
        if is_unread(at) or is_suspect(at):
            return True
        at = at.parent
    return False
