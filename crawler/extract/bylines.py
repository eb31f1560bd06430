"""What a line says of who wrote it: names of persons, and the source that it credits.

The rules are those of Vietnamese provincial newspapers: a sign-off in the last lines of the body
("Tin, ảnh: P.Y", "A - B", "Theo TTXVN"), author elements, and metadata that names the newspaper itself.
"""

import re
import unicodedata
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from crawler.extract.persons import are_initials, is_agency, is_name, is_office, is_role, may_be_agency

LONGEST_LINE = 120
"""Characters; the longest sign-off seen names four persons and a department. Longer is a sentence."""

AUTHOR_WORDS = ("author", "tac-gia", "tacgia", "pseudonym", "byline", "nguoi-viet", "writer")
"""What the class of an element says that names the author."""
AUTHOR_CLASS = re.compile("|".join(AUTHOR_WORDS), re.IGNORECASE)
SHORTEST_HOST = 4
"""Letters of the part of a host that is the newspaper's name; "www" and "vn" are shorter."""
_WRITING = (
    r"tin|bài(?: viết)?|nội dung|tác giả|bút danh|người viết|phóng viên|thực hiện|tổng hợp|ghi chép|ký sự|bút ký|"
    r"tùy bút|tản văn|truyện ngắn|thơ|phóng sự(?: ảnh)?|p\.?v|ctv|btv|bởi|text|"
    r"author(?:s|\(s\))?|writer|written by|words|by"
)
_OTHER_WORK = (
    r"(?:chùm )?ảnh|hình(?: ảnh)?+|video|clip|đồ họa|infographic|photo|trình bày|thiết kế|dựng|kỹ thuật|biên tập"
)
_CREDIT_WORD = rf"(?:{_WRITING}|{_OTHER_WORK})"
_JOINED = r"(?:\s*(?:,|và|&|-|–|/|\+)\s*|\s+)"
_CREDIT = re.compile(
    rf"^(?P<what>{_CREDIT_WORD}(?:{_JOINED}{_CREDIT_WORD})*)\s*[::]\s*"
    r"|^(?:(?:tin|bài)\s*(?:,|và|&|-|–)\s*ảnh|(?:ghi chép|bút ký|tản văn|truyện ngắn|thơ|phóng sự) của)\s+(?=\S)",
    re.IGNORECASE,
)
_NO_WRITER = re.compile(rf"^(?:{_OTHER_WORK})(?:{_JOINED}(?:{_OTHER_WORK}))*$", re.IGNORECASE)
_SECOND_CREDIT = re.compile(rf"\s*(?:[-–;|.,]|\s)\s*(?={_CREDIT_WORD}(?:{_JOINED}{_CREDIT_WORD})*\s*:)", re.IGNORECASE)
_SOURCE = re.compile(r"^(?:theo|nguồn(?: tin| bài(?: viết)?)?|source)\b\s*:?\s*(?P<source>.+?)[.\s]*$", re.IGNORECASE)
_SOURCE_INSIDE = re.compile(r"\s*[-–(/,]\s*\(?\s*(?:theo|nguồn)\b\s*:?\s*(?P<source>[^()]+)\)?\s*$", re.IGNORECASE)
_BRACKETS = re.compile(r"\s*[(\[](?P<inside>[^()\[\]]*)[)\]]")
_ROLE_INSIDE = re.compile(
    r"^(?:(?:tổng|biên) hợp|t/h|th|st|sưu tầm|tổng thuật|lược (?:ghi|dịch|thuật)|biên dịch|dịch|ghi|thực hiện|thuật)$",
    re.IGNORECASE,
)
_PLACE = re.compile(r"^(?:thành phố|tp\.?|tỉnh|quận|huyện|thị xã|thị trấn|phường|xã|thôn)\s", re.IGNORECASE)
"""Where a contributor lives: "Hằng Nga (Thành phố Thái Nguyên)"."""
_SEPARATOR = re.compile(r"\s+-\s*|\s*-\s+|\s*[–—,;&•|]\s*|\s+\+\s+")
"""A hyphen without a space on either side stands inside a name."""
_AND = re.compile(r"\s+(?:và|and)\s+", re.IGNORECASE)
_MAIL = re.compile(r"[\s,;|–-]{0,10}\(?[^\s()@]{1,64}@[^\s()@]{1,255}\.\w{2,24}\)?")
_ADDRESS = re.compile(r"(?:https?://|www\.)\S+$|[\w-]+(?:\.[\w-]+)*\.(?:vn|com|net|org)$", re.IGNORECASE)
_DAY = re.compile(r"\bngày\s+\d", re.IGNORECASE)
"""A place and a day stand above a signature; no byline has both."""
_LEADING_ROLE = re.compile(
    r"^(?:(?:p\.?v|ctv|btv|phóng viên|cộng tác viên|biên tập viên)(?:\.\s*|\s+)|"
    r"(?:(?:the )?author:?|bởi|tác giả|(?:(?:written|words|text|story|reported|posted) )?by|von|par|por|door)\s+)",
    re.IGNORECASE,
)
_BY = re.compile(r"^(?:bởi|tác giả|(?:(?:written|words|text|story|reported|posted) )?by|von|par|por)\s", re.IGNORECASE)
"""Words before a name that are a credit without a colon."""
_TRAILING_ROLE = re.compile(
    r"\s+(?:tổng hợp|thực hiện|biên dịch|lược (?:dịch|ghi|thuật)|ghi|p\.?v|ctv|btv|phóng viên|cộng tác viên|"
    r"biên tập viên|(?:staff |senior )?(?:writer|reporter|correspondent))$",
    re.IGNORECASE,
)
_POSITION = re.compile(
    r",\s+[^,]*\b(?:expert|reporter|editor|correspondent|writer|analyst|specialist|manager|director|professor|officer|"
    r"founder|educator|journalist)s?$",
    re.IGNORECASE,
)
"""What an English edition says of its writer behind the name: "Lan Anh, Privacy and Security Expert"."""


