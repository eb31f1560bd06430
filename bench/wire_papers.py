"""Forty invented newspapers, six of them merged into others."""

from dataclasses import dataclass

from archive import fold

PROVINCES = """
Hà Giang|Tuyên Quang|Cao Bằng|Bắc Kạn|Thái Nguyên|Lạng Sơn|Bắc Giang|Bắc Ninh|Quảng Ninh|Lào Cai|Yên Bái|
Điện Biên|Sơn La|Hòa Bình|Phú Thọ|Hải Dương|Hưng Yên|Thái Bình|Nam Định|Ninh Bình|Thanh Hóa|Nghệ An|Hà Tĩnh|
Quảng Bình|Quảng Trị|Đà Nẵng|Quảng Nam|Quảng Ngãi|Bình Định|Gia Lai|Đắk Lắk|Lâm Đồng|Khánh Hòa|Ninh Thuận|
Đồng Nai|Tây Ninh|Long An|Cần Thơ|An Giang|Cà Mau
""".replace("\n", "").split("|")
MERGED = {
    "Hà Giang": "Tuyên Quang",
    "Bắc Kạn": "Thái Nguyên",
    "Bắc Giang": "Bắc Ninh",
    "Yên Bái": "Lào Cai",
    "Quảng Nam": "Đà Nẵng",
    "Ninh Thuận": "Khánh Hòa",
}
"""Province → that of the newspaper which carries its news on."""


@dataclass(frozen=True, slots=True)
class Paper:
    """A newspaper."""

    place: str
    site: str
    merged_into: str | None

    @property
    def name(self) -> str:
        """What others call it."""
        return f"Báo {self.place}"

    @property
    def home(self) -> str:
        """Address of its home page."""
        return f"https://{self.site}.example/"

    @property
    def mark(self) -> str:
        """What begins its leads: "Hà Giang" → "HGO"."""
        return "".join(word[0] for word in self.place.upper().split()) + "O"


def papers(number: int = 40) -> list[Paper]:
    """Return the first newspapers."""

    def site(place: str) -> str:
        return "bao" + fold(place).replace(" ", "")

    named = PROVINCES[:number]
    return [Paper(each, site(each), site(MERGED[each]) if MERGED.get(each) in named else None) for each in named]
