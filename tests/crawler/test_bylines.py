"""Byline lines as newspapers print them: names, and words that are no names."""

import pytest

from crawler.extract.bylines import is_photo_credit, read_byline

LINES: list[tuple[str, tuple[str, ...] | None, str | None]] = [
    ("Hằng Nga", ("Hằng Nga",), None),
    ("THÁI THỊNH", ("THÁI THỊNH",), None),
    ("N.T", ("N.T",), None),
    ("Tin, ảnh: P.Y", ("P.Y",), None),
    ("Tin, ảnh: B.NG", ("B.NG",), None),
    ("Tin, ảnh: KHÁNH TRUNG", ("KHÁNH TRUNG",), None),
    ("Bài và ảnh: Hoàng Quý - Hùng Sơn", ("Hoàng Quý", "Hùng Sơn"), None),
    ("Hoàng Quý - Hùng Sơn", ("Hoàng Quý", "Hùng Sơn"), None),
    ("Tin: Thu Hà", ("Thu Hà",), None),
    ("Bài: Thu Hà", ("Thu Hà",), None),
    ("Vũ Nguyệt – Nhật Quang", ("Vũ Nguyệt", "Nhật Quang"), None),
    ("NHẬT XUÂN - NGHI VŨ", ("NHẬT XUÂN", "NGHI VŨ"), None),
    ("Phạm Thị Trầm, Lê Hồng Ngọc", ("Phạm Thị Trầm", "Lê Hồng Ngọc"), None),
    ("Lan Anh và Minh Đức", ("Lan Anh", "Minh Đức"), None),
    ("Bài: Thu Hà - Ảnh: Quốc Việt", ("Thu Hà",), None),
    ("Hà Thu (tổng hợp)", ("Hà Thu",), None),
    ("MINH NGUYỆT (TTXVN/VIETNAM+)", ("MINH NGUYỆT",), "TTXVN/VIETNAM+"),
    ("A Sa Ly/VOV", ("A Sa Ly",), "VOV"),
    ("(TTXVN/Vietnam+)", (), "TTXVN/Vietnam+"),
    ("Theo TTXVN", (), "TTXVN"),
    ("Theo Báo Nhân Dân", (), "Báo Nhân Dân"),
    ("TS DƯ VĂN TOÁN, Tổng cục Biển và Hải đảo Việt Nam", ("TS DƯ VĂN TOÁN",), None),
    ("NHÓM PHÓNG VIÊN - CTV", (), None),
    ("PV", (), None),
    ("P.V", (), None),
    ("BBT", (), None),
    ("Nhóm P.V thực hiện", (), None),
    ("(Tổng hợp)", (), None),  # a role, kept verbatim
    ("(st)", (), None),
    ("Nhóm PV", (), None),
    ("CTV", (), None),
    ("Theo PV", (), None),
    ("Ban Thời sự", (), None),
    ("T.H", ("T.H",), None),
    ("PV Thu Hà", ("Thu Hà",), None),
    ("CTV Thu Hà", ("Thu Hà",), None),
    ("Thu Hà và nhóm PV", ("Thu Hà",), None),
    ("(Thu Hà)", ("Thu Hà",), None),
    ("Thu Hà./.", ("Thu Hà",), None),
    ("Thu Hà lược ghi", ("Thu Hà",), None),
    ("Tin ảnh: Thu Hà", ("Thu Hà",), None),
    ("Bài, ảnh LƯỜNG HÀ", ("LƯỜNG HÀ",), None),
    ("Bài: Thu Hà; ảnh: Quốc Việt", ("Thu Hà",), None),
    ("Thu Hà. Ảnh: Quốc Việt", ("Thu Hà",), None),
    ("Nội dung: Thu Hà - Trình bày: Quốc Việt", ("Thu Hà",), None),
    ("Đồ họa: Quốc Việt - Nội dung: Thu Hà", ("Thu Hà",), None),
    ("Ghi chép của Thu Hà", ("Thu Hà",), None),
    ("Phóng sự ảnh: Thu Hà", ("Thu Hà",), None),
    ("Thơ: Thu Hà", ("Thu Hà",), None),
    ("Biên tập: Thu Hà", (), None),
    ("Video: Thu Hà", (), None),
    ("Thu Hà/Quốc Việt", ("Thu Hà", "Quốc Việt"), None),
    ("Authors: Thu Hà and Quốc Việt, Extension educators", ("Thu Hà", "Quốc Việt"), None),
    ("By Thu Hà, Home and Garden Expert", ("Thu Hà",), None),
    ("Thu Hà -Quốc Việt", ("Thu Hà", "Quốc Việt"), None),
    ("Thu Hà—Quốc Việt", ("Thu Hà", "Quốc Việt"), None),
    ("Krông-Ana Thu", ("Krông-Ana Thu",), None),  # a hyphen without spaces stands inside a name
    ("Thu Hà - Bà Rịa-Vũng Tàu", ("Thu Hà",), None),
    ("Luật sư Nguyễn Thu Hà", ("Luật sư Nguyễn Thu Hà",), None),
    ("TTXVN/Vietnam+", (), "TTXVN/Vietnam+"),
    ("(TTXVN)", (), "TTXVN"),
    ("VNA", (), "VNA"),
    ("Theo TTXVN, Báo Nhân Dân", (), "TTXVN, Báo Nhân Dân"),
    ("Theo baochinhphu.vn", (), "baochinhphu.vn"),
    ("Nguồn: nhandan.vn", (), "nhandan.vn"),
    ("Nguồn bài viết: https://nhandan.vn/bai-post1.html", (), "https://nhandan.vn/bai-post1.html"),
    ("Theo Thu Hà (Báo Nhân Dân)", ("Thu Hà",), "Báo Nhân Dân"),
    ("Thu Hà (theo TTXVN)", ("Thu Hà",), "TTXVN"),
    ("Thu Hà (Báo Sông Lam)", ("Thu Hà",), None),  # this newspaper's own writer
    ("Thu Hà (Trung tâm Văn hóa huyện)", ("Thu Hà",), None),  # where she works, no source
    ("Báo Lào Cai điện tử", (), "Báo Lào Cai điện tử"),
    ("(Còn nữa)", None, None),
    ("Hết", None, None),
    ("Hà Nội, ngày 2 tháng 7 năm 2020", None, None),
    ("Bà Rịa-Vũng Tàu", None, None),
    ("Một mùa xuân nữa lại về trên bản", None, None),
    ("Anh Dũng", ("Anh Dũng",), None),
    ("CÔNG SÁNG (báo lao động)", ("CÔNG SÁNG",), "báo lao động"),
    ("Thu Hà (st)", ("Thu Hà",), None),
    ("Thu Hà & Quốc Việt", ("Thu Hà", "Quốc Việt"), None),
    ("Thu Hà; Quốc Việt", ("Thu Hà", "Quốc Việt"), None),
    ("Bài, ảnh: Minh Khoa", ("Minh Khoa",), None),
    ("Thực hiện: Xuân Trường", ("Xuân Trường",), None),
    ("Đoàn Thị Hương", ("Đoàn Thị Hương",), None),
    ("Thu Trang", ("Thu Trang",), None),
    ("Clip: Thu Hà", (), None),
    ("Đồ họa: Quốc Việt", (), None),
    ("Ảnh: Bùi Toàn", (), None),
    ("TTXVN", (), "TTXVN"),
    ("Theo VGP", (), "VGP"),
    ("Nguồn: https://nhandan.vn/bai-post1.html", (), "https://nhandan.vn/bai-post1.html"),
    ("Hằng Nga (Thành phố Thái Nguyên)", ("Hằng Nga",), None),
    ("Báo Sông Lam", None, None),  # the newspaper's own name, given as publisher
    ("admin", None, None),
    ("Theo kế hoạch, trong quý III, thành phố sẽ khởi công thêm ba cây cầu.", None, None),
    ("Tin liên quan", None, None),
    ("Hội nghị tổng kết năm 2025", None, None),
    ("Ông Nguyễn Văn An, Giám đốc Sở Xây dựng tỉnh phát biểu", None, None),
    ("", None, None),
]


@pytest.mark.parametrize(("line", "names", "credit"), LINES)
def test_line(line: str, names: tuple[str, ...] | None, credit: str | None) -> None:
    byline = read_byline(line, publishers=["Báo Sông Lam"])
    assert (byline.names if byline else None) == names
    if byline:
        assert byline.source_credit == credit
        assert byline.raw == line, "the line is kept verbatim"


@pytest.mark.parametrize(
    ("line", "is_credit"),
    [
        ("Ảnh: Bùi Toàn", True),
        ("Chùm ảnh: Bùi Toàn", True),
        ("Ảnh, clip: Bùi Toàn", True),
        ("Thiết kế: Bùi Toàn", True),
        ("Tin, ảnh: Bùi Toàn", False),
        ("Ảnh: Bùi Toàn - Bài: Thu Hà", False),
        ("Ảnh chụp sáng 2-7", False),
    ],
)
def test_credit_of_pictures_is_no_byline(line: str, is_credit: bool) -> None:
    assert is_photo_credit(line) is is_credit
