"""The lead (sapo): once, apart from the body, its outlet's mark apart from its words."""

import re
from collections.abc import Sequence

from crawler.extract.anatomy import Anatomy
from crawler.extract.blocks import Block, BlockKind
from crawler.extract.paragraphs import shows_title
from crawler.extract.rules import LaidOutPage
from crawler.extract.text import is_vietnamese, overlap, words

SHORTEST_LEAD = 40
"""Characters; shorter emphasised first lines are sub-headings."""
LONGEST_LEAD = 900
"""Characters; the longest sapo seen has 480. A longer first paragraph is text that a CMS copied into its metadata."""
FIRST_LINES = 6
"""Blocks, pictures and captions among them; a lead stands no deeper."""
FEWEST_LINES = 4
"""Lines that tell where the text stands, the lead among them."""
SAME = 0.85
"""Overlap, 0 to 1, at which two wordings are the same lead (straight and curly quotes, a mark, a cut end)."""

_NATIONAL_MARKS = (
    "TTXVN", "Vietnam+", "NDO", "NDĐT", "ND", "TPO", "NLĐO", "NLĐ", "PLVN", "PLO", "VOV.VN", "VOV", "GD&TĐ", "TNO",
    "HNMO", "HNM", "SGGPO", "SGGP", "CAND", "QĐND", "LĐO", "VTC News", "Dân trí", "Dân Trí", "Chinhphu.vn", "CTTĐT",
    "KTĐT", "ANTĐ",
)  # fmt: skip
_NEWSPAPER = re.compile(r"^\s*báo\s+|\s+(?:điện tử|online)\b.*$", re.IGNORECASE)
FEWEST_INITIALS, MOST_INITIALS = 2, 4
"""Letters of a newspaper's name in its mark; a longer name is the slogan of the page."""
_WORDED = frozenset({BlockKind.PARAGRAPH, BlockKind.HEADING})
_SENTENCE_ENDS = '.…!?"”'
_BRACKETED = re.compile(r"^(\([^()]{2,20}\))\s*[-–—.:]*\s*")
_LABEL = re.compile(
    r"(?:^|[\s_-])(?:sapo|lead|chapp?eau|standfirst|summary|desc|description|intro|dek|excerpt|tomtat|tom-tat)(?:$|[\s_-])",
    re.IGNORECASE,
)


def split_mark(lead: str, marks: Sequence[str] = ()) -> tuple[str | None, str]:
    """Take the mark off: "(CTO) - Ngày 8-1, …" → ("(CTO)", "Ngày 8-1, …").

    A mark in brackets is known by its form. One without ("BHG - …") must be the outlet's or a national
    newspaper's: "UBND - …" and "Nha Trang - …" begin sentences.
    """
    if match := _BRACKETED.match(lead):
        return match[1], lead[match.end() :]
    for mark in (*marks, *_NATIONAL_MARKS):
        if lead.startswith(mark) and (rest := lead[len(mark) :].lstrip())[:1] in ("-", "–", "—"):
            return mark, rest[1:].lstrip()
    return None, lead


def marks_of(outlet: str) -> tuple[str, ...]:
    """Return the marks that a newspaper's name gives: "Báo Đà Nẵng" → "ĐNO", "ĐNĐT", "BĐN", "BĐNO", "BĐNĐT"."""
    initials = "".join(word[0] for word in _NEWSPAPER.sub("", outlet).split() if word[0].isalpha()).upper()
    if not FEWEST_INITIALS <= len(initials) <= MOST_INITIALS:
        return ()
    return tuple(f"{start}{initials}{end}" for start in ("", "B") for end in ("O", "ĐT", "") if start or end)


def find_lead(laid_out: LaidOutPage, anatomy: Anatomy) -> tuple[list[tuple[str, str]], tuple[Block, ...]]:
    """Return the leads found with their sources, the best first, and the text without the lead.

    A lead stands where the layout says, labelled or described above the text, or as the first lines of it.
    """
    description = laid_out.document.first_meta("og:description", "description")
    above = _lead_above(anatomy, description)
    inside = _first_lead(anatomy.text, description)
    found = [
        *((text, laid_out.source) for text in laid_out.texts("lead")[:1]),
        *(((above.text, "generic:above"),) if above else ()),
        *(((inside.text, "body"),) if inside else ()),
    ]
    if not found and (plain := _only_sentence_above(anatomy)):
        found = [(plain.text, "generic:above")]
    if not found:
        return [], anatomy.text
    lead = found[0][0]
    repeated = [block for block in anatomy.text[:FIRST_LINES] if block.text == lead]
    if not repeated and inside and _is_same(inside.text, lead):
        repeated = [inside]
    return found, tuple(block for block in anatomy.text if not any(block is each for each in repeated))


def _lead_above(anatomy: Anatomy, description: str | None) -> Block | None:
    """Return the line between headline and text that its label or the page's description calls the lead."""
    below = _lines_below_title(anatomy)
    return next((block for block in below if _LABEL.search(block.label) or _begins(block.text, description)), None)


def _only_sentence_above(anatomy: Anatomy) -> Block | None:
    """Return what stands alone between headline and text: a sentence, in Vietnamese, and no link."""
    sentences = [each for each in _lines_below_title(anatomy) if not each.linked and each.text[-1] in _SENTENCE_ENDS]
    return sentences[0] if len(sentences) == 1 and is_vietnamese(sentences[0].text) else None


def _lines_below_title(anatomy: Anatomy) -> list[Block]:
    """Lines as long as leads are, between headline and text."""
    lines = [block for block in anatomy.above if block.kind in _WORDED]
    title = next((index for index, block in enumerate(lines) if shows_title(block, anatomy.title)), -1)
    return [block for block in lines[title + 1 :] if SHORTEST_LEAD <= len(block.text) <= LONGEST_LEAD]


def _first_lead(blocks: Sequence[Block], description: str | None) -> Block | None:
    """Return the first line of text if its label says that it is the lead, or, in Vietnamese, what sets it apart."""
    worded = [block for block in blocks[:FIRST_LINES] if block.kind in _WORDED]
    block = worded[0] if worded else None
    if block is None or not SHORTEST_LEAD <= len(block.text) <= LONGEST_LEAD:
        return None
    if _LABEL.search(block.label):
        return block
    # Every Vietnamese story has a sapo; elsewhere bold type or a description is no more than a way to begin
    is_set_apart = block.emphasised or _repeats(block.text, description) or split_mark(block.text)[0] is not None
    is_sapo = is_vietnamese(block.text) and (is_set_apart or _stands_elsewhere(worded))
    return block if is_sapo else None


def _stands_elsewhere(blocks: Sequence[Block]) -> bool:
    """True if the first line stands in an element of its own, and the lines below it in another."""
    labels = {block.label for block in blocks[1:]}
    return len(blocks) >= FEWEST_LINES and len(labels) == 1 and blocks[0].label not in labels


def _is_same(one: str, other: str) -> bool:
    """True for the same words in the same order, a mark before them aside: other places or numbers are other news."""
    return words(split_mark(one)[1]) == words(split_mark(other)[1])


def _repeats(text: str, description: str | None) -> bool:
    """True if the description is this whole text. A part of it is an excerpt that a CMS cuts from any first line."""
    return bool(description) and overlap(text, description or "") >= SAME


def _begins(text: str, description: str | None) -> bool:
    """True if the description is this text, whole or cut at its end."""
    start = (description or "").rstrip(" .…")
    return _repeats(text, description) or (len(start) >= SHORTEST_LEAD and text.startswith(start))
