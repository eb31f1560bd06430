"""Byline lines as newspapers print them: names, and what is none."""

import pytest

from crawler.extract.bylines import read_byline

LINES: list[tuple[str, tuple[str, ...] | None, str | None]] = [
    ("Hằng Nga", ("Hằng Nga",), None),
    ("THÁI THỊNH", ("THÁI THỊNH",), None),
    ("N.T", ("N.T",), None),
    ("Tin, ảnh: P.Y", ("P.Y",), None),
    ("Tin, ảnh: B.NG", ("B.NG",), None),
    ("Tin, ảnh: KHÁNH TRUNG", ("KHÁNH TRUNG",), None),
    ("Bài và ảnh: Hoàng Quý - Hùng Sơn", ("Hoàng Quý", "Hùng Sơn"), None),
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
    ("(Tổng hợp)", None, None),
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
