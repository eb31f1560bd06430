"""The outlet's mark before a lead: every form that was seen, and text that only looks like a mark."""

import pytest

from crawler.extract.lead import split_mark

WORDS = "Sáng 8-7, tỉnh khởi công cầu."
MARKS = ("BHG", "BBK", "YBĐT")
"""What site files of three newspapers name."""


@pytest.mark.parametrize(
    ("written", "mark"),
    [
        ("BHG - ", "BHG"),
        ("BBK- ", "BBK"),
        ("YBĐT – ", "YBĐT"),
        ("(Baonghean.vn) - ", "(Baonghean.vn)"),
        ("(Baohatinh.vn) - ", "(Baohatinh.vn)"),
        ("(CTO) - ", "(CTO)"),
        ("(QNO) - ", "(QNO)"),
        ("(GLO)- ", "(GLO)"),
        ("(HNM) ", "(HNM)"),
        ("CTTĐT - ", "CTTĐT"),
        ("NDĐT - ", "NDĐT"),
        ("ND - ", "ND"),
        ("TPO - ", "TPO"),
        ("(NLĐO)- ", "(NLĐO)"),
        ("(PLVN) - ", "(PLVN)"),
        ("VOV.VN - ", "VOV.VN"),
        ("GD&TĐ - ", "GD&TĐ"),
        ("(Dân trí) - ", "(Dân trí)"),
        ("(TTXVN) - ", "(TTXVN)"),
    ],
)
def test_mark_is_taken_off(written: str, mark: str) -> None:
    assert split_mark(written + WORDS, MARKS) == (mark, WORDS)


@pytest.mark.parametrize(
    "lead",
    [
        "UBND - Sở Nội vụ đã họp bàn.",
        "Nha Trang - thành phố biển - đón khách.",
        "Sáng 8 - 7 tỉnh khởi công cầu.",
        "ND thị trấn họp bàn.",
        "Cầu (dài 60 mét) - công trình chung - đã thông.",
    ],
)
def test_what_looks_like_a_mark_stays(lead: str) -> None:
    assert split_mark(lead, MARKS) == (None, lead)
