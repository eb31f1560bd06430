"""Who wrote it: names of persons, apart from roles, places of work, agencies and publishers.

The rules are those of Vietnamese provincial newspapers: a sign-off in the last lines of the body
("Tin, ảnh: P.Y", "A - B", "Theo TTXVN"), author elements, and metadata that names the newspaper itself.
"""

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from crawler.extract.text import words

LONGEST_LINE = 120
"""Characters; the longest sign-off seen names four persons and a department. Longer is a sentence."""

_CREDIT_WORD = (
    r"(?:tin|bài(?: viết)?|ảnh|hình|video|clip|đồ họa|infographic|thực hiện|tác giả|người viết|biên tập|"
    r"phóng viên|trình bày|thiết kế|dựng|text|photo|by)"
)
_CREDIT = re.compile(rf"^(?P<what>{_CREDIT_WORD}(?:\s*(?:,|và|&|-|–|/|\+)\s*{_CREDIT_WORD})*)\s*[::]\s*", re.IGNORECASE)
_PICTURES_ONLY = re.compile(r"^(?:ảnh|hình|video|clip|đồ họa|infographic|photo)$", re.IGNORECASE)
_SECOND_CREDIT = re.compile(
    rf"\s*(?:[-–;|.]|\s)\s*(?={_CREDIT_WORD}(?:\s*(?:,|và|&)\s*{_CREDIT_WORD})*\s*:)", re.IGNORECASE
)
_SOURCE = re.compile(r"^[(\s]*(?:theo|nguồn(?: tin)?|source)\b\s*:?\s*(?P<source>.+?)[)\s.]*$", re.IGNORECASE)
_SOURCE_INSIDE = re.compile(r"\s*[-–(/,]\s*\(?\s*(?:theo|nguồn)\b\s*:?\s*(?P<source>[^()]+)\)?\s*$", re.IGNORECASE)
_BRACKETS = re.compile(r"\s*[(\[](?P<inside>[^()\[\]]*)[)\]]")
_ROLE_INSIDE = re.compile(
    r"^(?:(?:tổng|biên) hợp|t/h|th|st|sưu tầm|tổng thuật|lược (?:ghi|dịch|thuật)|biên dịch|dịch|ghi|thực hiện|thuật)$",
    re.IGNORECASE,
)
_PLACE = re.compile(r"^(?:thành phố|tp\.?|tỉnh|quận|huyện|thị xã|thị trấn|phường|xã|thôn)\s", re.IGNORECASE)
"""Where a contributor lives: "Hằng Nga (Thành phố Thái Nguyên)"."""
_SEPARATOR = re.compile(r"\s+[-–—]\s+|\s*[,;&•|+]\s*")
_AND = re.compile(r"\s+(?:và|and)\s+", re.IGNORECASE)
_AGENCY = re.compile(
    r"^(?:TTXVN(?:/Vietnam\+)?|Vietnam\+|VOV(?:\.vn)?|VTV(?:\.vn)?|VGP|Reuters|AFP|AP|Xinhua|Tân Hoa xã|Bloomberg|"
    r"Chinhphu\.vn|Nhân Dân|(?:Báo|Tạp chí|Thông tấn xã|Trang tin|Cổng TTĐT)\s.+)$",
    re.IGNORECASE,
)
_ROLE = re.compile(
    r"^(?:nhóm\s+)?(?:p\.?v|ctv|c\.t\.v|bbt|btv|phóng viên|cộng tác viên|ban biên tập|tòa soạn|nhóm tác giả|n\.?p\.?v)"
    r"(?:\s+(?:thực hiện|tổng hợp|và ctv).*)?\.?$",
    re.IGNORECASE,
)
_NO_PERSON = re.compile(
    r"^(?:báo|tạp chí|đài|viện|tổng cục|cục|chi cục|sở|bộ|ubnd|hđnd|mttq|ủy ban|ban biên|hội|liên đoàn|công an|"
    r"trung tâm|công ty|tập đoàn|(?:tỉnh|thành|huyện|đảng) ủy|bệnh viện|đại học|học viện|"
    r"trường (?:đại|cao|trung|tiểu|chính|thpt|thcs)|khoa học|cổng|trang|phụ trách|chủ tịch|giám đốc|tổng biên tập|"
    r"tác giả|theo|nguồn|ảnh|tin|bài|video|xem|thêm|gửi)\b|"
    r"\b(?:điện tử|truyền hình|phát thanh|news|online|media|admin\w*|editor|website|copyright|bản quyền|liên quan|"
    r"chia sẻ|bình luận)\b|[@/_<>{}=#]|\.(?:vn|com|net|org)\b|https?:",
    re.IGNORECASE,
)
"""Offices begin with their kind ("Sở …"); the same syllables end names of persons (Minh Khoa, Xuân Trường)."""
_ADDRESS = re.compile(r"(?:https?://|www\.)\S+$", re.IGNORECASE)
_HONORIFIC = re.compile(r"^(?:ông|bà|đồng chí)\s", re.IGNORECASE)
"""A person that the text speaks of; nobody signs so."""
_LETTER = re.compile(r"[^\W\d_]")
_TRAILING_ROLE = re.compile(r"\s+(?:tổng hợp|thực hiện|biên dịch|lược dịch|ghi)$", re.IGNORECASE)
_TITLE_WORD = re.compile(r"^(?:ths|ts|pgs|gs|bs|ks|ls|nsưt|nsnd|đại tá|thượng tá)\.?$", re.IGNORECASE)
_INITIALS = re.compile(r"^(?:[^\W\d_]{1,3}\.\s?)+(?:[^\W\d_]{1,3}\.?)?$")


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
    text = raw.strip(" *…-–—|•:;,")
    if not _INITIALS.match(text):
        text = text.rstrip(".")
    own = {" ".join(words(name)) for name in publishers}
    if not text or len(text) > LONGEST_LINE or text[-1] in "?!" or " ".join(words(text)) in own:
        return None
    if source := _SOURCE.match(text):
        credit = source["source"].strip()
        return Byline((), raw, credit) if _is_credit(credit) else None
    text, inside = _drop_source(text)
    labelled, text = _drop_labels(text)
    text, bracketed = _drop_brackets(text)
    names, agencies, roles, others = _sort_parts(text, own)
    credits_ = [*inside, *bracketed, *agencies]
    if others > len(names) or not (names or credits_ or roles or labelled):
        return None
    return Byline(tuple(dict.fromkeys(names)), raw, credits_[0] if credits_ else None)


