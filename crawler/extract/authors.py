"""Which of a page's bylines is the byline."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from crawler.extract.anatomy import Anatomy
from crawler.extract.author_elements import find_elements
from crawler.extract.blocks import Block
from crawler.extract.bylines import LONGEST_LINE, Byline, has_label, read_byline
from crawler.extract.dates import DATE_LINE, beside_date
from crawler.extract.document import Document
from crawler.extract.paragraphs import shows_title
from crawler.extract.persons import is_full_name
from crawler.extract.rules import LaidOutPage
from crawler.extract.signoffs import TAIL_LINES, SignOff, find_sign_offs
from crawler.extract.text import is_vietnamese, words

HEAD_LINES = 4
"""Blocks of the text, pictures and captions among them, in which a credit may still stand."""
LANGUAGE_LINES = 10
"""Lines of a text that tell its language."""

_AUTHOR_META = (
    "author", "article:author", "citation_author", "parsely-author", "sailthru.author", "byl", "dc.creator",
    "dcterms.creator", "cxenseparse:author",
)  # fmt: skip
_WRITER_LABEL = re.compile(r"written by|author|verfasst von|écrit par|tác giả", re.IGNORECASE)
"""What twitter:label1 says where twitter:data1 names the writer."""
_PART = re.compile(r"\s*[|•·]\s*|\s+[-–]\s+")
"""What parts of a date line are set apart by."""

_BEHIND_CREDIT = re.compile(r"\s+(?:on|at|in)$|\s+\d.*$")
"""What is left behind the name where a date was taken from a line."""


@dataclass(frozen=True, slots=True)
class Signed:
    """A byline and where it was found."""

    byline: Byline
    source: str
    mark: str = ""
    """What says that this line signs the text: layout, right (aligned), class, or label (words); "" if nothing does."""
    is_declared: bool = False
    """True for metadata."""

    @property
    def is_full(self) -> bool:
        """True if it names somebody by more than one word: accounts of a CMS and labels have one."""
        return any(map(is_full_name, self.byline.names))


@dataclass(frozen=True, slots=True)
class _Found:
    """The bylines of a page by the kind of place where they stand."""

    ruled: Sequence[Signed]
    elements: Sequence[Signed]
    ends: Sequence[Signed]
    """The last one first."""
    declared: Sequence[Signed]

    @property
    def has_names(self) -> bool:
        return any(each.byline.names for each in (*self.ruled, *self.elements, *self.ends, *self.declared))


def find_bylines(
    laid_out: LaidOutPage, anatomy: Anatomy, text: Sequence[Block], *, publishers: Sequence[str]
) -> tuple[list[Signed], tuple[Block, ...]]:
    """Return the bylines found, the chosen one first, and the text without the lines that sign it."""
    signed = find_sign_offs(text, publishers)
    around = anatomy.regions[:1]
    found = _Found(
        _ruled(laid_out, publishers),
        [Signed(each, "generic:author") for region in around for each in find_elements(region, publishers)],
        [_signed(each) for each in reversed(signed)],
        list(_declared(laid_out.document, publishers)),
    )
    if not any(each.byline.names for each in (*found.ruled, *found.elements, *found.ends)):
        below = find_sign_offs(anatomy.below, publishers, is_below=True)
        found = replace(found, ends=[*found.ends, *map(_signed, below)])
    is_home = is_vietnamese(" ".join(block.text for block in text[:LANGUAGE_LINES]))
    if not is_home:  # there the last line signs nothing that metadata does not confirm
        declared = {_names(each.byline) for each in found.declared}
        found = replace(found, ends=[each for each in found.ends if each.mark or _names(each.byline) in declared])
    if not found.has_names:
        found = replace(found, elements=_lines_above([*anatomy.above, *text[:HEAD_LINES]], anatomy.title, publishers))
    if not is_home and not found.has_names:  # a blog may be named for its writer
        found = replace(found, declared=list(_declared(laid_out.document, ())))
    ranked = _rank(found, is_home=is_home)
    return ranked, _unsigned(text, signed, ranked[0].byline) if ranked else tuple(text)


def _signed(each: SignOff) -> Signed:
    return Signed(each.byline, "sign-off", mark=each.mark)


def is_doubtful(found: Sequence[Signed]) -> bool:
    """True if metadata names persons and the chosen byline is none of them, nor marked as the byline."""
    declared = {name for each in found if each.is_declared and each.is_full for name in _names(each.byline)}
    if not (found and declared) or found[0].mark:
        return False
    chosen = _names(found[0].byline)
    return bool(chosen) and not any(_is_same_person(one, other) for one in chosen for other in declared)


def _is_same_person(one: str, other: str) -> bool:
    """True if one name has all words of the other: "Lương Ý" signs what metadata ascribes to "Lương Văn Ý"."""
    shorter, longer = sorted((set(one.split()), set(other.split())), key=len)
    return shorter <= longer


def _rank(found: _Found, *, is_home: bool) -> list[Signed]:
    """Order the bylines.

    A Vietnamese newspaper signs its texts, and its metadata often names who typed them in; elsewhere metadata is the
    surer word. A line that only its place tells comes after both, unless metadata agrees with it. A line without a name
    (an agency, a department) comes after those that name somebody, but its credit is kept with them.
    """
    agreed = {_names(each.byline) for each in found.declared if each.byline.names}
    agreeing = [each for each in (*found.elements, *found.ends) if _names(each.byline) in agreed]
    marked = [each for each in found.ends if each.mark and each.mark != "class"]
    named = [each for each in found.ends if each.mark == "class"]
    full = [each for each in found.elements if each.is_full]
    signing = {_names(each.byline) for each in marked}
    repeated = [each for each in found.elements if _names(each.byline) in signing]
    persons = [each for each in found.declared if each.is_full]
    middle = (repeated, marked, agreeing, full, named, persons) if is_home else (agreeing, persons, full, marked, named)
    rest = (found.ends, found.elements) if is_home else (found.elements, found.declared)
    choices = dict.fromkeys(each for group in (found.ruled, *middle, *rest) for each in group)
    ranked = sorted(choices, key=lambda each: not each.byline.names)
    credited = (each.byline.source_credit for each in (*found.ruled, *found.ends))
    credit = next((each for each in credited if each), None)
    if ranked and credit and not ranked[0].byline.source_credit:
        ranked[0] = replace(ranked[0], byline=replace(ranked[0].byline, source_credit=credit))
    return ranked


def _unsigned(text: Sequence[Block], signed: Sequence[SignOff], chosen: Byline) -> tuple[Block, ...]:
    """Return the text without the lines that sign it: those that name nobody else, and those on the right."""
    gone = {
        index
        for each in signed
        if each.mark == "right" or set(_names(each.byline)) <= set(_names(chosen))
        for index in range(each.index, each.last + 1)
    }
    ends = [*range(len(text))[:HEAD_LINES], *range(len(text))[-TAIL_LINES:]]
    gone |= {index for index in ends if _says_no_more(text[index], chosen)}
    return tuple(block for index, block in enumerate(text) if index not in gone)


def _says_no_more(block: Block, byline: Byline) -> bool:
    """True for a line that is only the byline again, or its second line: "(Trung tâm Văn hóa huyện)"."""
    if not byline.names:
        return False
    if block.text == byline.raw:
        return True
    if block.align == "right" and block.text[0] == "(" and block.text[-1] == ")":
        return True
    if len(block.text) > LONGEST_LINE:
        return False
    rest = "".join(words(block.text))
    for name in byline.names:
        rest = rest.replace("".join(words(name)), "")
    return not rest


def _ruled(laid_out: LaidOutPage, publishers: Sequence[str]) -> list[Signed]:
    """Names of the first rule that gives any: in one element, or one element each."""
    texts = dict.fromkeys(laid_out.texts("byline"))
    byline = read_byline(" - ".join(texts), publishers=publishers) if texts else None
    return [Signed(byline, laid_out.source, mark="layout")] if byline else []


def _declared(document: Document, publishers: Sequence[str]) -> Iterator[Signed]:
    """Yield what metadata says; on many sites it names the newspaper itself, which is no byline."""
    lines = [
        (" - ".join(document.ld_authors()), "ld:author"),
        *((" - ".join(document.meta.get(name, ())), f"meta:{name}") for name in _AUTHOR_META),
    ]
    if _WRITER_LABEL.search(document.first_meta("twitter:label1") or ""):
        lines.append((document.first_meta("twitter:data1") or "", "meta:twitter:data1"))
    for line, source in lines:
        byline = read_byline(line, publishers=publishers)
        if byline and byline.names:
            yield Signed(byline, source, is_declared=True)


def _lines_above(lines: Sequence[Block], headline: str, publishers: Sequence[str]) -> list[Signed]:
    """Bylines below the headline: a line with a credit, "By Lan Anh", else what stands beside the date."""
    title = next((index for index, block in enumerate(lines) if shows_title(block, headline)), len(lines))
    short = (_credit_in(block.text) for block in lines[title + 1 :] if len(block.text) <= LONGEST_LINE)
    read = (read_byline(text, publishers=publishers) for text in short if has_label(text))
    labelled = [Signed(each, "generic:line", mark="label") for each in read if each and each.names]
    return labelled or _beside_date(lines, title, publishers)


def _credit_in(line: str) -> str:
    """Return the credit of a line that holds a date too: "by Lan Anh on March 3, 2026"."""
    return _BEHIND_CREDIT.sub("", beside_date(line)) if DATE_LINE.search(line) else line


def _beside_date(lines: Sequence[Block], title: int, publishers: Sequence[str]) -> list[Signed]:
    """Bylines of the date line under the headline, "Lan Anh - 15/02/2025 07:40", or of a line right beside it."""
    dated = (index for index in range(title + 1, len(lines)) if DATE_LINE.search(lines[index].text))
    at = next((index for index in dated if len(lines[index].text) <= LONGEST_LINE), None)
    if at is None:
        return []
    around = [block for block in lines[max(at - 1, title + 1) : at + 2] if not block.linked]
    parts = (part for block in around for part in _PART.split(block.text) if beside_date(part))
    read = (read_byline(part, publishers=publishers) for part in parts if not DATE_LINE.search(part))
    return [Signed(each, "generic:line") for each in read if each and any(map(is_full_name, each.names))]


def _names(byline: Byline) -> tuple[str, ...]:
    return tuple(name.casefold() for name in byline.names)
