"""The lead (sapo): once, apart from the body, its outlet's mark apart from its words."""

import re
from collections.abc import Sequence

from crawler.extract.body import Block, BlockKind
from crawler.extract.text import overlap

SHORTEST_LEAD = 40
"""Characters; shorter emphasised first lines are sub-headings."""
LONGEST_LEAD = 900
"""Characters; the longest sapo seen has 480. A longer first paragraph is text that a CMS copied into its metadata."""
SAME = 0.85
"""Overlap, 0 to 1, at which two wordings are the same lead (straight and curly quotes, a mark, a cut end)."""

_NATIONAL_MARKS = (
    "TTXVN", "Vietnam+", "NDO", "NDĐT", "ND", "TPO", "NLĐO", "NLĐ", "PLVN", "PLO", "VOV.VN", "VOV", "GD&TĐ", "TNO", "HNMO",
    "HNM", "SGGP", "SGGPO", "CAND", "QĐND", "LĐO", "VTC News", "Dân trí", "Dân Trí", "Chinhphu.vn", "CTTĐT", "KTĐT", "ANTĐ",
)  # fmt: skip
_BRACKETED = re.compile(r"^(\([^()]{2,20}\))\s*[-–—.:]*\s*")
LEAD_LABEL = re.compile(
    r"(?:^|[\s_-])(?:sapo|lead|chapeau|standfirst|summary|desc|description|intro|dek|excerpt|tomtat|tom-tat)(?:$|[\s_-])",
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
        rest = lead.removeprefix(mark).lstrip()
        if len(rest) < len(lead) and rest[:1] in ("-", "–", "—"):
            return mark, rest[1:].lstrip()
    return None, lead


def lead_among(blocks: Sequence[Block], description: str | None) -> int | None:
    """Return the index of the block that is the lead, judged by label, emphasis or the page's description."""
    for index, block in enumerate(blocks[:6]):
        if block.kind in (BlockKind.PICTURE, BlockKind.CAPTION):
            continue
        if len(block.text) > LONGEST_LEAD or len(block.text) < SHORTEST_LEAD:
            return None
        if LEAD_LABEL.search(block.label) or block.emphasised or _repeats(block.text, description):
            return index
        return None
    return None


def _repeats(text: str, description: str | None) -> bool:
    """True if the description is this text, whole or cut at its end by the CMS."""
    if not description or len(description) < SHORTEST_LEAD:
        return False
    start = description.rstrip(" .…")
    return overlap(text, description) >= SAME or (text.startswith(start) and len(start) >= len(text) * 0.5)