@dataclass(frozen=True, slots=True)
class Byline:
    """A byline line that was read."""

    names: tuple[str, ...]
    raw: str
    """The verbatim line."""
    source_credit: str | None = None

    @property
    def is_empty(self) -> bool:
        """True if the line names neither a person nor a source: roles only, or nothing known."""
        return not self.names and not self.source_credit


def read_byline(line: str, *, publishers: Iterable[str] = ()) -> Byline | None:
    """Read one tidy line as a byline. None if it is none: a sentence, a heading, the newspaper's own name.

    Names keep their order and spelling; a part that is no person (a place of work) is left out of `names`.
    """
    raw = line.strip()
    text = _bare(raw)
    own = _folded(tuple(publishers))
    if not text or len(text) > LONGEST_LINE or text[-1] in "?!" or _squeezed(text) in own or _DAY.search(text):
        return None
    if source := _SOURCE.match(text):
        return _read_source(raw, source["source"], own)
    if text != raw and _ROLE_INSIDE.match(text):
        return Byline((), raw)
    text, inside = _drop_source(_POSITION.sub("", _MAIL.sub("", text)))
    labelled, text = _drop_labels(text)
    text, bracketed = _drop_brackets(text)
    names, agencies, roles, others = _sort_parts(text, own)
    credits_ = [credit for credit in (*inside, *bracketed, *agencies) if _squeezed(credit) not in own]
    if others > len(names) or not (names or credits_ or roles or labelled):
        return None
    return Byline(tuple(dict.fromkeys(names)), raw, credits_[0] if credits_ else None)


def joined(bylines: Sequence[Byline]) -> Byline:
    """Return one byline for those of several lines or elements."""
    names = tuple(dict.fromkeys(name for byline in bylines for name in byline.names))
    if len(names) == len(bylines[0].names):
        return bylines[0]
    raw = " - ".join(dict.fromkeys(byline.raw for byline in bylines))
    return Byline(names, raw, next((each.source_credit for each in bylines if each.source_credit), None))


@lru_cache(maxsize=256)  # all lines of a page are read with the same ones
def _folded(publishers: tuple[str, ...]) -> frozenset[str]:
    """Return the names of the newspaper, those that its hosts spell among them: "vnexpress.net" is VnExpress."""
    hosts = (name.split(".") for name in publishers if "." in name and " " not in name)
    labels = {label for host in hosts for label in host[:-1] if len(label) >= SHORTEST_HOST}
    labels |= {label.removeprefix("bao") for label in labels}
    return frozenset(map(_squeezed, (*publishers, *labels)))


def _squeezed(text: str) -> str:
    """Return the letters and digits of a text, without case, marks and spaces: "Báo Long An" is "baolongan"."""
    plain = unicodedata.normalize("NFD", text.casefold().replace("đ", "d"))
    return "".join(char for char in plain if char.isalnum())


def _bare(line: str) -> str:
    """Take off what is set around a sign-off: bullets, the news agency's "./.", brackets around the whole line."""
    text = line.strip(" *…-–—|•:;,_").removesuffix("./.")
    if whole := _BRACKETS.fullmatch(text):
        text = whole["inside"].strip()
    return text if are_initials(text) else text.rstrip(".")


