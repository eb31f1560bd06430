"""What an article says of its origin: agencies, other outlets and offices that its marks and credits name."""

import re
from dataclasses import dataclass
from enum import StrEnum

from archive.copies.outlets import Outlets
from archive.fold import fold
from archive.story_text import WIRE_END

_AGENCY = re.compile(
    r"(?<!\w)(?:ttxvn|thong tan xa viet nam|thong tan xa|vietnam ?\+|vietnamplus|vgp|bnews|reuters|afp|tan hoa xa"
    r"|xinhua|(?:cong ttdt|cong thong tin dien tu|bao dien tu) chinh phu|chinhphu\.vn)(?!\w)"
)
_OFFICE = re.compile(
    r"(?<!\w)(?:tinh uy|thanh uy|huyen uy|dang uy|trung uong dang|ban tuyen giao|ban dan van|ban noi chinh|ban to chuc"
    r"|uy ban kiem tra|ubkt|van phong|cong thong tin(?: dien tu)?|cttdt|ubnd|uy ban nhan dan|hdnd|mttq|mat tran to quoc"
    r"|so [a-z]+|cong an tinh|thong cao)(?!\w)"
)
_RELEASE = re.compile(r"(?<!\w)thông cáo(?!\w)", re.IGNORECASE)
_PREFIX = re.compile(r"^\(?\s*(?:(?:lược )?theo|nguồn(?: tin)?|tổng hợp(?: từ)?)\s*:?\s*", re.IGNORECASE)
_PICTURE = re.compile(r"^\W*(?:ảnh|đồ họa|clip|video)\s*:", re.IGNORECASE)
_PAPER = re.compile(r"(?<!\w)(?:bao|tap chi|dai|vov|vtv|\w+\.(?:vn|com))(?!\w)")


class Sort(StrEnum):
    """What is named as the origin of a text; stored in the evidence."""

    AGENCY = "agency"
    OUTLET = "outlet"
    OFFICE = "office"


@dataclass(frozen=True, slots=True)
class Named:
    """An origin that an article names."""

    sort: Sort
    said: str
    """As it is printed."""
    where: str
    """`source_credit`, `byline`, `byline_raw`, `lead_mark` or `text`."""
    sites: frozenset[int] = frozenset()
    """Outlets of the archive that may be meant."""

    @property
    def name(self) -> str:
        """The name without "Theo" and without brackets around it."""
        name = _PREFIX.sub("", self.said).strip("() .")
        return (f"{name})" if name.count("(") > name.count(")") else name) or self.said

    @property
    def is_weak(self) -> bool:
        """Whether it says so only by how the text ends."""
        return self.said == WIRE_END


def named_in(said: str, *, where: str, outlets: Outlets, house: int | None) -> Named | None:
    """Return the origin that a mark, a credit or a byline names; None if it names none, or the own house."""
    if _PICTURE.match(said):
        return None
    if said == WIRE_END:
        return Named(Sort.AGENCY, said, where)
    folded = fold(said)
    if _AGENCY.search(folded):
        return Named(Sort.AGENCY, said, where)
    is_mark = where == "lead_mark"
    sites = outlets.named_in(folded) or (outlets.marked(said) if is_mark else frozenset())
    if sites:
        others = frozenset(site for site in sites if outlets.house(site) != house)
        is_own = len(others) < len(sites)
        return None if is_own else Named(Sort.OUTLET, said, where, others)
    if _OFFICE.search(folded):
        return Named(Sort.OFFICE, said, where)
    if where == "source_credit" or (not is_mark and _PREFIX.match(said) and _PAPER.search(folded)):
        return Named(Sort.OUTLET, said, where)
    return None


def is_release(text: str) -> bool:
    """Whether a headline or a first line calls the text a press release."""
    return _RELEASE.search(text) is not None
