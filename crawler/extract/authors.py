"""Which of a page's bylines is the byline."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from selectolax.lexbor import LexborNode

from crawler.extract.anatomy import Anatomy
from crawler.extract.body import Block, BlockKind, read_blocks
from crawler.extract.bylines import LONGEST_LINE, Byline, has_label, is_photo_credit, read_byline
from crawler.extract.dates import DATE_LINE, beside_date
from crawler.extract.elements import traits_of
from crawler.extract.paragraphs import is_sentence, shows_title
from crawler.extract.rules import Design
from crawler.extract.text import tidy, words

TAIL_LINES = 4
"""Blocks at the end among which a sign-off is looked for, where nothing but its wording tells it."""
LAST_LINES = 2
"""Blocks at the end whose bold or italic type alone makes them a sign-off; above, it is a sub-heading."""
LONGEST_SIGN_OFF = 8
"""Words of a sign-off that nothing but its place tells from an ordinary last line."""

MOST_ELEMENTS = 100
"""Author elements that are looked at; under an article stand those of its comments."""
LONGEST_ELEMENT = 2000
"""Characters; a longer one holds the article."""
LARGEST_ELEMENT = 200
"""Elements inside; one with a portrait, names, links and buttons has twenty."""

_ELEMENTS = (
    "[class*=author i], [class*=tac-gia], [class*=tacgia], [class*=pseudonym], [class*=byline], "
    "[class*=nguoi-viet], [class*=writer], [rel=author], [itemprop=author], a[href*='/tac-gia/'], a[href*='/author/']"
)
_LABEL = re.compile(r"author|tac-?gia|pseudonym|byline|nguoi-?viet|writer", re.IGNORECASE)
_PART = re.compile(r"\s*[|•·]\s*|\s+[-–]\s+")
"""What parts of a date line are set apart by."""
_AVATAR = re.compile(r"avatar|avata\b|follow|related|bio", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Signed:
    """A byline and where it was found."""

    byline: Byline
    source: str


def find_bylines(
    design: Design, anatomy: Anatomy, text: Sequence[Block], *, publishers: Sequence[str]
) -> tuple[list[Signed], tuple[Block, ...]]:
    """Return the bylines found, the chosen one first, and the text without the lines that sign it."""
    signed = _sign_offs(text, publishers)
    ruled = _ruled(design, publishers)
    elements = _author_elements(anatomy.regions[:1], publishers)
    ends = [Signed(byline, "sign-off") for _, byline in sorted(signed.items(), reverse=True)]
    if not any(each.byline.names for each in (*ruled, *elements, *ends)):
        below = _sign_offs(anatomy.below, publishers)
        ends += [Signed(byline, "sign-off") for byline in below.values()]
    declared = [each for each in _declared(design, publishers) if each.byline.names]
    if not any(each.byline.names for each in (*ruled, *elements, *ends, *declared)):
        ends += _beside_date(anatomy, publishers)
    found = _rank(ruled, elements, ends=ends, declared=declared)
    if not found:
        return [], tuple(text)
    chosen, *others = found
    gone = {
        index for index, byline in signed.items() if _repeats(byline, chosen.byline) or text[index].align == "right"
    }
    tail = range(max(0, len(text) - TAIL_LINES), len(text))
    gone |= {index for index in tail if _says_no_more(text[index], chosen.byline)}
    return [chosen, *others], tuple(block for index, block in enumerate(text) if index not in gone)


def _says_no_more(block: Block, byline: Byline) -> bool:
    """True for a line that is only the byline again, or its second line: "(Trung tâm Văn hóa huyện)"."""
    if not byline.names:
        return False
    if block.align == "right" and block.text[0] == "(" and block.text[-1] == ")":
        return True
    if len(block.text) > LONGEST_LINE:
        return False
    rest = "".join(words(block.text))
    for name in byline.names:
        rest = rest.replace("".join(words(name)), "")
    return not rest


def _ruled(design: Design, publishers: Sequence[str]) -> list[Signed]:
    """Names of the first rule that gives any: in one element, or one element each."""
    texts = dict.fromkeys(design.texts("byline"))
    byline = read_byline(" - ".join(texts), publishers=publishers) if texts else None
    return [Signed(byline, design.source)] if byline else []


def _declared(design: Design, publishers: Sequence[str]) -> list[Signed]:
    """What metadata says; on many sites it names the newspaper itself, which is no byline."""
    document = design.document
    lines = [
        (" - ".join(document.ld_texts("author")), "ld:author"),
        *((document.first_meta(name) or "", f"meta:{name}") for name in ("author", "article:author")),
    ]
    read = ((read_byline(line, publishers=publishers), source) for line, source in lines)
    return [Signed(byline, source) for byline, source in read if byline]


def _rank(
    ruled: Sequence[Signed], elements: Sequence[Signed], *, ends: Sequence[Signed], declared: Sequence[Signed]
) -> list[Signed]:
    """Order the bylines: the layout's, the page's author elements, the sign-off, what metadata declares.

    Of several author elements the one that metadata agrees with is first. A line without a name (an agency, a
    department) comes after those that name somebody, but its credit is kept with them.
    """
    agreed = {_names(each.byline) for each in declared}
    agreeing = [each for each in elements if _names(each.byline) in agreed]
    choices = [*ruled, *agreeing, *(each for each in elements if each not in agreeing), *ends, *declared]
    ranked = sorted(choices, key=lambda each: not each.byline.names)
    credit = next((each.byline.source_credit for each in (*ruled, *ends) if each.byline.source_credit), None)
    if ranked and credit and not ranked[0].byline.source_credit:
        ranked[0] = replace(ranked[0], byline=replace(ranked[0].byline, source_credit=credit))
    return ranked


def _author_elements(regions: Sequence[LexborNode], publishers: Sequence[str]) -> list[Signed]:
    """Bylines of the elements whose class, rel or link says that they name the author; neighbours name it together."""
    found: dict[int, list[Byline]] = {}
    for region in regions:
        for node in region.css(_ELEMENTS)[:MOST_ELEMENTS]:
            if _AVATAR.search(node.attributes.get("class") or "") or _stands_in_junk(node, region):
                continue
            read = (read_byline(line, publishers=publishers) for line in _lines_of(node))
            byline = next((byline for byline in read if byline and byline.names), None)
            if byline:
                found.setdefault(node.parent.mem_id if node.parent else 0, []).append(byline)
    return [Signed(_joined(bylines), "generic:author") for bylines in found.values()]


def _beside_date(anatomy: Anatomy, publishers: Sequence[str]) -> list[Signed]:
    """Bylines of the date line under the headline, "Lan Anh - 15/02/2025 07:40", or of a line right beside it."""
    lines = anatomy.above
    title = next((index for index, block in enumerate(lines) if shows_title(block, anatomy.title)), len(lines))
    dated = (index for index in range(title + 1, len(lines)) if DATE_LINE.search(lines[index].text))
    at = next((index for index in dated if len(lines[index].text) <= LONGEST_LINE), None)
    if at is None:
        return []
    around = [block for block in lines[max(at - 1, title + 1) : at + 2] if not block.linked]
    parts = (part for block in around for part in _PART.split(block.text) if beside_date(part))
    read = (read_byline(part, publishers=publishers) for part in parts if not DATE_LINE.search(part))
    return [Signed(each, "generic:line") for each in read if each and len(words(" ".join(each.names))) > 1]


def _joined(bylines: Sequence[Byline]) -> Byline:
    names = tuple(dict.fromkeys(name for byline in bylines for name in byline.names))
    if len(names) == len(bylines[0].names):
        return bylines[0]
    raw = " - ".join(dict.fromkeys(byline.raw for byline in bylines))
    return Byline(names, raw, next((each.source_credit for each in bylines if each.source_credit), None))


def _sign_offs(blocks: Sequence[Block], publishers: Sequence[str]) -> dict[int, Byline]:
    """Bylines among the paragraphs, by index: in the last lines, and right-aligned above a list of references."""
    paragraphs = [index for index, block in enumerate(blocks) if block.kind is BlockKind.PARAGRAPH]
    photos = [index for index in paragraphs[-TAIL_LINES:] if is_photo_credit(blocks[index].text)]
    found = {index: Byline((), blocks[index].text) for index in photos}
    for distance, index in enumerate(index for index in reversed(paragraphs) if index not in photos):
        block = blocks[index]
        if len(block.text) > LONGEST_LINE or is_photo_credit(block.text) or is_sentence(block.text):
            continue
        labelled = bool(_LABEL.search(block.label)) or has_label(block.text)
        is_last = distance == 0
        placed = block.align == "right" or (block.emphasised and distance < LAST_LINES)
        if block.align != "right" and not (distance < TAIL_LINES and (labelled or placed or is_last)):
            continue
        byline = read_byline(block.text, publishers=publishers)
        if byline and (labelled or placed or len(words(block.text)) <= LONGEST_SIGN_OFF):
            found[index] = byline
    return found


def _repeats(byline: Byline, chosen: Byline) -> bool:
    """True if a sign-off names nobody but those already named."""
    return set(_names(byline)) <= set(_names(chosen))


def _names(byline: Byline) -> tuple[str, ...]:
    return tuple(name.casefold() for name in byline.names)


def _lines_of(node: LexborNode) -> list[str]:
    """Lines of an author element; the single letter that stands for a missing portrait is none of its text."""
    if len(node.text(deep=True)) > LONGEST_ELEMENT or len(node.css("*")) > LARGEST_ELEMENT:
        return []
    if node.css_first("p, li, br") is not None:
        return [block.text for block in read_blocks(node)]
    innermost = [each for each in node.css(_ELEMENTS) if len(each.css(_ELEMENTS)) == 1]
    persons = dict.fromkeys(map(_text_of, innermost))
    if len(persons) > 1 and all((byline := read_byline(text)) and byline.names for text in persons):
        return [" - ".join(persons)]
    return [_text_of(node)]


def _text_of(node: LexborNode) -> str:
    pieces = (tidy(each.text_content or "") for each in node.traverse(include_text=True) if each.is_text_node)
    return " ".join(piece for piece in pieces if len(piece) > 1)


def _stands_in_junk(node: LexborNode, region: LexborNode) -> bool:
    at = node.parent
    while at is not None and at.mem_id != region.mem_id:
        traits = traits_of(at, at.tag or "")
        if traits.is_unread or traits.is_suspect:
            return True
        at = at.parent
    return False