def _read_source(raw: str, source: str, own: Collection[str]) -> Byline | None:
    """Read "Theo TTXVN" and "Theo Lan Anh (Báo Nhân Dân)"; "Theo PV" names nobody."""
    text, bracketed = _drop_brackets(source)
    names, agencies, roles, others = _sort_parts(text, own)
    credits_ = [*agencies, *bracketed]
    if credits_ and not others:
        return Byline(tuple(names), raw, credits_[0] if names else source)
    if roles and not names and not others:
        return Byline((), raw)
    return Byline((), raw, source) if _is_credit(source) else None


def _sort_parts(text: str, own: Collection[str]) -> tuple[list[str], list[str], int, int]:
    """Return names of persons and of agencies, and how many parts are roles and how many are none of these."""
    names: list[str] = []
    agencies: list[str] = []
    roles = others = 0
    for part in _parts(text):
        if is_agency(part):
            agencies.append(part)
        elif is_role(part) or _squeezed(part) in own:
            roles += 1
        elif is_name(name := _LEADING_ROLE.sub("", part)):
            names.append(name)
        else:
            others += 1
    return names, agencies, roles, others


def _drop_source(text: str) -> tuple[str, list[str]]:
    """Take the source at the end off: "Lan Anh (theo Báo Nhân Dân)", "Lan Anh - Nguồn: VGP"."""
    inside = _SOURCE_INSIDE.search(text)
    return (text[: inside.start()].strip(), [inside["source"].strip()]) if inside else (text, [])


def is_photo_credit(line: str) -> bool:
    """True for a credit of pictures and layout, not of the text: "Ảnh: Bùi Toàn"."""
    match = _CREDIT.match(line)
    return bool(match and _NO_WRITER.match(match["what"] or "") and not _SECOND_CREDIT.search(line, match.end()))


def has_label(line: str) -> bool:
    """True if the line says itself that it is a credit: "Tin, ảnh: …", "Theo …", "Nhóm PV"."""
    text = _bare(line)
    is_role_alone = is_role(text) or (text != line and _ROLE_INSIDE.match(text))
    return bool(is_role_alone or _BY.match(text) or _CREDIT.match(text) or _SOURCE.match(text) or is_agency(text))


def _drop_labels(text: str) -> tuple[bool, str]:
    """Take "Tin, ảnh:" off; of "Bài: A - Ảnh: B" keep the writers' part."""
    match = _CREDIT.match(text)
    rest = text[match.end() :] if match else text
    second = _SECOND_CREDIT.search(rest)
    if match and _NO_WRITER.match(match["what"] or ""):
        return (True, _drop_labels(rest[second.end() :])[1]) if second else (True, "")
    return match is not None, (rest[: second.start()] if second else rest).strip()


def _drop_brackets(text: str) -> tuple[str, list[str]]:
    """Take "(tổng hợp)" and "(TTXVN/Vietnam+)" off; the second is a credit, and so is "X (Báo Lao động)"."""
    found = [
        inside
        for match in _BRACKETS.finditer(text)
        if (inside := match["inside"].strip(" ."))
        and not (_ROLE_INSIDE.match(inside) or is_role(inside) or _PLACE.match(inside))
        and (may_be_agency(inside) or (_is_credit(inside) and not is_office(inside)))
    ]
    return _BRACKETS.sub("", text).strip(), found


def _parts(text: str) -> list[str]:
    """Split at separators, "A Sa Ly/VOV" at its slash, and "A và B" only between two names."""
    if is_agency(text):
        return [text]
    found: list[str] = []
    for part in _SEPARATOR.split(text):
        sides, persons = part.split("/"), _AND.split(part)
        if len(sides) > 1 and all(is_agency(side.strip()) or is_name(side.strip()) for side in sides):
            found += sides
        elif len(persons) > 1 and all(is_role(person) or is_name(person) for person in persons):
            found += persons
        else:
            found.append(part)
    tidied = (part.strip(" *–-") for part in found)
    return [part if is_role(part) else _TRAILING_ROLE.sub("", part) for part in tidied if part]


def _is_credit(text: str) -> bool:
    """A source is an address, a short name or two, not the begin of "Theo kế hoạch, …"."""
    return (
        bool(_ADDRESS.match(text))
        or all(is_agency(part) for part in _SEPARATOR.split(text))
        or (len(text.split()) <= 6 and "," not in text and text[:1].isupper())
    )