def _sort_parts(text: str, own: Collection[str]) -> tuple[list[str], list[str], int, int]:
    """Return names of persons and of agencies, and how many parts are roles and how many are none of these."""
    names: list[str] = []
    agencies: list[str] = []
    roles = others = 0
    for part in _parts(text):
        if _AGENCY.match(part):
            agencies.append(part)
        elif _ROLE.match(part) or " ".join(words(part)) in own:
            roles += 1
        elif _is_name(part):
            names.append(part)
        else:
            others += 1
    return names, agencies, roles, others


def _drop_source(text: str) -> tuple[str, list[str]]:
    """Take the source at the end off: "Lan Anh (theo Báo Nhân Dân)", "Lan Anh - Nguồn: VGP"."""
    inside = _SOURCE_INSIDE.search(text)
    return (text[: inside.start()].strip(), [inside["source"].strip()]) if inside else (text, [])


def is_photo_credit(line: str) -> bool:
    """True for a credit of the pictures alone: "Ảnh: Bùi Toàn"."""
    match = _CREDIT.match(line)
    return bool(match and _PICTURES_ONLY.match(match["what"]) and not _SECOND_CREDIT.search(line))


def has_label(line: str) -> bool:
    """True if the line says itself that it is a credit: "Tin, ảnh: …", "Theo …", "Nhóm PV"."""
    text = line.strip(" *.()")
    return bool(_CREDIT.match(text) or _SOURCE.match(text) or _ROLE.match(text) or _AGENCY.match(text))


def _drop_labels(text: str) -> tuple[bool, str]:
    """Take "Tin, ảnh:" off; of "Bài: A - Ảnh: B" keep the writers' part."""
    match = _CREDIT.match(text)
    if not match:
        return False, text
    rest = text[match.end() :]
    second = _SECOND_CREDIT.search(rest)
    if not _PICTURES_ONLY.match(match["what"]):
        return True, (rest[: second.start()] if second else rest).strip()
    return (True, _drop_labels(rest[second.end() :])[1]) if second else (True, "")


def _drop_brackets(text: str) -> tuple[str, list[str]]:
    """Take "(tổng hợp)" and "(TTXVN/Vietnam+)" off; the second is a credit, and so is "X (Báo Lao động)"."""
    found = [
        inside
        for match in _BRACKETS.finditer(text)
        if (inside := match["inside"].strip(" ."))
        and not any(pattern.match(inside) for pattern in (_ROLE_INSIDE, _ROLE, _PLACE))
        and _is_credit(inside)
    ]
    return _BRACKETS.sub("", text).strip(), found


def _parts(text: str) -> list[str]:
    """Split at separators, "A Sa Ly/VOV" at its slash, and "A và B" only between two names."""
    found: list[str] = []
    for part in _SEPARATOR.split(text):
        name, slash, agency = part.partition("/")
        persons = _AND.split(part)
        if slash and _AGENCY.match(agency.strip()) and not _AGENCY.match(part):
            found += [name, agency]
        elif len(persons) > 1 and all(_is_name(person) for person in persons):
            found += persons
        else:
            found.append(part)
    return [tidied for part in found if (tidied := _TRAILING_ROLE.sub("", part.strip(" *–-")))]


def _is_credit(text: str) -> bool:
    """A source is an address or a short name, not the begin of "Theo kế hoạch, …"."""
    return (
        bool(_ADDRESS.match(text))
        or bool(_AGENCY.match(text))
        or (len(text.split()) <= 6 and "," not in text and text[:1].isupper())
    )


def _is_name(text: str) -> bool:
    """One person: 1 to 6 words that begin with a capital, no digit, or initials ("N.T", "B.NG")."""
    if _INITIALS.match(text):
        return text.upper() == text or text[0].isupper()
    parts = text.split()
    if (
        not 1 <= len(parts) <= 6
        or any(char.isdigit() for char in text)
        or _NO_PERSON.search(text)
        or _HONORIFIC.match(text)
    ):
        return False
    if len(parts) == 1 and len(text) < 3:
        return False
    return all(part[0].isupper() or _TITLE_WORD.match(part) for part in parts if _LETTER.search(part)) and bool(
        _LETTER.match(parts[0])
    )
