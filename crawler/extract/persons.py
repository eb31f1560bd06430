"""What one part of a byline is: a person, an agency, a role, or none of these."""

import re

MOST_CAPITALISED = 0.5
"""Share of words of an agency's name that begin with a capital; a sentence that begins with "Báo" has fewer."""
LONGEST_CASELESS = 40
"""Characters of a name in a script without capitals; a sentence is longer."""

_AGENCY = re.compile(
    r"^(?:TTXVN(?:/(?:Vietnam\+|VNA))?|VNA|Vietnam(?:\+|Plus)|VOV(?:\.vn)?|VTV(?:\.vn)?|VGP|Reuters|AFP|AP|Xinhua|"
    r"Tân Hoa xã|Bloomberg|Chinhphu\.vn|Nhân Dân|(?P<kind>Báo|Tạp chí|Đài|Thông tấn xã|Trang tin|Cổng TTĐT)\s.+)$",
    re.IGNORECASE,
)
_KINDS = re.compile(r"điện tử|tạp chí|trang tin|(?:phát|truyền) thanh|truyền hình|tấn xã|và|tỉnh|huyện", re.IGNORECASE)
"""Words of an agency's name that begin with a small letter."""
_ROLE = re.compile(
    r"^(?:nhóm\s+)?(?:p\.?v|ctv|c\.t\.v|bbt|btv|phóng viên|cộng tác viên|ban (?:biên tập|thời sự)|tòa soạn|"
    r"nhóm tác giả|n\.?p\.?v|(?:(?:staff|senior|chief|political) )?(?:writer|reporter|correspondent|editor)s?)"
    r"(?:\s+(?:thực hiện|tổng hợp|và ctv).*)?\.?$",
    re.IGNORECASE,
)
_OFFICE = re.compile(
    r"^(?:báo|tạp chí|đài|viện|tổng cục|cục|chi cục|sở|bộ|ubnd|hđnd|mttq|ủy ban|ban biên|hội|liên đoàn|công an|"
    r"trung tâm|công ty|tập đoàn|(?:tỉnh|thành|huyện|đảng) ủy|bệnh viện|đại học|học viện|"
    r"trường (?:đại|cao|trung|tiểu|chính|thpt|thcs)|khoa học|cổng|trang|phòng|phụ trách|chủ tịch|giám đốc|"
    r"tổng biên tập)\b",
    re.IGNORECASE,
)
"""Offices begin with their kind ("Sở …"); the same syllables end names of persons (Minh Khoa, Xuân Trường)."""
_NO_PERSON = re.compile(
    r"^(?:tác giả|theo|nguồn|ảnh|tin|bài|video|xem|thêm|gửi|hết$)\b|^(?:(?:the )?author|by|von|par|por|anzeige)$|"
    r"\b(?:updated|advertisement|read more)\b|"
    r"\b(?:điện tử|truyền hình|phát thanh|news|online|media|admin\w*|editor|website|copyright|bản quyền|liên quan|"
    r"chia sẻ|bình luận)\b|[@/\\_<>{}=#:]|\.(?:vn|com|net|org)\b|https?:",
    re.IGNORECASE,
)
_HONORIFIC = re.compile(r"^(?:ông|bà|đồng chí)\s", re.IGNORECASE)
"""A person that the text speaks of; nobody signs so."""
_LETTER = re.compile(r"[^\W\d_]")
_RANK = re.compile(
    r"^(?:(?:ths|ts|pgs|gs|bs|ks|ls|nsưt|nsnd)\.?|luật sư|bác s[ĩỹ]|thạc s[ĩỹ]|tiến s[ĩỹ]|nhạc s[ĩỹ]|họa s[ĩỹ]|"
    r"nghệ (?:sĩ|nhân)|kỹ sư|kiến trúc sư|nhà (?:văn|báo|thơ|giáo)|(?:thiếu|trung|thượng|đại) (?:úy|tá|tướng))\s+",
    re.IGNORECASE,
)
"""Part of the name as it is signed."""
_INITIALS = re.compile(r"^(?:[^\W\d_]{1,3}\.\s?)+(?:[^\W\d_]{1,3}\.?)?$")


def may_be_agency(text: str) -> bool:
    """True for what begins as the name of an agency or another newspaper does: "Báo Lao động", "Báo cáo …"."""
    return _AGENCY.match(text) is not None


def is_agency(text: str) -> bool:
    """True for the name of an agency or another newspaper by its capitals too: not for a sentence, "Báo cáo …"."""
    found = _AGENCY.match(text)
    if not found or not found["kind"]:
        return found is not None
    named = [word for word in _KINDS.sub(" ", text).split() if word[0].isalpha()]
    return sum(word[0].isupper() for word in named[1:]) > len(named[1:]) * MOST_CAPITALISED


def is_role(text: str) -> bool:
    """True for what somebody is, with no name: "PV", "Nhóm phóng viên"."""
    return _ROLE.match(text) is not None


def is_office(text: str) -> bool:
    """True for a text that begins as the name of an office does: "Sở Y tế"."""
    return _OFFICE.match(text) is not None


def are_initials(text: str) -> bool:
    """True for "N.T" and "B.NG"."""
    return _INITIALS.match(text) is not None


def is_name(text: str) -> bool:
    """True for one person: 1 to 6 words that begin with a capital, no digit, or initials ("N.T", "B.NG")."""
    if are_initials(text):
        return text.upper() == text or text[0].isupper()
    parts = _RANK.sub("", text).split()
    if (
        not 1 <= len(parts) <= 6
        or any(char.isdigit() for char in text)
        or is_office(text)
        or _NO_PERSON.search(text)
        or _HONORIFIC.match(text)
    ):
        return False
    if len(parts) == 1 and len(text) < 3:
        return False
    if is_caseless(text) and len(text) > LONGEST_CASELESS:
        return False
    return not any(part[0].islower() for part in parts if _LETTER.search(part)) and bool(_LETTER.match(parts[0]))


def is_full_name(name: str) -> bool:
    """True for a name of two words or more, initials, or a script that sets no spaces inside names."""
    return len(name.split()) > 1 or are_initials(name) or is_caseless(name)


def is_caseless(text: str) -> bool:
    """True for a script without capitals."""
    return text.lower() == text.upper()
