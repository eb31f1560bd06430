"""The text of a story without what each newspaper puts around it: marks, credits, captions.

Two newspapers that print the same text differ in these. What they say of its origin is kept beside the text.
"""

import re
from dataclasses import dataclass

_DASH = "[-–—]"
_IN_BRACKETS = re.compile(rf"(?P<place>[^().,;:]{{0,30}})\((?P<mark>[^()]{{2,30}})\)\s*(?P<dash>{_DASH}|:)?\s*")
"""A mark in brackets, also behind the place of the report: "(CTO) - ", "Hà Nội (TTXVN) - "."""
_CAPITALS = re.compile(r"[A-ZĐ][A-ZĐ0-9&+./]+(?:[ /][\w.+]+)?")
"""What is a mark without a dash behind its brackets."""
_BARE = re.compile(rf"(?P<mark>[A-ZĐ][A-ZĐ&]{{1,7}}(?:\.VN|\.vn)?|[\w]+\.vn)\s*{_DASH}\s+")
"""A mark without brackets: "BHG - "."""
_CREDIT = re.compile(r"\(?\s*(?:(?:Lược )?Theo|Nguồn|Tổng hợp)\b\s*:?[^!?]{1,80}", re.IGNORECASE)
_SHORT_BRACKETS = re.compile(r"\([^()]{2,50}\)")
_END = re.compile(r"\s*(?:\((?P<said>[^()]{2,50})\))?\s*(?P<wire>\./\.)?\s*$")
WIRE_END = "./."
"""How TTXVN ends a text."""
_SAYS_WHO = re.compile(r"\b(?:TTXVN|Vietnam\+|Theo|Nguồn|VGP)", re.IGNORECASE)
_PICTURE = re.compile(r"(?:^|[(.]\s*)(?:Ảnh|Đồ họa|Video|Clip)\s*:", re.IGNORECASE)
CREDIT_WORDS = 12
"""A line with more words is a sentence, even if it begins with "Theo"."""
CAPTION_WORDS = 45
"""A paragraph with more words is text, even if it names a photographer."""
_LONGEST_END = 80
"""Characters at the end of a text where its last bracket is looked for."""
LAST_LINES = 3
"""Lines at the end that may be credits."""


@dataclass(frozen=True, slots=True)
class StoryText:
    """What can be compared of an article, and what it says of its origin."""

    paragraphs: tuple[str, ...]
    """Lead and body, one line each."""
    marks: tuple[str, ...]
    """Marks that began the lead or the body, without brackets: "TTXVN", "BHG"."""
    credits: tuple[str, ...]
    """Lines and brackets at the end: "Theo Báo Nhân Dân", "TTXVN/Vietnam+", "./."."""

    @property
    def text(self) -> str:
        """The paragraphs, joined by line feeds."""
        return "\n".join(self.paragraphs)


def story_text(lead: str | None, body: str, *, lead_mark: str | None = None) -> StoryText:
    """Return the text of an article that is compared with others; a lead that the body repeats counts once."""
    lines = [line for line in body.split("\n") if line.strip()]
    if lead and not (lines and lines[0].endswith(lead)):
        lines.insert(0, lead)
    marks = [lead_mark.strip("() -–—")] if lead_mark else []
    for place, line in enumerate(lines[:2]):
        mark, rest = _split_mark(line)
        if mark and rest:
            marks.append(mark)
            lines[place] = rest
    signed = _take_credits(lines)
    kept = tuple(line for line in lines if line.strip() and not _is_caption(line))
    return StoryText(kept, tuple(dict.fromkeys(marks)), signed)


def _split_mark(line: str) -> tuple[str | None, str]:
    """Return the mark that begins a line, and the rest of the line."""
    if found := _IN_BRACKETS.match(line):
        mark = found["mark"].strip()
        if found["dash"] or _CAPITALS.fullmatch(mark):
            return mark, line[found.end() :]
    if found := _BARE.match(line):
        return found["mark"], line[found.end() :]
    return None, line


def _take_credits(lines: list[str]) -> tuple[str, ...]:
    """Return what the last lines say of the origin, and remove it from them."""
    taken: list[str] = []
    for _ in range(LAST_LINES):
        if len(lines) > 1 and _is_credit(lines[-1].strip()):
            taken.append(lines.pop().strip())
        else:
            break
    is_signed = bool(lines) and lines[-1].rstrip().endswith((")", WIRE_END))
    if is_signed and (found := _END.search(lines[-1], max(len(lines[-1]) - _LONGEST_END, 0))):
        is_said = bool(found["said"] and (found["wire"] or _SAYS_WHO.search(found["said"])))
        taken += [WIRE_END] if found["wire"] else []
        taken += [found["said"]] if is_said else []
        if found["wire"] or is_said:
            lines[-1] = lines[-1][: found.start()]
    return tuple(taken)


def _is_credit(line: str) -> bool:
    if len(line.split()) > CREDIT_WORDS:
        return False
    return bool(_CREDIT.fullmatch(line) or _SHORT_BRACKETS.fullmatch(line) or _SAYS_WHO.match(line))


def _is_caption(line: str) -> bool:
    return ":" in line and _PICTURE.search(line) is not None and len(line.split()) <= CAPTION_WORDS
