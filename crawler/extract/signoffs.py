"""The lines that sign a text: at its end, or right below it.

A capital letter proves no name: "Từ Khóa" and "Kỳ Cuối" are written like persons. So a sign-off needs a mark (a credit
in words, a class that names the author, or right alignment), or it is the very last line and says nothing but names.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from crawler.extract.blocks import Block, BlockKind
from crawler.extract.bylines import AUTHOR_CLASS, LONGEST_LINE, Byline, has_label, is_photo_credit, joined, read_byline
from crawler.extract.persons import is_caseless, is_full_name

TAIL_LINES = 4
"""Blocks at the end among which a labelled sign-off is looked for."""
LONGEST_BARE = 8
"""Words of a sign-off that nothing but its place tells from an ordinary last line: two names."""


@dataclass(frozen=True, slots=True)
class SignOff:
    """One or more lines that sign the text."""

    index: int
    """Of the first of its blocks."""
    byline: Byline
    mark: str
    """right, class, or label (a credit or a source in words); "" for a line that only its place tells."""
    last: int
    """Index of the last of its blocks."""


def find_sign_offs(blocks: Sequence[Block], publishers: Sequence[str], *, is_below: bool = False) -> list[SignOff]:
    """Return what signs the text, in document order; credits of photographers have no names.

    With `is_below` the blocks stand under the text, where a line without a mark is a label of the page.
    """
    paragraphs = [index for index, block in enumerate(blocks) if block.kind is BlockKind.PARAGRAPH]
    photos = [index for index in paragraphs[-TAIL_LINES:] if is_photo_credit(blocks[index].text)]
    found = [SignOff(index, Byline((), blocks[index].text), "label", index) for index in photos]
    may_be_bare = not is_below
    for distance, index in enumerate(index for index in reversed(paragraphs) if index not in photos):
        block = blocks[index]
        mark = _mark_of(block) if distance < TAIL_LINES or block.align == "right" else ""
        byline = _read(block, publishers) if mark or may_be_bare else None
        if byline and byline.names and byline.source_credit:
            mark = mark or "label"
        if is_below and mark == "right":  # buttons and labels of the page stand there too
            mark, may_be_bare = "", True
        if byline and (mark or (may_be_bare and _says_only_names(block, byline))):
            found.append(SignOff(index, byline, mark, index))
            may_be_bare = (
                may_be_bare and not mark and block.emphasised and not is_below
            )  # a second name may stand above
        else:
            may_be_bare = False
    return _together(sorted(found, key=lambda each: each.index))


def _mark_of(block: Block) -> str:
    if len(block.text) > LONGEST_LINE or is_photo_credit(block.text):
        return ""
    if block.align == "right":
        return "right"
    return "class" if AUTHOR_CLASS.search(block.label) else "label" if has_label(block.text) else ""


def _read(block: Block, publishers: Sequence[str]) -> Byline | None:
    return None if len(block.text) > LONGEST_LINE else read_byline(block.text, publishers=publishers)


def _says_only_names(block: Block, byline: Byline) -> bool:
    """True for full names and nothing else: no bracket, no capitals throughout, no single word."""
    is_set = block.text[0] in "([" or (block.text.isupper() and "." not in block.text)
    named = [name for name in byline.names if is_full_name(name) and (" " in name or not is_caseless(name))]
    return bool(named) and not is_set and len(block.text.split()) <= LONGEST_BARE


def _together(signed: Sequence[SignOff]) -> list[SignOff]:
    """Join the lines that name one person each, one below the other with the same mark."""
    kept: list[SignOff] = []
    for each in signed:
        above = kept[-1] if kept else None
        if (
            above
            and above.mark == each.mark
            and above.last + 1 == each.index
            and above.byline.names
            and each.byline.names
        ):
            kept[-1] = replace(above, byline=joined([above.byline, each.byline]), last=each.index)
        else:
            kept.append(each)
    return kept
